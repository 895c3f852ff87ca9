import { createServer as createHttpServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Service } from '../../src/core/models.ts'
import { createVideoModel } from '../../src/veo/services.ts'
import { apiKey, type Fault, type Google, googleError, type Reply, startGoogle, token } from './google.ts'
import { impatient, memoryLog, modelOf, orderFor, patient, settingsFor } from './setup.ts'

const never = new AbortController().signal
const services: readonly Service[] = ['developer', 'vertex', 'omni']
const page = '<html><h1>Bad gateway</h1></html>'

describe('a start that fails', () => {
  let google: Google
  beforeEach(async () => {
    google = await startGoogle()
  })
  afterEach(() => google.stop())

  const start = (service: Service, timeOuts = patient) =>
    createVideoModel(settingsFor([service], google.origin, { timeOuts }), memoryLog()).start(orderFor(service), never)
  const answer = (reply: Reply): Fault => ({ kind: 'answer', reply })

  const ambiguous: readonly (readonly [string, Fault])[] = [
    ['an empty 200', answer({ status: 200, body: {} })],
    ['a web page for an answer', answer({ status: 200, body: page })],
    ['half an answer', { kind: 'slow_body' }],
    ['a proxy’s 502', answer({ status: 502, body: page })],
    ['a proxy’s 503', answer({ status: 503, body: page })],
    ['504', answer(googleError(504, 'DEADLINE_EXCEEDED', 'Deadline expired.'))],
    ['499', answer(googleError(499, 'CANCELLED', 'The operation was cancelled.'))],
    ['a redirect', answer({ status: 307, body: {}, headers: { location: 'http://127.0.0.1:9/elsewhere' } })],
  ]
  describe.each(services)('on %s', (service) => {
    it.each(ambiguous)('is interrupted and not sent again after %s', async (_, fault) => {
      google.fault('', fault)
      const timeOuts = fault.kind === 'slow_body' ? impatient : patient
      await expect(start(service, timeOuts)).rejects.toMatchObject({ code: 'interrupted', retryable: false })
      expect(google.starts()).toHaveLength(1)
    })

    const violation = (quotaId: string, quotaValue = '50') => [
      { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [{ quotaId, quotaValue }] },
    ]
    const info = (reason: string) => [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }]
    it.each<[string, Reply, object]>([
      [
        'a rate, with a header',
        { ...googleError(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded.'), headers: { 'retry-after': '9' } },
        { code: 'quota_exceeded', retryable: true, retryAfterSeconds: 9, facts: { limit: 'rate' } },
      ],
      [
        'the allowance of a day',
        googleError(
          429,
          'RESOURCE_EXHAUSTED',
          'You exceeded your current quota.',
          violation('RequestsPerDayPerProject'),
        ),
        { code: 'quota_exceeded', retryable: false, facts: { limit: 'day', variant: 'day' } },
      ],
      [
        'an account without any allowance',
        googleError(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota.', violation('PerDay-FreeTier', '0')),
        { code: 'billing', retryable: false },
      ],
      [
        'no billing',
        googleError(
          403,
          'PERMISSION_DENIED',
          'This API method requires billing to be enabled.',
          info('BILLING_DISABLED'),
        ),
        { code: 'billing', retryable: false },
      ],
      [
        'a wrong key',
        googleError(
          400,
          'INVALID_ARGUMENT',
          'API key not valid. Please pass a valid API key.',
          info('API_KEY_INVALID'),
        ),
        { code: 'bad_key', retryable: false },
      ],
      ['a missing permission', googleError(403, 'PERMISSION_DENIED', 'Denied.'), { code: 'bad_key', retryable: false }],
      [
        'a model that is gone',
        googleError(404, 'NOT_FOUND', 'This model is no longer available.'),
        { code: 'model_retired', retryable: false },
      ],
      [
        'a fault in the request',
        googleError(400, 'INVALID_ARGUMENT', 'durationSeconds must be 8.'),
        { code: 'invalid_request', facts: { reason: 'durationSeconds must be 8.' } },
      ],
      [
        'a refused prompt',
        googleError(400, 'INVALID_ARGUMENT', 'It violates our usage guidelines. Support codes: 62263041, 58061214'),
        { code: 'blocked_by_safety', facts: { supportCode: '62263041', category: 'dangerous' } },
      ],
      [
        'a video to extend that is gone',
        googleError(403, 'PERMISSION_DENIED', 'You do not have permission to access the File abc or it may not exist.'),
        { code: 'invalid_request', problems: [{ rule: 'parent_expired' }] },
      ],
      ['a proxy’s 404', { status: 404, body: page }, { code: 'unreachable', retryable: false }],
    ])('proves that nothing began: %s', async (_, reply, expected) => {
      google.fault('', answer(reply))
      await expect(start(service)).rejects.toMatchObject(expected)
      expect(google.starts()).toHaveLength(1)
    })

    it('names the successor of a model that is gone', async () => {
      google.fault('', answer(googleError(404, 'NOT_FOUND', 'This model is no longer available.')))
      const successor = 'gemini-omni-1.2-flash'
      await expect(start(service)).rejects.toMatchObject({ facts: { model: modelOf[service], successor } })
    })
  })

  it('is unreachable, and may come again, where nobody listens', async () => {
    await google.stop()
    await expect(start('developer')).rejects.toMatchObject({ code: 'unreachable', retryable: true })
    await expect(start('omni')).rejects.toMatchObject({ code: 'unreachable', retryable: true })
    google = await startGoogle()
  })

  it('is unreachable where the name is unknown', async () => {
    const model = createVideoModel(settingsFor(['developer'], 'http://no-such-host.invalid'), memoryLog())
    await expect(model.start(orderFor('developer'), never)).rejects.toMatchObject({
      code: 'unreachable',
      retryable: true,
    })
  })

  it('is unreachable where the encryption cannot be agreed on, for nothing was sent before', async () => {
    const server = createTlsServer({})
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    const model = createVideoModel(settingsFor(['omni'], origin), memoryLog())
    await expect(model.start(orderFor('omni'), never)).rejects.toMatchObject({ code: 'unreachable', retryable: true })
    server.close()
  })

  it('is unreachable where the time runs out before the encryption stands', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    const model = createVideoModel(settingsFor(['developer'], origin, { timeOuts: impatient }), memoryLog())
    await expect(model.start(orderFor('developer'), never)).rejects.toMatchObject({
      code: 'unreachable',
      retryable: true,
    })
    server.close()
  })

  it('is waited for while its pictures go over a slow line', async () => {
    // Twice as long as is waited for an answer to words alone: nothing is read of what was sent.
    const server = createHttpServer((request, response) => {
      setTimeout(() => {
        request.resume()
        response.setHeader('content-type', 'application/json').end('{"name":"models/veo/operations/late"}')
      }, 2 * impatient.start)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const model = createVideoModel(settingsFor(['developer'], origin, { timeOuts: impatient }), memoryLog())
    const firstFrame = { bytes: new Uint8Array(300_000), mimeType: 'image/png' }
    expect(await model.start(orderFor('developer', {}, { firstFrame }), never)).toContain('operations/late')
    await expect(model.start(orderFor('developer'), never)).rejects.toMatchObject({ code: 'interrupted' })
    server.close()
    server.closeAllConnections()
  })

  it('does not carry the key along a redirect', async () => {
    const elsewhere = await startGoogle()
    const redirect: Reply = { status: 307, body: {}, headers: { location: `${elsewhere.origin}/v1beta/interactions` } }
    for (const service of services) {
      google.fault('', answer(redirect))
      await expect(start(service)).rejects.toMatchObject({ code: 'interrupted' })
    }
    expect(elsewhere.seen).toEqual([])
    await elsewhere.stop()
  })

  it('leaves neither key nor prompt in the log or the error, even where Google quotes the key', async () => {
    const log = memoryLog()
    const model = createVideoModel(settingsFor(services, google.origin), log)
    for (const service of services) {
      const quoted = `Consumer 'api_key:${apiKey}' with ${token} has been suspended.`
      google.fault('', answer(googleError(403, 'PERMISSION_DENIED', quoted)))
      const error = await model.start(orderFor(service), never).catch((thrown: unknown) => thrown)
      const told = JSON.stringify([error, (error as Error).message, (error as Error).stack])
      expect(told).toContain('has been suspended')
      expect(told).not.toMatch(/SyTheKey|the-token-of|A lion/)
      await model.start(orderFor(service), never)
    }
    expect(log.lines).toHaveLength(6)
    expect(log.lines.join()).toContain('"status":403')
    expect(log.lines.join()).not.toMatch(/SyTheKey|the-token-of|A lion/)
  })

  it('does not wait behind checks that hang', async () => {
    const model = createVideoModel(settingsFor(['developer'], google.origin), memoryLog())
    const handle = await model.start(orderFor('developer'), never)
    const stop = new AbortController()
    const checks = Array.from({ length: 100 }, () => {
      google.fault('/operations/', { kind: 'hang' })
      return model.check(modelOf.developer, handle, stop.signal)
    })
    const settled = Promise.allSettled(checks)
    await vi.waitFor(() => expect(google.seen.length).toBe(1 + 64))
    expect(await model.start(orderFor('developer'), never)).not.toBe(handle)
    expect(google.starts()).toHaveLength(2)
    stop.abort()
    expect((await settled).every((each) => each.status === 'rejected')).toBe(true)
    expect(google.seen.length).toBe(1 + 64 + 1)
  })
})
