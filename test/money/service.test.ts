import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { Installation, type Running } from '../flows/service.ts'
import { readExposition, type Sample } from './exposition.ts'

const soon = { timeout: 20_000, interval: 50 }
const tokens = {
  WEB_ACCESS_TOKEN: 'planted-access-token',
  WEB_ADMIN_TOKEN: 'planted-admin-token',
  GEMINI_API_KEY: 'planted-gemini-key',
}
const prompts = ['planted prompt of a lion', 'planted prompt that is refused', 'planted negative prompt']

/** The whole service as a process that lives through a day, and what can be seen of that from outside. */
describe('the running service', () => {
  let installation: Installation
  let service: Running
  let day: Awaited<ReturnType<typeof wholeDay>>

  beforeAll(async () => {
    installation = await Installation.open()
    const env = { ...tokens, LOG_LEVEL: 'debug', SUGGEST_MODEL: 'gemini-3.5-flash-lite' }
    service = await installation.start({ env })
    day = await wholeDay()
    await service.kill('SIGTERM')
  }, 60_000)
  afterAll(() => installation.close())

  async function call(method: 'GET' | 'POST' | 'PUT', path: string, body?: object, token?: string) {
    const answer = await request(`${service.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token ?? tokens.WEB_ADMIN_TOKEN}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const raw = await answer.body.text()
    const json = String(answer.headers['content-type']).includes('json')
    return { status: answer.statusCode, text: raw, body: (json ? JSON.parse(raw) : {}) as Record<string, unknown> }
  }

  async function finish(body: object): Promise<string> {
    const { body: made } = await call('POST', '/api/video_chat/generate', body)
    const id = String(made.operation_id)
    await vi.waitFor(async () => {
      const { body: shown } = await call('GET', `/api/video_chat/operations/${id}`)
      expect(['completed', 'error']).toContain(shown.status)
    }, soon)
    return id
  }

  /** A good video, a refused one, other words for it, admin actions, and requests that come to nothing. */
  async function wholeDay() {
    const good = await finish({ prompt: prompts[0], negative_prompt: prompts[2], model: 'fast' })
    installation.google.fault({ route: 'start', kind: 'safety' })
    const refused = await finish({ prompt: prompts[1], model: 'fast' })
    const suggestion = `/api/video_chat/operations/${refused}/suggest`
    const suggested = await call('POST', suggestion, {})
    const again = await call('POST', suggestion, {})
    const unrefused = await call('POST', `/api/video_chat/operations/${good}/suggest`, {})
    await call('PUT', '/api/admin/budgets', { of: 'everyone', usd: 0.5 })
    await call('POST', '/api/video_chat/generate', { prompt: prompts[0], model: 'fast' })
    await call('POST', '/api/video_chat/generate', { prompt: prompts[0], resolution: '9k' })
    await call('GET', '/api/admin/audit', undefined, 'planted-wrong-token')
    const metrics = await call('GET', '/metrics')
    const metricsOfMembers = await call('GET', '/metrics', undefined, tokens.WEB_ACCESS_TOKEN)
    const metricsOfStrangers = await request(`${service.url}/metrics`)
    const ledger = await call('GET', '/api/admin/ledger')
    const csv = await call('GET', '/api/admin/ledger.csv')
    const told = await terminalLedger()
    const statuses = [metricsOfMembers.status, metricsOfStrangers.statusCode]
    return { good, refused, suggested, again, unrefused, metrics, statuses, ledger, csv, told }
  }

  async function terminalLedger(): Promise<string> {
    const child = installation.spawn(['ledger'])
    if (!child.stdout) throw new Error('no output')
    const [told] = await Promise.all([text(child.stdout), once(child, 'exit')])
    return told
  }

  it('counts what happened, in a form that Prometheus takes', () => {
    expect(day.metrics.status).toBe(200)
    const families = readExposition(day.metrics.text)
    const samples = [...families.values()].flatMap((family) => family.samples)
    const value = (name: string, labels: Sample['labels'] = {}) =>
      samples
        .filter((each) => each.name === `dailies_${name}`)
        .filter((each) => Object.entries(labels).every(([key, wanted]) => each.labels[key] === wanted))
        .reduce((sum, each) => sum + each.value, 0)
    expect(value('accepted_total', { platform: 'web' })).toBe(2)
    expect(value('finished_total', { code: 'ok' })).toBe(1)
    expect(value('finished_total', { code: 'blocked_by_safety' })).toBe(1)
    expect(value('refused_total', { code: 'over_budget' })).toBe(1)
    expect(value('refused_total', { code: 'invalid_request' })).toBe(1)
    expect(value('generation_seconds_count', { resolution: '720p', platform: 'web' })).toBe(1)
    expect(value('queue_seconds_count')).toBe(2)
    expect(value('delivery_lag_seconds_count')).toBe(2)
    expect(value('google_calls_total', { call: 'start', outcome: 'ok' })).toBe(2)
    expect(value('charged_usd_total')).toBeCloseTo(0.8)
    expect(value('spent_month_usd')).toBeGreaterThan(0.8)
    expect(value('spent_month_usd')).toBeLessThan(0.81)
    expect(value('budget_month_usd')).toBe(50)
    expect(value('stored_videos')).toBe(1)
    expect(value('requests_today')).toBe(2)
    expect(value('store_up')).toBe(1)
    expect(families.has('nodejs_eventloop_lag_seconds')).toBe(true)
  })

  it('shows its metrics to admins alone', () => {
    expect(day.statuses).toEqual([403, 401])
  })

  it('suggests other words as a difference, once, for a price that the ledger has, and sends nothing', () => {
    const { suggested, again, unrefused, refused, ledger } = day
    expect(suggested).toMatchObject({ status: 200, body: { prompt: `${prompts[1]}, gentle and peaceful` } })
    expect(suggested.body.pieces).toEqual([
      { kind: 'same', text: prompts[1] },
      { kind: 'new', text: ', gentle and peaceful' },
    ])
    expect(again.body).toEqual(suggested.body)
    expect(installation.google.requests.filter((each) => each.route === 'suggest')).toHaveLength(1)
    expect(installation.google.starts).toHaveLength(2)
    expect(unrefused).toMatchObject({ status: 409, body: { code: 'not_now' } })
    const lines = ledger.body.ledger as { operation_id: string; kind: string; usd: number }[]
    const costs = lines.filter((line) => line.operation_id === refused && line.kind === 'suggestion')
    const cost = costs.reduce((sum, line) => sum + line.usd, 0)
    expect(cost).toBeCloseTo(Number(suggested.body.cost_usd), 6)
    expect(cost).toBeGreaterThan(0)
    expect(cost).toBeLessThan(0.001)
  })

  it('tells its ledger in the terminal as it does over HTTP', () => {
    expect(day.csv.text).toContain(`${day.good},settlement,`)
    expect(day.told).toBe(day.csv.text)
  })

  it('writes no secret and no prompt into any line of its log', () => {
    const log = service.lines.join('\n')
    for (const planted of [...Object.values(tokens), ...prompts, 'planted']) expect(log).not.toContain(planted)
    expect(day.metrics.text).not.toContain('planted')
    expect(day.csv.text).not.toContain('planted')
  })

  it('logs the Operation’s id through the whole way, and what admins did', () => {
    const entries = service.lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const story = entries.filter((entry) => entry.operation === day.good)
    expect(story.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['accepted', 'started', 'completed']))
    expect(story.filter(({ google }) => google === 'start')).toMatchObject([{ status: 200, model: expect.any(String) }])
    expect(story.filter(({ google }) => google === 'check').length).toBeGreaterThan(0)
    expect(story.filter(({ platform, call: which }) => platform === 'web' && which === 'deliver')).toHaveLength(1)
    const failures = entries.filter(({ operation, code }) => operation === day.refused && code === 'blocked_by_safety')
    expect(failures).not.toEqual([])
    expect(entries.filter(({ msg, action }) => msg === 'admin' && action === 'budget')).toHaveLength(1)
  })
})
