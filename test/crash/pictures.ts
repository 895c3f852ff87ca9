import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'

/** A picture as somebody attaches it, of a size that no other has. */
export interface Picture {
  readonly name: string
  readonly bytes: Buffer
  readonly base64: string
  /** As in `64x65`. */
  readonly size: string
}

/** The sizes of a wish's first and last frame; a picture is known again by its size. */
function sizeOf(wish: number, frame: number): readonly [number, number] {
  return [64 + (wish % 500), 64 + 2 * Math.floor(wish / 500) + frame]
}

/** So many pictures for the wish of that number. */
export function picturesFor(wish: number, count: number): Promise<readonly Picture[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, frame) => {
      const [width, height] = sizeOf(wish, frame)
      const background = { r: wish % 256, g: 90 * frame, b: 40 }
      const bytes = await sharp({ create: { width, height, channels: 3, background } })
        .png()
        .toBuffer()
      const name = `frame-${wish}-${frame}.png`
      return { name, bytes, base64: bytes.toString('base64'), size: `${width}x${height}` }
    }),
  )
}

/** The pictures as files in that folder; their paths. */
export function writtenTo(folder: string, pictures: readonly Picture[]): Promise<readonly string[]> {
  return Promise.all(
    pictures.map(async ({ name, bytes }) => {
      const path = join(folder, name)
      await writeFile(path, bytes)
      return path
    }),
  )
}
