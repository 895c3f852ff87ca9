import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync, gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asVideoError } from '../../src/core/errors.ts'
import type { VideoFiles } from '../../src/core/ports/files.ts'
import { openFiles } from '../../src/files/open.ts'
import { silentLog } from '../db/memory-store.ts'

const megabyte = 1024 * 1024

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

/** A PNG that says it is so wide and high, around any image data. */
function png(width: number, height: number, data: Buffer): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header.set([8, 2], 8)
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

describe('images that are meant to hurt', () => {
  let folder: string
  let files: VideoFiles
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dailies-bombs-'))
    files = await openFiles(
      {
        folder,
        imageOrigins: [],
        privateOrigins: [],
        ffmpegPath: null,
        searchPath: '',
        maxVideoBytes: megabyte,
        maxImageBytes: 20 * megabyte,
      },
      silentLog,
    )
  })
  afterAll(() => rm(folder, { recursive: true }))

  const give = async (bytes: Buffer) => {
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
    }
    return files.saveImage(pieces()).then(() => null, asVideoError)
  }

  it.each<[string, () => Buffer, string]>([
    [
      '60,000 by 60,000 pixels in a few bytes',
      () => png(60_000, 60_000, deflateSync(Buffer.alloc(100))),
      'too_many_pixels',
    ],
    ['2,147,483,647 pixels a side', () => png(2 ** 31 - 1, 2 ** 31 - 1, deflateSync(Buffer.alloc(100))), '*'],
    [
      '200 MB of nothing, deflated to 200 KB, behind a small header',
      () => png(64, 64, deflateSync(Buffer.alloc(200 * megabyte))),
      '*',
    ],
    ['a gzip bomb by another name', () => gzipSync(Buffer.alloc(100 * megabyte)), 'not_an_image'],
    ['a zip file', () => Buffer.from('PK\x03\x04 and so on', 'latin1'), 'not_an_image'],
    [
      'an SVG that refers to itself and to files',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
      'not_an_image',
    ],
    ['a web page', () => Buffer.from('<!doctype html><script>alert(1)</script>'), 'not_an_image'],
    ['21 MB of noise', () => Buffer.alloc(21 * megabyte, 1), 'too_large'],
  ])('%s: refused, with bounded memory, and nothing stays', async (_, make, why) => {
    const bytes = make()
    const before = process.memoryUsage().rss
    const refused = await give(bytes)
    if (why === '*') expect(refused === null || refused.code === 'bad_image').toBe(true)
    else expect(refused).toMatchObject({ code: 'bad_image', facts: { why } })
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * megabyte)
    expect((await readdir(folder)).filter((name) => name.startsWith('.part_'))).toEqual([])
  })

  it('what hides in metadata does not come along', async () => {
    const hidden = 'GPS and a secret and <script>'
    const bytes = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#123' } })
      .jpeg()
      .withExif({ IFD0: { ImageDescription: hidden } })
      .toBuffer()
    expect(bytes.includes(hidden)).toBe(true)
    const saved = await files.saveImage([bytes] as never)
    const kept = await files.readImage(saved)
    expect(Buffer.from(kept.bytes).includes(hidden)).toBe(false)
  })
})
