import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWeb, type Web } from '../../src/bots/web/index.ts'
import { type Bench, openBench } from './harness.ts'

const generate = '/api/video_chat/generate'
const upload = '/api/video_chat/generate_with_image'
const bodied = [
  generate,
  '/api/video_chat/quote',
  '/api/video_chat/status',
  '/api/video_chat/operations/x/again',
  '/api/video_chat/operations/x/retry',
  '/api/session',
  '/api/admin/settings',
]

const junk = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', ' ', '\u0000', '../../etc/passwd', '__proto__', '%00', '💥'.repeat(10), 'x'.repeat(9000)),
  fc.constantFrom('NaN', 'Infinity', '-1', '1e309', '8s8', '0x8', '08:00'),
)
const wrong = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }).filter((value) => value !== null && typeof value === 'object'),
  fc.constantFrom(-1, 0.5, 1e308, 99, true),
)
/** At least one of these is in each body, so that none of them can be a good request. */
const fault = fc.oneof(
  fc.record({ prompt: fc.oneof(fc.constantFrom('', '  ', '\n\t'), wrong) }),
  fc.record({ prompt: fc.constantFrom('word '.repeat(1100), '字'.repeat(1100)) }),
  fc.record({ aspect_ratio: fc.oneof(fc.constantFrom('4:3', '16x9', '16:9 '.repeat(2)), wrong) }),
  fc.record({ resolution: fc.oneof(fc.constantFrom('8k', '720', '480p'), wrong) }),
  fc.record({ duration: fc.oneof(fc.constantFrom('five', 0, -8, 5.5, 1e9, '8 8', [8], {}), wrong) }),
  fc.record({ model: fc.oneof(fc.constantFrom('sora', 'gpt', '../veo'), wrong) }),
  fc.record({ seed: fc.constantFrom('x', 1.5, -1, 4294967296, true, {}, [7]) }),
  fc.record({ draft: fc.constantFrom('maybe', 1, {}, []) }),
  fc.record({ aspectRatio: fc.constant('16:9') }),
  fc.dictionary(
    fc.string({ minLength: 1, maxLength: 10 }).map((name) => `x${name}`),
    wrong,
    { minKeys: 1, maxKeys: 3 },
  ),
)
const padding = fc.record(
  { prompt: fc.constant('A lion'), negative_prompt: junk, private: fc.boolean(), session_id: junk },
  { requiredKeys: ['prompt'] },
)
const body = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(padding, fault).map(([base, bad]) => JSON.stringify({ ...base, ...bad })) },
  {
    weight: 1,
    arbitrary: fc
      .jsonValue({ maxDepth: 3 })
      .filter((value) => !isObject(value))
      .map((value) => JSON.stringify(value)),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 60 }).map((text) => `{"prompt":"x",${text}`) },
)
const multipart = fc
  .array(
    fc.tuple(
      fc.constantFrom('image', 'reference', 'last_frame', 'prompt', 'duration', '__proto__', 'x'),
      fc.boolean(),
      junk,
    ),
    { maxLength: 8 },
  )
  .map((parts) => {
    const written = parts.map(([name, isFile, value]) => {
      const head = `content-disposition: form-data; name="${name}"${isFile ? '; filename="a.png"\r\ncontent-type: image/png' : ''}`
      return `--b\r\n${head}\r\n\r\n${value}\r\n`
    })
    // No field `x` exists and no image is one, so it is refused whatever else it says.
    return `${written.join('')}--b\r\ncontent-disposition: form-data; name="x"\r\n\r\nx\r\n--b--`
  })
