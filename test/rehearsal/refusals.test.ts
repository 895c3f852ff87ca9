import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { developer, get, omni, rehearse, stub, vertex } from './clients.ts'

const image = async (format: 'png' | 'jpeg' | 'webp') => {
  const bytes = await sharp({ create: { width: 64, height: 36, channels: 3, background: '#2266aa' } })
    .toFormat(format)
    .toBuffer()
  return { bytesBase64Encoded: bytes.toString('base64'), mimeType: `image/${format}` }
}

async function post(url: string, body: unknown, headers: Record<string, string> = { 'x-goog-api-key': 'a key' }) {
  const init = {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  }
  const answer = await fetch(url, init)
  return { status: answer.status, body: (await answer.json()) as { readonly id?: string } }
}

const prompt = 'A lion at dusk'
const newest = 'gemini-omni-1.2-flash'

describe('Veo refuses with 400 and starts nothing', async () => {
  const png = await image('png')
  const cut = { ...png, bytesBase64Encoded: png.bytesBase64Encoded.slice(0, 100) }
  const reference = { image: png, referenceType: 'ASSET' }
  const cases: [string, Record<string, unknown>, Record<string, unknown>][] = [
    ['no prompt', {}, {}],
    ['a blank prompt', { prompt: '  ' }, {}],
    ['a prompt of more tokens than it reads', { prompt: 'lion '.repeat(900) }, {}],
    ['1080p with 4 s', { prompt }, { resolution: '1080p', durationSeconds: 4 }],
    ['5 s', { prompt }, { durationSeconds: 5 }],
    ['a duration as text', { prompt }, { durationSeconds: '8' }],
    ['a square', { prompt }, { aspectRatio: '1:1' }],
    ['360p', { prompt }, { resolution: '360p' }],
    ['a seed', { prompt }, { seed: 7 }],
    ['switching sound off', { prompt }, { generateAudio: false }],
    ['an unknown parameter', { prompt }, { style: 'noir' }],
    ['two samples', { prompt }, { sampleCount: 2 }],
    ['allow_adult without an image', { prompt }, { personGeneration: 'allow_adult' }],
    ['allow_all with an image', { prompt, image: png }, { personGeneration: 'allow_all' }],
    ['a last frame without a first', { prompt, lastFrame: png }, {}],
    ['four references', { prompt, referenceImages: [reference, reference, reference, reference] }, {}],
    ['references with 4 s', { prompt, referenceImages: [reference] }, { durationSeconds: 4 }],
    ['a style reference', { prompt, referenceImages: [{ ...reference, referenceType: 'STYLE' }] }, {}],
    ['references with a first frame', { prompt, image: png, referenceImages: [reference] }, {}],
    ['bytes that are no image', { prompt, image: { ...png, bytesBase64Encoded: 'aGVsbG8=' } }, {}],
    ['a truncated image', { prompt, image: cut }, {}],
    ['a type that is not the bytes', { prompt, image: { ...png, mimeType: 'image/jpeg' } }, {}],
    ['a GIF', { prompt, image: { ...png, mimeType: 'image/gif' } }, {}],
    ['image bytes that are no base64', { prompt, image: { ...png, bytesBase64Encoded: '***' } }, {}],
  ]
  test.each(cases)('%s', async (_name, instance, parameters) => {
    const rehearsal = await rehearse({ video: stub })
    const url = `${rehearsal.url}/v1beta/models/${developer}:predictLongRunning`
    const answer = await post(url, { instances: [instance], parameters })
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 400, status: 'INVALID_ARGUMENT' } } })
    expect(rehearsal.starts).toEqual([])
  })

  test.each([
    ['4k', {}, { resolution: '4k' }],
    ['references', { referenceImages: [reference] }, {}],
    ['extension', { video: { uri: 'x' } }, {}],
  ])('Lite: %s', async (_name, instance, parameters) => {
    const rehearsal = await rehearse({ video: stub })
    const url = `${rehearsal.url}/v1beta/models/veo-3.1-lite-generate-preview:predictLongRunning`
    const answer = await post(url, { instances: [{ prompt, ...instance }], parameters })
    expect(answer.status).toBe(400)
  })

  test('Vertex: webp, five samples, a place that is no bucket', async () => {
    const rehearsal = await rehearse({ video: stub })
    const resource = `/v1/projects/p/locations/us-central1/publishers/google/models/${vertex}:predictLongRunning`
    const start = (instance: object, parameters: object) =>
      post(
        `${rehearsal.url}${resource}`,
        { instances: [{ prompt, ...instance }], parameters },
        { authorization: 'Bearer t' },
      )
    expect((await start({ image: await image('webp') }, {})).status).toBe(400)
    expect((await start({}, { sampleCount: 5 })).status).toBe(400)
    expect((await start({}, { storageUri: 'https://bucket' })).status).toBe(400)
    expect((await start({}, { sampleCount: 2, seed: 1 })).status).toBe(200)
    expect(rehearsal.starts.map(({ micros }) => micros)).toEqual([1_600_000])
  })
})

