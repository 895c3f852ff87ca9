import sharp from 'sharp'
import { describe, expect, test, vi } from 'vitest'
import {
  check,
  developer,
  developerClient,
  get,
  omni,
  operationNamed,
  rehearse,
  stub,
  vertex,
  vertexClient,
} from './clients.ts'
import { readMp4 } from './mp4.ts'

const onePixel = async () => {
  const image = await sharp({ create: { width: 64, height: 36, channels: 3, background: '#2266aa' } })
    .png()
    .toBuffer()
  return image.toString('base64')
}

describe('the Developer API', () => {
  test('a video goes from prompt to a playable file with picture and sound', async () => {
    const rehearsal = await rehearse()
    const client = developerClient(rehearsal)
    const config = { aspectRatio: '9:16', durationSeconds: 4 }
    const started = await client.models.generateVideos({
      model: developer,
      source: { prompt: 'A lion at dusk' },
      config,
    })
    expect(started.name).toMatch(/^models\/veo-3\.1-fast-generate-preview\/operations\/[a-z0-9]+$/)
    expect(started.done).toBeUndefined()

    const done = await check(client, started)
    expect(done.done).toBe(true)
    const answer = await get(done.response?.generatedVideos?.[0]?.video?.uri ?? '')
    expect(answer.headers.get('content-type')).toBe('video/mp4')
    const bytes = new Uint8Array(await answer.arrayBuffer())
    expect(answer.headers.get('content-length')).toBe(String(bytes.length))
    const { seconds, tracks, keySamples } = readMp4(bytes)
    expect(seconds).toBeCloseTo(4, 1)
    expect(tracks).toEqual([
      { kind: 'vide', width: 720, height: 1280, samples: 96 },
      { kind: 'soun', width: 0, height: 0, samples: expect.any(Number) },
    ])
    expect(keySamples).toBe(4)
  })

  test('an operation is pending until its time has come, with nothing but its name', async () => {
    const rehearsal = await rehearse({ seconds: 3600, video: stub })
    const client = developerClient(rehearsal)
    const started = await client.models.generateVideos({ model: developer, source: { prompt: 'A lion' } })
    expect(await check(client, started)).toEqual(operationNamed(started.name ?? ''))
    await rehearsal.finish()
    expect((await check(client, started)).done).toBe(true)
  })

  test('a file is served in parts, to the byte', async () => {
    const rehearsal = await rehearse({ video: stub })
    const client = developerClient(rehearsal)
    const started = await client.models.generateVideos({ model: developer, source: { prompt: 'A lion' } })
    const uri = (await check(client, started)).response?.generatedVideos?.[0]?.video?.uri ?? ''
    const whole = Buffer.from(await (await get(uri)).arrayBuffer())
    const part = await get(uri, { range: 'bytes=10-' })
    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe(`bytes 10-${whole.length - 1}/${whole.length}`)
    expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(10))
    expect((await get(uri, { range: `bytes=${whole.length}-` })).status).toBe(416)
  })

  test('first frame, last frame and reference images are taken', async () => {
    const rehearsal = await rehearse({ video: stub })
    const client = developerClient(rehearsal)
    const image = { imageBytes: await onePixel(), mimeType: 'image/png' }
    const between = { source: { prompt: 'From here to there', image }, config: { lastFrame: image } }
    await client.models.generateVideos({ model: developer, ...between })
    const { VideoGenerationReferenceType } = await import('@google/genai')
    const reference = { image, referenceType: VideoGenerationReferenceType.ASSET }
    const config = { referenceImages: [reference, reference, reference], durationSeconds: 8 }
    await client.models.generateVideos({ model: developer, source: { prompt: 'With these' }, config })
    expect(rehearsal.starts.map(({ film }) => film.picture)).toEqual([
      expect.stringMatching(/\.jpg$/),
      expect.stringMatching(/\.jpg$/),
    ])
  })

  test("an extension of its own video is seven seconds longer, another's is refused", async () => {
    const rehearsal = await rehearse({ video: stub })
    const client = developerClient(rehearsal)
    const started = await client.models.generateVideos({ model: developer, source: { prompt: 'A lion' } })
    const video = (await check(client, started)).response?.generatedVideos?.[0]?.video
    await client.models.generateVideos({
      model: developer,
      source: { prompt: 'It roars', video: { uri: video?.uri ?? '' } },
    })
    expect(rehearsal.starts.map(({ film, micros }) => [film.seconds, micros])).toEqual([
      [8, 800_000],
      [15, 700_000],
    ])
    const other = { uri: 'https://generativelanguage.googleapis.com/v1beta/files/abc:download?alt=media' }
    const refused = client.models.generateVideos({ model: developer, source: { prompt: 'It roars', video: other } })
    await expect(refused).rejects.toMatchObject({ status: 400 })
  })

  test('models are listed page by page and found one by one, with what they can do', async () => {
    const client = developerClient(await rehearse())
    const names: (string | undefined)[] = []
    for await (const model of await client.models.list({ config: { pageSize: 2 } })) names.push(model.name)
    expect(names).toContain(`models/${developer}`)
    expect(names).toContain(`models/${omni}`)
    expect(names).not.toContain(`models/${vertex}`)
    expect((await client.models.get({ model: developer })).supportedActions).toEqual(['predictLongRunning'])
    await expect(client.models.get({ model: 'veo-9' })).rejects.toMatchObject({ status: 404 })
  })
})

