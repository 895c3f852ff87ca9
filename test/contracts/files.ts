import { buffer } from 'node:stream/consumers'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { VideoFiles } from '../../src/core/ports/files.ts'
import type { RemoteImage } from '../../src/core/request.ts'
import { type FileServer, startFileServer } from '../files/file-server.ts'
import { hashOf } from '../files/hash.ts'
import { mp4 } from '../files/mp4-fixture.ts'
import { addressed, never, oneChunk, refusalOf } from '../files/setup.ts'

/** What an implementation is opened with: a server at a private address that it may fetch from, and small limits. */
export interface FilesWorld {
  readonly imageOrigins: readonly {
    readonly origin: string
    readonly headers?: () => Promise<Record<string, string>>
  }[]
  readonly privateOrigins: readonly string[]
  readonly maxVideoBytes: number
  readonly maxImageBytes: number
}

/** An implementation without an encoder; `age` makes a file look two hours old. */
export interface OpenedFiles {
  readonly files: VideoFiles
  age(file: string): Promise<void>
  close(): Promise<void>
}

/** What every VideoFiles promises. */
export function filesContract(name: string, open: (world: FilesWorld) => Promise<OpenedFiles>): void {
  describe(`${name} keeps videos and images`, () => {
    let server: FileServer
    let opened: OpenedFiles
    let files: VideoFiles

    beforeAll(async () => {
      server = await startFileServer()
    })
    afterAll(() => server.close())
    beforeEach(async () => {
      opened = await open({
        imageOrigins: [{ origin: server.origin, headers: async () => ({ authorization: 'Bearer image-token' }) }],
        privateOrigins: [server.origin],
        maxVideoBytes: 1_000_000,
        maxImageBytes: 300_000,
      })
      files = opened.files
    })
    afterEach(() => opened.close())

    const remote = (url: string): RemoteImage => ({
      kind: 'remote',
      url,
      declaredType: 'image/png',
      declaredBytes: 1,
      name: 'cat.png',
    })
    const read = async (file: string, range?: { start: number; end: number }) => {
      const stored = await files.open(file)
      return stored ? buffer(stored.stream(range)) : null
    }
    const picture = (width = 40, height = 30) =>
      sharp({ create: { width, height, channels: 3, background: '#c04020' } })

    it('keeps a video given as bytes, with its hash, length and size in pixels', async () => {
      const video = mp4({ seconds: 6, width: 720, height: 1280 })
      const saved = await files.saveVideo('op-1', { kind: 'bytes', bytes: video }, never)
      expect(saved).toEqual({
        file: 'gen_video_op-1.mp4',
        poster: null,
        bytes: video.length,
        hash: hashOf(video),
        seconds: 6,
        width: 720,
        height: 1280,
      })
      expect(await read(saved.file)).toEqual(video)
      const stored = await files.open(saved.file)
      expect(stored).toMatchObject({ file: saved.file, bytes: video.length, mimeType: 'video/mp4' })
    })

    it('keeps a video fetched from its address with the key', async () => {
      const video = mp4()
      const uri = server.serve('/video?alt=media', video)
      const saved = await files.saveVideo('op-2', addressed(uri), never)
      expect(await read(saved.file)).toEqual(video)
      expect(server.requests.at(-1)?.headers['x-goog-api-key']).toBe('secret-key')
    })

    it('reads inclusive ranges', async () => {
      const video = mp4()
      const { file } = await files.saveVideo('op-3', { kind: 'bytes', bytes: video }, never)
      expect(await read(file, { start: 4, end: 7 })).toEqual(Buffer.from('ftyp'))
      expect(await read(file, { start: video.length - 2, end: video.length - 1 })).toEqual(video.subarray(-2))
    })

    it('replaces a video by itself when it is saved twice', async () => {
      const video = mp4()
      await files.saveVideo('op-4', { kind: 'bytes', bytes: mp4({ seconds: 4 }) }, never)
      const second = await files.saveVideo('op-4', { kind: 'bytes', bytes: video }, never)
      expect(await read(second.file)).toEqual(video)
    })

    it('keeps nothing of a video that is cut off or too large, and says which may pass', async () => {
      const cut = mp4().subarray(0, 3000)
      const truncated = await refusalOf(files.saveVideo('op-5', { kind: 'bytes', bytes: cut }, never))
      expect(truncated).toMatchObject({ code: 'bad_video', retryable: true, facts: { why: 'truncated' } })
      const large = mp4({ mediaBytes: 1_000_000 })
      const refused = await refusalOf(files.saveVideo('op-5', { kind: 'bytes', bytes: large }, never))
      expect(refused).toMatchObject({ code: 'bad_video', retryable: false, facts: { why: 'too_large', limit: '1 MB' } })
      expect(await files.open('gen_video_op-5.mp4')).toBeNull()
    })

    it.each(['', '../up', 'a/b', 'a\\b', 'a.b', 'ü', 'a'.repeat(65), 'a\n', '%2e'])('refuses the id %j', async (id) => {
      expect((await refusalOf(files.saveVideo(id, { kind: 'bytes', bytes: mp4() }, never))).code).toBe('internal')
    })

    it.each(['png', 'jpeg', 'webp'] as const)('keeps a %s as an image that Google takes', async (format) => {
      const saved = await files.saveImage(oneChunk(await picture().toFormat(format).toBuffer()))
      const mimeType = format === 'jpeg' ? 'image/jpeg' : 'image/png'
      expect(saved).toMatchObject({ kind: 'saved', mimeType, width: 40, height: 30 })
      expect(saved.file).toMatch(/^uploads\/input_[0-9a-f-]{36}\.(jpg|png)$/)
      const back = await files.readImage(saved)
      expect(back.mimeType).toBe(mimeType)
      expect(await sharp(back.bytes).metadata()).toMatchObject({ width: 40, height: 30 })
      expect(await files.open(saved.file)).toMatchObject({ mimeType })
    })

    it('refuses what is no still PNG, JPEG or WebP within the limit', async () => {
      const why = async (bytes: Uint8Array) => {
        const { code, retryable, facts } = await refusalOf(files.saveImage(oneChunk(bytes)))
        return { code, retryable, why: facts.why }
      }
      const refused = (reason: string) => ({ code: 'bad_image', retryable: false, why: reason })
      expect(await why(Buffer.alloc(0))).toEqual(refused('not_an_image'))
      expect(await why(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toEqual(refused('not_an_image'))
      expect(await why((await picture().png().toBuffer()).subarray(0, 60))).toEqual(refused('truncated'))
      expect(await why(Buffer.alloc(300_001))).toEqual(refused('too_large'))
    })

    it('fetches an image from a trusted origin with that origin’s header', async () => {
      const url = server.serve('/files/cat', await picture().png().toBuffer())
      expect(await files.fetchImage(remote(url), never)).toMatchObject({ mimeType: 'image/png', width: 40, height: 30 })
      expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer image-token')
    })

    it('asks no other origin for an image', async () => {
      const before = server.requests.length
      for (const url of [
        `http://localhost:${server.port}/files/cat`,
        'https://example.com/a.png',
        'file:///etc/hosts',
        'x',
      ]) {
        const refused = await refusalOf(files.fetchImage(remote(url), never))
        expect(refused).toMatchObject({ code: 'bad_image', retryable: false, facts: { why: 'untrusted_address' } })
      }
      expect(server.requests.length).toBe(before)
    })

    it.each([
      '../secret.mp4',
      '/etc/passwd',
      'uploads/../../secret.mp4',
      'gen_video_../x.mp4',
      'gen_video_a.mp4/../b',
      'gen_video_a.mp4\0.jpg',
      'gen_video_a.html',
      'uploads/input_1.png',
      'uploads',
      '.env',
      '',
      'gen_video_not-there.mp4',
    ])('has no file %j to open', async (file) => {
      expect(await files.open(file)).toBeNull()
      await expect(files.remove(file)).resolves.toBeUndefined()
    })

    it('removes a file, also one that is gone already', async () => {
      const { file } = await files.saveVideo('op-6', { kind: 'bytes', bytes: mp4() }, never)
      await files.remove(file)
      expect(await files.open(file)).toBeNull()
      await expect(files.remove(file)).resolves.toBeUndefined()
    })

    it('tells that an image is gone', async () => {
      const saved = await files.saveImage(oneChunk(await picture().png().toBuffer()))
      await files.remove(saved.file)
      expect(await refusalOf(files.readImage(saved))).toMatchObject({ code: 'bad_image', facts: { why: 'gone' } })
    })

    it('sweeps what nobody owns once it is an hour old, and nothing else', async () => {
      const save = async (id: string) => (await files.saveVideo(id, { kind: 'bytes', bytes: mp4() }, never)).file
      const [owned, orphan, young] = [await save('owned'), await save('orphan'), await save('young')]
      const image = (await files.saveImage(oneChunk(await picture().png().toBuffer()))).file
      for (const file of [owned, orphan, image]) await opened.age(file)
      expect(await files.sweep(async (file) => file === owned)).toBe(2)
      expect(await files.open(orphan)).toBeNull()
      expect(await files.open(image)).toBeNull()
      expect(await files.open(owned)).not.toBeNull()
      expect(await files.open(young)).not.toBeNull()
    })

    it('answers a ping while it can write', async () => {
      await expect(files.ping(1)).resolves.toBeUndefined()
    })

    it('says so where no encoder is at hand', async () => {
      const { file } = await files.saveVideo('op-7', { kind: 'bytes', bytes: mp4() }, never)
      expect(await files.smaller(file, 1000, never)).toBeNull()
      const refused = await refusalOf(files.lastFrame(file))
      expect(refused).toMatchObject({ code: 'bad_image', facts: { why: 'no_decoder' } })
    })
  })
}
