import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as it arrived. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

export interface Reply {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** What goes wrong with one request; of `effect` it says whether the work begins nevertheless. */
export type Fault =
  | { readonly kind: 'reset'; readonly effect: boolean }
  | { readonly kind: 'hang' }
  | { readonly kind: 'slow_body' }
  | { readonly kind: 'answer'; readonly reply: Reply; readonly effect?: boolean }

/** A strict stand-in for Google: it refuses what it does not know, and remembers all it was sent. */
export interface Google {
  readonly origin: string
  readonly seen: Seen[]
  /** Requests that ask for a video. */
  starts(): Seen[]
  /** Befalls the next request whose path contains the text. */
  fault(path: string, fault: Fault): void
  /** What the next look at this work finds; without it, it runs. */
  finish(handle: string, result: unknown): void
  /** States of files by id; `ACTIVE` where nothing is said. */
  readonly files: Map<string, string>
  /** Model ids of the list, in pages of two. */
  readonly models: string[]
  stop(): Promise<void>
}

export const apiKey = 'AIzaSyTheKeyOfTheTests0123456789'
export const token = 'ya29.the-token-of-the-tests'

/** Google's own form of an error. */
export function googleError(status: number, name: string, message: string, details: readonly unknown[] = []): Reply {
  return { status, body: { error: { code: status, status: name, message, details } } }
}

/** Starts it on a port of its own on the loopback interface. */
export async function startGoogle(): Promise<Google> {
  const seen: Seen[] = []
  const faults: { path: string; fault: Fault }[] = []
  const works = new Map<string, unknown>()
  const files = new Map<string, string>()
  const models: string[] = []

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const one = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: text ? JSON.parse(text) : null,
    }
    seen.push(one)
    const index = faults.findIndex((each) => one.path.includes(each.path))
    const fault = index < 0 ? null : faults.splice(index, 1)[0]?.fault
    if (fault && !('effect' in fault && fault.effect)) return befall(fault, response)
    const reply = handle(one, { works, files, models })
    if (fault) return befall(fault, response)
    send(response, reply)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    origin: `http://127.0.0.1:${port}`,
    seen,
    files,
    models,
    starts: () => seen.filter((each) => each.path.endsWith(':predictLongRunning') || isCreate(each)),
    fault: (path, fault) => faults.push({ path, fault }),
    finish: (handle, result) => works.set(handle, result),
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function befall(fault: Fault, response: ServerResponse): void {
  if (fault.kind === 'reset') response.destroy()
  else if (fault.kind === 'answer') send(response, fault.reply)
  else if (fault.kind === 'slow_body') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 })
    response.write('{"name":')
  }
}

function send(response: ServerResponse, reply: Reply): void {
  const html = typeof reply.body === 'string'
  response.writeHead(reply.status, {
    'content-type': html ? 'text/html' : 'application/json; charset=UTF-8',
    ...reply.headers,
  })
  response.end(html ? reply.body : JSON.stringify(reply.body))
}

interface State {
  readonly works: Map<string, unknown>
  readonly files: Map<string, string>
  readonly models: readonly string[]
}

function handle(one: Seen, state: State): Reply {
  const url = new URL(one.path, 'http://google')
  const vertex = /^\/(v1|v1beta1)\/(projects|publishers)\//.test(url.pathname)
  const authorized = vertex ? one.headers.authorization === `Bearer ${token}` : one.headers['x-goog-api-key'] === apiKey
  if (!authorized) return googleError(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.')
  return vertex ? vertexReply(one, url, state) : geminiReply(one, url, state)
}

function isCreate(one: Seen): boolean {
  return one.method === 'POST' && one.path === '/v1beta/interactions'
}

function geminiReply(one: Seen, url: URL, { works, files, models }: State): Reply {
  const [, version, collection = '', rest = ''] = /^\/(v1beta)\/(\w+)\/?(.*)$/.exec(url.pathname) ?? []
  if (!version) return notFound(url)
  if (collection === 'interactions') return interactionReply(one, rest, works)
  if (collection === 'files') {
    const state = files.get(rest) ?? 'ACTIVE'
    return { status: 200, body: { name: `files/${rest}`, uri: url.href, state } }
  }
  if (one.method === 'GET' && rest === '') return page(url, models)
  const [, model = ''] = /^([\w.-]+):predictLongRunning$/.exec(rest) ?? []
  if (one.method === 'POST' && model) return begin(works, `models/${model}/operations/${works.size + 1}a`)
  if (one.method === 'GET' && rest.includes('/operations/')) return look(works, `models/${rest}`)
  return notFound(url)
}

function vertexReply(one: Seen, url: URL, { works, models }: State): Reply {
  const [, , path = '', verb] = /^\/(v1|v1beta1)\/([^:]+)(?::(\w+))?$/.exec(url.pathname) ?? []
  if (one.method === 'POST' && verb === 'predictLongRunning')
    return begin(works, `${path}/operations/${works.size + 1}`)
  if (one.method === 'POST' && verb === 'fetchPredictOperation') {
    return look(works, (one.body as { operationName: string }).operationName)
  }
  const model = path.replace('publishers/google/models/', '')
  if (one.method === 'GET' && models.includes(model)) return { status: 200, body: { name: path } }
  return notFound(url)
}

function interactionReply(one: Seen, rest: string, works: Map<string, unknown>): Reply {
  const [id = '', verb] = rest.split('/')
  if (isCreate(one)) {
    const made = `v1_${works.size + 1}`
    works.set(made, null)
    return { status: 200, body: { id: made, status: 'in_progress', steps: [] } }
  }
  if (!works.has(id)) return googleError(400, 'INVALID_ARGUMENT', 'Invalid interaction id.')
  if (one.method === 'POST' && verb === 'cancel') {
    const body = (works.get(id) as object | null) ?? { status: 'cancelled', steps: [] }
    works.set(id, body)
    return { status: 200, body: { id, ...body } }
  }
  return { status: 200, body: { id, ...((works.get(id) as object | null) ?? { status: 'in_progress', steps: [] }) } }
}

function begin(works: Map<string, unknown>, name: string): Reply {
  works.set(name, null)
  return { status: 200, body: { name } }
}

function look(works: Map<string, unknown>, name: string): Reply {
  if (!works.has(name)) return googleError(404, 'NOT_FOUND', 'Operation not found.')
  const result = works.get(name) as object | null
  return { status: 200, body: result ? { name, done: true, ...result } : { name, metadata: {} } }
}

function page(url: URL, models: readonly string[]): Reply {
  const from = Number(url.searchParams.get('pageToken') ?? 0)
  const next = from + 2 < models.length ? { nextPageToken: String(from + 2) } : {}
  return {
    status: 200,
    body: { models: models.slice(from, from + 2).map((id) => ({ name: `models/${id}` })), ...next },
  }
}

function notFound(url: URL): Reply {
  return googleError(404, 'NOT_FOUND', `${url.pathname} was not found`)
}
