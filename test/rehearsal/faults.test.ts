import { connect } from 'node:net'
import { request } from 'undici'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { FaultKind } from '../../src/rehearsal/faults.ts'
import type { Rehearsal } from '../../src/rehearsal/server.ts'
import {
  check,
  developer,
  developerClient,
  get,
  omni,
  refusal,
  rehearse,
  stub,
  vertex,
  vertexClient,
} from './clients.ts'

const once = { maxRetries: 0, timeout: 20_000 }

function start(rehearsal: Rehearsal, prompt = 'A lion', abortSignal?: AbortSignal) {
  const config = abortSignal ? { abortSignal } : {}
  return developerClient(rehearsal).models.generateVideos({ model: developer, source: { prompt }, config })
}

async function videoUri(rehearsal: Rehearsal): Promise<string> {
  const done = await check(developerClient(rehearsal), await start(rehearsal))
  return done.response?.generatedVideos?.[0]?.video?.uri ?? ''
}

describe('a start that is refused', () => {
  test.each([
    ['quota', 429, 'RESOURCE_EXHAUSTED', /exhausted/],
    ['daily_quota', 429, 'RESOURCE_EXHAUSTED', /current quota/],
    ['server_error', 500, 'INTERNAL', /internal error/],
    ['unavailable', 503, 'UNAVAILABLE', /overloaded/],
    ['billing', 403, 'PERMISSION_DENIED', /billing/],
    ['bad_key', 400, 'INVALID_ARGUMENT', /API key not valid/],
    ['key_refused', 403, 'PERMISSION_DENIED', /leaked/],
    ['retired', 404, 'NOT_FOUND', /is no longer available/],
  ] as const)('%s', async (kind, status, code, message) => {
    const rehearsal = await rehearse({ video: stub })
    rehearsal.fault({ route: 'start', kind })
    const refused = { status, code, message: expect.stringMatching(message) }
    expect(await refusal(start(rehearsal))).toEqual(refused)
    rehearsal.fault({ route: 'start', kind })
    const create = developerClient(rehearsal).interactions.create({ model: omni, input: 'A cat' }, once)
    await expect(create).rejects.toMatchObject({ status })
    rehearsal.fault({ route: 'start', kind })
    const onVertex = vertexClient(rehearsal).models.generateVideos({ model: vertex, source: { prompt: 'A lion' } })
    expect(await refusal(onVertex)).toEqual(refused)
    expect(rehearsal.starts).toEqual([])
  })

  test('tells when to come back, and which daily limit was reached', async () => {
    const rehearsal = await rehearse({ video: stub })
    rehearsal.fault({ route: 'start', kind: 'quota', seconds: 17 })
    await expect(start(rehearsal)).rejects.toThrow('"retryDelay":"17s"')
    rehearsal.fault({ route: 'start', kind: 'daily_quota' })
    await expect(start(rehearsal)).rejects.toThrow('PerDay')
  })
})

describe('a start whose answer gets lost', () => {
  const cases: [FaultKind, number][] = [
    ['reset_before', 0],
    ['reset_after', 1],
  ]
  test.each(cases)('%s: the connection breaks, %i started', async (kind, started) => {
    const rehearsal = await rehearse({ video: stub })
    rehearsal.fault({ route: 'start', kind })
    await expect(start(rehearsal)).rejects.toThrow('fetch failed')
    expect(rehearsal.starts).toHaveLength(started)
  })

  const hangs: [FaultKind, number][] = [
    ['hang', 0],
    ['hang_after', 1],
  ]
  test.each(hangs)('%s: nothing comes, %i started', async (kind, started) => {
    const rehearsal = await rehearse({ video: stub })
    rehearsal.fault({ route: 'start', kind })
    await expect(start(rehearsal, 'A lion', AbortSignal.timeout(300))).rejects.toThrow(/abort/)
    expect(rehearsal.starts).toHaveLength(started)
  })

  test('nameless: 200 without a name, one started', async () => {
    const rehearsal = await rehearse({ video: stub })
    rehearsal.fault({ route: 'start', kind: 'nameless' })
    expect((await start(rehearsal)).name).toBeUndefined()
    expect(rehearsal.starts).toHaveLength(1)
  })

  test('html: a page instead of JSON', async () => {
    const rehearsal = await rehearse({ video: stub })
    rehearsal.fault({ route: 'start', kind: 'html' })
    await expect(start(rehearsal)).rejects.toThrow(SyntaxError)
  })

  test('slow: the answer comes late, once', async () => {
    const rehearsal = await rehearse({ video: stub })
    rehearsal.fault({ route: 'start', kind: 'slow', seconds: 0.05 })
    expect((await start(rehearsal)).name).toContain('operations/')
    expect(rehearsal.starts).toHaveLength(1)
  })
})

