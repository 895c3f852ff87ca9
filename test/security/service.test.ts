import { writeFile } from 'node:fs/promises'
import { request as rawRequest } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../faults/house.ts'
import { Installation, type Running } from '../flows/service.ts'

const key = 'a-key-that-nobody-may-see'
const accessToken = 'access-token-nobody-may-see'
const adminToken = 'admin-token-nobody-may-see'
const prompt = 'A prompt that is between us'
const bearer = { authorization: `Bearer ${accessToken}` }

describe('the running service', () => {
  let installation: Installation
  let service: Running
  beforeAll(async () => {
    installation = await Installation.open()
    await writeFile(join(installation.folder, 'outputs.txt'), 'beside the outputs')
    service = await installation.start({
      env: {
        LOG_LEVEL: 'debug',
        WEB_ACCESS_TOKEN: accessToken,
        WEB_ADMIN_TOKEN: adminToken,
        MAX_IN_FLIGHT_PER_REQUESTER: 'unlimited',
        BUDGET_REQUESTER_DAILY_USD: 'unlimited',
      },
    })
  })
  afterAll(() => installation.close())

  /** A request whose path is sent as it stands, which fetch would tidy up. */
  async function asIs(path: string, headers: Record<string, string> = bearer) {
    const { hostname, port } = new URL(service.url)
    return new Promise<{ status: number; body: string }>((resolve, reject) => {
      const sent = rawRequest({ hostname, port, path, headers }, (answer) => {
        text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject)
      })
      sent.on('error', reject).end()
    })
  }

  const post = (path: string, body: object, headers: Record<string, string> = bearer) =>
    request(`${service.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })

  it.each([
    '/outputs/../outputs.txt',
    '/outputs/..%2foutputs.txt',
    '/outputs/%2e%2e/outputs.txt',
    '/outputs/%2e%2e%2fdata%2fdailies.db',
    '/outputs/..%5cdata%5cdailies.db',
    '/outputs/....//data/dailies.db',
    '/outputs/%252e%252e%252fdata%252fdailies.db',
    '/outputs//etc/passwd',
    '/outputs/%00',
    '/outputs/gen_video_x.mp4%00.txt',
    '/outputs/uploads%2finput_x.png',
    '/outputs/.part_x.mp4',
    '/watch/..%2f..%2fdata',
    '/../data/dailies.db',
    '/assets/../../package.json',
    '/..%2f..%2fetc/passwd',
  ])('%s gives nothing away', async (path) => {
    const { status, body } = await asIs(path)
    expect([400, 404]).toContain(status)
    expect(body).not.toMatch(/beside the outputs|SQLite format|root:|"dailies"/)
  })

  it.each(['x\r\nset-cookie: evil=1', 'x\nlocation: https://evil.example', 'x\u0000y', 'ünïcode"; filename="evil.exe'])(
    'what a request says (%j) never becomes a header',
    async (evil) => {
      const answer = await post('/api/video_chat/generate', { prompt: evil, session_id: evil })
      await answer.body.dump()
      const download = await asIs(`/outputs/${encodeURIComponent(evil)}?download=1`)
      expect(JSON.stringify(answer.headers)).not.toContain('evil')
      expect(download.status).toBe(404)
    },
  )

  it('tells its secrets and people’s prompts to nobody: not in its log, its answers, its figures or its errors', async () => {
    const told: string[] = []
    const keep = async (answer: Promise<{ body: { text(): Promise<string> }; headers: unknown }>) => {
      const { body, headers } = await answer
      told.push(await body.text(), JSON.stringify(headers))
    }
    for (const kind of ['bad_key', 'key_refused', 'billing', 'quota', 'html', 'reset_after', 'server_error'] as const) {
      installation.google.fault({ route: 'start', kind, match: kind })
      await keep(post('/api/video_chat/generate', { prompt: `${prompt} ${kind}` }))
    }
    await until(
      () => expect(service.lines.filter((line) => line.includes('"failed"')).length).toBeGreaterThan(3),
      20_000,
    )
    await keep(post('/api/session', { token: `${adminToken}-almost` }))
    await keep(post('/api/video_chat/generate', { prompt: 'x' }, { authorization: `Bearer ${adminToken}x` }))
    for (const path of ['/healthz', '/readyz', '/metrics', '/', '/docs/json', '/api/admin/settings']) {
      await keep(request(`${service.url}${path}`, { headers: bearer }))
    }
    const log = service.lines.join('\n')
    for (const secret of [key, accessToken, adminToken]) expect(log).not.toContain(secret)
    expect(log).not.toContain(prompt)
    for (const secret of [key, accessToken, adminToken]) {
      expect(told.join('\n').replaceAll(`${adminToken}-almost`, '').includes(secret)).toBe(false)
    }
  })

  it('answers nobody without the token, and no other site', async () => {
    for (const path of ['/api/video_chat/operations', '/api/video_chat/events', '/api/admin/settings', '/metrics']) {
      expect([401, 403, 404]).toContain((await asIs(path, {})).status)
    }
    const forged = await post(
      '/api/video_chat/generate',
      { prompt: 'x' },
      { ...bearer, origin: 'https://evil.example' },
    )
    const cookieless = await post('/api/video_chat/generate', { prompt: 'x' }, { origin: 'https://evil.example' })
    await Promise.all([forged.body.dump(), cookieless.body.dump()])
    expect([401, 403]).toContain(cookieless.statusCode)
  })
})
