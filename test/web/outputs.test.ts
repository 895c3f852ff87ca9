import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mp4 } from '../files/mp4-fixture.ts'
import { accessToken, adminToken, type Bench, openBench } from './harness.ts'

describe('a finished video', () => {
  const video = mp4()
  let bench: Bench
  let cookie: string
  let url: string
  beforeAll(async () => {
    bench = await openBench({ settings: { accessToken, adminToken } })
    cookie = await signIn(accessToken)
    const made = await bench.ask('POST', '/api/video_chat/generate', { payload: { prompt: 'x' }, headers: { cookie } })
    await bench.complete(String(made.body.operation_id))
    url = `/outputs/gen_video_${made.body.operation_id}.mp4`
  })
  afterAll(() => bench.close())

  const signIn = async (token: string) => (await bench.ask('POST', '/api/session', { payload: { token } })).cookie
  const get = (headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET', address = url) =>
    bench.app.inject({ method, url: address, headers: { cookie, ...headers } })

  it('comes whole, with its type and length, for watching', async () => {
    const { statusCode, headers, rawPayload } = await get()
    expect(statusCode).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'video/mp4',
      'content-length': String(video.length),
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
      'x-content-type-options': 'nosniff',
    })
    expect(headers['content-disposition']).toMatch(/^inline; filename="gen_video_[\w-]+\.mp4"$/)
    expect(rawPayload).toEqual(video)
  })

  it('comes for download where that is asked for', async () => {
    const { headers } = await get({}, 'GET', `${url}?download=1`)
    expect(headers['content-disposition']).toMatch(/^attachment; filename="gen_video_/)
  })

  it.each([
    ['bytes=0-3', 0, 3],
    ['bytes=4-7', 4, 7],
    ['bytes=100-', 100, video.length - 1],
    ['bytes=-10', video.length - 10, video.length - 1],
    ['bytes=0-999999999', 0, video.length - 1],
  ])('comes in the part %s', async (range, start, end) => {
    const { statusCode, headers, rawPayload } = await get({ range })
    expect(statusCode).toBe(206)
    expect(headers['content-range']).toBe(`bytes ${start}-${end}/${video.length}`)
    expect(headers['content-length']).toBe(String(end - start + 1))
    expect(rawPayload).toEqual(video.subarray(start, end + 1))
  })

  it.each(['bytes=5-3', 'bytes=-', 'bytes=0-1,4-5', 'lines=1-2', 'bytes=a-b'])('comes whole for %s', async (range) => {
    const { statusCode, rawPayload } = await get({ range })
    expect(statusCode).toBe(200)
    expect(rawPayload).toEqual(video)
  })

  it.each([`bytes=${video.length}-`, 'bytes=99999999-', 'bytes=-0'])('has no part %s', async (range) => {
    const { statusCode, headers, body } = await get({ range })
    expect(statusCode).toBe(416)
    expect(headers['content-range']).toBe(`bytes */${video.length}`)
    expect(JSON.parse(body)).toMatchObject({ code: 'bad_range' })
  })

  it('is not sent again to whoever has it, and whole to whoever has another one', async () => {
    const etag = String((await get()).headers.etag)
    expect((await get({ 'if-none-match': `"x", W/${etag}` })).statusCode).toBe(304)
    expect((await get({ range: 'bytes=0-3', 'if-range': etag })).statusCode).toBe(206)
    expect((await get({ range: 'bytes=0-3', 'if-range': '"older"' })).statusCode).toBe(200)
  })

  it('answers HEAD without a body', async () => {
    const { statusCode, headers, rawPayload } = await get({}, 'HEAD')
    expect(statusCode).toBe(200)
    expect(headers['content-length']).toBe(String(video.length))
    expect(rawPayload).toHaveLength(0)
  })

  it('is shown to its owner and to admins only', async () => {
    const stranger = await signIn(accessToken)
    expect((await get({ cookie: stranger })).statusCode).toBe(404)
    expect((await get({ cookie: await signIn(adminToken) })).statusCode).toBe(200)
    expect((await get({ cookie: '' })).statusCode).toBe(401)
  })

  it.each([
    '../secret',
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e/data/dailies.db',
    'uploads%2finput_x.png',
    'gen_video_x.mp4%00.jpg',
    'gen_video_..%2f.mp4',
    'gen_video_unknown.mp4',
    'gen_video_.mp4',
    '',
  ])('no other file comes out: %s', async (name) => {
    const { statusCode, body } = await get({}, 'GET', `/outputs/${name}`)
    expect(statusCode).toBe(404)
    expect(body).not.toContain('/work')
  })
})