describe('Omni refuses with 400 and starts nothing', async () => {
  const { bytesBase64Encoded: data, mimeType: mime_type } = await image('png')
  const part = { type: 'image', data, mime_type }
  const text = { type: 'text', text: prompt }
  const task = (name: string) => ({ generation_config: { video_config: { task: name } } })
  const format = (response_format: object) => ({
    input: prompt,
    response_format: { type: 'video', ...response_format },
  })
  const cases: [string, Record<string, unknown>][] = [
    ['no input', {}],
    ['an image without words', { input: [part] }],
    ['a duration as a number', format({ duration: 8 })],
    ['a duration without its unit', format({ duration: '8' })],
    ['2 s', format({ duration: '2s' })],
    ['11 s', format({ duration: '11s' })],
    ['a square', format({ aspect_ratio: '1:1' })],
    ['480p', format({ resolution: '480p' })],
    ['a seed', { input: prompt, generation_config: { seed: 1 } }],
    ['a negative prompt', { input: prompt, generation_config: { negative_prompt: 'rain' } }],
    ['text_to_video with an image', { input: [part, text], ...task('text_to_video') }],
    ['image_to_video without an image', { input: prompt, ...task('image_to_video') }],
    ['an edit of nothing', { input: prompt, ...task('edit') }],
    ['an unknown task', { input: prompt, ...task('dance') }],
    ['an unknown earlier interaction', { input: prompt, previous_interaction_id: 'v1_nothing' }],
    ['in the background without store', { input: prompt, background: true, store: false }],
    ['a last frame tag alone', { input: '<LAST_FRAME> a cat' }],
    [
      '11 s between two frames',
      { model: newest, ...task('image_to_video'), ...format({ duration: '11s' }), input: [part, part, text] },
    ],
  ]
  test.each(cases)('%s', async (_name, body) => {
    const rehearsal = await rehearse({ video: stub })
    const answer = await post(`${rehearsal.url}/v1beta/interactions`, { model: omni, ...body })
    expect(answer).toMatchObject({ status: 400, body: { error: { status: 'INVALID_ARGUMENT' } } })
    expect(rehearsal.starts).toEqual([])
  })

  test('Omni 1.2: 15 s of words or of one picture, and what would be longer than 30 s altogether', async () => {
    const rehearsal = await rehearse({ video: stub })
    const start = (body: object) => post(`${rehearsal.url}/v1beta/interactions`, { model: newest, ...body })
    const picture = { ...task('image_to_video'), ...format({ duration: '15s' }), input: [part, text] }
    expect((await start(picture)).status).toBe(200)
    const begun = await start(format({ duration: '15s' }))
    const longer = { ...format({ duration: '10s' }), input: 'Extend this video: on' }
    const { status, body } = await start({ ...longer, previous_interaction_id: begun.body.id })
    expect(status).toBe(200)
    expect((await start({ ...longer, previous_interaction_id: body.id })).status).toBe(400)
  })
})

describe('what is not there', () => {
  test('an unknown model or operation is 404, an unknown interaction 400, an unknown file 403', async () => {
    const { url } = await rehearse()
    expect((await post(`${url}/v1beta/models/veo-9:predictLongRunning`, {})).status).toBe(404)
    expect((await post(`${url}/v1/models/${developer}:predictLongRunning`, {})).status).toBe(404)
    expect((await get(`${url}/v1beta/models/${developer}/operations/abc`)).status).toBe(404)
    expect((await get(`${url}/v1beta/interactions/v1_abc`)).status).toBe(400)
    expect((await get(`${url}/v1beta/%ff`)).status).toBe(400)
    expect((await get(`${url}/v1beta/files/abc:download?alt=media`)).status).toBe(403)
    const resource = `projects/p/locations/us-central1/publishers/google/models/${vertex}`
    const operationName = `${resource}/operations/abc`
    const asked = post(`${url}/v1/${resource}:fetchPredictOperation`, { operationName }, { authorization: 'Bearer t' })
    expect((await asked).status).toBe(404)
  })

  test('Veo on Vertex is in us-central1 only', async () => {
    const { url } = await rehearse()
    const path = `/v1/projects/p/locations/global/publishers/google/models/${vertex}:predictLongRunning`
    const asked = await post(`${url}${path}`, { instances: [{ prompt }] }, { authorization: 'Bearer t' })
    expect(asked.status).toBe(404)
  })

  test('without a key nothing is answered, and no key is ever recorded', async () => {
    const rehearsal = await rehearse()
    expect((await fetch(`${rehearsal.url}/v1beta/models`)).status).toBe(403)
    expect((await fetch(`${rehearsal.url}/v1beta/models?key=sesame`)).status).toBe(200)
    expect((await get(`${rehearsal.url}/v1beta/models`, { 'x-goog-api-key': 'sesame' })).status).toBe(200)
    const told = await (await fetch(`${rehearsal.url}/rehearsal/requests`)).text()
    expect(told).toContain('x-goog-api-key')
    expect(told).not.toContain('sesame')
  })
})
