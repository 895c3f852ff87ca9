import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signedLink } from '../../src/bots/links.ts'
import { accessToken, type Bench, openBench } from './harness.ts'

const publicUrl = 'https://dailies.example.org'
const day = 86_400_000

describe('the player page behind a signed link', () => {
  let bench: Bench
  let id: string
  beforeAll(async () => {
    bench = await openBench({ settings: { host: '0.0.0.0', publicUrl, accessToken, retentionDays: 30 } })
    const headers = { authorization: `Bearer ${accessToken}` }
    const payload = { prompt: 'A lion & "friends" <b>', duration: 8 }
    const { body } = await bench.ask('POST', '/api/video_chat/generate', { payload, headers })
    id = String(body.operation_id)
  })
  afterAll(() => bench.close())

  const pathFor = (secret = bench.settings.linkSecret, expiresAt = bench.clock.now() + day) =>
    signedLink('', secret, id, expiresAt)
  const textOf = async (path: string) => {
    const { status, body, headers } = await bench.ask('GET', path)
    return { status, text: String(body.text), headers }
  }

  it('says so while there is nothing to watch yet', async () => {
    expect(await textOf(pathFor())).toMatchObject({ status: 503, text: expect.stringContaining('not finished yet') })
    const headers = { authorization: `Bearer ${accessToken}` }
    expect(await bench.ask('POST', `/api/video_chat/operations/${id}/link`, { headers })).toMatchObject({ status: 409 })
  })

  it('shows the video to whoever has the link, unfurls in chats and is indexed nowhere', async () => {
    await bench.complete(id)
    const { status, text, headers } = await textOf(pathFor())
    expect(status).toBe(200)
    expect(headers['x-robots-tag']).toBe('noindex, nofollow')
    expect(headers['content-security-policy']).not.toContain('unsafe')
    expect(text).toContain('<meta name="robots" content="noindex, nofollow">')
    expect(text).toContain('<meta property="og:title" content="A lion &amp; &quot;friends&quot; &lt;b&gt;">')
    expect(text).toContain('<meta property="og:video:width" content="1280">')
    expect(text).not.toContain('<b>')
    const video = /property="og:video" content="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect(video).toMatch(/^https:\/\/dailies\.example\.org\/watch\//)
    const bytes = await bench.ask('GET', video.slice(publicUrl.length), { headers: { range: 'bytes=4-7' } })
    expect(bytes).toMatchObject({ status: 206, body: { text: 'ftyp' } })
  })

  it('gives such a link to who may see the video, for a week or as long as the file is kept', async () => {
    const headers = { authorization: `Bearer ${accessToken}` }
    const linked = () => bench.ask('POST', `/api/video_chat/operations/${id}/link`, { headers })
    const { body } = await linked()
    const daysLeft = async () => (Date.parse(String((await linked()).body.expires_at)) - bench.clock.now()) / day
    expect(await daysLeft()).toBe(7)
    bench.clock.move(28 * day)
    // Its thread is still owed it, which keeps the file; then it is kept since the video was posted.
    expect(await daysLeft()).toBe(7)
    await bench.store.change(id, {}, { deliveredAt: bench.clock.now() - 25 * day })
    expect(await daysLeft()).toBe(5)
    bench.clock.move(-28 * day)
    expect((await textOf(String(body.url).slice(publicUrl.length))).status).toBe(200)
    expect(await bench.ask('POST', `/api/video_chat/operations/${id}/link`)).toMatchObject({ status: 401 })
  })

  it.each([
    ['another secret', () => pathFor('another secret')],
    ['a later end', () => pathFor().replace(/until=(\d)/, 'until=9$1')],
    [
      'another Operation',
      () =>
        pathFor().replace(
          id,
          id.replace(/^./, (first) => (first === 'a' ? 'b' : 'a')),
        ),
    ],
    ['a cut signature', () => pathFor().slice(0, -3)],
    ['no signature', () => `/watch/${id}`],
  ])('opens nothing with %s, neither page nor file', async (_what, path) => {
    expect(await textOf(path())).toMatchObject({ status: 404, text: expect.stringContaining('This link is not right') })
    expect((await bench.ask('GET', path().replace(id.slice(-4), `${id.slice(-4)}/video`))).status).toBe(404)
  })

  it('ends at its time, and with the video', async () => {
    const short = pathFor(undefined, bench.clock.now() + 1000)
    bench.clock.move(1001)
    expect(await textOf(short)).toMatchObject({ status: 410, text: expect.stringContaining('has expired') })
    const headers = { authorization: `Bearer ${accessToken}` }
    await bench.ask('DELETE', `/api/video_chat/operations/${id}`, { headers })
    expect(await textOf(pathFor())).toMatchObject({ status: 404, text: expect.stringContaining('no longer here') })
  })
})

describe('a page that could not be built', () => {
  it('is told in plain words at every address of it, while everything else works', async () => {
    const page = { folder: () => Promise.reject(new Error('Cannot find package "vite"')) }
    const bench = await openBench({ dependencies: { page } })
    for (const address of ['/', '/gallery', '/admin/settings']) {
      const { status, body } = await bench.ask('GET', address)
      expect(status).toBe(503)
      expect(body.text).toMatch(/The page could not be built[\s\S]*Cannot find package &quot;vite&quot;[\s\S]*npm ci/)
    }
    expect((await bench.ask('GET', '/assets/main.js')).status).toBe(404)
    expect((await bench.ask('GET', '/api/session')).status).toBe(200)
    await bench.close()
  })

  it('comes in the person’s language and with no style or script of strangers', async () => {
    const bench = await openBench()
    const { headers, body } = await bench.ask('GET', '/', { headers: { 'accept-language': 'de-AT,de;q=0.9' } })
    expect(body.text).toContain('<html lang="de">')
    expect(body.text).toContain('"web.sign_in.title":"Anmelden"')
    const nonce = /style-src 'self' 'nonce-(\w+)'/.exec(String(headers['content-security-policy']))?.[1]
    expect(body.text).toContain(`"nonce":"${nonce}"`)
    const asset = await bench.ask('GET', '/assets/main-a1.js')
    expect(asset).toMatchObject({ status: 200, headers: { 'cache-control': 'public, max-age=31536000, immutable' } })
    expect((await bench.ask('GET', '/assets/..%2findex.html')).status).toBe(404)
    await bench.close()
  })
})
