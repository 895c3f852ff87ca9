import { readdir } from 'node:fs/promises'
import { crc32, deflateSync } from 'node:zlib'
import fc from 'fast-check'
import sharp, { type Sharp } from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { VideoError } from '../../src/core/errors.ts'
import { cleanImage } from '../../src/files/images.ts'
import { type FileServer, startFileServer } from './file-server.ts'
import { box } from './mp4-fixture.ts'
import { never, type Opened, oneChunk, openTemporaryFiles, refusalOf } from './setup.ts'

const limit = 2_000_000
const clean = (bytes: Uint8Array, maxBytes = limit) => cleanImage(Buffer.from(bytes), maxBytes, 'not_an_image')
const flat = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: '#3060c0' } })

/** A PNG chunk, its checksum left at nought. */
function chunk(type: string, content: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  return Buffer.concat([length, Buffer.from(type, 'latin1'), content, Buffer.alloc(4)])
}

/** A picture that no compression makes small. */
function noise(side: number): Sharp {
  let state = 1
  const raw = Buffer.alloc(side * side * 3)
  for (let at = 0; at < raw.length; at += 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    raw[at] = state >>> 16
  }
  return sharp(raw, { raw: { width: side, height: side, channels: 3 } })
}

describe('an image that is taken in', () => {
  it('stands upright and has lost its metadata', async () => {
    const tagged = await flat(40, 20)
      .withExif({ IFD0: { Copyright: 'somebody', ImageDescription: 'at home' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    const image = await clean(tagged)
    expect(image).toMatchObject({ width: 20, height: 40, mimeType: 'image/jpeg', extension: 'jpg' })
    const metadata = await sharp(image.bytes).metadata()
    expect(metadata.exif).toBeUndefined()
    expect(metadata.orientation).toBeUndefined()
    expect(image.bytes.includes('somebody')).toBe(false)
  })

  it.each(['png', 'jpeg', 'webp'] as const)(
    'of a %s with something behind it keeps only the picture',
    async (format) => {
      const polyglot = Buffer.concat([
        await flat(30, 30).toFormat(format).toBuffer(),
        Buffer.from('<script>PK\x03\x04'),
      ])
      const image = await clean(polyglot)
      expect(image).toMatchObject({ width: 30, height: 30 })
      expect(image.bytes.includes('<script>')).toBe(false)
    },
  )

  it('is made no larger than any model needs', async () => {
    expect(await clean(await flat(6000, 1500).png().toBuffer())).toMatchObject({ width: 4096, height: 1024 })
  })

  it('becomes a JPEG where a PNG would be over the limit, and is refused where that is too', async () => {
    const photograph = await noise(300).webp({ quality: 60 }).toBuffer()
    const png = await clean(photograph)
    expect(png.mimeType).toBe('image/png')
    const jpeg = await clean(photograph, png.bytes.length - 1)
    expect(jpeg).toMatchObject({ mimeType: 'image/jpeg', width: 300 })
    const refused = await refusalOf(clean(photograph, jpeg.bytes.length - 1))
    expect(refused).toMatchObject({ code: 'bad_image', facts: { why: 'too_large' } })
  })

  it('may come in crumbs', async () => {
    const opened = await openTemporaryFiles()
    const bytes = await noise(40).png().toBuffer()
    const crumbs = async function* () {
      for (const byte of bytes) yield Uint8Array.of(byte)
    }
    expect(await opened.files.saveImage(crumbs())).toMatchObject({ width: 40, height: 40 })
    await opened.close()
  })

  it('keeps its transparency as a PNG', async () => {
    const clear = { create: { width: 9, height: 9, channels: 4, background: '#ff000080' } } as const
    const image = await clean(await sharp(clear).webp().toBuffer())
    expect(await sharp(image.bytes).metadata()).toMatchObject({ format: 'png', hasAlpha: true })
  })
})

describe('an image is refused', () => {
  const whyOf = async (bytes: Uint8Array) => {
    const { code, retryable, facts } = await refusalOf(clean(bytes))
    expect({ code, retryable }).toEqual({ code: 'bad_image', retryable: false })
    return facts.why
  }

  it.each([
    ['empty', Buffer.alloc(0)],
    ['text', Buffer.from('a picture of a cat')],
    ['svg', Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')],
    ['pdf', Buffer.from('%PDF-1.7')],
    ['heic', box('ftyp', Buffer.from('heic\0\0\0\0'))],
    ['html', Buffer.from('\ufeff\n<!DOCTYPE html><html></html>')],
    ['gif', Buffer.from('R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=', 'base64')],
  ])('when it is %s', async (_what, bytes) => {
    expect(await whyOf(bytes)).toBe('not_an_image')
  })

  it('when it is animated, as WebP and as PNG', async () => {
    const frames = Buffer.concat([Buffer.alloc(300, 10), Buffer.alloc(300, 200)])
    const raw = { width: 10, height: 20, channels: 3, pageHeight: 10 } as const
    expect(
      await whyOf(
        await sharp(frames, { raw })
          .webp({ loop: 0, delay: [100, 100] })
          .toBuffer(),
      ),
    ).toBe('animated')
    const still = await flat(10, 10).png().toBuffer()
    const afterHeader = 8 + 25
    const apng = [still.subarray(0, afterHeader), chunk('acTL', Buffer.alloc(8)), still.subarray(afterHeader)]
    expect(await whyOf(Buffer.concat(apng))).toBe('animated')
  })

  it.each(['png', 'jpeg', 'webp'] as const)('when it is a %s cut off anywhere', async (format) => {
    const whole = await noise(40).toFormat(format).toBuffer()
    for (const share of [0.1, 0.5, 0.9]) {
      expect(await whyOf(whole.subarray(0, Math.floor(whole.length * share)))).toBe('truncated')
    }
  })

  it('when it unfolds to more pixels than fit into memory, without unfolding it', async () => {
    const header = Buffer.alloc(13)
    header.writeUInt32BE(60_000, 0)
    header.writeUInt32BE(60_000, 4)
    header.set([8, 2, 0, 0, 0], 8)
    const data = deflateSync(Buffer.alloc(1_000_000))
    const signature = Buffer.from('89504e470d0a1a0a', 'hex')
    const parts = [signature, withSum('IHDR', header), withSum('IDAT', data), withSum('IEND', Buffer.alloc(0))]
    const refused = await refusalOf(clean(Buffer.concat(parts)))
    expect(refused.facts).toMatchObject({ why: 'too_many_pixels', limit: 50 })
  })

  it('with nothing but a VideoError, whatever the bytes are', async () => {
    const samples = [
      await noise(12).png().toBuffer(),
      await noise(12).jpeg().toBuffer(),
      await noise(12).webp().toBuffer(),
      Buffer.from('<html>'),
    ]
    const damage = fc.record({
      sample: fc.constantFrom(...samples),
      cut: fc.nat(600),
      patches: fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { maxLength: 8 }),
    })
    const damaged = damage.map(({ sample, cut, patches }) => {
      const bytes = Buffer.from(sample.subarray(0, Math.max(1, sample.length - cut)))
      for (const [at, value] of patches) bytes[at % bytes.length] = value
      return bytes
    })
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged, fc.uint8Array({ maxLength: 200 })), async (bytes) => {
        const outcome = await clean(bytes).catch((error: unknown) => error)
        if (outcome instanceof VideoError) expect(outcome.code).toBe('bad_image')
        else expect(outcome).toMatchObject({ mimeType: expect.stringMatching(/^image\/(png|jpeg)$/) })
      }),
      { numRuns: 400 },
    )
  })
})

