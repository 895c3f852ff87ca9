import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { request } from 'undici'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Installation } from './service.ts'

const soon = { timeout: 20_000, interval: 50 }

describe('from a prompt to a finished video', () => {
  let installation: Installation
  afterEach(() => installation.close())

  it('accepts, starts once at Google, saves and shows what Google rendered, also when nobody takes its log', async () => {
    installation = await Installation.open(0.2, 'rendered')
    const service = await installation.start()
    service.stopReading()
    const asked = await service.ask({ prompt: 'A lion at dusk', duration: '8' }, 'one')
    expect(asked?.shown.status).toBe('pending')
    const id = asked?.shown.operation_id ?? ''
    await vi.waitFor(async () => expect((await service.look(id)).status).toBe('completed'), soon)
    const shown = await service.look(id)
    const video = Buffer.from(await (await request(`${service.url}${shown.video_url}`)).body.arrayBuffer())
    expect(installation.google.starts.map((each) => each.prompt)).toEqual(['A lion at dusk'])
    expect(await installation.outputs()).toEqual([`gen_video_${id}.mp4`])
    const films = join(installation.folder, 'google', 'films')
    const [rendered, ...others] = await readdir(films)
    expect(others).toEqual([])
    expect(video.equals(await readFile(join(films, rendered ?? '')))).toBe(true)
  })

  it('stops on SIGTERM in the middle and goes on at the next start, with one start at Google, and says neither key nor prompt in its log', async () => {
    installation = await Installation.open()
    const first = await installation.start({ env: { LOG_LEVEL: 'debug' } })
    const asked = await first.ask({ prompt: 'A slow lion' }, 'one')
    const id = asked?.shown.operation_id ?? ''
    await vi.waitFor(() => expect(installation.google.starts).toHaveLength(1), soon)
    expect(await first.kill('SIGTERM')).toBe(0)
    const second = await installation.start({ env: { LOG_LEVEL: 'debug' } })
    await vi.waitFor(async () => expect((await second.look(id)).status).toBe('completed'), soon)
    expect(installation.google.starts).toHaveLength(1)
    for (const { lines } of [first, second]) {
      expect(lines.join('\n')).toContain(id)
      expect(lines.join('\n')).not.toMatch(/a-key-that-nobody-may-see|A slow lion/)
    }
  })

  it('awaits the start under way on Ctrl-C at npm start, which npm hands on once more: one start at Google', async () => {
    installation = await Installation.open()
    installation.google.fault({ route: 'start', kind: 'slow', seconds: 0.5 })
    const first = await installation.npmStart()
    const id = (await first.ask({ prompt: 'A paid lion' }, 'one'))?.shown.operation_id ?? ''
    await vi.waitFor(() => expect(installation.google.requests.map(({ route }) => route)).toContain('start'), soon)
    await first.killGroup('SIGINT')
    const second = await installation.start()
    await vi.waitFor(async () => expect((await second.look(id)).status).toMatch(/completed|error/), soon)
    expect((await second.look(id)).status).toBe('completed')
    expect(installation.google.starts).toHaveLength(1)
  })
})
