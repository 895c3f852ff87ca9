import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adminToken, type Bench, openBench } from './harness.ts'

describe('admins', () => {
  let bench: Bench
  let cookie: string
  beforeEach(async () => {
    bench = await openBench({ policy: { approvalAboveMicros: 1_000_000 }, settings: { adminToken } })
    cookie = (await bench.ask('POST', '/api/session', { payload: { token: adminToken } })).cookie
  })
  afterEach(() => bench.close())

  const ask = (method: 'GET' | 'POST' | 'PUT', url: string, payload?: object) =>
    bench.ask(method, url, { headers: { cookie }, ...(payload ? { payload } : {}) })
  const generate = (payload: object = { prompt: 'x' }) => ask('POST', '/api/video_chat/generate', payload)

  it('change settings of a scope, and let the wider one decide again', async () => {
    const url = '/api/admin/settings?scope=web'
    const settings = {
      allowed_resolutions: ['720p'],
      member_daily_micros: { 'web:some_one': 5 },
      blocked_words: ['lion'],
    }
    const changed = await ask('PUT', url, { settings })
    expect(changed).toMatchObject({ status: 200, body: { scope: 'web', settings } })
    expect((await generate({ prompt: 'A Lion' })).status).toBe(422)
    expect((await generate({ prompt: 'x', resolution: '1080p' })).status).toBe(422)
    const reset = await ask('PUT', url, { settings: {}, reset: ['blocked_words'] })
    expect(reset.body.settings).not.toHaveProperty('blocked_words')
    expect((await generate({ prompt: 'A Lion' })).status).toBe(202)
    expect((await ask('GET', url)).body.settings).toMatchObject({ allowed_resolutions: ['720p'] })
  })

  it.each<object>([
    { settings: { alowed_models: [] } },
    { settings: { max_duration_seconds: 'long' } },
    { settings: { allowed_models: ['fast'] } },
    { settings: { allowed_resolutions: ['999p'] } },
    { settings: [] },
    { settings: { __proto__: 1, constructor: 2 } },
    {},
  ])('are told what is wrong with %j', async (body) => {
    const answer = await ask('PUT', '/api/admin/settings', body)
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_request' } })
  })

  it('pause and resume everything', async () => {
    await ask('POST', '/api/admin/pause')
    expect(await generate()).toMatchObject({ status: 409, body: { code: 'paused' } })
    await ask('POST', '/api/admin/resume')
    expect((await generate()).status).toBe(202)
    expect(await bench.store.audit(10)).toHaveLength(2)
  })

  it('approve and decline what waits for them, once', async () => {
    const payload = { prompt: 'x', model: 'veo-3.1-generate-preview' }
    const [one, two] = [1, 2].map(() => bench.ask('POST', '/api/video_chat/generate', { payload }))
    const member = await one
    expect(member?.body).toMatchObject({ stage: 'held' })
    const act = async (answer: typeof one, action: string, headers = { cookie }) =>
      bench.ask('POST', `/api/video_chat/operations/${(await answer)?.body.operation_id}/${action}`, { headers })
    expect((await act(one, 'approve', { cookie: member?.cookie ?? '' })).status).toBe(403)
    const seen = await bench.ask('GET', String(member?.headers.location), { headers: { cookie } })
    const { buttons } = seen.body.card as { buttons: { action: string }[] }
    expect(buttons.map((each) => each.action)).toEqual(['cancel', 'approve', 'decline'])
    expect((await act(one, 'approve')).body).toMatchObject({ stage: 'queued' })
    expect((await act(two, 'decline')).body).toMatchObject({ status: 'error', error_code: 'declined' })
    expect(await act(one, 'approve')).toMatchObject({ status: 409, body: { code: 'not_now' } })
  })

  it('deliver again and look again only where there is something', async () => {
    const { body } = await generate()
    const act = (action: string) => ask('POST', `/api/video_chat/operations/${body.operation_id}/${action}`)
    expect((await act('deliver_again')).status).toBe(409)
    expect((await act('look_again')).status).toBe(409)
    await bench.complete(String(body.operation_id))
    expect((await act('deliver_again')).status).toBe(200)
  })
})