const headers = fc.record(
  {
    'idempotency-key': latin(40),
    cookie: latin(60).map((value) => `dailies=${value}`),
    authorization: fc.oneof(
      { weight: 9, arbitrary: latin(30).map((value) => `Basic ${value}`) },
      { weight: 1, arbitrary: latin(30).map((value) => `Bearer x${value}`) },
    ),
    range: latin(20).map((value) => `bytes=${value}`),
    'accept-language': latin(40),
    'accept-encoding': latin(10),
    'last-event-id': latin(20),
    'content-length': fc.constantFrom('0', '1', '99999999999'),
  },
  { requiredKeys: [] },
)
const types = fc.constantFrom(
  'application/json',
  'application/json; charset=latin1',
  'text/plain',
  'application/xml',
  '*/*',
  '',
)
const paths = fc.oneof(
  junk.map((value) => `/${encodeURIComponent(value.toWellFormed()).slice(0, 300)}`),
  junk.map((value) => `/outputs/${encodeURIComponent(value.toWellFormed()).slice(0, 300)}`),
  junk.map((value) => `/api/video_chat/operations/${encodeURIComponent(value.toWellFormed()).slice(0, 300)}`),
  junk.map((value) => `/api/video_chat/events?operation_id=x${encodeURIComponent(value.toWellFormed()).slice(0, 300)}`),
  fc
    .tuple(fc.constantFrom('status', 'since', 'limit', 'cursor', 'search', 'model', 'requester'), junk)
    .map(([name, value]) => `/api/video_chat/operations?${name}=${encodeURIComponent(value.toWellFormed())}`),
  fc.string({ maxLength: 30 }).map((value) => `/docs/${value.replace(/[^!-~]/g, '')}`),
)
const request: fc.Arbitrary<InjectOptions> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({
        method: fc.constant('POST' as const),
        url: fc.constantFrom(...bodied),
        payload: body,
        type: types,
        headers,
      })
      .map(typed),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        method: fc.constant('POST' as const),
        url: fc.constant(upload),
        payload: multipart,
        type: fc.constantFrom(
          'multipart/form-data; boundary=b',
          'multipart/form-data',
          'multipart/form-data; boundary=c',
        ),
        headers,
      })
      .map(typed),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      method: fc.constantFrom(
        'GET' as const,
        'HEAD' as const,
        'POST' as const,
        'PUT' as const,
        'DELETE' as const,
        'PATCH' as const,
        'OPTIONS' as const,
      ),
      url: paths,
      headers,
    }),
  },
)

function typed({
  type,
  headers,
  ...rest
}: {
  method: 'POST'
  url: string
  payload: string
  type: string
  headers: object
}): InjectOptions {
  return { ...rest, headers: { ...headers, 'content-type': type } }
}

function latin(maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: 'binary-ascii', maxLength }).map((value) => value.replace(/[^ -~]/g, '').trim())
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

describe('10,000 bad requests', () => {
  let bench: Bench
  let web: Web
  let address: URL
  let submits = 0
  beforeAll(async () => {
    bench = await openBench()
    const counting = {
      ...bench.commands,
      submit: (submission: Parameters<typeof bench.commands.submit>[0]) =>
        bench.commands.submit(submission).then((accepted) => {
          submits++
          return accepted
        }),
    }
    web = createWeb(bench.settings, { ...bench.dependencies, commands: counting })
    address = new URL((await web.start()).url)
  })
  afterAll(async () => {
    await web.stop()
    await bench.close()
  })

  it('none of them meets a fault of the server, and none starts anything', async () => {
    const met = new Map<number, number>()
    let sent = 0
    await fc.assert(
      fc.asyncProperty(request, async (options) => {
        // Each is another client, so that it is not the rate limit that answers.
        const remoteAddress = `10.${(sent >> 16) & 255}.${(sent >> 8) & 255}.${sent++ & 255}`
        const { statusCode, body } = await bench.app.inject({ ...options, remoteAddress })
        met.set(statusCode, (met.get(statusCode) ?? 0) + 1)
        expect(statusCode, body).toBeLessThan(500)
        if (options.method === 'POST' && options.payload !== undefined)
          expect(statusCode, body).toBeGreaterThanOrEqual(400)
        expect(body).not.toMatch(/node_modules|\.ts:\d|at async /)
      }),
      { numRuns: 9_500 },
    )
    expect((await bench.store.list({}, null, 10)).operations).toEqual([])
    expect(bench.errors).toEqual([])
    // The generators reach what they are for, and not only the first check.
    for (const status of [400, 401, 404, 413, 415, 422])
      expect(met.get(status) ?? 0, `status ${status}`).toBeGreaterThan(0)
  }, 120_000)

  it('nor do broken bytes on a socket', async () => {
    const good = `POST ${generate} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\r\n{"x":`
    const cut = fc.tuple(fc.nat(good.length), fc.nat(20), fc.string({ unit: 'binary', maxLength: 20 }))
    const broken = cut.map(([at, length, inserted]) => good.slice(0, at) + inserted + good.slice(at + length))
    const samples = fc.sample(broken, 500)
    const statuses: string[] = []
    for (let from = 0; from < samples.length; from += 50) {
      const answers = await Promise.all(samples.slice(from, from + 50).map((bytes) => exchange(bytes)))
      for (const answer of answers) {
        const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]
        if (status !== undefined) statuses.push(status)
      }
    }
    expect(statuses.length).toBeGreaterThan(100)
    expect(statuses.filter((status) => status.startsWith('5') || status.startsWith('2'))).toEqual([])
    expect(submits).toBe(0)
  })

  async function exchange(bytes: string): Promise<string> {
    const socket = connect(Number(address.port), address.hostname)
    await once(socket, 'connect')
    socket.end(bytes)
    return text(socket).catch(() => '')
  }
})
