import { createHmac, scryptSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWeb } from '../../src/bots/web/index.ts'
import { buildServer } from '../../src/bots/web/server.ts'
import { say } from '../../src/core/wording.ts'
import { accessToken, adminToken, type Bench, openBench } from './harness.ts'

const generate = '/api/video_chat/generate'
const payload = { prompt: 'A lion' }
const admin = '/api/admin/settings'

describe('on this machine, without tokens', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await openBench({
      settings: { publicUrl: 'https://dailies.example.org', allowedOrigins: ['https://app.example.org'] },
    })
  })
  afterAll(() => bench.close())

  it('gives a session with the page, and knows it again after a restart', async () => {
    const { headers, cookie } = await bench.ask('GET', '/')
    expect(headers['set-cookie']).toMatch(/^__Host-dailies=.*HttpOnly; Secure; SameSite=Lax/)
    const me = (await bench.ask('GET', '/api/session', { headers: { cookie } })).body
    expect(me).toMatchObject({ signed_in: true, sign_in_required: false, admin: true })
    const restarted = await openBench({ settings: { publicUrl: 'https://dailies.example.org' } })
    expect((await restarted.ask('GET', '/api/session', { headers: { cookie } })).body).toEqual(me)
    await restarted.close()
  })

  it('never shows the session’s secret', async () => {
    const { cookie } = await bench.ask('GET', '/')
    const { body } = await bench.ask('POST', generate, { payload, headers: { cookie } })
    const secret = String(cookie.split('.')[2])
    expect(secret).toHaveLength(32)
    expect(JSON.stringify(body)).not.toContain(secret)
    expect(body.requester).toMatch(/^web:[\w-]{22}$/)
  })

  it('forgets a session after 30 days, and takes none that was tampered with', async () => {
    const { cookie } = await bench.ask('GET', '/')
    const again = async (value: string) =>
      (await bench.ask('GET', '/api/session', { headers: { cookie: value } })).cookie
    expect(await again(cookie)).toBe('')
    expect(await again(cookie.replace('member', 'admin'))).not.toBe('')
    bench.clock.move(30 * 86_400_000 + 1)
    expect(await again(cookie)).not.toBe('')
  })

  it('knows whoever keeps coming after more than 30 days, with their videos and under the same secret', async () => {
    const first = await bench.ask('GET', '/')
    const { body } = await bench.ask('POST', generate, { payload, headers: { cookie: first.cookie } })
    let cookie = first.cookie
    for (let day = 0; day < 20; day++) {
      bench.clock.move(2 * 86_400_000)
      const { status, cookie: renewed } = await bench.ask('GET', '/api/session', { headers: { cookie } })
      expect([status, renewed.split('.')[2]]).toEqual([200, first.cookie.split('.')[2]])
      cookie = renewed
    }
    const own = await bench.ask('GET', `/api/video_chat/operations/${body.operation_id}`, { headers: { cookie } })
    expect(own).toMatchObject({ status: 200, cookie: '', body: { requester: body.requester } })
    const old = await bench.ask('GET', '/api/session', { headers: { cookie: first.cookie } })
    expect(old.body.requester).not.toBe(body.requester)
  })

  it.each(['localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'dailies.example.org', 'LOCALHOST'])(
    'answers under %s',
    async (host) => {
      expect((await bench.ask('GET', '/api/session', { headers: { host } })).status).toBe(200)
    },
  )

  it.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', '192.168.1.5:3000', '@'])(
    'does not answer under %j, against DNS rebinding',
    async (host) => {
      const headers = { host, 'x-forwarded-host': 'localhost' }
      expect(await bench.ask('GET', '/api/session', { headers })).toMatchObject({
        status: 421,
        body: { code: 'wrong_host' },
      })
    },
  )

  it.each([
    ['forwarded', 'for=203.0.113.7'],
    ['x-forwarded-for', '203.0.113.7'],
    ['x-forwarded-proto', 'https'],
    ['x-real-ip', '203.0.113.7'],
    ['via', '1.1 proxy'],
  ])(
    'does not answer whom a proxy brings, with %s, although it comes from this machine under its name',
    async (header, value) => {
      const headers = { host: '127.0.0.1:3000', [header]: value }
      for (const url of ['/', admin])
        expect(await bench.ask('GET', url, { headers })).toMatchObject({
          status: 421,
          body: { code: 'wrong_host', remedy: expect.stringMatching(/PUBLIC_URL and WEB_ACCESS_TOKEN/) },
        })
    },
  )

  it.each([
    [{ origin: 'http://localhost:80' }],
    [{ origin: 'https://dailies.example.org' }],
    [{ origin: 'https://app.example.org', 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-origin' }],
    [{}],
  ])('takes a request that comes with %j', async (headers) => {
    expect((await bench.ask('POST', generate, { payload, headers })).status).toBe(202)
  })

  it.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: 'http://localhost:8080' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ origin: 'https://evil.example', authorization: 'Basic x' }],
  ])('refuses a request that another site forged: %j', async (headers) => {
    const { cookie } = await bench.ask('GET', '/')
    const answer = await bench.ask('POST', generate, { payload: { prompt: 'forged' }, headers: { cookie, ...headers } })
    const body = { code: 'wrong_origin', remedy: expect.stringContaining('PUBLIC_URL') }
    expect(answer).toMatchObject({ status: 403, body })
    expect((await bench.store.list({ search: 'forged' }, null, 1)).operations).toEqual([])
  })

  it('lets pages of allowed origins read answers, and no others', async () => {
    const allowed = async (origin: string) =>
      (await bench.ask('GET', '/api/video_chat/models', { headers: { origin } })).headers['access-control-allow-origin']
    expect(await allowed('https://app.example.org')).toBe('https://app.example.org')
    expect(await allowed('https://evil.example')).toBeUndefined()
  })

  it('sends headers that keep other sites and scripts out', async () => {
    const { headers } = await bench.ask('GET', '/')
    expect(headers).toMatchObject({
      'x-robots-tag': 'noindex, nofollow',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    })
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
  })
})