/** A PNG chunk with its checksum. */
function withSum(type: string, content: Uint8Array): Buffer {
  const made = chunk(type, content)
  made.writeUInt32BE(crc32(made.subarray(4, -4)), made.length - 4)
  return made
}

describe('an image that is fetched', () => {
  let server: FileServer
  let opened: Opened
  beforeAll(async () => {
    server = await startFileServer()
  })
  afterAll(() => server.close())
  beforeEach(async () => {
    opened = await openTemporaryFiles({
      imageOrigins: [server],
      privateOrigins: [server.origin],
      maxImageBytes: 50_000,
    })
  })
  afterEach(() => opened.close())

  const fetching = (url: string) =>
    opened.files.fetchImage({ kind: 'remote', url, declaredType: 'image/png', declaredBytes: 3, name: 'x' }, never)

  it('turns out to be a login page', async () => {
    const page = Buffer.from('<!DOCTYPE html><html><title>Sign in to Slack</title></html>')
    const url = server.serve('/login', page, { 'content-type': 'text/html; charset=utf-8' })
    const refused = await refusalOf(fetching(url))
    expect(refused).toMatchObject({ code: 'bad_image', retryable: false, facts: { why: 'login_page' } })
  })

  it.each([
    [404, { code: 'bad_image', retryable: false, facts: { why: 'gone' } }],
    [403, { code: 'bad_image', retryable: false, facts: { why: 'forbidden' } }],
    [500, { code: 'unreachable', retryable: true }],
  ])('is answered with %i', async (status, expected) => {
    const url = server.on(`/${status}`, (_request, response) => void response.writeHead(status).end())
    expect(await refusalOf(fetching(url))).toMatchObject(expected)
  })

  it('is larger than it says', async () => {
    const url = server.on('/large', (_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png' })
      response.end(Buffer.alloc(50_001))
    })
    expect(await refusalOf(fetching(url))).toMatchObject({ code: 'bad_image', facts: { why: 'too_large' } })
  })

  it('leaves nothing behind when it is refused, uploaded or fetched', async () => {
    await refusalOf(opened.files.saveImage(oneChunk(Buffer.from('no image'))))
    await refusalOf(fetching(server.serve('/text', Buffer.from('no image'))))
    await opened.files.saveImage(oneChunk(await flat(5, 5).png().toBuffer()))
    const left = await readdir(opened.folder, { recursive: true })
    expect(left.filter((file) => !/^uploads(\/input_[0-9a-f-]+\.png)?$/.test(file))).toEqual([])
    expect(left).toHaveLength(2)
  })
})
