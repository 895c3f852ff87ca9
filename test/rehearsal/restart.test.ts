import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import {
  check,
  developer,
  developerClient,
  get,
  omni,
  rehearse,
  stub,
  temporaryFolder,
  vertex,
  vertexClient,
} from './clients.ts'
import { readMp4 } from './mp4.ts'

async function inProcess(folder: string, seconds: number): Promise<{ child: ChildProcess; url: string }> {
  const main = fileURLToPath(new URL('../../src/rehearsal/main.ts', import.meta.url))
  const child = spawn(process.execPath, [main, '--folder', folder, '--seconds', String(seconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [url] = await once(createInterface({ input: child.stdout }), 'line')
  return { child, url: String(url) }
}

test('what was started in a process that was killed is finished, and served, by the next one', async () => {
  const folder = await temporaryFolder()
  const first = await inProcess(folder, 3600)
  const source = { prompt: 'A lion at dusk' }
  const config = { durationSeconds: 4 }
  const started = await developerClient(first).models.generateVideos({ model: developer, source, config })
  const onVertex = await vertexClient(first).models.generateVideos({ model: vertex, source, config })
  const body = { model: omni, input: 'A cat', background: true }
  const interaction = await developerClient(first).interactions.create(body, { maxRetries: 0 })
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')

  const second = await rehearse({ folder })
  expect((await check(developerClient(second), started)).done).toBeUndefined()
  await second.finish()
  const done = await check(developerClient(second), started)
  const video = await get(done.response?.generatedVideos?.[0]?.video?.uri ?? '')
  expect(readMp4(new Uint8Array(await video.arrayBuffer())).seconds).toBeCloseTo(4, 1)
  expect((await check(vertexClient(second), onVertex)).response?.generatedVideos?.[0]?.video?.videoBytes).toBeDefined()
  expect((await developerClient(second).interactions.get(interaction.id)).status).toBe('completed')
  expect(second.starts.map(({ service }) => service).sort()).toEqual(['developer', 'omni', 'vertex'])
})

test('the process stops when asked to, also while it renders', async () => {
  const { child, url } = await inProcess(await temporaryFolder(), 0)
  await developerClient({ url }).models.generateVideos({ model: developer, source: { prompt: 'A lion' } })
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('a restart in the same process keeps operations, their times and their cancellation', async () => {
  const folder = await temporaryFolder()
  const first = await rehearse({ folder, seconds: 3600, video: stub })
  const client = developerClient(first)
  const { id } = await client.interactions.create({ model: omni, input: 'A cat', background: true }, { maxRetries: 0 })
  await client.interactions.cancel(id, {}, { maxRetries: 0 })
  await client.models.generateVideos({ model: developer, source: { prompt: 'A lion' } })
  const before = first.starts
  await first.close()
  const second = await rehearse({ folder, video: stub })
  expect(second.starts).toEqual(before)
  expect((await developerClient(second).interactions.get(id)).status).toBe('cancelled')
})
