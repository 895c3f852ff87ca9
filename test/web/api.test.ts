import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, type Bench, openBench } from './harness.ts'

const generate = '/api/video_chat/generate'
const prompt = 'A majestic lion walking through the savanna'

describe('the seed’s routes', () => {
  let bench: Bench
  let cookie: string
  beforeEach(async () => {
    bench = await openBench()
    cookie = (await bench.ask('GET', '/api/session')).cookie
  })
  afterEach(() => bench.close())

  const post = (url: string, payload: object = {}, headers = {}) =>
    bench.ask('POST', url, { payload, headers: { cookie, ...headers } })
  const make = async (payload: object = { prompt }) => String((await post(generate, payload)).body.operation_id)
  const status = (id: string) => post('/api/video_chat/status', { operation_id: id })
  const count = async () => (await bench.store.list({}, null, 100)).operations.length

  it('takes the seed’s own body and answers with the seed’s own fields', async () => {
    const seed = {
      prompt,
      aspect_ratio: '16:9',
      resolution: '720p',
      duration: '8',
      negative_prompt: 'cartoon, low quality, blurry',
      session_id: '550e8400-e29b-41d4-a716-446655440000',
    }
    const { status, headers, body } = await post(generate, seed)
    expect(status).toBe(202)
    expect(body).toMatchObject({ status: 'pending', message: 'Accepted', price_usd: 0.8, duration_seconds: 8 })
    expect(headers.location).toBe(`/api/video_chat/operations/${body.operation_id}`)
    expect(await bench.store.get(String(body.operation_id))).toMatchObject({
      request: {
        prompt,
        aspectRatio: '16:9',
        resolution: '720p',
        durationSeconds: 8,
        negativePrompt: seed.negative_prompt,
      },
    })
  })

  it('tells the state as the seed does: pending, then completed with the address of the video', async () => {
    const id = await make()
    bench.clock.move(45_000)
    expect((await status(id)).body).toMatchObject({ operation_id: id, status: 'pending', elapsed_seconds: 45 })
    bench.clock.move(75_000)
    await bench.complete(id)
    expect((await status(id)).body).toMatchObject({
      status: 'completed',
      video_url: `/outputs/gen_video_${id}.mp4`,
      video_path: `outputs/gen_video_${id}.mp4`,
      prompt,
      duration: 120,
    })
  })

  it('tells a failure with what happened and what to do', async () => {
    const id = await make()
    const patch = { status: 'error', errorCode: 'interrupted', charge: 'uncertain' } as const
    await bench.store.change(id, {}, patch, { visible: true })
    const { body } = await status(id)
    expect(body).toMatchObject({ status: 'error', error_code: 'interrupted' })
    expect(body.detail).toContain('Try again if you want to risk it')
    expect(body).not.toHaveProperty('video_url')
  })

  it('lists the newest first, page by page, narrowed by each filter', async () => {
    const ids: string[] = []
    for (const words of ['one cat', 'two dogs', 'three cats']) {
      ids.unshift(await make({ prompt: words, model: words === 'two dogs' ? 'lite' : 'fast' }))
      bench.clock.move(60_000)
    }
    const list = async (query: string) => {
      const { body } = await bench.ask('GET', `/api/video_chat/operations?${query}`, { headers: { cookie } })
      return body as { operations: { operation_id: string }[]; next_cursor: string | null }
    }
    const found = async (query: string) => (await list(query)).operations.map((each) => each.operation_id)
    const first = await list('limit=2')
    expect(first.operations.map((each) => each.operation_id)).toEqual(ids.slice(0, 2))
    expect(await found(`limit=2&cursor=${first.next_cursor}`)).toEqual(ids.slice(2))
    expect(await found('search=CAT')).toEqual([ids[0], ids[2]])
    expect(await found('model=veo-3.1-lite-generate-preview')).toEqual([ids[1]])
    expect(await found('since=2026-11-22T12:01:30Z')).toEqual([ids[0]])
    expect(await found('status=completed')).toEqual([])
    expect(await found('requester=me')).toEqual(ids)
    expect(await found('requester=web:somebody')).toEqual([])
    expect(await found('hold=approval')).toEqual([])
    await bench.complete(ids[0] ?? '')
    await bench.ask('DELETE', `/api/video_chat/operations/${ids[0]}`, { headers: { cookie } })
    expect(await found('removed=false')).toEqual(ids.slice(1))
    expect(await found('')).toEqual(ids)
  })

  it('cancels what has not begun, for nothing', async () => {
    const id = await make()
    const { body } = await post(`/api/video_chat/operations/${id}/cancel`)
    expect(body).toMatchObject({ status: 'error', error_code: 'cancelled', charge: 'released' })
  })

  it.each(['retry', 'again', 'edit_prompt', 'last_frame', 'extend', 'final'] as const)(
    'makes a new video out of one: %s',
    async (relation) => {
      const id = await make({ prompt, draft: relation === 'final', resolution: '720p' })
      const refused = { status: 'error', errorCode: 'blocked_by_safety', charge: 'released' } as const
      if (relation === 'retry') await bench.store.change(id, {}, refused)
      else await bench.complete(id)
      const { status, body } = await post(`/api/video_chat/operations/${id}/${relation}`, { prompt: 'Now it rains' })
      expect(status).toBe(202)
      expect(body).toMatchObject({ parent_id: id, relation, prompt: 'Now it rains', status: 'pending' })
    },
  )

  it.each([6_000, 30_000])('says of a prompt of %i words that it is too long, and for what', async (length) => {
    const { status, body } = await post('/api/video_chat/generate', { prompt: 'wo '.repeat(length) })
    expect(status).toBe(422)
    expect(body.detail).toMatch(/The prompt is too long: about \d+ tokens, at most 1024 are possible/)
  })

  it('removes on request: the video is gone, the row stays without the prompt', async () => {
    const id = await make()
    await bench.complete(id)
    const removed = await bench.ask('DELETE', `/api/video_chat/operations/${id}`, { headers: { cookie } })
    expect(removed).toMatchObject({ status: 200, body: { removed: true, prompt: '' } })
    expect((await bench.ask('GET', `/outputs/gen_video_${id}.mp4`, { headers: { cookie } })).status).toBe(404)
  })

  it('tells the history', async () => {
    const id = await make()
    const { body } = await bench.ask('GET', `/api/video_chat/operations/${id}/history`, { headers: { cookie } })
    expect(body.history).toContainEqual(expect.objectContaining({ at: '2026-11-22T12:00:00.000Z' }))
  })

  it('tells what can be asked for, and prices it without storing anything', async () => {
    const { body } = await bench.ask('GET', '/api/video_chat/models')
    expect(body.models).toContainEqual(
      expect.objectContaining({
        id: 'veo-3.1-lite-generate-preview',
        offers: expect.arrayContaining([{ resolution: '720p', durations: [4, 6, 8], usd_per_second: 0.05 }]),
        usd_per_picture: 0,
      }),
    )
    const omni = { id: 'gemini-omni-1.2-flash', usd_per_picture: 0.00306 }
    expect(body.models).toContainEqual(expect.objectContaining(omni))
    const quote = await post('/api/video_chat/quote', { prompt, model: 'lite', duration: 4 })
    expect(quote.body).toMatchObject({ price_usd: 0.2, duration_seconds: 4, resolution: '720p' })
    expect(await count()).toBe(0)
  })

  it('prices a new video out of an earlier one as it is charged then', async () => {
    const first = await make({ prompt, model: 'omni', duration: 5 })
    await bench.complete(first)
    const act = async (id: string, relation: string, more = {}) =>
      (await post(`/api/video_chat/operations/${id}/${relation}`, { prompt: 'It rains', ...more })).body
    const id = String((await act(first, 'extend', { duration: 5 })).operation_id)
    await bench.complete(id)
    const priced = (relation: string) => ({ prompt: '…', rerun: { operation_id: id, relation } })
    for (const [relation, price_usd] of [
      ['edit', 0.78688],
      ['last_frame', 0.56306],
      ['edit_prompt', 0.43688],
    ] as const) {
      expect((await post('/api/video_chat/quote', priced(relation))).body).toMatchObject({ price_usd })
      expect(await act(id, relation)).toMatchObject({ price_usd })
    }
    const longer = { ...priced('extend'), duration: 3 }
    expect((await post('/api/video_chat/quote', longer)).body).toMatchObject({
      price_usd: 0.29688,
      duration_seconds: 3,
    })
  })

  it('tells the figures', async () => {
    await bench.complete(await make())
    const { body } = await bench.ask('GET', '/api/video_chat/stats', { headers: { cookie } })
    expect(body).toMatchObject({ total: 1, completed: 1, settled_usd: 0.8 })
  })

  describe('with an Idempotency-Key', () => {
    const keyed = (payload: object, key = '"8e03978e"', url = generate) =>
      post(url, payload, { 'idempotency-key': key })

    it('makes one video of the same request sent twice, with the key in quotes or not', async () => {
      const first = await keyed({ prompt, duration: '8s' })
      const second = await keyed({ prompt: ` ${prompt} `, duration: 8 }, '8e03978e')
      expect([first.status, second.status]).toEqual([202, 200])
      expect(second.body.operation_id).toBe(first.body.operation_id)
      expect(await count()).toBe(1)
    })

    it('knows a request again that says the same in other words: numbers as text, line breaks, names of models', async () => {
      const first = await keyed({ prompt: 'A lion\nat dusk', model: 'fast', duration: 8, seed: 7, draft: false })
      expect(first.status).toBe(202)
      for (const again of [
        { prompt: 'A lion\r\nat dusk\0', model: 'FAST', duration: '8.0', seed: '07', draft: 'false' },
        { prompt: 'A lion\nat dusk', model: first.body.model, duration: '8 s', private: false },
      ])
        expect(await keyed(again)).toMatchObject({ status: 200, body: { operation_id: first.body.operation_id } })
      expect(await count()).toBe(1)
    })

    it('makes one video of ten that arrive at once', async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => keyed({ prompt })))
      expect(new Set(answers.map((each) => each.body.operation_id)).size).toBe(1)
      expect(await count()).toBe(1)
    })

    it('refuses another content under a used key with 422', async () => {
      const first = await keyed({ prompt, duration: 8 })
      for (const other of [
        { prompt: 'Something else' },
        { prompt: prompt.toUpperCase() },
        { prompt, duration: 4 },
        { prompt, duration: 'long' },
        { prompt, aspect_ratio: '9:16' },
        { prompt, model: 'lite' },
        { prompt, draft: true },
        { prompt, private: true },
      ])
        expect(await keyed(other)).toMatchObject({ status: 422, body: { code: 'same_key' } })
      const again = `/api/video_chat/operations/${first.body.operation_id}/again`
      expect(await keyed({}, '8e03978e', again)).toMatchObject({ status: 422, body: { code: 'same_key' } })
      expect(await count()).toBe(1)
    })

    it('keeps the keys of two sessions apart', async () => {
      await keyed({ prompt })
      const other = await bench.ask('POST', generate, {
        payload: { prompt: 'x' },
        headers: { 'idempotency-key': '8e03978e' },
      })
      expect(other.status).toBe(202)
    })

    it.each(['', 'a b', 'ä', 'x'.repeat(129), '"'])('refuses %j as a key', async (key) => {
      expect(await keyed({ prompt }, key)).toMatchObject({ status: 400, body: { code: 'bad_key' } })
      expect(await count()).toBe(0)
    })
  })

  describe('errors', () => {
    const expectProblem = (answer: Answer, status: number, code: string) => {
      expect(answer).toMatchObject({ status, body: { status, code, type: 'about:blank' } })
      expect(answer.headers['content-type']).toBe('application/problem+json')
      expect(answer.body.title).toMatch(/\w/)
      expect(answer.body.detail).toMatch(/\.$/)
    }

    it('names every problem of a request at once, with what would be accepted', async () => {
      const answer = await post(generate, { resolution: '1080p', duration: 5, aspect_ratio: '4:3', model: 'fast' })
      expectProblem(answer, 422, 'invalid_request')
      expect(answer.body.problems).toEqual([
        expect.objectContaining({ field: 'prompt' }),
        expect.objectContaining({ field: 'aspect_ratio', given: '4:3', accepted: ['16:9', '9:16'] }),
        expect.objectContaining({ field: 'duration', given: '5', accepted: ['8'] }),
      ])
    })

    it('makes no video of a greeting or of a sign, and says what to write', async () => {
      for (const prompt of ['hi', '👍']) {
        const answer = await post(generate, { prompt })
        expectProblem(answer, 422, 'invalid_request')
        expect(answer.body.detail).toContain('Say in a sentence what it should show')
      }
      expect(await count()).toBe(0)
    })

    it('refuses a field that nothing knows, so that a misspelt one costs nothing', async () => {
      const answer = await post(generate, { prompt, aspectRatio: '9:16' })
      expectProblem(answer, 422, 'invalid_request')
      expect(answer.body.problems).toEqual([expect.objectContaining({ given: 'aspectRatio' })])
    })

    it('answers in problem+json whatever goes wrong', async () => {
      const json = { 'content-type': 'application/json' }
      const send = (payload: string, headers: Record<string, string>) =>
        bench.ask('POST', generate, { payload, headers: { cookie, ...headers } })
      expectProblem(await send('{', json), 400, 'malformed')
      expectProblem(await send('{"__proto__":{"prompt":"x"}}', json), 400, 'malformed')
      expectProblem(await send('prompt=x', { 'content-type': 'text/plain' }), 415, 'unsupported_media_type')
      expectProblem(await send('x'.repeat(200_000), json), 413, 'too_large')
      expectProblem(await bench.ask('PUT', generate), 405, 'method_not_allowed')
      expectProblem(await bench.ask('GET', '/api/nothing'), 404, 'no_route')
      expectProblem(await bench.ask('GET', '/%zz'), 400, 'malformed')
      expectProblem(await status('nobody-knows-it'), 404, 'not_found')
      expectProblem(await status('../../etc/passwd'), 404, 'not_found')
      const cursor = await bench.ask('GET', '/api/video_chat/operations?cursor=nonsense', { headers: { cookie } })
      expectProblem(cursor, 422, 'invalid_request')
    })

    it('says with 405 which methods there are', async () => {
      expect((await bench.ask('DELETE', generate)).headers.allow).toBe('POST')
      expect((await bench.ask('PUT', '/api/video_chat/operations/x')).headers.allow).toBe('DELETE, GET, HEAD')
    })

    it('hides what went wrong inside, and logs it', async () => {
      const broken = { ...bench.commands, get: () => Promise.reject(new Error('disk /var/secret is full')) }
      const other = await openBench({ dependencies: { commands: broken } })
      const answer = await other.ask('GET', '/api/video_chat/operations/x')
      expectProblem(answer, 500, 'internal')
      expect(JSON.stringify(answer.body)).not.toContain('secret')
      expect(other.errors.join()).toContain('disk /var/secret is full')
      await other.close()
    })

    it('limits what one client may send in a minute, and says when to come again', async () => {
      for (let sent = 0; sent < 60; sent++) expect((await post(generate, {})).status).toBe(422)
      const refused = await post(generate, { prompt })
      expectProblem(refused, 429, 'rate_limited')
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    })
  })

  it('refuses what is over the budget with 402', async () => {
    const poor = await openBench({ policy: { requesterDailyMicros: 1_000_000 } })
    const own = (await poor.ask('GET', '/api/session')).cookie
    const send = () => poor.ask('POST', generate, { payload: { prompt }, headers: { cookie: own } })
    expect((await send()).status).toBe(202)
    expect(await send()).toMatchObject({ status: 402, body: { code: 'over_budget' } })
    await poor.close()
  })

  it('describes itself in OpenAPI 3', async () => {
    const { body } = await bench.ask('GET', '/docs/json')
    expect(body.openapi).toMatch(/^3\./)
    expect(Object.keys(body.paths as object)).toEqual(
      expect.arrayContaining([
        generate,
        '/api/video_chat/generate_with_image',
        '/api/video_chat/status',
        '/api/video_chat/operations',
        '/api/video_chat/operations/{id}',
        '/api/video_chat/operations/{id}/cancel',
        '/api/video_chat/operations/{id}/retry',
        '/api/video_chat/events',
        '/api/video_chat/models',
        '/outputs/{file}',
        '/healthz',
        '/readyz',
      ]),
    )
    const page = await bench.ask('GET', '/docs/')
    expect(page.body.text).toContain('swagger-ui')
  })
})

describe('health', () => {
  it('is ready while everything it needs answers, and says what does not', async () => {
    let full = false
    const files = async () => {
      if (full) throw new Error('no space on /var/secret')
    }
    const bench = await openBench({ dependencies: { checks: { store: async () => {}, files } } })
    expect(await bench.ask('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } })
    const ready = { status: 'ready', checks: { store: 'ok', files: 'ok' } }
    expect(await bench.ask('GET', '/readyz')).toMatchObject({ status: 200, body: ready })
    full = true
    const answer = await bench.ask('GET', '/readyz')
    expect(answer).toMatchObject({
      status: 503,
      body: { status: 'not_ready', checks: { store: 'ok', files: 'failed' } },
    })
    expect(JSON.stringify(answer.body)).not.toContain('secret')
    await bench.close()
  })
})