describe('Vertex AI', () => {
  test('a finished operation carries the video in its answer', async () => {
    const rehearsal = await rehearse()
    const client = vertexClient(rehearsal)
    const config = { seed: 7, generateAudio: false, durationSeconds: 4, numberOfVideos: 1 }
    const started = await client.models.generateVideos({ model: vertex, source: { prompt: 'A lion at dusk' }, config })
    expect(started.name).toContain(
      `projects/a-project/locations/us-central1/publishers/google/models/${vertex}/operations/`,
    )
    const done = await check(client, started)
    const bytes = Buffer.from(done.response?.generatedVideos?.[0]?.video?.videoBytes ?? '', 'base64')
    expect(readMp4(bytes).tracks).toEqual([{ kind: 'vide', width: 1280, height: 720, samples: 96 }])

    const video = { videoBytes: bytes.toString('base64'), mimeType: 'video/mp4' }
    await client.models.generateVideos({ model: vertex, source: { prompt: 'It roars', video } })
    expect(rehearsal.starts.map(({ film }) => film.seconds)).toEqual([4, 11])
  })

  test('with a bucket it names the object, which a token can read', async () => {
    const rehearsal = await rehearse({ video: stub })
    const client = vertexClient(rehearsal)
    const config = { outputGcsUri: 'gs://bucket/videos/' }
    const started = await client.models.generateVideos({ model: vertex, source: { prompt: 'A lion' }, config })
    const uri = (await check(client, started)).response?.generatedVideos?.[0]?.video?.uri ?? ''
    expect(uri).toMatch(/^gs:\/\/bucket\/videos\/[a-z0-9]+\/sample_0\.mp4$/)
    const object = encodeURIComponent(uri.slice('gs://bucket/'.length))
    const address = `${rehearsal.url}/storage/v1/b/bucket/o/${object}?alt=media`
    expect((await fetch(address)).status).toBe(401)
    const headers = { authorization: 'Bearer a token' }
    const answer = await fetch(address, { headers })
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(stub.length)
    expect((await fetch(decodeURIComponent(address), { headers })).status).toBe(404)
    const video = { uri, mimeType: 'video/mp4' }
    await client.models.generateVideos({ model: vertex, source: { prompt: 'It roars', video }, config })
    expect((await fetch(address, { method: 'DELETE', headers })).status).toBe(204)
    expect((await fetch(address, { headers })).status).toBe(404)
    expect((await fetch(address, { method: 'DELETE', headers })).status).toBe(404)
    const late = client.models.generateVideos({ model: vertex, source: { prompt: 'It roars', video }, config })
    await expect(late).rejects.toMatchObject({ status: 400 })
  })

  test('models are found by their own names', async () => {
    const client = vertexClient(await rehearse())
    expect((await client.models.get({ model: vertex })).name).toBe(`publishers/google/models/${vertex}`)
    await expect(client.models.get({ model: developer })).rejects.toMatchObject({ status: 404 })
  })
})

