import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { request } from 'undici'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bucketCheck } from '../../src/doctor/machine.ts'
import { S3Client } from '../../src/files/s3-client.ts'
import { lacksIn } from '../../src/files/s3-rights.ts'
import { filesContract } from '../contracts/files.ts'
import { mp4 } from './mp4-fixture.ts'
import { type S3Server, startS3 } from './s3-server.ts'
import { never, type Opened, openTemporaryFiles, refusalOf } from './setup.ts'

let server: S3Server
let google: S3Server
beforeAll(async () => {
  ;[server, google] = await Promise.all([startS3(), startS3('Google')])
})
afterAll(() => Promise.all([server.close(), google.close()]))

for (const like of ['Amazon', 'Google'] as const) {
  filesContract(`a bucket as at ${like}`, async (world) => {
    const store = like === 'Google' ? google : server
    const opened = await openTemporaryFiles({ ...world, s3: store.settings })
    return { ...opened, age: (file) => store.age(`one/${file}`) }
  })
}

it('is listed to its end, whatever others have put into it', async () => {
  const names = Array.from(
    { length: 1_500 },
    (_, index) => `Anna's <pictures> & "films"/${String(index).padStart(4, '0')}`,
  )
  const escaped = (name: string) =>
    name.replaceAll('&', '&amp;').replaceAll("'", '&#39;').replaceAll('<', '&lt;').replaceAll('>', '&#x3E;')
  let pages = 0
  const others = createServer((request, response) => {
    pages += 1
    const after = new URL(request.url ?? '', 'http://bucket').searchParams.get('marker') ?? ''
    const rest = names.filter((name) => name > after)
    const entries = rest
      .slice(0, 1_000)
      .map(
        (name) => `<Contents><Key>${escaped(name)}</Key><LastModified>2026-11-22T00:00:00Z</LastModified></Contents>`,
      )
    const more = rest.length > 1_000 && pages < 5
    response.end(`<ListBucketResult><IsTruncated>${more}</IsTruncated>${entries.join('')}</ListBucketResult>`)
  }).listen(0, '127.0.0.1')
  await once(others, 'listening')
  const endpoint = `http://127.0.0.1:${(others.address() as AddressInfo).port}`
  const listed: string[] = []
  for await (const { file } of new S3Client({ ...server.settings, url: 's3://bucket', endpoint }).list())
    listed.push(file)
  others.close()
  expect(listed).toEqual(names)
})

describe('a bucket of Google Cloud Storage', () => {
  it('takes a large video in parts, signed for the region auto, and shows it to whoever has its link', async () => {
    const opened = await openTemporaryFiles({ s3: google.settings, maxVideoBytes: 100_000_000 })
    const bytes = mp4({ mediaBytes: 20 * 1024 * 1024 })
    const { file } = await opened.files.saveVideo('large', { kind: 'bytes', bytes }, never)
    expect(google.requests.filter((line) => line.includes('partNumber='))).toHaveLength(3)
    const link = (await opened.files.link(file, 60_000)) ?? ''
    expect(link).toContain('%2Fauto%2Fs3%2F')
    const answer = await request(link)
    expect(Buffer.from(await answer.body.arrayBuffer()).equals(bytes)).toBe(true)
    await opened.files.remove(file)
    await opened.files.remove(file)
    expect(await opened.files.open(file)).toBeNull()
    await opened.close()
  })

  it('takes it that eight instances look at once whether it can be written, and keeps nothing of those that are gone', async () => {
    const settings = { ...google.settings, url: 's3://videos/eight' }
    const eight = await Promise.all(Array.from({ length: 8 }, () => openTemporaryFiles({ s3: settings })))
    google.requests.length = 0
    await Promise.all(eight.map(({ files }) => files.ping(0)))
    expect(google.requests).toHaveLength(8)
    const looks = (await google.objects()).filter((key) => key.startsWith('eight/'))
    for (const key of looks.slice(1)) await google.age(key)
    await eight[0]?.files.sweep(async () => true)
    expect((await google.objects()).filter((key) => key.startsWith('eight/'))).toEqual(looks.slice(0, 1))
    await Promise.all(eight.map((each) => each.close()))
  })

  it.each([
    ['a checksum of its own', { 'x-amz-checksum-crc32': 'AAAAAA==' }, 'InvalidArgument'],
    ['chunks', { 'content-encoding': 'aws-chunked' }, 'InvalidArgument'],
  ])('would refuse %s, which Amazon’s own libraries send', async (_, headers, reason) => {
    const client = new S3Client(google.settings)
    const put = client.call({ method: 'PUT', file: 'gen_video_x.mp4', headers, body: new Uint8Array(1) })
    expect(await refusalOf(put)).toMatchObject({ code: 'storage', facts: { reason } })
  })
})

