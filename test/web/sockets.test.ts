import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWeb, type Web } from '../../src/bots/web/index.ts'
import { type Bench, openBench } from './harness.ts'

describe('over a real socket', () => {
  let bench: Bench
  let web: Web
  let url: string
  beforeAll(async () => {
    bench = await openBench()
    web = createWeb(bench.settings, {
      ...bench.dependencies,
      mounts: [
        {
          path: '/slack/events',
          async handler(request, response) {
            response.writeHead(200, { 'content-type': 'text/plain' }).end(`${request.method} ${await text(request)}`)
          },
        },
      ],
    })
    url = (await web.start()).url
  })
  afterAll(async () => {
    await web.stop()
    await bench.close()
  })

  const raw = async (bytes: string) => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    socket.write(bytes)
    return text(socket)
  }

  it('compresses what is worth it, for who takes it', async () => {
    const ask = (encoding: string) =>
      fetch(`${url}/api/video_chat/models`, { headers: { 'accept-encoding': encoding } })
    expect((await ask('gzip')).headers.get('content-encoding')).toBe('gzip')
    expect((await ask('identity')).headers.get('content-encoding')).toBeNull()
    expect(await (await ask('br')).json()).toHaveProperty('models')
  })

  it.each(['GET / HTTP/9\r\n\r\n', 'nonsense\r\n\r\n', 'GET / HTTP/1.1\r\nhost: a\r\nx: \u0001\r\n\r\n'])(
    'answers %j, which is no HTTP, with problem+json',
    async (bytes) => {
      const answer = await raw(bytes)
      expect(answer).toMatch(/^HTTP\/1\.1 400 /)
      expect(answer).toContain('content-type: application/problem+json')
      expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status: 400, code: 'malformed' })
    },
  )

  it('refuses a head that is too large', async () => {
    expect(await raw(`GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 4\d\d /,
    )
  })

  it('answers nothing under an empty name, or none', async () => {
    expect(await raw('GET / HTTP/1.1\r\nhost: \r\nconnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 421 /)
    expect(await raw('GET / HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 421 /)
  })

  it('answers no proxy that speaks HTTP/1.0, as nginx does unless told otherwise, where nobody signs in', async () => {
    const { host } = new URL(url)
    expect(await raw(`GET /api/admin/settings HTTP/1.0\r\nhost: ${host}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 421 /)
  })

  it('gives mounted paths their requests unread, whoever sends them', async () => {
    const answer = await fetch(`${url}/slack/events`, {
      method: 'POST',
      body: 'payload=%7B%7D',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://slack.com' },
    })
    expect(await answer.text()).toBe('POST payload=%7B%7D')
  })

  it('stops although a client keeps its connection', async () => {
    const other = createWeb(bench.settings, bench.dependencies)
    const { hostname, port } = new URL((await other.start()).url)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n')
    await once(socket, 'data')
    const closed = once(socket, 'close')
    await other.stop()
    await closed
    await expect(fetch(`http://${hostname}:${port}/healthz`)).rejects.toThrow()
  })
})
