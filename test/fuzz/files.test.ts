import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asVideoError } from '../../src/core/errors.ts'
import type { VideoFiles } from '../../src/core/ports/files.ts'
import { openFiles } from '../../src/files/open.ts'
import { silentLog } from '../db/memory-store.ts'
import { mp4 } from '../files/mp4-fixture.ts'

const never = new AbortController().signal

/** A good file with some of its bytes changed, cut or doubled. */
function spoiled(good: Buffer): fc.Arbitrary<Buffer> {
  const edit = fc.record({ at: fc.nat(good.length - 1), bytes: fc.uint8Array({ maxLength: 8 }) })
  return fc.tuple(fc.array(edit, { maxLength: 6 }), fc.nat(good.length), fc.boolean()).map(([edits, end, whole]) => {
    const copy = Buffer.from(good)
    for (const { at, bytes } of edits) copy.set(bytes.subarray(0, copy.length - at), at)
    return whole ? copy : copy.subarray(0, end)
  })
}

describe('bytes that nobody expects', () => {
  let folder: string
  let files: VideoFiles
  const images: Buffer[] = []
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dailies-fuzz-'))
    const settings = { folder, imageOrigins: [], privateOrigins: [], ffmpegPath: null, searchPath: '' }
    files = await openFiles({ ...settings, maxVideoBytes: 1_000_000, maxImageBytes: 1_000_000 }, silentLog)
    const plain = sharp({ create: { width: 24, height: 16, channels: 3, background: '#a40' } })
    images.push(
      await plain.clone().png().toBuffer(),
      await plain.clone().jpeg().toBuffer(),
      await plain.webp().toBuffer(),
    )
  })
  afterAll(() => rm(folder, { recursive: true }))

  const leftovers = async () => (await readdir(folder)).filter((name) => name.startsWith('.part_'))

  it('any bytes as an image: kept whole or refused with a reason, never more, and nothing half stays', async () => {
    const bytes = fc.oneof(
      ...images.map(spoiled),
      fc.uint8Array({ maxLength: 400 }).map((each) => Buffer.from(each)),
    )
    await fc.assert(
      fc.asyncProperty(bytes, async (given) => {
        const outcome = await files.saveImage([given] as never).catch(asVideoError)
        if (outcome instanceof Error) {
          expect(outcome).toMatchObject({ code: 'bad_image', retryable: false, facts: { why: expect.any(String) } })
        } else {
          expect(outcome.width * outcome.height).toBeGreaterThan(0)
          await files.remove(outcome.file)
        }
      }),
      { numRuns: 300 },
    )
    expect(await leftovers()).toEqual([])
  })

  it('any bytes as a video: kept or refused, and nothing half stays', async () => {
    const good = mp4({ mediaBytes: 64 })
    const bytes = fc.oneof(
      spoiled(good),
      fc.uint8Array({ maxLength: 400 }).map((each) => Buffer.from(each)),
    )
    await fc.assert(
      fc.asyncProperty(bytes, async (given) => {
        const outcome = await files.saveVideo('fuzz', { kind: 'bytes', bytes: given }, never).catch(asVideoError)
        if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'bad_video' })
        else expect(outcome).toMatchObject({ bytes: given.length, file: 'gen_video_fuzz.mp4' })
      }),
      { numRuns: 500 },
    )
    expect(await leftovers()).toEqual([])
  })
})
