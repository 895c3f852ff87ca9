import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { type Service, startService } from '../../src/service.ts'
import { silentLog } from '../db/memory-store.ts'
import { type Place, placeFor } from '../place.ts'

const api = '/api/video_chat'

/** The whole service as a newcomer starts it, without a key; people are cookies. */
describe('from a prompt to a finished video over HTTP', () => {
  let folder: string
  let place: Place
  let service: Service
  let cookie: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dailies-flow-'))
    place = await placeFor(folder)
    service = await start()
    const page = await fetch(service.url)
    cookie = String(page.headers.getSetCookie()[0]?.split(';')[0])
  })
  afterAll(async () => {
    await service.stop()
    await place.close()
    await rm(folder, { recursive: true })
  })

  const start = () =>
    startService(
      readConfig({
        PORT: '0',
        ...place.env,
        REHEARSAL_SECONDS: '1',
        POLL_INTERVAL_SECONDS: '1',
      }),
      silentLog,
    )
  const ask = async (path: string, options: RequestInit = {}) => {
    const response = await fetch(`${service.url}${path}`, { ...options, headers: { cookie, ...options.headers } })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const generate = (body: object, headers: Record<string, string> = {}) =>
    ask(`${api}/generate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const status = async (operation_id: unknown) => {
    const headers = { 'content-type': 'application/json' }
    return (await ask(`${api}/status`, { method: 'POST', headers, body: JSON.stringify({ operation_id }) })).body
  }
  const finished = (id: unknown) =>
    vi.waitFor(
      async () => {
        const body = await status(id)
        expect(['completed', 'error']).toContain(body.status)
        return body
      },
      { timeout: 25_000, interval: 100 },
    )

  it('accepts, renders, tells of each step and hands over a video that plays', async () => {
    const { status, body } = await generate({ prompt: 'A lion at dusk', duration: '4', model: 'lite' })
    expect(status).toBe(202)
    const stages = await stagesOf(String(body.operation_id))
    expect(stages.at(-1)).toBe('completed')
    expect(stages).toContain('generating')
    const done = await finished(body.operation_id)
    expect(done).toMatchObject({ status: 'completed', charge: 'none', model: 'veo-3.1-lite-generate-preview' })
    const video = await fetch(`${service.url}${done.video_url}`, { headers: { cookie, range: 'bytes=4-7' } })
    expect([video.status, await video.text()]).toEqual([206, 'ftyp'])
    expect(Number(video.headers.get('content-range')?.split('/')[1])).toBe(done.video_bytes)
  })

  it('makes a video of an image that was uploaded', async () => {
    const image = await sharp({ create: { width: 320, height: 180, channels: 3, background: '#2060c0' } })
      .png()
      .toBuffer()
    const form = new FormData()
    form.append('prompt', 'Animate with walking motion')
    form.append('duration', '4')
    form.append('image', new File([new Uint8Array(image)], 'cat.png', { type: 'image/png' }))
    const { status, body } = await ask(`${api}/generate_with_image`, { method: 'POST', body: form })
    expect(status).toBe(202)
    expect(await finished(body.operation_id)).toMatchObject({ status: 'completed', images: { first_frame: true } })
  })

  it('goes on after a restart in the middle, for the same person, who asked again and gets the same video', async () => {
    const send = () => generate({ prompt: 'Waves', duration: 4 }, { 'idempotency-key': 'k' })
    const { body } = await send()
    await service.stop()
    service = await start()
    const repeated = await send()
    expect(repeated.body.operation_id).toBe(body.operation_id)
    expect(await finished(body.operation_id)).toMatchObject({ status: 'completed', prompt: 'Waves' })
  })

  /** Follows one Operation by its events to its end. */
  async function stagesOf(id: string): Promise<string[]> {
    const stages: string[] = []
    const response = await fetch(`${service.url}${api}/events?operation_id=${id}`, { headers: { cookie } })
    const decoder = new TextDecoder()
    let rest = ''
    for await (const chunk of response.body ?? []) {
      const frames = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
      rest = frames.pop() ?? ''
      for (const frame of frames) {
        const stage = /"stage":"(\w+)"/.exec(frame)?.[1]
        if (stage !== undefined) stages.push(stage)
      }
      if (stages.some((stage) => stage === 'completed' || stage === 'error')) break
    }
    return stages
  }
})