describe('Gemini Omni', () => {
  const once = { maxRetries: 0, timeout: 20_000 }

  test('an interaction in the background ends with a file that becomes active', async () => {
    const rehearsal = await rehearse({ seconds: 3600 })
    const client = developerClient(rehearsal)
    const response_format = {
      type: 'video',
      duration: '3s',
      resolution: '360p',
      aspect_ratio: '9:16',
      delivery: 'uri',
    } as const
    const body = { model: omni, input: 'A cat', background: true, response_format }
    const started = await client.interactions.create(body, once)
    expect(started).toMatchObject({ id: expect.stringMatching(/^v1_/), status: 'in_progress' })
    await rehearsal.finish()
    const done = await client.interactions.get(started.id, {}, once)
    expect(done.status).toBe('completed')
    const uri = done.output_video?.uri ?? ''
    const name = /files\/[a-z0-9]+/.exec(uri)?.[0] ?? ''
    await vi.waitFor(async () => expect((await client.files.get({ name })).state).toBe('ACTIVE'), 10_000)
    const bytes = new Uint8Array(await (await get(uri)).arrayBuffer())
    expect(readMp4(bytes).tracks[0]).toMatchObject({ width: 360, height: 640, samples: 72 })
  })

  test('without delivery by address the video is in the answer, also of a call that waits', async () => {
    const client = developerClient(await rehearse({ video: stub }))
    const done = await client.interactions.create({ model: omni, input: 'A cat' }, once)
    expect(done.status).toBe('completed')
    expect(Buffer.from(done.output_video?.data ?? '', 'base64').subarray(0, stub.length)).toEqual(stub)
  })

  test('what runs can be cancelled, and then costs nothing; what has ended cannot', async () => {
    const rehearsal = await rehearse({ seconds: 3600, video: stub })
    const client = developerClient(rehearsal)
    const started = await client.interactions.create({ model: omni, input: 'A cat', background: true }, once)
    expect((await client.interactions.cancel(started.id, {}, once)).status).toBe('cancelled')
    expect((await client.interactions.get(started.id, {}, once)).status).toBe('cancelled')
    expect(rehearsal.starts[0]?.micros).toBe(0)
    await expect(client.interactions.cancel(started.id, {}, once)).rejects.toMatchObject({ status: 400 })
  })

  test('images, an edit and an extension build on each other; a deleted interaction is unknown', async () => {
    const rehearsal = await rehearse({ video: stub })
    const client = developerClient(rehearsal)
    const image = { type: 'image', data: await onePixel(), mime_type: 'image/png' } as const
    const generation_config = { video_config: { task: 'image_to_video' } } as const
    const first = await client.interactions.create(
      { model: omni, input: [image, { type: 'text', text: 'A cat' }], generation_config },
      once,
    )
    const previous_interaction_id = first.id
    const edit = { model: omni, input: 'Make it night', previous_interaction_id }
    await client.interactions.create(edit, once)
    const response_format = { type: 'video', duration: '7s' } as const
    const extend = { model: omni, input: 'Extend this video: It jumps', previous_interaction_id }
    await client.interactions.create({ ...extend, response_format }, once)
    const wrong = [
      { ...edit, generation_config: { video_config: { task: 'edit' } } } as const,
      { ...edit, response_format },
      { ...extend, response_format: { type: 'video', aspect_ratio: '16:9' } } as const,
    ]
    for (const each of wrong) {
      await expect(client.interactions.create(each, once)).rejects.toMatchObject({ status: 400 })
    }
    expect(rehearsal.starts.map(({ film }) => film.seconds)).toEqual([8, 8, 15])
    await client.interactions.delete(first.id, {}, once)
    await expect(client.interactions.get(first.id, {}, once)).rejects.toMatchObject({ status: 400 })
  })
})
