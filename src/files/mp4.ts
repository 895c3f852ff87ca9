import type { FileHandle } from 'node:fs/promises'
import { VideoError } from '../core/errors.ts'

/** What the boxes of an MP4 say. `seconds` is 0 where a fragmented file does not tell its length. */
export interface Mp4 {
  readonly seconds: number
  readonly width: number
  readonly height: number
}

interface Box {
  readonly type: string
  /** Where its content begins, after the header, and where it ends. */
  readonly start: number
  readonly end: number
}

/** What is read at once: the boxes that tell about a video lie close together. */
const windowBytes = 4096
/** Boxes looked at before a file counts as made to keep us busy. */
const maxBoxes = 10_000
const maxPixelsAside = 16_384

/**
 * Walks the boxes of a whole file (ISO 14496-12) without reading its media. Throws `bad_video`: retryable with why
 * `truncated` or `web_page` (an error page in the video's place), otherwise `not_a_video` or `damaged`.
 */
export async function probeMp4(handle: FileHandle): Promise<Mp4> {
  const { size } = await handle.stat()
  const window = new Window(handle)
  await checkBeginning(window, size)
  const walk = new Walk(window)
  let movie: Mp4 | null = null
  let media = 0
  let fragments = 0
  for await (const box of walk.boxes(0, size)) {
    if (!/^[\x20-\x7e\xa9]{4}$/.test(box.type)) throw bad('damaged')
    if (box.end > size) throw bad('truncated')
    if (box.type === 'moov') movie = await readMovie(walk, box)
    if (box.type === 'mdat') media += box.end - box.start
    if (box.type === 'moof') fragments += 1
  }
  if (!movie || media === 0) throw bad('truncated')
  if (movie.width === 0 || movie.height === 0) throw bad('damaged')
  if (movie.width > maxPixelsAside || movie.height > maxPixelsAside) throw bad('damaged')
  if (movie.seconds === 0 && fragments === 0) throw bad('damaged')
  return movie
}

function bad(why: 'truncated' | 'web_page' | 'not_a_video' | 'damaged'): VideoError {
  const retryable = why === 'truncated' || why === 'web_page'
  return new VideoError('bad_video', `the file is no whole MP4: ${why}`, { retryable, facts: { why } })
}

