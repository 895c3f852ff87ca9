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
  /** Objects of Cloud Storage, by `bucket/name`. */
  readonly objects: Map<string, Buffer>
  /** What the token may do in buckets. */
  readonly permissions: Set<string>
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
  const objects = new Map<string, Buffer>()
  const permissions = new Set(['storage.objects.create', 'storage.objects.get', 'storage.objects.delete'])
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
    const reply = handle(one, { works, files, objects, permissions, models })
    if (fault) return befall(fault, response)
    send(response, reply)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    origin: `http://127.0.0.1:${port}`,
    seen,
    files,
    objects,
    permissions,
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
  if (reply.body === null || Buffer.isBuffer(reply.body)) {
    response.writeHead(reply.status, reply.headers).end(reply.body ?? undefined)
    return
  }
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
  readonly objects: Map<string, Buffer>
  readonly permissions: ReadonlySet<string>
  readonly models: readonly string[]
}

function handle(one: Seen, state: State): Reply {
  const url = new URL(one.path, 'http://google')
  const vertex = /^\/(v1|v1beta1)\/(projects|publishers)\//.test(url.pathname)
  const storage = url.pathname.startsWith('/storage/v1/')
  const authorized =
    vertex || storage ? one.headers.authorization === `Bearer ${token}` : one.headers['x-goog-api-key'] === apiKey
  if (!authorized) return googleError(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.')
  if (storage) return storageReply(one, url, state)
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

/** An object's name stands in one segment: a slash that is not escaped leads nowhere. */
function storageReply({ method }: Seen, url: URL, { objects, permissions }: State): Reply {
  const [, bucket = '', rest = ''] = /^\/storage\/v1\/b\/([^/]+)\/(.+)$/.exec(url.pathname) ?? []
  if (method === 'GET' && rest === 'iam/testPermissions') {
    const asked = url.searchParams.getAll('permissions').filter((each) => permissions.has(each))
    const answer = { kind: 'storage#testIamPermissionsResponse', ...(asked.length > 0 ? { permissions: asked } : {}) }
    return { status: 200, body: answer }
  }
  const [, name] = /^o\/([^/]+)$/.exec(rest) ?? []
  if (name === undefined) return notFound(url)
  const key = `${bucket}/${decodeURIComponent(name)}`
  const needed = method === 'DELETE' ? 'storage.objects.delete' : 'storage.objects.get'
  if (!permissions.has(needed)) {
    const message = `me@p.iam.gserviceaccount.com does not have ${needed} access to the Google Cloud Storage object.`
    return googleError(403, 'PERMISSION_DENIED', message)
  }
  const object = objects.get(key)
  // Of the content itself it says so in plain words, called HTML (firebase-tools pull request 3647).
  if (!object && url.searchParams.get('alt') === 'media') return { status: 404, body: `No such object: ${key}` }
  if (!object) return googleError(404, 'NOT_FOUND', `No such object: ${key}`)
  if (method === 'DELETE') {
    objects.delete(key)
    return { status: 204, body: null }
  }
  if (method !== 'GET' || url.searchParams.get('alt') !== 'media') return notFound(url)
  return { status: 200, body: object, headers: { 'content-type': 'video/mp4' } }
}

function interactionReply(one: Seen, rest: string, works: Map<string, unknown>): Reply {
  const [id = '', verb] = rest.split('/')
  if (isCreate(one)) {
    const made = `v1_${works.size + 1}`
    works.set(made, null)
    return { status: 200, body: { id: made, status: 'in_progress', steps: [] } }
  }
  if (!works.has(id)) return googleError(400, 'INVALID_ARGUMENT', 'Invalid interaction id.')
  if (one.method === 'DELETE' && verb === undefined) {
    works.delete(id)
    return { status: 200, body: {} }
  }
  if (one.method === 'POST' && verb === 'cancel') {
    if (works.get(id) !== null) return googleError(400, 'FAILED_PRECONDITION', 'It is not running.')
    const body = { status: 'cancelled', steps: [] }
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