describe('a bucket', () => {
  let opened: Opened
  beforeEach(async () => {
    opened = await openTemporaryFiles({ s3: server.settings, maxVideoBytes: 100_000_000 })
    server.requests.length = 0
  })
  afterEach(() => opened.close())
  const save = (id: string, bytes: Uint8Array) => opened.files.saveVideo(id, { kind: 'bytes', bytes }, never)
  const read = async (file: string) => buffer((await opened.files.open(file))?.stream() ?? Readable.from([]))
  const large = () => mp4({ mediaBytes: 20 * 1024 * 1024 })

  it('gets a large video in parts, and shows it only when all are there', async () => {
    const video = large()
    const { file } = await save('large', video)
    expect(server.requests.filter((line) => line.includes('partNumber='))).toHaveLength(3)
    expect((await read(file)).equals(video)).toBe(true)
    expect(await server.objects()).toContain('one/gen_video_large.mp4')
  })

  it('gets a part again after the store was busy, and goes on', async () => {
    server.fail(/partNumber=2/, 503, 2)
    const video = large()
    const { file } = await save('again', video)
    expect((await read(file)).equals(video)).toBe(true)
  })

  it('keeps nothing of an upload that fails for good, here or there, and says that it may pass', async () => {
    server.fail(/partNumber=3/, 503, 3)
    const refused = await refusalOf(save('broken', large()))
    expect(refused).toMatchObject({ code: 'storage', retryable: true, facts: { reason: 'SlowDown' } })
    expect(server.requests.at(-1)).toMatch(/^DELETE .*uploadId=/)
    expect(await opened.files.open('gen_video_broken.mp4')).toBeNull()
    expect((await readdir(opened.folder)).filter((file) => file !== 'uploads')).toEqual([])
  })

  it('gives an address under which anybody can fetch a file for a while, and nothing else', async () => {
    const video = mp4()
    const { file } = await save('linked', video)
    const link = await opened.files.link(file, 60_000)
    expect(link).toContain('X-Amz-Expires=60')
    expect(link).not.toContain('S3RVER&')
    const answer = await request(link ?? '')
    expect(Buffer.from(await answer.body.arrayBuffer()).equals(video)).toBe(true)
    const other = await request((link ?? '').replace('linked', 'large'))
    await other.body.dump()
    expect(other.statusCode).toBe(403)
    expect(await opened.files.link('../secret', 60_000)).toBeNull()
  })

  it('says which way it fails: a wrong key, no bucket, nobody there', async () => {
    const reasonOf = async (change: Partial<S3Server['settings']>) => {
      const other = await openTemporaryFiles({ s3: { ...server.settings, ...change } })
      const refused = await refusalOf(other.files.ping(1)).finally(() => other.close())
      expect(refused).toMatchObject({ code: 'storage', retryable: true })
      expect(refused.message).not.toContain('a-wrong-secret')
      return refused.facts.reason
    }
    expect(await reasonOf({ secretAccessKey: 'a-wrong-secret' })).toBe('SignatureDoesNotMatch')
    expect(await reasonOf({ url: 's3://nowhere' })).toBe('bucket')
    expect(await reasonOf({ endpoint: 'http://127.0.0.1:1' })).toBe('ECONNREFUSED')
  })

  it.each([
    ['may do all', null, 'can be written, read, listed and emptied', null],
    ['may only write: looking', /^HEAD .*ping/, 'cannot be read', 's3:GetObject'],
    ['may only write: reading', /^GET .*ping/, 'cannot be read', 's3:GetObject'],
    ['may not list', /^GET .*marker=/, 'cannot be listed', 's3:ListBucket'],
    ['may not list, and is not told what is missing', /^HEAD .*gen_video/, 'cannot be listed', 's3:ListBucket'],
    ['may not delete', /^DELETE /, 'cannot be deleted', 's3:DeleteObject'],
  ])('whose key %s is told by doctor as such', async (_, refused, text, right) => {
    if (refused) server.fail(refused, 403, 1)
    const before = await server.objects()
    const [finding, ...more] = await bucketCheck('s3://videos/one', () => lacksIn(server.settings)).run(never)
    expect(more).toEqual([])
    expect(finding).toMatchObject({ ok: right === null, text: expect.stringContaining(text) })
    if (right !== null) expect(finding?.remedy).toContain(`allow the key ${right} there`)
    const left = (await server.objects()).filter((key) => !before.includes(key))
    expect(left).toHaveLength(right === 's3:DeleteObject' ? 1 : 0)
  })

  it('finds every file, also those beyond the first page of a list', async () => {
    const client = new S3Client({ ...server.settings, url: 's3://videos/many' })
    const body = new Uint8Array(1)
    const put = async (index: number) => {
      const answer = await client.call({ method: 'PUT', file: `gen_video_${index}.mp4`, body })
      await answer.body.dump()
    }
    for (let index = 0; index < 1_010; index += 101)
      await Promise.all(Array.from({ length: 101 }, (_, next) => put(index + next)))
    const found: string[] = []
    for await (const { file } of client.list()) found.push(file)
    expect(new Set(found).size).toBe(1_010)
    expect(found).toHaveLength(1_010)
  })

  it('keeps only files of ours below its prefix, and sweeps no other', async () => {
    const elsewhere = await openTemporaryFiles({ s3: { ...server.settings, url: 's3://videos/two' } })
    const { file } = await elsewhere.files.saveVideo('theirs', { kind: 'bytes', bytes: mp4() }, never)
    await server.age(`two/${file}`)
    await opened.files.sweep(async () => false)
    expect(await elsewhere.files.open(file)).not.toBeNull()
    await elsewhere.close()
  })
})
