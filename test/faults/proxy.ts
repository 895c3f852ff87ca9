import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { Agent } from 'undici'
import { type FaultName, redirectStatus } from './faults.ts'

/** A request as it arrived, whole. */
export interface Arrived {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** Stands between a client and an upstream and spoils what it is told to. */
export interface Proxy {
  readonly url: string
  /** Every request with what was done to it. */
  readonly seen: readonly { readonly path: string; readonly fault: FaultName | null }[]
  /** Requests that were left without an answer, and real milliseconds until one side had enough of it. */
  readonly hung: readonly { readonly request: Arrived; readonly milliseconds: number }[]
  close(): Promise<void>
}

/** A server on the loopback interface that notes who comes and answers 200: where nobody ought to come. */
export interface Stranger {
  readonly url: string
  readonly visits: readonly Arrived[]
  close(): Promise<void>
}

export interface ProxyOptions {
  /** Is told what the upstream answered, and says what goes on to the client. */
  readonly learn?: (request: Arrived, answer: Buffer) => Buffer
  /** Seconds that a 429 asks to wait, really; 2 unless told. */
  readonly retryAfter?: string
  /** Real milliseconds after which a connection in which nothing moves is cut, if its client has more patience; 4,000 unless told. */
  readonly hangs?: (request: Arrived) => number
}

/** `choose`: what to do to a request; null lets it pass. */
export async function startProxy(
  upstream: string,
  stranger: string,
  choose: (request: Arrived) => FaultName | null,
  more: ProxyOptions = {},
): Promise<Proxy> {
  const seen: { path: string; fault: FaultName | null }[] = []
  const hung: { request: Arrived; milliseconds: number }[] = []
  const agent = new Agent({ connections: 64 })
  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy())
  })
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrived = await arrive(request)
    const began = performance.now()
    const fault = choose(arrived)
    seen.push({ path: arrived.path, fault })
    if (fault === 'hangs') return hang(request, arrived, began)
    if (fault !== null && withoutEffect(fault, request, response, { stranger, retryAfter: more.retryAfter ?? '2' }))
      return
    const passed = await pass(agent, upstream, arrived)
    // Addresses of the upstream in its answers lead back through here.
    const body = isJson(passed) ? Buffer.from(passed.body.toString().replaceAll(upstream, urlOf(server))) : passed.body
    const answer = { ...passed, body: more.learn?.(arrived, body) ?? body }
    if (fault === 'reset after the effect') request.socket.resetAndDestroy()
    else if (fault === 'hangs after the effect') hang(request, arrived, began)
    else await send(answer, fault, request, response)
  }
  function hang({ socket }: IncomingMessage, arrived: Arrived, began: number): void {
    const over = () => hung.push({ request: arrived, milliseconds: performance.now() - began })
    // Whoever asked may have given up while the upstream was being asked.
    if (socket.destroyed) over()
    else socket.once('close', over)
    setTimeout(() => socket.destroy(), more.hangs?.(arrived) ?? hangMilliseconds).unref()
  }
  await listen(server)
  return {
    url: urlOf(server),
    seen,
    hung,
    async close() {
      server.closeAllConnections()
      await Promise.all([new Promise((resolve) => server.close(resolve)), agent.destroy()])
    },
  }
}

export async function startStranger(): Promise<Stranger> {
  const visits: Arrived[] = []
  const server = createServer((request, response) => {
    void arrive(request).then((arrived) => {
      visits.push(arrived)
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await listen(server)
  return {
    url: urlOf(server),
    visits,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const hangMilliseconds = 4_000

interface Answer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: Buffer
}

/** Does what needs no upstream; false where the upstream is needed. */
function withoutEffect(
  fault: FaultName,
  request: IncomingMessage,
  response: ServerResponse,
  { stranger, retryAfter }: { readonly stranger: string; readonly retryAfter: string },
): boolean {
  const redirect = redirectStatus(fault)
  if (redirect !== null) {
    response.writeHead(redirect, { location: `${stranger}/elsewhere` }).end()
    return true
  }
  const refuse = (status: number, headers: Record<string, string> = {}) => {
    const body = JSON.stringify({ ok: false, error: { code: status, status: googleWord[status], message: 'spoiled' } })
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
    return true
  }
  switch (fault) {
    case '429 with Retry-After':
      return refuse(429, { 'retry-after': retryAfter })
    case '429 without Retry-After':
      return refuse(429)
    case '500':
      return refuse(500)
    case '503':
    case 'ten-minute outage':
      return refuse(503)
    case 'reset before the effect':
      request.socket.resetAndDestroy()
      return true
    case 'HTML instead':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>')
      return true
    default:
      return false
  }
}

const googleWord: Readonly<Record<number, string>> = { 429: 'RESOURCE_EXHAUSTED', 500: 'INTERNAL', 503: 'UNAVAILABLE' }

async function pass(agent: Agent, upstream: string, { method, path, headers, body }: Arrived): Promise<Answer> {
  // The host stays as it was: an upstream that names itself names the proxy, so that clients come back through it.
  const { connection: _, 'transfer-encoding': __, expect: ___, ...rest } = headers
  const answer = await agent.request({
    origin: upstream,
    path,
    method: method as 'GET',
    headers: { ...rest, 'content-length': String(body.length) },
    body: body.length > 0 ? body : null,
  })
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.from(await answer.body.arrayBuffer()) }
}

async function send(
  { status, headers, body }: Answer,
  fault: FaultName | null,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const { connection: _, 'transfer-encoding': __, 'keep-alive': ___, ...rest } = headers
  const length = body.length + (fault === 'wrong length' ? 10 : 0)
  response.writeHead(status, { ...rest, 'content-length': length })
  const half = body.subarray(0, Math.ceil(body.length / 2))
  switch (fault) {
    case 'truncated body':
      response.write(half)
      await new Promise((resolve) => request.socket.write('', resolve))
      request.socket.destroySoon()
      return
    case 'wrong length':
      response.write(body)
      await new Promise((resolve) => request.socket.write('', resolve))
      request.socket.destroySoon()
      return
    case 'slow body':
      for (let at = 0; at < 4; at += 1) {
        response.write(body.subarray(Math.floor((body.length * at) / 4), Math.floor((body.length * (at + 1)) / 4)))
        await wait(40)
      }
      response.end()
      return
    default:
      response.end(body)
  }
}

function isJson({ headers }: Answer): boolean {
  return String(headers['content-type'] ?? '').includes('json')
}

async function arrive(request: IncomingMessage): Promise<Arrived> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  const { method = 'GET', url: path = '/', headers } = request
  return { method, path, headers, body: Buffer.concat(parts) }
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