describe('with an access token', () => {
  let bench: Bench
  beforeAll(async () => {
    bench = await openBench({ settings: { host: '0.0.0.0', accessToken, adminToken } })
  })
  afterAll(() => bench.close())

  const signIn = (token: string, headers = {}) => bench.ask('POST', '/api/session', { payload: { token }, headers })

  it.each([
    ['GET', '/api/video_chat/operations'],
    ['GET', '/api/video_chat/events'],
    ['GET', '/api/video_chat/models'],
    ['GET', '/api/video_chat/stats'],
    ['POST', generate],
    ['POST', '/api/video_chat/status'],
    ['GET', '/outputs/gen_video_x.mp4'],
    ['GET', admin],
  ] as const)('lets nobody in without it: %s %s', async (method, url) => {
    const answer = await bench.ask(method, url, method === 'POST' ? { payload } : {})
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthorized' } })
    expect(answer.headers['www-authenticate']).toBe('Bearer')
  })

  it('shows the page and the sign-in, but gives no session before', async () => {
    expect(await bench.ask('GET', '/')).toMatchObject({ status: 200, cookie: '' })
    const { body, cookie } = await bench.ask('GET', '/api/session')
    expect([body, cookie]).toEqual([expect.objectContaining({ signed_in: false, sign_in_required: true }), ''])
  })

  it('lets in whom a proxy brings', async () => {
    const loopback = await openBench({ settings: { accessToken, publicUrl: 'https://dailies.example.org' } })
    const headers = { host: '127.0.0.1:3000', 'x-forwarded-for': '203.0.113.7', origin: 'https://dailies.example.org' }
    const answer = await loopback.ask('POST', '/api/session', { payload: { token: accessToken }, headers })
    expect(answer.status).toBe(200)
    await loopback.close()
  })

  it('lets in who signs in, each seeing only their own videos', async () => {
    const [one, two] = [(await signIn(accessToken)).cookie, (await signIn(accessToken)).cookie]
    const made = await bench.ask('POST', generate, { payload, headers: { cookie: one } })
    const url = `/api/video_chat/operations/${made.body.operation_id}`
    expect((await bench.ask('GET', url, { headers: { cookie: one } })).status).toBe(200)
    expect((await bench.ask('GET', url, { headers: { cookie: two } })).status).toBe(404)
    expect((await bench.ask('DELETE', url, { headers: { cookie: two } })).status).toBe(404)
    for (const relation of ['edit', 'last_frame']) {
      const rerun = { operation_id: made.body.operation_id, relation }
      const asked = { payload: { ...payload, rerun }, headers: { cookie: two } }
      expect((await bench.ask('POST', '/api/video_chat/quote', asked)).body).toMatchObject({ code: 'not_found' })
    }
    const listed = await bench.ask('GET', '/api/video_chat/operations', { headers: { cookie: two } })
    expect(listed.body.operations).toEqual([])
  })

  it('refuses another token, in the sign-in and as bearer, and slows down guessing', async () => {
    expect(await signIn('a-long-access-token-for-testz')).toMatchObject({
      status: 401,
      body: { code: 'wrong_token' },
      cookie: '',
    })
    const bearer = await bench.ask('GET', admin, { headers: { authorization: 'Bearer guess' } })
    expect(bearer).toMatchObject({ status: 401, body: { code: 'wrong_token' } })
    for (let guess = 1; guess < 10; guess++) await signIn(`guess ${guess}`)
    expect((await signIn(accessToken)).status).toBe(429)
  })

  it('takes the token as bearer from programs, wherever they run', async () => {
    const headers = { authorization: `Bearer ${accessToken}`, origin: 'https://elsewhere.example' }
    expect((await bench.ask('POST', generate, { payload, headers })).status).toBe(202)
    expect(JSON.stringify(await bench.ask('GET', '/api/session', { headers }))).not.toContain(accessToken)
  })

  it('makes an admin of who has the admin token, keeping the session, and of nobody else', async () => {
    const member = (await signIn(accessToken)).cookie
    expect(await bench.ask('GET', admin, { headers: { cookie: member } })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    })
    const before = (await bench.ask('GET', '/api/session', { headers: { cookie: member } })).body
    const raised = await signIn(adminToken, { cookie: member })
    expect(raised.body).toEqual({ ...before, admin: true })
    expect((await bench.ask('GET', admin, { headers: { cookie: raised.cookie } })).status).toBe(200)
    expect((await bench.ask('GET', admin, { headers: { cookie: member } })).status).toBe(403)
  })

  it('takes no cookie from before the token was changed', async () => {
    const { cookie } = await signIn(accessToken)
    const other = await openBench({ settings: { accessToken: 'another-access-token-for-tests', adminToken } })
    expect((await other.ask('GET', '/api/video_chat/models', { headers: { cookie } })).status).toBe(401)
    await other.close()
  })

  it('knows who signs in again after a token changed, and after https was set, by their videos', async () => {
    const before = await signIn(accessToken)
    const made = await bench.ask('POST', generate, { payload, headers: { cookie: before.cookie } })
    const url = `/api/video_chat/operations/${made.body.operation_id}`
    const changes = [
      { accessToken: 'another-access-token-for-tests' },
      { adminToken: 'another-admin-token-for-tests' },
      { publicUrl: 'https://dailies.example.org' },
      { publicUrl: 'https://dailies.example.org', accessToken: 'another-access-token-for-tests', adminToken: null },
    ]
    let { cookie } = before
    for (const change of changes) {
      const settings = { ...bench.settings, ...change }
      const app = await buildServer(settings, bench.dependencies)
      expect((await app.inject({ url, headers: { cookie } })).statusCode).toBe(401)
      const payload = { token: settings.accessToken }
      const again = await app.inject({ method: 'POST', url: '/api/session', headers: { cookie }, payload })
      expect(again.json()).toMatchObject({ requester: before.body.requester, admin: false })
      const [given, ...gone] = again.cookies
      cookie = `${given?.name}=${encodeURIComponent(given?.value ?? '')}`
      expect((await app.inject({ url, headers: { cookie } })).statusCode).toBe(200)
      // The cookie from before https is read once and taken away.
      const expected = change === changes[2] ? [expect.objectContaining({ name: 'dailies', value: '' })] : []
      expect(gone).toEqual(expected)
      await app.close()
    }
  })

  it('makes nobody somebody else who forges a name, brings an old one, or plants one beside https', async () => {
    const { cookie, body } = await signIn(accessToken)
    const newSettings = { ...bench.settings, accessToken: 'another-access-token-for-tests' }
    const secured = { ...newSettings, publicUrl: 'https://dailies.example.org' }
    const nameIn = async (settings: typeof newSettings, cookie: string) => {
      const app = await buildServer(settings, bench.dependencies)
      const payload = { token: settings.accessToken }
      const answer = await app.inject({ method: 'POST', url: '/api/session', headers: { cookie }, payload })
      await app.close()
      return { requester: answer.json().requester, given: answer.cookies[0]?.value ?? '' }
    }
    const [level, since, secret, ...macs] = decodeURIComponent(cookie).split('.')
    const forged = [level, since, `x${secret?.slice(1)}`, ...macs].join('.')
    expect((await nameIn(newSettings, forged)).requester).not.toBe(body.requester)
    expect((await nameIn({ ...newSettings, linkSecret: 'another' }, cookie)).requester).not.toBe(body.requester)
    const attacker = await nameIn(secured, '')
    const planted = `dailies=${encodeURIComponent(attacker.given)}`
    expect((await nameIn(secured, planted)).requester).not.toBe(attacker.requester)
    bench.clock.move(30 * 86_400_000 + 1)
    expect((await nameIn(newSettings, cookie)).requester).not.toBe(body.requester)
  })

  it('renews the cookie of a member as a member’s and of an admin as an admin’s', async () => {
    for (const [token, isAdmin] of [
      [accessToken, false],
      [adminToken, true],
    ] as const) {
      const { cookie, body } = await signIn(token)
      bench.clock.move(86_400_001)
      const later = await bench.ask('GET', '/api/video_chat/models', { headers: { cookie } })
      expect(later).toMatchObject({ status: 200, cookie: expect.stringMatching(/^dailies=./) })
      const me = await bench.ask('GET', '/api/session', { headers: { cookie: later.cookie } })
      expect(me).toMatchObject({ cookie: '', body: { requester: body.requester, admin: isAdmin } })
    }
  })

  it('signs out', async () => {
    const { cookie } = await signIn(accessToken)
    const { headers } = await bench.ask('DELETE', '/api/session', { headers: { cookie } })
    expect(headers['set-cookie']).toMatch(/^dailies=;.*Expires=Thu, 01 Jan 1970/)
  })

  it('refuses a sign-in that another site forged', async () => {
    expect((await signIn(accessToken, { origin: 'https://evil.example' })).status).toBe(403)
  })

  it('answers in the person’s language where there is one, in English otherwise', async () => {
    for (const [accepted, lang] of [
      ['xx-YY, tlh;q=0.9, en;q=0.1', 'en'],
      ['ca,es;q=0.9', 'es'],
      ['gsw,de-CH,de', 'de'],
      ['tlh', 'en'],
    ] as const) {
      const headers = { 'accept-language': accepted }
      const { title } = (await bench.ask('GET', admin, { headers })).body
      expect(title, accepted).toBe(say(lang, 'http.unauthorized.title'))
    }
  })
})

it('does not listen where strangers can reach it without an access token', async () => {
  const bench = await openBench()
  for (const host of ['0.0.0.0', '::', '192.168.1.5', 'dailies.example.org'])
    expect(() => createWeb({ ...bench.settings, host }, bench.dependencies)).toThrow(/without an access token/)
  await bench.close()
})

it('makes an admin of nobody where there is no admin token, whatever they sign themselves', async () => {
  const bench = await openBench({ settings: { accessToken, adminToken: null } })
  // Every member knows the access token, and without an admin token nothing else is in the key.
  const key = scryptSync(JSON.stringify([accessToken, null]), 'dailies web session', 32)
  const ticket = `admin.${bench.clock.now()}.${'x'.repeat(32)}`
  const signature = createHmac('sha256', key).update(ticket).digest('base64').replace(/=+$/, '')
  const cookie = `dailies=${encodeURIComponent(`${ticket}.${signature}`)}`
  const { body } = await bench.ask('GET', '/api/session', { headers: { cookie } })
  expect(body).toMatchObject({ admin: false })
  expect((await bench.ask('GET', '/api/admin/settings', { headers: { cookie } })).status).not.toBe(200)
  await bench.close()
})