describe('an operation that ends without a video', () => {
  test.each([
    [
      'safety',
      { response: { raiMediaFilteredCount: 1, raiMediaFilteredReasons: [expect.stringContaining('15236754')] } },
    ],
    ['safety_error', { error: { code: 3, message: expect.stringContaining('15236754') } }],
    ['error', { error: { code: 13, message: expect.stringContaining('internal') } }],
    ['empty', { response: {} }],
  ] as const)('%s, and costs nothing', async (kind, outcome) => {
    const rehearsal = await rehearse({ video: stub })
    const fault = { route: 'start', kind, supportCode: '15236754', times: 'forever' } as const
    rehearsal.fault(fault)
    const done = await check(developerClient(rehearsal), await start(rehearsal))
    expect(done).toMatchObject({ done: true, ...outcome })
    expect(done.response?.generatedVideos).toBeUndefined()

    const client = vertexClient(rehearsal)
    const onVertex = await check(
      client,
      await client.models.generateVideos({ model: vertex, source: { prompt: 'A lion' } }),
    )
    expect(onVertex).toMatchObject({ done: true, ...outcome })

    const interaction = await developerClient(rehearsal).interactions.create({ model: omni, input: 'A cat' }, once)
    expect(interaction.output_video).toBeUndefined()
    expect(interaction.status).toBe(kind === 'error' ? 'failed' : 'completed')
    expect(interaction.output_text?.includes('15236754') ?? false).toBe(kind.startsWith('safety'))
    expect(rehearsal.starts.map(({ micros }) => micros)).toEqual([0, 0, 0])
  })
})

describe('a check', () => {
  test('can find the operation lost, then find it again', async () => {
    const rehearsal = await rehearse({ video: stub })
    const started = await start(rehearsal)
    rehearsal.fault({ route: 'check', kind: 'lost' })
    expect(await refusal(check(developerClient(rehearsal), started))).toMatchObject({ status: 404 })
    expect((await check(developerClient(rehearsal), started)).done).toBe(true)
  })

  test('can carry the video although an address was asked for', async () => {
    const rehearsal = await rehearse({ video: stub })
    const client = developerClient(rehearsal)
    const response_format = { type: 'video', delivery: 'uri' } as const
    const { id } = await client.interactions.create({ model: omni, input: 'A cat', response_format }, once)
    rehearsal.fault({ route: 'check', kind: 'inline' })
    expect((await client.interactions.get(id, {}, once)).output_video?.data).toBeDefined()
    expect((await client.interactions.get(id, {}, once)).output_video?.uri).toBeDefined()
  })
})

test('a file can still be processing', async () => {
  const rehearsal = await rehearse({ video: stub })
  const name = /files\/[a-z0-9]+/.exec(await videoUri(rehearsal))?.[0] ?? ''
  rehearsal.fault({ route: 'file', kind: 'processing', times: 2 })
  const states: (string | undefined)[] = []
  for (let look = 0; look < 3; look += 1) states.push((await developerClient(rehearsal).files.get({ name })).state)
  expect(states).toEqual(['PROCESSING', 'PROCESSING', 'ACTIVE'])
})

describe('a download', () => {
  test.each(['truncated', 'wrong_length'] as const)('%s: fewer bytes than promised, then the end', async (kind) => {
    const rehearsal = await rehearse({ video: Buffer.concat([stub, Buffer.alloc(1_000_000)]) })
    const uri = await videoUri(rehearsal)
    rehearsal.fault({ route: 'download', kind })
    const answer = await get(uri)
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(1_000_000)
    await expect(answer.arrayBuffer()).rejects.toThrow('terminated')
    expect((await (await get(uri)).arrayBuffer()).byteLength).toBeGreaterThan(1_000_000)
  })

  test('short: half of the video under a length that fits', async () => {
    const rehearsal = await rehearse({ video: Buffer.concat([stub, Buffer.alloc(1_000_000)]) })
    const uri = await videoUri(rehearsal)
    rehearsal.fault({ route: 'download', kind: 'short' })
    expect((await (await get(uri)).arrayBuffer()).byteLength).toBeLessThan(600_000)
  })

  test('stalled: half of the video, then nothing', async () => {
    const rehearsal = await rehearse({ video: Buffer.concat([stub, Buffer.alloc(1_000_000)]) })
    const uri = await videoUri(rehearsal)
    rehearsal.fault({ route: 'download', kind: 'stalled' })
    const signal = AbortSignal.timeout(300)
    const answer = await fetch(uri, { headers: { 'x-goog-api-key': 'a key' }, signal })
    await expect(answer.arrayBuffer()).rejects.toThrow(/abort|timeout/)
  })

  test('html: a page with status 200', async () => {
    const rehearsal = await rehearse({ video: stub })
    const uri = await videoUri(rehearsal)
    rehearsal.fault({ route: 'download', kind: 'html' })
    expect((await get(uri)).headers.get('content-type')).toContain('text/html')
  })

  test('redirect: to wherever the fault says', async () => {
    const rehearsal = await rehearse({ video: stub })
    const uri = await videoUri(rehearsal)
    rehearsal.fault({ route: 'download', kind: 'redirect', to: 'http://127.0.0.1:9/elsewhere' })
    const answer = await fetch(uri, { headers: { 'x-goog-api-key': 'a key' }, redirect: 'manual' })
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'http://127.0.0.1:9/elsewhere'])
  })
})

