import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import hme from 'h264-mp4-encoder'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VideoError } from '../../src/core/errors.ts'
import { type Mp4, probeMp4 } from '../../src/files/mp4.ts'
import { box, ftyp, longBox, moov, mp4 } from './mp4-fixture.ts'
import { refusalOf } from './setup.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dailies-mp4-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function probe(bytes: Uint8Array): Promise<Mp4> {
  const path = join(folder, 'probed.mp4')
  await writeFile(path, bytes)
  const handle = await open(path, 'r')
  try {
    return await probeMp4(handle)
  } finally {
    await handle.close()
  }
}

const media = box('mdat', Buffer.alloc(64, 1))
const concat = (...parts: readonly Uint8Array[]) => Buffer.concat(parts)

describe('the MP4 probe', () => {
  it('reads a file that a real encoder and muxer wrote, and notices when it is cut anywhere', async () => {
    const encoder = await hme.createH264MP4Encoder()
    Object.assign(encoder, { width: 32, height: 16, frameRate: 10 })
    encoder.initialize()
    for (let frame = 0; frame < 10; frame += 1) encoder.addFrameRgba(new Uint8Array(32 * 16 * 4).fill(frame * 20))
    encoder.finalize()
    const bytes = encoder.FS.readFile(encoder.outputFilename)
    encoder.delete()
    const { seconds, ...size } = await probe(bytes)
    expect(size).toEqual({ width: 32, height: 16 })
    expect(seconds).toBeCloseTo(1, 1)
    for (let length = 0; length < bytes.length; length += 13) {
      const refused = await refusalOf(probe(bytes.subarray(0, length)))
      expect(refused).toMatchObject({ code: 'bad_video', retryable: true, facts: { why: 'truncated' } })
    }
  })

  it.each([
    ['the header in front', concat(ftyp, moov(), media)],
    ['the header behind', concat(ftyp, media, moov())],
    ['a 64-bit length', concat(ftyp, moov(), longBox('mdat', Buffer.alloc(64)))],
    ['a last box that goes to the end', concat(ftyp, moov(), Buffer.from('\0\0\0\0mdatmedia', 'latin1'))],
    ['boxes that nobody knows', concat(ftyp, box('free', Buffer.alloc(9)), moov(), media, box('uuid'))],
  ])('reads a file with %s', async (_what, bytes) => {
    expect(await probe(bytes)).toEqual({ seconds: 8, width: 1280, height: 720 })
  })

  it('takes the length of a fragmented file from where it stands', async () => {
    const header = Buffer.alloc(100)
    header.writeUInt32BE(1000, 12)
    const track = moov().subarray(8 + 108)
    const fragmented = (length: Buffer) =>
      concat(ftyp, box('moov', box('mvhd', header), box('mvex', length), track), box('moof'), media)
    const told = Buffer.alloc(8)
    told.writeUInt32BE(2500, 4)
    expect(await probe(fragmented(box('mehd', told)))).toEqual({ seconds: 2.5, width: 1280, height: 720 })
    expect(await probe(fragmented(Buffer.alloc(0)))).toMatchObject({ seconds: 0 })
  })

  it.each([
    ['truncated', 'nothing', Buffer.alloc(0)],
    ['truncated', 'no header', concat(ftyp, media)],
    ['truncated', 'no media', concat(ftyp, moov())],
    ['truncated', 'an empty media box', concat(ftyp, moov(), box('mdat'))],
    ['truncated', 'a last box that is cut', mp4().subarray(0, -1)],
    ['truncated', 'a box header that is cut', concat(mp4(), Buffer.alloc(5))],
    ['web_page', 'a web page', Buffer.from('<!doctype html><p>Sign in')],
    ['web_page', 'an error as JSON', Buffer.from('{"error":{"code":404}}')],
    ['not_a_video', 'a PNG', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
    [
      'damaged',
      'a box shorter than its own header',
      concat(ftyp, Buffer.from('\0\0\0\x03free', 'latin1'), moov(), media),
    ],
    ['damaged', 'a name that is no name', concat(ftyp, moov(), media, box('\0\x01\x02\x03'))],
    ['damaged', 'only sound', concat(ftyp, moov({ handler: 'soun' }), media)],
    ['damaged', 'no length', concat(ftyp, moov({ seconds: 0 }), media)],
    ['damaged', 'no size', concat(ftyp, moov({ width: 0 }), media)],
    ['damaged', 'an absurd size', concat(ftyp, moov({ width: 20_000 }), media)],
    ['damaged', 'an empty header', concat(ftyp, box('moov'), media)],
    ['damaged', 'a header that is too short', concat(ftyp, box('moov', box('mvhd', Buffer.alloc(10))), media)],
    [
      'damaged',
      'a box that leaves its parent',
      concat(ftyp, box('moov', Buffer.from('\0\0\x10\0trak', 'latin1')), media),
    ],
    ['damaged', 'boxes without end', concat(ftyp, ...Array.from({ length: 10_001 }, () => box('free')), moov(), media)],
  ])('says %s to a file with %s', async (why, _what, bytes) => {
    const retryable = why === 'truncated' || why === 'web_page'
    expect(await refusalOf(probe(bytes))).toMatchObject({ code: 'bad_video', retryable, facts: { why } })
  })

  it('throws nothing but a VideoError, whatever the bytes are', async () => {
    const whole = mp4({ mediaBytes: 100 })
    const damaged = fc
      .tuple(fc.nat(whole.length), fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 }))
      .map(([length, patches]) => {
        const bytes = Buffer.from(whole)
        for (const [at, value] of patches) bytes[at] = value
        return bytes.subarray(0, whole.length - (length % 3 === 0 ? length : 0))
      })
    const random = fc.uint8Array({ maxLength: 300 }).map((bytes) => concat(ftyp, bytes))
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged, random, fc.uint8Array({ maxLength: 100 })), async (bytes) => {
        const outcome = await probe(bytes).catch((error: unknown) => error)
        if (outcome instanceof VideoError) return void expect(outcome.code).toBe('bad_video')
        expect(outcome).toMatchObject({ width: expect.any(Number), height: expect.any(Number) })
        expect((outcome as Mp4).seconds).toBeGreaterThan(0)
      }),
      { numRuns: 500 },
    )
  })
})
