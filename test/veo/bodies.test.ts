import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Service } from '../../src/core/models.ts'
import type { ImageBytes, StartOrder } from '../../src/core/ports/google.ts'
import { createVideoModel, type VeoSettings } from '../../src/veo/services.ts'
import { apiKey, type Google, startGoogle, token } from './google.ts'
import { memoryLog, orderFor, settingsFor } from './setup.ts'

const never = new AbortController().signal
const png: ImageBytes = { bytes: Buffer.from('first'), mimeType: 'image/png' }
const jpeg: ImageBytes = { bytes: Buffer.from('last'), mimeType: 'image/jpeg' }
const encoded = (image: ImageBytes) => Buffer.from(image.bytes).toString('base64')
const veo = (image: ImageBytes) => ({ bytesBase64Encoded: encoded(image), mimeType: image.mimeType })
const part = (image: ImageBytes) => ({ type: 'image', data: encoded(image), mime_type: image.mimeType })

describe('what Google is sent', () => {
  let google: Google
  beforeEach(async () => {
    google = await startGoogle()
  })
  afterEach(() => google.stop())

  const sent = async (service: Service, order: StartOrder, changes: Partial<VeoSettings> = {}) => {
    await createVideoModel(settingsFor([service], google.origin, changes), memoryLog()).start(order, never)
    const [start] = google.starts()
    if (!start) throw new Error('nothing was sent')
    return start
  }

  it('is the prompt and the settings, to Veo on the Developer API', async () => {
    const start = await sent(
      'developer',
      orderFor('developer', { negativePrompt: 'rain', personGeneration: 'allow_adult' }),
    )
    expect(start.path).toBe('/v1beta/models/veo-3.1-fast-generate-preview:predictLongRunning')
    expect(start.headers['x-goog-api-key']).toBe(apiKey)
    expect(start.body).toEqual({
      instances: [{ prompt: 'A lion at dusk' }],
      parameters: {
        aspectRatio: '16:9',
        resolution: '720p',
        durationSeconds: 8,
        negativePrompt: 'rain',
        personGeneration: 'allow_adult',
      },
    })
  })

  it('has the first and the last frame in it', async () => {
    const { body } = await sent('developer', orderFor('developer', {}, { firstFrame: png, lastFrame: jpeg }))
    expect(body).toMatchObject({ instances: [{ prompt: 'A lion at dusk', image: veo(png), lastFrame: veo(jpeg) }] })
  })

  it('has the reference images in it', async () => {
    const { body } = await sent('developer', orderFor('developer', {}, { references: [png, jpeg] }))
    const referenceImages = [png, jpeg].map((each) => ({ image: veo(each), referenceType: 'ASSET' }))
    expect(body).toMatchObject({ instances: [{ referenceImages }] })
  })

  it('names the video that an extension goes on from, and no duration', async () => {
    const parent = {
      handle: 'models/m/operations/1',
      sourceUri: 'https://g.example/v1beta/files/abc:download?alt=media',
    }
    const { body } = await sent(
      'developer',
      orderFor('developer', { builds: 'extend', durationSeconds: 7 }, { parent }),
    )
    expect(body).toEqual({
      instances: [{ prompt: 'A lion at dusk', video: { uri: parent.sourceUri, encoding: 'video/mp4' } }],
      parameters: { aspectRatio: '16:9', resolution: '720p' },
    })
  })

  it('asks Vertex for one video with sound, in the version and the place where Veo is', async () => {
    const start = await sent('vertex', orderFor('vertex', { seed: 7 }))
    expect(start.path).toBe(
      '/v1/projects/p/locations/us-central1/publishers/google/models/veo-3.1-fast-generate-001:predictLongRunning',
    )
    expect(start.headers.authorization).toBe(`Bearer ${token}`)
    expect(start.headers['x-goog-api-key']).toBeUndefined()
    expect(start.body).toEqual({
      instances: [{ prompt: 'A lion at dusk' }],
      parameters: {
        aspectRatio: '16:9',
        resolution: '720p',
        durationSeconds: 8,
        sampleCount: 1,
        generateAudio: true,
        seed: 7,
      },
    })
  })

  it('goes to v1beta1 for a model that is in preview on Vertex', async () => {
    const start = await sent('vertex', orderFor('vertex', { model: 'veo-3.1-lite-generate-001' }))
    expect(start.path).toMatch(/^\/v1beta1\//)
  })

  it('tells Vertex where the video goes and which one is extended', async () => {
    const vertex = settingsFor(['vertex'], google.origin).vertex
    if (!vertex) throw new Error('no settings')
    const parent = { handle: 'h', sourceUri: 'gs://bucket/old.mp4' }
    const order = orderFor('vertex', { builds: 'extend', durationSeconds: 7 }, { parent })
    const { body } = await sent('vertex', order, { vertex: { ...vertex, storageUri: 'gs://bucket/videos' } })
    expect(body).toMatchObject({
      instances: [{ video: { gcsUri: 'gs://bucket/old.mp4', mimeType: 'video/mp4' } }],
      parameters: { storageUri: 'gs://bucket/videos' },
    })
    expect(body).not.toHaveProperty('parameters.durationSeconds')
  })

  it('is an interaction in the background, to Omni', async () => {
    const start = await sent('omni', orderFor('omni', { aspectRatio: '9:16', durationSeconds: 5 }))
    expect(start.path).toBe('/v1beta/interactions')
    expect(start.headers['x-goog-api-key']).toBe(apiKey)
    expect(start.body).toEqual({
      model: 'gemini-omni-1.1-flash',
      input: 'A lion at dusk',
      background: true,
      generation_config: { video_config: { task: 'text_to_video' } },
      response_format: { type: 'video', aspect_ratio: '9:16', resolution: '720p', duration: '5s', delivery: 'uri' },
    })
  })

  it.each([
    ['image_to_video', { firstFrame: png, lastFrame: jpeg }, '<FIRST_FRAME> <LAST_FRAME>'],
    ['reference_to_video', { references: [png, jpeg] }, '<IMAGE_REF_0> <IMAGE_REF_1>'],
  ])('has the images before the words that say what each is for, to Omni: %s', async (task, images, roles) => {
    const { body } = await sent('omni', orderFor('omni', {}, images))
    expect(body).toMatchObject({
      input: [part(png), part(jpeg), { type: 'text', text: `${roles} A lion at dusk` }],
      generation_config: { video_config: { task } },
    })
  })

  it.each([
    ['extend', { duration: '8s' }],
    ['edit', {}],
  ] as const)(
    'names the interaction that Omni builds on, and no task or shape beside it: %s',
    async (builds, length) => {
      const parent = { handle: 'v1_parent', sourceUri: null }
      const { body } = await sent('omni', orderFor('omni', { builds }, { parent }))
      expect(body).toEqual({
        model: 'gemini-omni-1.1-flash',
        input: `${builds === 'edit' ? 'Edit' : 'Extend'} this video: A lion at dusk`,
        background: true,
        previous_interaction_id: 'v1_parent',
        response_format: { type: 'video', resolution: '720p', delivery: 'uri', ...length },
      })
    },
  )

  it.each(['developer', 'vertex', 'omni'] as const)(
    'is nothing where the video to build on is gone: %s',
    async (service) => {
      const model = createVideoModel(settingsFor([service], google.origin), memoryLog())
      const started = model.start(orderFor(service, { builds: 'extend' }), never)
      await expect(started).rejects.toMatchObject({ code: 'invalid_request', problems: [{ rule: 'parent_expired' }] })
      expect(google.seen).toEqual([])
    },
  )

  it('never has the environment in it', async () => {
    const start = await sent('developer', orderFor('developer'))
    expect(start.headers.cookie).toBeUndefined()
    // A kept-alive connection may break under a start.
    expect(start.headers.connection).toBe('close')
    expect(Object.keys(start.headers).sort()).toEqual([
      'connection',
      'content-length',
      'content-type',
      'host',
      'user-agent',
      'x-goog-api-client',
      'x-goog-api-key',
      'x-server-timeout',
    ])
  })
})
