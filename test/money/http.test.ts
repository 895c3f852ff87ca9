import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adminToken, type Bench, openBench } from '../web/harness.ts'

describe('money over HTTP', () => {
  let bench: Bench
  let admin: string
  let member: string
  beforeEach(async () => {
    bench = await openBench({
      policy: { requesterDailyMicros: 2_000_000, totalMonthlyMicros: null },
      settings: { adminToken },
    })
    admin = (await bench.ask('POST', '/api/session', { payload: { token: adminToken } })).cookie
    member = (await bench.ask('GET', '/api/session')).cookie
  })
  afterEach(() => bench.close())

  const ask = (cookie: string, method: 'GET' | 'POST' | 'PUT', url: string, payload?: object) =>
    bench.ask(method, url, { headers: { cookie }, ...(payload ? { payload } : {}) })
  const generate = (cookie: string) => ask(cookie, 'POST', '/api/video_chat/generate', { prompt: 'A lion' })

  it('tells everybody what is left to them', async () => {
    await generate(member)
    const { body } = await ask(member, 'GET', '/api/video_chat/budgets')
    expect(body.budgets).toMatchObject([
      { scope: 'requester', limit_usd: 2, spent_usd: 0.8, left_usd: 1.2 },
      { scope: 'workspace' },
      { scope: 'total', limit_usd: null, left_usd: null },
    ])
  })

  it('lets admins change budgets, and takes them back', async () => {
    const change = { workspace: 'discord:guild', of: 'member', id: 'discord:anna', usd: 7.5 }
    const { body } = await ask(admin, 'PUT', '/api/admin/budgets', change)
    expect(body.set).toMatchObject({ member_daily_usd: { 'discord:anna': 7.5 } })
    await ask(admin, 'PUT', '/api/admin/budgets', { ...change, usd: 'default' })
    const { body: after } = await ask(admin, 'GET', '/api/admin/budgets?workspace=discord:guild')
    expect(after).toMatchObject({ workspace: 'discord:guild', set: { member_daily_usd: {} } })
    await ask(admin, 'PUT', '/api/admin/budgets', { of: 'everyone', usd: 0 })
    expect(await generate(member)).toMatchObject({ status: 402, body: { code: 'over_budget' } })
    await ask(admin, 'PUT', '/api/admin/budgets', { of: 'everyone', usd: 'unlimited' })
    expect((await generate(member)).status).toBe(202)
  })

  it.each([
    { of: 'member', usd: 1 },
    { of: 'everyone', usd: -1 },
    { of: 'nobody', usd: 1 },
    { of: 'everyone', usd: '5' },
    { of: 'everyone', usd: 1, more: true },
  ])('refuses the budget %j', async (change) => {
    expect((await ask(admin, 'PUT', '/api/admin/budgets', change)).status).toBe(422)
  })

  it('gives the ledger page by page and whole as CSV', async () => {
    for (let count = 0; count < 2; count += 1) await generate(member)
    const first = await ask(admin, 'GET', '/api/admin/ledger?limit=1')
    expect(first.body).toMatchObject({ ledger: [{ line: 1, kind: 'reservation', usd: 0.8 }], next_cursor: 1 })
    const second = await ask(admin, 'GET', '/api/admin/ledger?limit=5&cursor=1')
    expect(second.body).toMatchObject({ ledger: [{ line: 2 }], next_cursor: null })
    const csv = await ask(admin, 'GET', '/api/admin/ledger.csv')
    expect(csv.headers).toMatchObject({ 'content-type': 'text/csv; charset=utf-8' })
    expect(String(csv.body.text).trimEnd().split('\r\n')).toHaveLength(3)
  })

  it.each([
    ['GET', '/api/admin/budgets'],
    ['GET', '/api/admin/ledger'],
    ['GET', '/api/admin/ledger.csv'],
    ['GET', '/api/admin/audit'],
    ['POST', '/api/admin/ban'],
  ] as const)('keeps members away from %s %s', async (method, url) => {
    const answer = await ask(member, method, url, method === 'POST' ? { person: 'web:x' } : undefined)
    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  })

  it('lists what admins did', async () => {
    const { body: session } = await ask(member, 'GET', '/api/session')
    await ask(admin, 'POST', '/api/admin/ban', { person: session.requester })
    expect((await generate(member)).status).toBe(403)
    await ask(admin, 'POST', '/api/admin/ban', { person: session.requester, banned: false })
    expect((await generate(member)).status).toBe(202)
    const { body } = await ask(admin, 'GET', '/api/admin/audit')
    expect(body.audit).toMatchObject([{ action: 'unban' }, { action: 'ban', subject: session.requester }])
  })

  it('settles what is perhaps charged, once', async () => {
    const { body: made } = await generate(member)
    const id = String(made.operation_id)
    await bench.store.change(id, {}, { status: 'error', errorCode: 'interrupted', charge: 'uncertain', finishedAt: 1 })
    const open = await ask(admin, 'GET', '/api/video_chat/operations?charge=uncertain')
    expect(open.body.operations).toMatchObject([{ operation_id: id, charge: 'uncertain' }])
    const settle = () => ask(admin, 'POST', `/api/video_chat/operations/${id}/settle`, { charged: true })
    expect((await settle()).body.charge).toBe('settled')
    expect((await settle()).status).toBe(409)
  })

  it('forgets whoever asks for it', async () => {
    const { body: made } = await generate(member)
    const forgotten = await ask(member, 'POST', '/api/video_chat/forget_me')
    expect(forgotten).toMatchObject({ status: 200, body: { removed: 1, running: 0, stays: 0 } })
    const { body } = await ask(member, 'GET', `/api/video_chat/operations/${made.operation_id}`)
    expect(body).toMatchObject({ removed: true, prompt: '', requester_name: '' })
  })

  it('tells how much of what ended succeeded', async () => {
    const first = await generate(member)
    expect((await ask(member, 'GET', '/api/video_chat/stats')).body.success_rate).toBeNull()
    await bench.complete(String(first.body.operation_id))
    const second = await generate(member)
    const patch = { status: 'error', errorCode: 'no_video', charge: 'released', finishedAt: 2 } as const
    await bench.store.change(String(second.body.operation_id), {}, patch)
    expect((await ask(member, 'GET', '/api/video_chat/stats')).body).toMatchObject({ total: 2, success_rate: 0.5 })
  })
})
