import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Agent } from 'undici'
import { selfSigned } from './certificate.ts'
import type { beforeTheWire } from './faults.ts'
import type { Arrived } from './proxy.ts'

type BeforeTheWire = (typeof beforeTheWire)[number]

/** Two addresses at which no client gets as far as to say anything. */
export interface BadAddresses {
  /** An origin whose host has no name, and one whose certificate nobody signed. */
  readonly origins: Readonly<Record<BeforeTheWire, string>>
  /** Requests that came through in spite of the certificate: ought to be none. */
  readonly fooled: readonly string[]
  close(): Promise<void>
}

export async function startBadAddresses(): Promise<BadAddresses> {
  const fooled: string[] = []
  const server = createServer(selfSigned('localhost'), (request, response) => {
    fooled.push(`${request.method} ${request.url}`)
    response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origins: { 'DNS failure': 'http://no-such-host.invalid', 'TLS failure': `https://127.0.0.1:${port}` },
    fooled,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/**
 * Leads single calls of clients that use `fetch` or undici's agents to another origin, which `choose` names by the request
 * (its `host` header says where it was going), null for none; the client's own headers, body and patience stay. Returns
 * the way back.
 */
export function divert(choose: (request: Arrived) => string | null): () => void {
  const restore = [divertFetch(choose), divertAgents(choose)]
  return () => {
    for (const each of restore) each()
  }
}

function divertFetch(choose: (request: Arrived) => string | null): () => void {
  const real = globalThis.fetch
  globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const body = typeof init?.body === 'string' ? Buffer.from(init.body) : Buffer.alloc(0)
    const path = `${url.pathname}${url.search}`
    const headers = { ...Object.fromEntries(new Headers(init?.headers)), host: url.host }
    const origin = choose({ method: init?.method ?? 'GET', path, headers, body })
    return origin === null ? real(input, init) : real(`${origin}${path}`, init)
  }
  return () => {
    globalThis.fetch = real
  }
}

function divertAgents(choose: (request: Arrived) => string | null): () => void {
  const real = Agent.prototype.dispatch
  Agent.prototype.dispatch = function (this: Agent, ...[options, handler]: Parameters<typeof real>) {
    const { method, path } = options
    const given = Object.entries((options.headers ?? {}) as Record<string, string>)
    const headers = Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), String(value)]))
    const host = new URL(options.origin ?? 'http://nowhere').host
    const origin = choose({ method, path, headers: { ...headers, host }, body: Buffer.alloc(0) })
    return real.call(this, origin === null ? options : { ...options, origin }, handler)
  }
  return () => {
    Agent.prototype.dispatch = real
  }
}