async function checkBeginning(window: Window, size: number): Promise<void> {
  const head = await window.read(0, Math.min(size, 64))
  if (head.toString('latin1', 4, 8) === 'ftyp') return
  if (head.length < 8) throw bad('truncated')
  throw bad(/^(\xef\xbb\xbf)?\s*[<{[]/.test(head.toString('latin1')) ? 'web_page' : 'not_a_video')
}

/** A piece of a file; who reads beside it moves it there. */
class Window {
  readonly #handle: FileHandle
  #from = 0
  #bytes = Buffer.alloc(0)

  constructor(handle: FileHandle) {
    this.#handle = handle
  }

  /** At most `windowBytes`; fewer than asked for where the file ends. */
  async read(position: number, length: number): Promise<Buffer> {
    if (position < this.#from || position + length > this.#from + this.#bytes.length) {
      const { buffer, bytesRead } = await this.#handle.read(Buffer.alloc(windowBytes), 0, windowBytes, position)
      this.#from = position
      this.#bytes = buffer.subarray(0, bytesRead)
    }
    return this.#bytes.subarray(position - this.#from, position - this.#from + length)
  }
}

class Walk {
  readonly #window: Window
  #seen = 0

  constructor(window: Window) {
    this.#window = window
  }

  /** The boxes between two positions; the last one may claim to end beyond `to`. */
  async *boxes(from: number, to: number): AsyncGenerator<Box> {
    for (let position = from; position < to; ) {
      this.#seen += 1
      if (this.#seen > maxBoxes) throw bad('damaged')
      const box = await this.#box(position, to)
      yield box
      position = box.end
    }
  }

  async #box(position: number, to: number): Promise<Box> {
    const head = await this.#window.read(position, Math.min(16, to - position))
    if (head.length < 8) throw bad('truncated')
    const type = head.toString('latin1', 4, 8)
    const short = head.readUInt32BE(0)
    if (short === 0) return { type, start: position + 8, end: to }
    if (short !== 1) {
      if (short < 8) throw bad('damaged')
      return { type, start: position + 8, end: position + short }
    }
    if (head.length < 16) throw bad('truncated')
    const long = Number(head.readBigUInt64BE(8))
    if (long < 16 || !Number.isSafeInteger(position + long)) throw bad('damaged')
    return { type, start: position + 16, end: position + long }
  }

  /** The boxes inside one; each must end within it. */
  async *inside(box: Box): AsyncGenerator<Box> {
    for await (const each of this.boxes(box.start, box.end)) {
      if (each.end > box.end) throw bad('damaged')
      yield each
    }
  }

  /** The first bytes of a box's content, all of them or `damaged`. */
  async content(box: Box, length: number): Promise<Buffer> {
    if (box.end - box.start < length) throw bad('damaged')
    const content = await this.#window.read(box.start, length)
    if (content.length < length) throw bad('truncated')
    return content
  }
}

async function readMovie(walk: Walk, moov: Box): Promise<Mp4> {
  let header = { timescale: 0, duration: 0 }
  let fragmented = 0
  let size = { width: 0, height: 0 }
  for await (const box of walk.inside(moov)) {
    if (box.type === 'mvhd') header = await readHeader(walk, box)
    if (box.type === 'mvex') fragmented = await readFragmentedDuration(walk, box)
    if (box.type === 'trak' && size.width === 0) size = (await readVideoTrack(walk, box)) ?? size
  }
  if (header.timescale === 0) throw bad('damaged')
  return { seconds: (header.duration || fragmented) / header.timescale, ...size }
}

async function readHeader(walk: Walk, box: Box): Promise<{ timescale: number; duration: number }> {
  const version = (await walk.content(box, 1)).readUInt8(0)
  if (version === 1) {
    const content = await walk.content(box, 32)
    return { timescale: content.readUInt32BE(20), duration: known(Number(content.readBigUInt64BE(24)), 2 ** 64) }
  }
  const content = await walk.content(box, 20)
  return { timescale: content.readUInt32BE(12), duration: known(content.readUInt32BE(16), 2 ** 32 - 1) }
}

/** All ones mean that the length is not known. */
function known(duration: number, unknown: number): number {
  return duration === unknown ? 0 : duration
}

async function readFragmentedDuration(walk: Walk, mvex: Box): Promise<number> {
  for await (const box of walk.inside(mvex)) {
    if (box.type !== 'mehd') continue
    const version = (await walk.content(box, 1)).readUInt8(0)
    const content = await walk.content(box, version === 1 ? 12 : 8)
    return version === 1 ? Number(content.readBigUInt64BE(4)) : content.readUInt32BE(4)
  }
  return 0
}

async function readVideoTrack(walk: Walk, trak: Box): Promise<{ width: number; height: number } | null> {
  let size = { width: 0, height: 0 }
  let isVideo = false
  for await (const box of walk.inside(trak)) {
    if (box.type === 'tkhd') size = await readTrackSize(walk, box)
    if (box.type === 'mdia') isVideo = await isVideoMedia(walk, box)
  }
  return isVideo ? size : null
}

async function readTrackSize(walk: Walk, tkhd: Box): Promise<{ width: number; height: number }> {
  const version = (await walk.content(tkhd, 1)).readUInt8(0)
  const at = version === 1 ? 88 : 76
  const content = await walk.content(tkhd, at + 8)
  // 16.16 fixed point.
  return { width: content.readUInt16BE(at), height: content.readUInt16BE(at + 4) }
}

async function isVideoMedia(walk: Walk, mdia: Box): Promise<boolean> {
  for await (const box of walk.inside(mdia)) {
    if (box.type === 'hdlr') return (await walk.content(box, 12)).toString('latin1', 8, 12) === 'vide'
  }
  return false
}