describe('which calls a fault meets', () => {
  test('only those with its words, after some that pass, as often as told', async () => {
    const rehearsal = await rehearse({ video: stub })
    rehearsal.fault({ route: 'start', kind: 'unavailable', match: 'lion', after: 1, times: 2 })
    const outcomes: string[] = []
    for (const prompt of ['A cat', 'A lion', 'A lion', 'A cat', 'A lion', 'A lion']) {
      await start(rehearsal, prompt).then(
        () => outcomes.push(`${prompt}: started`),
        () => outcomes.push(`${prompt}: refused`),
      )
    }
    expect(outcomes).toEqual([
      'A cat: started',
      'A lion: started',
      'A lion: refused',
      'A cat: started',
      'A lion: refused',
      'A lion: started',
    ])
  })

  test('a model that is retired for good is no longer listed, and others are', async () => {
    const rehearsal = await rehearse({ video: stub })
    for (const route of ['start', 'models'] as const) {
      rehearsal.fault({ route, kind: 'retired', model: developer, times: 'forever' })
    }
    const client = developerClient(rehearsal)
    const names: (string | undefined)[] = []
    for await (const model of await client.models.list()) names.push(model.name)
    expect(names).not.toContain(`models/${developer}`)
    expect(names).toContain(`models/${omni}`)
    expect(await refusal(client.models.get({ model: developer }))).toMatchObject({ status: 404 })
    expect(await refusal(start(rehearsal))).toMatchObject({ status: 404 })
  })

  test('other processes arm, see and clear faults over HTTP, and mistakes are told', async () => {
    const rehearsal = await rehearse({ video: stub })
    const address = `${rehearsal.url}/rehearsal/faults`
    const post = (fault: unknown) => fetch(address, { method: 'POST', body: JSON.stringify(fault) })
    expect((await post({ route: 'start', kind: 'quota', times: 'forever' })).status).toBe(200)
    expect(await (await fetch(address)).json()).toEqual([{ route: 'start', kind: 'quota', times: 'forever' }])
    expect(await refusal(start(rehearsal))).toMatchObject({ status: 429 })
    expect((await post({ route: 'start', kind: 'earthquake' })).status).toBe(400)
    expect((await post({ route: 'check', kind: 'truncated' })).status).toBe(400)
    await fetch(address, { method: 'DELETE' })
    expect((await start(rehearsal)).name).toBeDefined()
    const starts = await (await fetch(`${rehearsal.url}/rehearsal/starts`)).json()
    expect(starts).toMatchObject([{ prompt: 'A lion', model: developer, micros: 800_000 }])
    // A page in somebody's browser, by a name that leads here or from another origin.
    for (const headers of [{ host: 'evil.example' }, { origin: 'https://evil.example' }]) {
      const { statusCode, body } = await request(`${rehearsal.url}/rehearsal/starts`, { headers })
      expect(statusCode).toBe(403)
      expect(await body.text()).not.toContain('A lion')
    }
  })
})

describe('what a person writes into a prompt', () => {
  test('rehearse: safety ends without a video, again and again', async () => {
    const rehearsal = await rehearse({ video: stub })
    for (let time = 0; time < 2; time += 1) {
      const done = await check(developerClient(rehearsal), await start(rehearsal, 'A cat (rehearse: safety)'))
      expect(done.response?.raiMediaFilteredCount).toBe(1)
    }
  })

  test('rehearse: quota is refused twice, then started', async () => {
    const rehearsal = await rehearse({ video: stub })
    const ask = () => start(rehearsal, 'A cat, rehearse: quota')
    expect(await refusal(ask())).toMatchObject({ status: 429 })
    expect(await refusal(ask())).toMatchObject({ status: 429 })
    expect((await ask()).name).toBeDefined()
  })

  test('rehearse: 90s takes that long', async () => {
    const rehearsal = await rehearse({ video: stub })
    await start(rehearsal, 'A cat. Rehearse: 90s')
    expect(rehearsal.starts.map(({ readyAt, startedAt }) => readyAt - startedAt)).toEqual([90_000])
  })
})

test('closing cuts connections that hang', async () => {
  const rehearsal = await rehearse({ video: stub })
  rehearsal.fault({ route: 'start', kind: 'hang' })
  const hanging = expect(start(rehearsal)).rejects.toThrow('fetch failed')
  await expect.poll(() => rehearsal.requests.length).toBe(1)
  await rehearsal.close()
  await hanging
})

test('it listens on the loopback interface only', async () => {
  const rehearsal = await rehearse({ video: stub })
  const { hostname, port } = new URL(rehearsal.url)
  expect(hostname).toBe('127.0.0.1')
  // Another loopback address would answer if every interface were listened on.
  const socket = connect(Number(port), '127.0.0.2')
  onTestFinished(() => void socket.destroy())
  await new Promise<void>((resolve, reject) => {
    socket.once('error', () => resolve())
    socket.once('connect', () => reject(new Error('something listens on every interface')))
  })
})
