import { createHash } from 'node:crypto'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { invalid } from './answers.ts'

const largestBytes = 20 * 1024 * 1024
const unreadable =
  'Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting'

/** An image that Google would take: its bytes, checked to be what they say. */
export interface InputImage {
  readonly bytes: Buffer
}

/**
 * Base64 with its type as an image. Refuses what Google refuses: no base64, a type not in `types`, bytes of another
 * type, more than 20 MB, bytes that do not decode to the end.
 */
export async function readImage(data: unknown, type: unknown, types: readonly string[]): Promise<InputImage> {
  if (typeof data !== 'string' || data === '' || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(data)) {
    throw invalid('Invalid value for the image: Base64 decoding failed.')
  }
  if (typeof type !== 'string' || !types.includes(type)) {
    throw invalid(`Unsupported image mime type. Supported mime types: ${types.join(', ')}.`)
  }
  const bytes = Buffer.from(data, 'base64')
  if (bytes.length > largestBytes) throw invalid('The image is too large: at most 20 MB.')
  try {
    const image = sharp(bytes, { failOn: 'truncated' })
    const { format } = await image.metadata()
    if (`image/${format}` !== type) throw invalid(`The image is not ${type}.`)
    await image.stats()
  } catch (error) {
    throw error instanceof Error && 'answer' in error ? error : invalid(unreadable)
  }
  return { bytes }
}

/** Keeps an image for the film and returns its name, which is made of its content. */
export async function keepPicture(folder: string, { bytes }: InputImage): Promise<string> {
  const name = `${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}.jpg`
  const path = join(folder, 'pictures', name)
  const small = sharp(bytes).rotate().resize(1920, 1920, { fit: 'inside', withoutEnlargement: true })
  const unfinished = `${path}.${process.hrtime.bigint()}.part`
  await writeFile(unfinished, await small.flatten().jpeg({ quality: 90 }).toBuffer())
  await rename(unfinished, path)
  return name
}

/** Removes the pictures that no Operation shows any more. */
export async function tidyPictures(folder: string, shown: ReadonlySet<string | null>): Promise<void> {
  const pictures = join(folder, 'pictures')
  await mkdir(pictures, { recursive: true })
  for (const name of await readdir(pictures)) if (!shown.has(name)) await rm(join(pictures, name), { force: true })
}
