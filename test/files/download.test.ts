import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type FileServer, startFileServer } from './file-server.ts'
import { hashOf } from './hash.ts'
import { mp4 } from './mp4-fixture.ts'
import { addressed, never, type Opened, openTemporaryFiles, refusalOf } from './setup.ts'

const video = mp4({ mediaBytes: 5_000_000 })
/** Far more than is buffered on the way, so that a part of it is on the disk when the connection breaks. */
const part = 2_000_000
const maxVideoBytes = 6_000_000

/** Sends a part and breaks the connection once it is out. */
function breakHalfway(response: ServerResponse, headers: Record<string, string>, status = 200, from = 0): void {
  response.writeHead(status, { 'content-length': video.length - from, ...headers })
  response.write(video.subarray(from, from + part), () => response.socket?.destroySoon())
}

/** Where a request for the rest begins; 0 where it asks for all. */
function startOf(headers: IncomingHttpHeaders): number {
  return Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0)
}

describe('a download', () => {
  let google: FileServer
  let elsewhere: FileServer
  let opened: Opened

  beforeAll(async () => {
    google = await startFileServer()
    elsewhere = await startFileServer()
  })
  afterAll(async () => {
    await google.close()
    await elsewhere.close()
  })
  beforeEach(async () => {
    google.requests.length = 0
    elsewhere.requests.length = 0
    opened = await openTemporaryFiles({
      maxVideoBytes,
      privateOrigins: [google.origin, elsewhere.origin],
      imageOrigins: [
        { origin: google.origin, headers: async () => ({ authorization: 'Bearer image-token' }) },
        { origin: elsewhere.origin },
      ],
    })
  })
  afterEach(async () => {
    // Whatever happened, nothing but whole videos stays behind.
    expect((await readdir(opened.folder)).filter((file) => file.startsWith('.part_'))).toEqual([])
    await opened.close()
  })

  const save = (uri: string, more: Parameters<typeof addressed>[1] = {}, signal = never) =>
    opened.files.saveVideo('op', addressed(uri, more), signal)
  // Compared in one go: looking at millions of numbers one by one takes seconds.
  const holds = async (expected: Buffer) => {
    const stored = await opened.files.open('gen_video_op.mp4')
    return stored !== null && (await buffer(stored.stream())).equals(expected)
  }

  describe('keeps the key to itself:', () => {
    it('another origin that a redirect may lead to gets none', async () => {
      const target = elsewhere.serve('/signed', video)
      const uri = google.on('/moved', (_request, response) => void response.writeHead(302, { location: target }).end())
      await save(uri, { allowedOrigins: [elsewhere.origin] })
      expect(await holds(video)).toBe(true)
      expect(google.requests[0]?.headers['x-goog-api-key']).toBe('secret-key')
      expect(elsewhere.requests).toHaveLength(1)
      expect(JSON.stringify(elsewhere.requests)).not.toContain('secret-key')
    })

    it('an origin that is not on the list is not even asked', async () => {
      const target = elsewhere.serve('/not-allowed', video)
      const uri = google.on('/leak', (_request, response) => void response.writeHead(307, { location: target }).end())
      const refused = await refusalOf(save(uri))
      expect(refused).toMatchObject({ code: 'bad_video', retryable: true, facts: { why: 'untrusted_address' } })
      expect(JSON.stringify(refused) + refused.message).not.toContain('secret-key')
      expect(elsewhere.requests).toEqual([])
    })

    it('an image’s token stays at its own origin', async () => {
      const target = elsewhere.serve('/image', Buffer.from('GIF89a'))
      const url = google.on('/image', (_request, response) => void response.writeHead(302, { location: target }).end())
      await refusalOf(
        opened.files.fetchImage({ kind: 'remote', url, declaredType: null, declaredBytes: null, name: 'x' }, never),
      )
      expect(google.requests[0]?.headers.authorization).toBe('Bearer image-token')
      expect(elsewhere.requests[0]?.headers).not.toHaveProperty('authorization')
    })

    it('the key comes back with the origin that owns it', async () => {
      const home = google.serve('/home', video)
      const away = elsewhere.on('/away', (_request, response) => void response.writeHead(302, { location: home }).end())
      const uri = google.on('/round', (_request, response) => void response.writeHead(302, { location: away }).end())
      await save(uri, { allowedOrigins: [elsewhere.origin] })
      expect(google.requests.map((each) => each.headers['x-goog-api-key'])).toEqual(['secret-key', 'secret-key'])
      expect(elsewhere.requests[0]?.headers).not.toHaveProperty('x-goog-api-key')
    })
  })

  it.each([
    ['http://storage.googleapis.com/x', ['*.googleapis.com']],
    ['https://googleapis.com/x', ['*.googleapis.com']],
    ['https://evilgoogleapis.com/x', ['*.googleapis.com']],
    ['https://storage.googleapis.com:8443/x', ['*.googleapis.com']],
    ['https://storage.googleapis.com.evil.example/x', ['*.googleapis.com']],
    ['https://user:word@storage.googleapis.com/x', ['*.googleapis.com']],
    ['ftp://storage.googleapis.com/x', ['*.googleapis.com']],
    ['https://storage.googleapis.com/x', ['http://storage.googleapis.com']],
  ])('does not go to %s when %j may be asked', async (uri, allowedOrigins) => {
    const refused = await refusalOf(save(uri, { keyOrigins: [], allowedOrigins }))
    expect(refused).toMatchObject({ code: 'bad_video', facts: { why: 'untrusted_address' } })
  })

  it('gives up on redirects that lead nowhere', async () => {
    const uri = google.on('/loop', (_request, response) => void response.writeHead(302, { location: '/loop' }).end())
    expect(await refusalOf(save(uri))).toMatchObject({ code: 'unreachable', retryable: true })
    expect(google.requests).toHaveLength(6)
  })

  it.each<[number, object]>([
    [401, { code: 'bad_video', retryable: true, facts: { why: 'forbidden', status: 401 } }],
    [403, { code: 'bad_video', retryable: true, facts: { why: 'forbidden', status: 403 } }],
    ...[304, 400, 404, 407, 409, 410, 421].map((status): [number, object] => [
      status,
      { code: 'bad_video', retryable: true, facts: { why: 'refused', status } },
    ]),
    [429, { code: 'unreachable', retryable: true, retryAfterSeconds: 7 }],
    [503, { code: 'unreachable', retryable: true, retryAfterSeconds: 7 }],
  ])('takes the answer %i for what it is', async (status, expected) => {
    const uri = google.on(`/status-${status}`, (_request, response) => {
      response.writeHead(status, { 'retry-after': '7' }).end('an answer that nobody reads')
    })
    expect(await refusalOf(save(uri))).toMatchObject(expected)
  })

  it.each([404, 410])('believes Google itself, and nobody else, that the file is gone: %i', async (status) => {
    const body = JSON.stringify({ error: { code: status, status: 'NOT_FOUND', message: 'Not found.' } })
    const own = google.on('/gone', (_request, response) => void response.writeHead(status).end(body))
    const gone = { code: 'bad_video', retryable: false, facts: { why: 'gone', status } }
    expect(await refusalOf(save(own))).toMatchObject(gone)
    const long = google.on('/long', (_request, response) => void response.writeHead(status).end(body.padEnd(2 ** 20)))
    expect(await refusalOf(save(long))).toMatchObject({ retryable: true, facts: { why: 'refused' } })
  })

  describe('through a proxy of the house', () => {
    it.each([
      [404, 'no route'],
      [404, '{"error":{"message":"Invalid URL (GET /v1beta/files/a)","type":"invalid_request_error","code":404}}'],
      [403, '{"message":"Missing Authentication Token"}'],
      [400, 'unknown path'],
      [501, '{"error":{"message":"API not implemented","type":"new_api_error"}}'],
    ])('asks Google itself where the proxy serves no files, and says %i %s', async (status, said) => {
      const uri = google.on('/v1beta/files/a', (_request, response) => void response.writeHead(status).end(said))
      await save(uri, { elsewhere: elsewhere.serve('/v1beta/files/a', video), allowedOrigins: [elsewhere.origin] })
      expect(await holds(video)).toBe(true)
    })

    it.each([
      [200, video],
      [502, Buffer.from('later')],
      [404, Buffer.from('{"error":{"code":404,"status":"NOT_FOUND"}}')],
      [403, Buffer.from('{"error":{"code":403,"status":"PERMISSION_DENIED"}}')],
      [404, Buffer.from('No such object: videos/b')],
      [429, Buffer.from('slower')],
    ])('asks nobody else where it answers %i itself', async (status, body) => {
      const uri = google.on('/v1beta/files/b', (_request, response) => void response.writeHead(status).end(body))
      const saved = save(uri, {
        elsewhere: elsewhere.serve('/v1beta/files/b', video),
        allowedOrigins: [elsewhere.origin],
      })
      await saved.catch(() => null)
      expect(elsewhere.requests).toEqual([])
    })
  })

  it.each([
    ['text/html', '<!doctype html><title>Sign in</title>'.repeat(20)],
    ['application/json', '{"error": {"code": 500}}'],
    ['video/mp4', '\n <html>a web page that calls itself a video</html>'],
  ])('refuses a body of %s and may be asked again', async (type, body) => {
    const uri = google.serve('/page', Buffer.from(body), { 'content-type': type })
    expect(await refusalOf(save(uri))).toMatchObject({
      code: 'bad_video',
      retryable: true,
      facts: { why: 'web_page' },
    })
  })

  it('stops at the limit when the length is announced, and when it is not', async () => {
    const announced = google.on('/announced', (_request, response) => {
      response.writeHead(200, { 'content-length': maxVideoBytes + 1 }).flushHeaders()
    })
    expect(await refusalOf(save(announced))).toMatchObject({ code: 'bad_video', facts: { why: 'too_large' } })
    let closed: Promise<unknown> | undefined
    const endless = google.on('/endless', (_request, response) => {
      closed = once(response, 'close')
      const more = () => {
        while (!response.destroyed && response.write(video));
      }
      response.on('drain', more)
      more()
    })
    expect(await refusalOf(save(endless))).toMatchObject({
      code: 'bad_video',
      retryable: false,
      facts: { why: 'too_large' },
    })
    await closed
  })

  it('notices a body that ends early, with and without an announced length', async () => {
    const wrong = google.on('/wrong-length', (_request, response) => breakHalfway(response, {}))
    expect(await refusalOf(save(wrong))).toMatchObject({ code: 'unreachable', retryable: true })
    const unknown = google.on('/no-length', (_request, response) => void response.end(video.subarray(0, part)))
    expect(await refusalOf(save(unknown))).toMatchObject({
      code: 'bad_video',
      retryable: true,
      facts: { why: 'truncated' },
    })
  })

  it.each(['before the answer', 'in the headers', 'in the body'])('survives a reset %s', async (when) => {
    const uri = google.on(`/reset-${when.replaceAll(' ', '-')}`, (_request, response) => {
      if (when === 'before the answer') response.socket?.resetAndDestroy()
      else if (when === 'in the headers')
        response.socket?.write('HTTP/1.1 200 O', () => response.socket?.resetAndDestroy())
      else response.writeHead(200).write(video.subarray(0, part), () => response.socket?.resetAndDestroy())
    })
    expect(await refusalOf(save(uri))).toMatchObject({ code: 'unreachable', retryable: true })
  })

  describe('does not wait for ever', () => {
    const impatiently = async (uri: string, patience: { idleMs: number; totalMs: number }) => {
      const impatient = await openTemporaryFiles({ privateOrigins: [google.origin] }, { connectMs: 1_000, ...patience })
      const refused = await refusalOf(impatient.files.saveVideo('op', addressed(uri), never))
      await impatient.close()
      return refused
    }

    it.each(['headers', 'body'])('for the %s', async (what) => {
      const uri = google.on(`/hang-${what}`, (_request, response) => {
        if (what === 'body') response.writeHead(200).write(video.subarray(0, part))
      })
      const refused = await impatiently(uri, { idleMs: 150, totalMs: 20_000 })
      expect(refused).toMatchObject({ code: 'unreachable', retryable: true })
    })

    it('for a body that trickles', async () => {
      const uri = google.on('/trickle', (_request, response) => {
        response.writeHead(200)
        const timer = setInterval(() => response.write('.'), 20)
        response.on('close', () => clearInterval(timer))
      })
      const refused = await impatiently(uri, { idleMs: 20_000, totalMs: 200 })
      expect(refused).toMatchObject({ code: 'unreachable', retryable: true })
    })
  })

  it('stops when the caller does, and lets go of the connection', async () => {
    const stop = new AbortController()
    let closed: Promise<unknown> | undefined
    const uri = google.on('/stopped', (_request, response) => {
      closed = once(response, 'close')
      response.writeHead(200).write(video.subarray(0, part), () => stop.abort())
    })
    expect(await refusalOf(save(uri, {}, stop.signal))).toMatchObject({ code: 'unreachable', retryable: true })
    await closed
  })

  it('cannot reach a server that is not there', async () => {
    const gone = await startFileServer()
    await gone.close()
    const files = await openTemporaryFiles({ privateOrigins: [gone.origin] })
    const refused = await refusalOf(files.files.saveVideo('op', addressed(`${gone.origin}/x`), never))
    expect(refused).toMatchObject({ code: 'unreachable', retryable: true })
    await files.close()
  })

  describe('of a broken connection', () => {
    it('goes on where it stopped, more than once', async () => {
      const uri = google.on('/resume', (request, response, count) => {
        if (count === 1) return breakHalfway(response, { etag: '"v1"' })
        const from = startOf(request.headers)
        const headers = { etag: '"v1"', 'content-range': `bytes ${from}-${video.length - 1}/${video.length}` }
        if (count === 2) return breakHalfway(response, headers, 206, from)
        response.writeHead(206, { ...headers, 'content-length': video.length - from }).end(video.subarray(from))
      })
      const { hash } = await save(uri)
      expect(await holds(video)).toBe(true)
      expect(hash).toBe(hashOf(video))
      const [, second, third] = google.requests.map((each) => each.headers)
      expect(second).toMatchObject({ 'if-range': '"v1"', 'x-goog-api-key': 'secret-key' })
      expect(startOf(second ?? {})).toBeGreaterThan(part / 2)
      expect(startOf(third ?? {})).toBeGreaterThan(startOf(second ?? {}) + part / 2)
      expect(google.requests).toHaveLength(3)
    })

    it('does not join two versions where the server does not heed If-Range', async () => {
      const newer = Buffer.from(video)
      newer.fill(0x55, 1_000_000, newer.length - 1_000)
      const uri = google.on('/joined', (request, response, count) => {
        if (count === 1) return breakHalfway(response, { etag: '"v1"' })
        const from = startOf(request.headers)
        const headers = { etag: '"v2"', 'content-length': newer.length - from }
        if (from === 0) return response.writeHead(200, headers).end(newer)
        const range = `bytes ${from}-${newer.length - 1}/${newer.length}`
        response.writeHead(206, { ...headers, 'content-range': range }).end(newer.subarray(from))
      })
      const saved = await opened.files.saveVideo('op', addressed(uri), never)
      expect((await readFile(join(opened.folder, saved.file))).equals(newer)).toBe(true)
    })

    it('starts over when the file has become another one', async () => {
      const newer = mp4({ seconds: 4, mediaBytes: 100_000 })
      const uri = google.on('/changed', (_request, response, count) => {
        if (count === 1) breakHalfway(response, { etag: '"v1"' })
        else response.writeHead(200, { etag: '"v2"', 'content-length': newer.length }).end(newer)
      })
      expect(await save(uri)).toMatchObject({ bytes: newer.length, seconds: 4 })
      expect(await holds(newer)).toBe(true)
    })

    it.each([
      [206, { 'content-range': `bytes 7-${video.length - 1}/${video.length}` }],
      [206, {}],
      [416, { 'content-range': `bytes */${video.length}` }],
    ])('asks for all of it after an answer %i with %j that does not fit', async (status, headers) => {
      const uri = google.on('/misfit', (_request, response, count) => {
        if (count === 1) breakHalfway(response, { 'last-modified': 'Sun, 22 Nov 2026 16:00:00 GMT' })
        else if (count === 2) response.writeHead(status, headers).end('other bytes')
        else response.end(video)
      })
      await save(uri)
      expect(await holds(video)).toBe(true)
      expect(google.requests.map((each) => startOf(each.headers) > 0)).toEqual([false, true, false])
    })

    it('is not resumed when the server does not name its version', async () => {
      const uri = google.on('/no-version', (_request, response) => breakHalfway(response, { etag: 'W/"weak"' }))
      expect(await refusalOf(save(uri))).toMatchObject({ code: 'unreachable', retryable: true })
      expect(google.requests).toHaveLength(1)
    })

    it('is not resumed for ever', async () => {
      const uri = google.on('/always-broken', (_request, response) => {
        breakHalfway(response, { etag: '"v1"' })
      })
      expect(await refusalOf(save(uri))).toMatchObject({ code: 'unreachable', retryable: true })
      expect(google.requests).toHaveLength(6)
    })
  })
})
