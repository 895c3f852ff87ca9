import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asVideoError, errorCodes } from '../../src/core/errors.ts'
import type { VideoModel } from '../../src/core/ports/google.ts'
import { createVideoModel } from '../../src/veo/services.ts'
import { silentLog } from '../db/memory-store.ts'
import { someRequest } from '../some-request.ts'

const never = new AbortController().signal
const models = ['veo-3.1-fast-generate-preview', 'gemini-omni-1.1-flash'] as const

interface Reply {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly retryAfter: string
}

const word = fc.constantFrom('name', 'done', 'error', 'response', 'generateVideoResponse', 'generatedSamples', 'video')
const more = fc.constantFrom('uri', 'code', 'message', 'status', 'id', 'steps', 'content', 'type', 'data', 'details')
const leaf = fc.oneof(
  fc.constantFrom(true, false, null, 0, 13, '', 'completed', 'failed', 'in_progress', 'model_output', 'NOT_FOUND'),
  fc.constantFrom('http://', 'not an address', 'https://evil.example/x', 'AAAA', '%%%', '\u0000'),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
/** JSON made of the words that Google uses, in places where it does not. */
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(word, more), tie('json'), { maxKeys: 4 }),
  ),
}))
const body = fc.oneof(
  { weight: 5, arbitrary: json.map((each) => JSON.stringify(each)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
)
const reply: fc.Arbitrary<Reply> = fc.record({
  status: fc.constantFrom(
    200,
    200,
    200,
    201,
    204,
    302,
    400,
    401,
    403,
    404,
    408,
    409,
    418,
    429,
    499,
    500,
    502,
    503,
    504,
    599,
  ),
  type: fc.constantFrom('application/json', 'application/json; charset=UTF-8', 'text/html', 'video/mp4', ''),
  body,
  retryAfter: fc.constantFrom('', '0', '5', '-1', 'soon', '1e99', 'Sun, 22 Nov 2099 10:00:00 GMT'),
})

describe('whatever Google answers', () => {
  let server: Server
  let model: VideoModel
  let next: Reply
  let posts = 0
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.method === 'POST') posts += 1
      request.resume()
      const bodiless = next.status === 204
      const headers = {
        ...(next.type ? { 'content-type': next.type } : {}),
        ...(next.retryAfter ? { 'retry-after': next.retryAfter } : {}),
      }
      response.writeHead(next.status, headers).end(bodiless ? '' : next.body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    model = createVideoModel(
      {
        services: ['developer', 'omni'],
        apiKey: 'AIza-a-key-that-nobody-may-see',
        geminiBaseUrl: url,
        vertex: null,
        requestsPerSecond: 100_000,
        timeOuts: { start: 5000, idle: 5000 },
      },
      silentLog,
    )
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  const clean = (error: Error) => expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('AIza-a-key')

  it('to a start: a name or an error of ours, one POST, and only what proves it is tried again', async () => {
    await fc.assert(
      fc.asyncProperty(reply, fc.constantFrom(...models), async (answer, id) => {
        next = answer
        posts = 0
        const order = {
          request: someRequest({ model: id }),
          firstFrame: null,
          lastFrame: null,
          references: [],
          parent: null,
        }
        const outcome = await model.start(order, never).catch(asVideoError)
        expect(posts).toBe(1)
        if (typeof outcome === 'string') {
          expect(outcome.length).toBeGreaterThan(0)
          return
        }
        clean(outcome)
        expect(errorCodes).toContain(outcome.code)
        expect(outcome.code).not.toBe('internal')
        // Of an answer that says nothing, nobody knows what it was about.
        if (answer.status < 400 || answer.status === 500)
          expect(outcome).toMatchObject({ code: 'interrupted', retryable: false })
      }),
      { numRuns: 400 },
    )
  })

  it('to a check: an outcome, or an error after which it is asked again', async () => {
    await fc.assert(
      fc.asyncProperty(reply, fc.constantFrom(...models), async (answer, id) => {
        next = answer
        const handle = id.startsWith('veo') ? `models/${id}/operations/x` : 'v1_x'
        const outcome = await model.check(id, handle, never).catch(asVideoError)
        if (!(outcome instanceof Error)) {
          expect(['running', 'done', 'failed']).toContain(outcome.state)
          return
        }
        clean(outcome)
        expect(outcome.retryable).toBe(true)
      }),
      { numRuns: 400 },
    )
  })
})
