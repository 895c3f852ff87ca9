import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { request } from 'undici'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { RehearsedOperation } from '../../src/rehearsal/operations.ts'
import { Installation, type Running } from './service.ts'

const soon = { timeout: 20_000, interval: 50 }

let installation: Installation
beforeEach(async () => {
  installation = await Installation.open()
})
afterEach(() => installation.close())

/** What the service's own rehearsal has begun, oldest first. */
async function begun(): Promise<RehearsedOperation[]> {
  const { folder } = installation
  const files = (await readdir(folder, { recursive: true })).filter((file) =>
    /rehearsal[^/]*\/operations\/[^/]*\.json$/.test(file),
  )
  const read = async (file: string): Promise<RehearsedOperation> =>
    JSON.parse(await readFile(join(folder, file), 'utf8'))
  return (await Promise.all(files.map(read))).sort((one, other) => one.startedAt - other.startedAt)
}

async function finished(service: Running, id: string): Promise<void> {
  await vi.waitFor(async () => expect((await service.look(id)).status).toBe('completed'), soon)
}

it('a video that Vertex puts into a bucket is fetched from there, can be extended, and leaves it with its Operation', async () => {
  const service = await installation.start({
    env: {
      VIDEO_SERVICE: 'rehearsal',
      GEMINI_API_KEY: '',
      MODELS: 'veo-3.1-fast-generate-001',
      VERTEX_STORAGE_URI: 'gs://bucket/videos/',
      REHEARSAL_SECONDS: '0.1',
    },
  })
  const operations = `${service.url}/api/video_chat/operations`
  const first = (await service.ask({ prompt: 'A lion at dusk', duration: '4', resolution: '720p' }, 'one'))?.shown
  const id = first?.operation_id ?? ''
  await finished(service, id)
  const extended = await request(`${operations}/${id}/extend`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'two' },
    body: JSON.stringify({ prompt: 'It yawns' }),
  })
  expect(extended.statusCode).toBe(202)
  const second = ((await extended.body.json()) as { operation_id: string }).operation_id
  await finished(service, second)
  const whereabouts = (await begun()).map(({ delivery, film, deleted }) => ({
    uri: delivery.kind === 'bucket' ? delivery.uri.replace(/\/[0-9a-z]+\/sample/, '/…/sample') : null,
    seconds: film.seconds,
    deleted,
  }))
  const uri = 'gs://bucket/videos/…/sample_0.mp4'
  expect(whereabouts).toEqual([
    { uri, seconds: 4, deleted: false },
    { uri, seconds: 11, deleted: false },
  ])

  const removed = await request(`${operations}/${id}`, { method: 'DELETE' })
  await removed.body.dump()
  expect(removed.statusCode).toBeLessThan(300)
  await vi.waitFor(async () => expect((await begun()).map(({ deleted }) => deleted)).toEqual([true, false]))
  const again = await request(`${operations}/${id}/extend`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'three' },
    body: JSON.stringify({ prompt: 'It sleeps' }),
  })
  await again.body.dump()
  expect(again.statusCode).toBe(409)
  expect(await begun()).toHaveLength(2)
})
