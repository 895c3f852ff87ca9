import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answer, Asked } from './asked.ts'
import type { Faults } from './faults.ts'
import { createLimits, ruleFor, ruleForAll } from './limits.ts'
import { Refusal } from './refusal.ts'
import type { World } from './world.ts'

/** One request as it was answered, for what a test wants to know about the traffic. */
export interface Traffic {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly at: number
}

/** The HTTP side: REST under /api/v10, attachments under /attachments, limits and faults before both. */
export interface RestServer {
  readonly server: Server
  readonly traffic: Traffic[]
  /** Requests that met an exhausted bucket, and answers of 401, 403 or 429, faults included. */
  readonly counts: { exhausted: number; invalid: number }
  port(): number
  listen(): Promise<void>
  /** Refuses connections from now on, on the same port, until `listen`. */
  refuse(): Promise<void>
  down: { status: number | null }
}

export function createRest(
  world: World,
  route: (asked: Asked) => Answer,
  faults: Faults,
  settings: { windowScale: number },
): RestServer {
  const limits = createLimits()
  const traffic: Traffic[] = []
  const counts = { exhausted: 0, invalid: 0 }
  const down: RestServer['down'] = { status: null }
  let port = 0

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ message: `the stand-in failed: ${String(error)}`, code: 0 }))
    })
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://x')
    const bytes = await read(request)
    const send = (status: number, body: unknown, headers: Record<string, string> = {}) => {
      traffic.push({ method: request.method ?? '', path: url.pathname, status, at: world.clock.now() })
      if (status === 401 || status === 403 || status === 429) counts.invalid += 1
      response.writeHead(status, { ...(body === null ? {} : { 'content-type': 'application/json' }), ...headers })
      response.end(body === null ? '' : JSON.stringify(body))
    }
    if (url.pathname.startsWith('/attachments/')) return serveFile(url, response)
    if (down.status !== null) return send(down.status, { message: 'down', code: 0 })
    const path = decodeURIComponent(url.pathname.replace(/^\/api\/v10/, ''))
    const method = request.method ?? 'GET'
    if (path === url.pathname) return send(404, { message: '404: Not Found', code: 0 })
    const fault = faults.take(method, path)
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'reset before') return void request.socket.destroy()
    if (fault?.kind === 'status' && fault.code === 'page') return page(response, fault.status ?? 502)
    if (fault?.kind === 'status') return send(fault.status ?? 502, { message: 'fault', code: fault.code ?? 0 })
    if (fault?.kind === 'rate limit')
      return tooMany(send, (fault.retryAfter ?? 0.2) * 1000, { 'x-ratelimit-scope': 'shared' })
    const shared = ruleForAll(path, settings.windowScale)
    const wait = shared && limits.take(shared, '').retryAfterMs
    if (wait !== null) {
      counts.exhausted += 1
      return tooMany(send, wait, { 'x-ratelimit-global': 'true', 'x-ratelimit-scope': 'global' })
    }
    const [rule, major] = ruleFor(method, path, settings.windowScale)
    const toll = limits.take(rule, major)
    if (toll.retryAfterMs !== null) {
      counts.exhausted += 1
      return tooMany(send, toll.retryAfterMs, { ...toll.headers, 'x-ratelimit-scope': 'user' })
    }
    const [status, body] = await answered(method, path, url, request, bytes)
    if (fault?.kind === 'reset after') return void request.socket.destroy()
    if (fault?.kind === 'status after') return send(fault.status ?? 502, { message: 'fault', code: 0 })
    send(status, body, toll.headers)
  }

  async function answered(method: string, path: string, url: URL, request: IncomingMessage, bytes: Uint8Array) {
    try {
      const { body, files } = await parse(request, bytes)
      const authorized = request.headers.authorization === `Bot ${world.token}`
      const made = route({ method, path, query: url.searchParams, authorized, body, files })
      return [made.status, made.body] as const
    } catch (thrown) {
      if (thrown instanceof Refusal) return [thrown.status, thrown.body] as const
      throw thrown
    }
  }

  function serveFile(url: URL, response: ServerResponse): void {
    const file = world.files.get(url.pathname)
    response.writeHead(file ? 200 : 404, {
      'content-type': file?.contentType ?? 'text/plain',
      'content-length': file?.bytes.byteLength ?? 0,
    })
    response.end(file?.bytes)
  }

  return {
    server,
    traffic,
    counts,
    down,
    port: () => port,
    listen: () =>
      new Promise((resolve) => {
        server.listen(port, '127.0.0.1', () => {
          port = (server.address() as AddressInfo).port
          resolve()
        })
      }),
    refuse: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function page(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/html' })
  response.end('<html><title>Attention Required! | Cloudflare</title></html>')
}

function tooMany(
  send: (status: number, body: unknown, headers: Record<string, string>) => void,
  waitMs: number,
  headers: Record<string, string>,
): void {
  const seconds = waitMs / 1000
  const body = { message: 'You are being rate limited.', retry_after: seconds, global: 'x-ratelimit-global' in headers }
  send(429, body, { ...headers, 'retry-after': String(seconds) })
}

async function read(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

async function parse(request: IncomingMessage, bytes: Uint8Array): Promise<Pick<Asked, 'body' | 'files'>> {
  const type = request.headers['content-type'] ?? ''
  const files = new Map<string, { name: string; type: string; bytes: Uint8Array }>()
  if (!type.startsWith('multipart/form-data')) {
    return { body: bytes.byteLength > 0 ? JSON.parse(Buffer.from(bytes).toString()) : undefined, files }
  }
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData()
  let body: unknown
  for (const [key, value] of form) {
    if (typeof value === 'string') {
      if (key === 'payload_json') body = JSON.parse(value)
    } else files.set(key, { name: value.name, type: value.type, bytes: new Uint8Array(await value.arrayBuffer()) })
  }
  return { body, files }
}
