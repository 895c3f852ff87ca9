import { Buffer } from 'node:buffer'

/** One MP4 box: size, type, content. */
export function box(type: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(body.length + 8, 0)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, body])
}

/** A box with a 64-bit length. */
export function longBox(type: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(16)
  head.writeUInt32BE(1, 0)
  head.write(type, 4, 'latin1')
  head.writeBigUInt64BE(BigInt(content.length + 16), 8)
  return Buffer.concat([head, content])
}

interface Shape {
  readonly seconds?: number
  readonly width?: number
  readonly height?: number
  readonly handler?: string
  readonly mediaBytes?: number
}

export const ftyp = box('ftyp', Buffer.from('isom\0\0\x02\0isommp42', 'latin1'))

/** A movie header with one track; times in thousandths of a second. */
export function moov({ seconds = 8, width = 1280, height = 720, handler = 'vide' }: Shape = {}): Buffer {
  const header = Buffer.alloc(100)
  header.writeUInt32BE(1000, 12)
  header.writeUInt32BE(seconds * 1000, 16)
  const track = Buffer.alloc(84)
  track.writeUInt16BE(width, 76)
  track.writeUInt16BE(height, 80)
  const kind = Buffer.alloc(24)
  kind.write(handler, 8, 'latin1')
  return box('moov', box('mvhd', header), box('trak', box('tkhd', track), box('mdia', box('hdlr', kind))))
}

/** A whole MP4 in its outer form: right boxes, meaningless media. */
export function mp4(shape: Shape = {}): Buffer {
  const media = Buffer.alloc(shape.mediaBytes ?? 4096, 'media ')
  return Buffer.concat([ftyp, moov(shape), box('mdat', media)])
}
