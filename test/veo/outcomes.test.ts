import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Service } from '../../src/core/models.ts'
import { createVideoModel } from '../../src/veo/services.ts'
import { apiKey, type Google, googleError, type Reply, startGoogle, token } from './google.ts'
import { memoryLog, modelOf, orderFor, settingsFor } from './setup.ts'

const never = new AbortController().signal
const twoCredentials = 'Multiple authentication credentials received. Please pass only one.'
/** The Interactions API's own form of a 400. */
const interactionsError = (code: string, message: string): Reply => ({
  status: 400,
  body: { error: { message, code } },
})

describe('what a check finds', () => {
  let google: Google
  beforeEach(async () => {
    google = await startGoogle()
  })
  afterEach(() => google.stop())

  const modelFor = (service: Service) => createVideoModel(settingsFor([service], google.origin), memoryLog())
  const found = async (service: Service, result: unknown) => {
    const model = modelFor(service)
    const handle = await model.start(orderFor(service), never)
    google.finish(handle, result)
    return model.check(modelOf[service], handle, never)
  }
  const samples = (uri: string) => ({ response: { generateVideoResponse: { generatedSamples: [{ video: { uri } }] } } })
  const says = (...content: object[]) => ({ status: 'completed', steps: [{ type: 'model_output', content }] })

  it('is fetched by way of the overridden base URL, and its key goes there and to Google alone', async () => {
    const uri = 'https://generativelanguage.googleapis.com/v1beta/files/abc:download?alt=media'
    const outcome = await found('developer', samples(`${uri}&key=${apiKey}`))
    expect(outcome).toEqual({
      state: 'done',
      sourceUri: uri,
      source: {
        kind: 'address',
        uri: `${google.origin}/v1beta/files/abc:download?alt=media`,
        elsewhere: uri,
        headers: { 'x-goog-api-key': apiKey },
        keyOrigins: [google.origin, 'https://generativelanguage.googleapis.com'],
        allowedOrigins: [
          google.origin,
          'https://generativelanguage.googleapis.com',
          'https://storage.googleapis.com',
          '*.googleapis.com',
          '*.googleusercontent.com',
        ],
      },
    })
  })

  it('is the bytes, where Vertex sends them', async () => {
    const result = { response: { videos: [{ bytesBase64Encoded: Buffer.from('film').toString('base64') }] } }
    const outcome = await found('vertex', result)
    expect(outcome).toEqual({ state: 'done', sourceUri: null, source: { kind: 'bytes', bytes: Buffer.from('film') } })
  })

  it('is an object of Cloud Storage with a token for that host alone, where Vertex put it there', async () => {
    const outcome = await found('vertex', { response: { videos: [{ gcsUri: 'gs://bucket/a b/film.mp4' }] } })
    expect(outcome).toMatchObject({
      state: 'done',
      sourceUri: 'gs://bucket/a b/film.mp4',
      source: {
        uri: 'https://storage.googleapis.com/storage/v1/b/bucket/o/a%20b%2Ffilm.mp4?alt=media',
        headers: { authorization: `Bearer ${token}` },
        keyOrigins: ['https://storage.googleapis.com'],
      },
    })
  })

  it.each([400, 403, 404, 405, 501])('is there to be fetched where a gateway has no such route: %i', async (status) => {
    google.fault('/files/abc', { kind: 'answer', reply: { status, body: { error: { message: 'Invalid URL' } } } })
    const video = { type: 'video', uri: `${google.origin}/v1beta/files/abc`, mime_type: 'video/mp4' }
    expect(await found('omni', says(video))).toMatchObject({ state: 'done' })
  })

  it('is still running while Google prepares Omni’s file, and then its content', async () => {
    const uri = `${google.origin}/v1beta/files/abc`
    google.files.set('abc', 'PROCESSING')
    const model = modelFor('omni')
    const handle = await model.start(orderFor('omni'), never)
    google.finish(handle, says({ type: 'video', uri, mime_type: 'video/mp4' }))
    expect(await model.check(modelOf.omni, handle, never)).toEqual({ state: 'running' })
    google.files.set('abc', 'ACTIVE')
    const outcome = await model.check(modelOf.omni, handle, never)
    expect(outcome).toMatchObject({ state: 'done', sourceUri: `${uri}:download?alt=media` })
    google.files.set('abc', 'FAILED')
    expect(await model.check(modelOf.omni, handle, never)).toMatchObject({
      state: 'failed',
      error: { code: 'no_video' },
    })
  })

  it.each<[Service, string, unknown, object]>([
    ['developer', 'nothing at all', { response: {} }, { code: 'no_video' }],
    ['developer', 'an inner fault', { error: { code: 13, message: 'Internal error.' } }, { code: 'google_error' }],
    [
      'developer',
      'a refusal inside a fault',
      { error: { code: 3, message: 'It violates the usage guidelines. Support codes: 15236754' } },
      { code: 'blocked_by_safety', facts: { supportCode: '15236754', category: 'celebrity' } },
    ],
    ['developer', 'a bad request', { error: { code: 3, message: 'Bad size.' } }, { code: 'invalid_request' }],
    [
      'developer',
      'no more quota',
      { error: { code: 8, message: 'Quota.' } },
      { code: 'quota_exceeded', retryable: false },
    ],
    [
      'vertex',
      'a filter without words',
      { response: { raiMediaFilteredCount: 1 } },
      { code: 'blocked_by_safety', facts: { category: 'other' } },
    ],
    ['vertex', 'a stop', { error: { code: 1, message: 'Cancelled.' } }, { code: 'cancelled' }],
    [
      'omni',
      'an excuse',
      says({ type: 'text', text: 'I can’t.' }),
      { code: 'blocked_by_safety', facts: { reason: 'I can’t.' } },
    ],
    ['omni', 'nothing at all', says(), { code: 'no_video' }],
    ['omni', 'half of it', { status: 'incomplete', steps: [] }, { code: 'no_video' }],
    ['omni', 'a failure', { status: 'failed', steps: [] }, { code: 'google_error' }],
    ['omni', 'a question', { status: 'requires_action', steps: [] }, { code: 'google_error' }],
    ['omni', 'a budget', { status: 'budget_exceeded', steps: [] }, { code: 'billing' }],
    ['omni', 'a stop', { status: 'cancelled', steps: [] }, { code: 'cancelled', facts: { variant: 'running' } }],
    [
      'omni',
      'an inner fault',
      { status: 'failed', steps: [], errors: [{ code: 13, message: 'Internal error.' }] },
      { code: 'google_error', facts: { reason: 'Internal error.' } },
    ],
  ])('is a failure with its reason: %s ended with %s', async (service, _, result, error) => {
    expect(await found(service, result)).toMatchObject({ state: 'failed', error })
  })

  it.each([
    ['a NUL', 'refused: a\0 lion', 'refused: a lion'],
    ['half of a character', 'refused: \ud83d', 'refused: \ufffd'],
    ['a character where it is cut', `${'x'.repeat(498)}😀 lion`, `${'x'.repeat(498)}\ufffd…`],
  ])('gives a reason that every database takes, where Google’s text has %s', async (_, message, reason) => {
    const outcome = await found('developer', { error: { code: 13, message } })
    expect(outcome).toMatchObject({ state: 'failed', error: { facts: { reason } } })
  })

  it.each(['developer', 'vertex', 'omni'] as const)(
    'is not lost because of the key, of a proxy or of a 400 that does not name it: %s',
    async (service) => {
      const model = modelFor(service)
      const handle = await model.start(orderFor(service), never)
      for (const [reply, code] of [
        [googleError(401, 'UNAUTHENTICATED', 'No.'), 'bad_key'],
        [googleError(403, 'PERMISSION_DENIED', 'No.'), 'bad_key'],
        [googleError(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.'), 'bad_key'],
        // What looks got for days in October 2026 while starts worked.
        [interactionsError('invalid_request', twoCredentials), 'bad_key'],
        [googleError(400, 'INVALID_ARGUMENT', twoCredentials), 'bad_key'],
        [interactionsError('failed_precondition', 'User location is not supported.'), 'invalid_request'],
        [googleError(400, 'FAILED_PRECONDITION', 'User location is not supported.'), 'invalid_request'],
        [googleError(400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.'), 'invalid_request'],
        [{ status: 404, body: '<html>not here</html>' }, 'unreachable'],
        [{ status: 200, body: '<html>please log in</html>' }, 'google_error'],
      ] as const) {
        google.fault('', { kind: 'answer', reply })
        await expect(model.check(modelOf[service], handle, never)).rejects.toMatchObject({ code, retryable: true })
      }
      expect(await model.check(modelOf[service], handle, never)).toEqual({ state: 'running' })
    },
  )

  it.each(['developer', 'vertex', 'omni'] as const)(
    'is lost, and begun, where Google says that the model is no longer available: %s',
    async (service) => {
      const model = modelFor(service)
      const handle = await model.start(orderFor(service), never)
      const reply = googleError(404, 'NOT_FOUND', `This model models/${modelOf[service]} is no longer available.`)
      google.fault('', { kind: 'answer', reply })
      const outcome = await model.check(modelOf[service], handle, never)
      expect(outcome).toMatchObject({ state: 'failed', error: { code: 'lost_operation' } })
    },
  )

  it.each([
    ['a new word', { status: 'requires_continuation', steps: [] }],
    ['none', { status: undefined, steps: [] }],
  ])('is still running where Omni has %s for how it stands, and then its content', async (_, body) => {
    const model = modelFor('omni')
    const handle = await model.start(orderFor('omni'), never)
    google.finish(handle, body)
    expect(await model.check(modelOf.omni, handle, never)).toEqual({ state: 'running' })
    google.finish(handle, {
      ...says({ type: 'video', data: 'aaaa' }),
      ...body,
      steps: says({ type: 'video', data: 'aaaa' }).steps,
    })
    expect(await model.check(modelOf.omni, handle, never)).toMatchObject({ state: 'done' })
  })

  it('is asked again where Omni’s answer says nothing at all', async () => {
    const model = modelFor('omni')
    const handle = await model.start(orderFor('omni'), never)
    google.fault(handle, { kind: 'answer', reply: { status: 200, body: {} } })
    const refused = model.check(modelOf.omni, handle, never)
    await expect(refused).rejects.toMatchObject({ code: 'google_error', retryable: true })
  })

  it('waits as long as Google asks before the next look', async () => {
    const model = modelFor('developer')
    const handle = await model.start(orderFor('developer'), never)
    const reply = { ...googleError(503, 'UNAVAILABLE', 'Later.'), headers: { 'retry-after': '30' } }
    google.fault('/operations/', { kind: 'answer', reply })
    await expect(model.check(modelOf.developer, handle, never)).rejects.toMatchObject({ retryAfterSeconds: 30 })
  })

  it('takes away what Omni keeps once Google itself says so, and until then says that it could not', async () => {
    const model = modelFor('omni')
    const handle = await model.start(orderFor('omni'), never)
    const kept = { model: modelOf.omni, handle, sourceUri: null }
    for (const reply of [
      interactionsError('invalid_request', twoCredentials),
      googleError(400, 'INVALID_ARGUMENT', 'API key expired. Please renew the API key.'),
      { status: 404, body: '<html>not here</html>' },
    ]) {
      google.fault('', { kind: 'answer', reply })
      await expect(model.discard(kept, never)).rejects.toMatchObject({ retryable: true })
    }
    expect(await model.check(modelOf.omni, handle, never)).toEqual({ state: 'running' })
    await model.discard(kept, never)
    for (const reply of [
      googleError(404, 'NOT_FOUND', 'Requested entity was not found.'),
      googleError(400, 'INVALID_ARGUMENT', 'Invalid interaction id.'),
    ]) {
      google.fault('', { kind: 'answer', reply })
      await model.discard(kept, never)
    }
  })

  it('says that finished work cannot be stopped', async () => {
    const model = modelFor('omni')
    const handle = await model.start(orderFor('omni'), never)
    google.finish(handle, says({ type: 'video', data: 'aaaa' }))
    expect(await model.cancel(modelOf.omni, handle, never)).toBe(false)
    expect(await model.cancel(modelOf.omni, 'v1_unknown', never)).toBe(false)
  })
})
