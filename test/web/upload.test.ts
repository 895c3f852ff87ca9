import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, openBench } from './harness.ts'

const route = '/api/video_chat/generate_with_image'
const prompt = 'Animate with walking motion'

describe('a request with images', () => {
  let bench: Bench
  let png: Buffer
  beforeEach(async () => {
    bench = await openBench()
    png = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#c04020' } })
      .png()
      .toBuffer()
  })
  afterEach(() => bench.close())

  const fileOf = (bytes: Uint8Array, name = 'cat.png') => new File([new Uint8Array(bytes)], name)
  const send = async (...parts: readonly (readonly [string, string | File])[]) => {
    const form = new FormData()
    for (const [name, value] of parts) form.append(name, value)
    return sendBody(form)
  }
  const sendBody = async (form: FormData, more = {}) => {
    const { headers, body } = new Request('http://localhost/', { method: 'POST', body: form })
    const payload = Buffer.from(await new Response(body).arrayBuffer())
    return bench.ask('POST', route, {
      payload,
      headers: { 'content-type': String(headers.get('content-type')), ...more },
    })
  }
  const stored = async () => (await bench.store.list({}, null, 10)).operations

  it('makes a video from the first frame, with the fields of the form', async () => {
    const answer = await send(['prompt', prompt], ['image', fileOf(png)], ['duration', '6'], ['private', 'true'])
    expect(answer).toMatchObject({
      status: 202,
      body: { status: 'pending', images: { first_frame: true }, private: true },
    })
    const [operation] = await stored()
    expect(operation?.request).toMatchObject({ prompt, durationSeconds: 6, firstFrame: { width: 64, height: 48 } })
  })

  it('takes the fields after the images as well', async () => {
    const answer = await send(['image', fileOf(png)], ['last_frame', fileOf(png)], ['prompt', prompt])
    expect(answer).toMatchObject({ status: 202, body: { images: { first_frame: true, last_frame: true } } })
  })

  it('takes three reference images', async () => {
    const three = [1, 2, 3].map((each) => ['reference', fileOf(png, `${each}.png`)] as const)
    const answer = await send(['prompt', prompt], ...three)
    expect(answer).toMatchObject({ status: 202, body: { images: { references: 3, first_frame: false } } })
  })

  it.each([
    ['a reference image', ['reference'], { references: 1 }],
    ['a first and a last frame', ['image', 'last_frame'], { first_frame: true, last_frame: true }],
  ])('costs as a draft with %s what was quoted for it', async (_, names, images) => {
    const model = 'veo-3.1-generate-preview'
    const pictures = names.map((name) => [name, fileOf(png)] as const)
    const { body } = await send(['prompt', prompt], ['model', model], ['draft', 'true'], ...pictures)
    const payload = { prompt, model, draft: true, images }
    const quote = await bench.ask('POST', '/api/video_chat/quote', { payload })
    expect(quote).toMatchObject({ status: 200, body: { price_usd: body.price_usd, model: body.model } })
  })

  it('makes one video of several lines that are sent twice under one Idempotency-Key', async () => {
    const form = new FormData()
    form.append('prompt', 'A ridge\nat dusk')
    form.append('image', fileOf(png))
    const first = await sendBody(form, { 'idempotency-key': 'twice' })
    const second = await sendBody(form, { 'idempotency-key': 'twice' })
    expect([first.status, second.status]).toEqual([202, 200])
    expect(second.body.operation_id).toBe(first.body.operation_id)
    expect((await stored()).map((each) => each.request.prompt)).toEqual(['A ridge\nat dusk'])
  })

  it('skips an empty file input, as browsers send it', async () => {
    const answer = await send(['prompt', prompt], ['image', new File([], '')])
    expect(answer).toMatchObject({ status: 202, body: { images: { first_frame: false } } })
  })

  it('refuses what is no image with a sentence, and stores nothing', async () => {
    const answer = await send(['prompt', prompt], ['image', fileOf(Buffer.from('<svg onload="alert(1)"/>'))])
    expect(answer).toMatchObject({ status: 422, body: { code: 'bad_image' } })
    expect(answer.body.detail).toContain('not a PNG, JPEG or WebP image')
    expect(await stored()).toEqual([])
  })

  it('refuses an image of more than 20 MB', async () => {
    const answer = await send(['prompt', prompt], ['image', fileOf(Buffer.alloc(20 * 1024 * 1024 + 1))])
    expect(answer).toMatchObject({ status: 413, body: { code: 'too_large' } })
    expect(await stored()).toEqual([])
  })

  it('refuses a second first frame, a fourth reference and a part that nothing knows', async () => {
    const image = ['image', fileOf(png)] as const
    const four = Array.from({ length: 4 }, () => ['reference', fileOf(png)] as const)
    for (const parts of [
      [image, image],
      four,
      [['portrait', fileOf(png)] as const],
      [['aspectRatio', '16:9'] as const],
    ]) {
      const answer = await send(['prompt', prompt], ...parts)
      expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_request' } })
      expect(answer.body.problems).toHaveLength(1)
    }
    expect(await stored()).toEqual([])
  })

  it('refuses a form that is cut off, has no boundary, too many parts or is none', async () => {
    const form = (payload: string | Buffer, type = 'multipart/form-data; boundary=x') =>
      bench.ask('POST', route, { payload, headers: { 'content-type': type } })
    const part = (name: string) => `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\nv\r\n`
    const cut = Buffer.concat([
      Buffer.from('--x\r\ncontent-disposition: form-data; name="image"; filename="a.png"\r\n\r\n'),
      png.subarray(0, 40),
    ])
    expect(await form(cut)).toMatchObject({ status: 400, body: { code: 'malformed' } })
    expect(await form('x', 'multipart/form-data')).toMatchObject({ status: 400, body: { code: 'malformed' } })
    expect(await form(`${part('__proto__')}--x--`)).toMatchObject({ status: 400, body: { code: 'malformed' } })
    const many = Array.from({ length: 40 }, (_, index) => part(`f${index}`)).join('')
    expect(await form(`${many}--x--`)).toMatchObject({ status: 413, body: { code: 'too_large' } })
    const json = await form('{"prompt":"x"}', 'application/json')
    expect(json).toMatchObject({ status: 415, body: { detail: 'This address takes multipart/form-data.' } })
    expect(await stored()).toEqual([])
  })

  it('takes multipart nowhere else', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    const answer = await bench.ask('POST', '/api/video_chat/generate', { payload: '--x--', headers })
    expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } })
  })
})
