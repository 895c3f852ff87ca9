import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { blockProblems } from './block-kit.ts'
import { Triggers } from './call.ts'
import { Deliveries, type DeliveryTimes, HttpChannel, type Outcome } from './deliveries.ts'
import { type Fault, type FaultKind, Faults, Limits, slackTiers, type Tiers } from './faults.ts'
import { Uploads } from './files.ts'
import { type Decision, Grants, type OAuthApp } from './oauth.ts'
import { People, type Subscriptions } from './people.ts'
import { SocketMode } from './socket-mode.ts'
import { type Request, type Tokens, WebApi } from './web-api.ts'
import { type Json, type Message, Workspace } from './workspace.ts'

export interface SlackOptions {
  readonly scopes: Iterable<string>
  readonly subscribed: Subscriptions
  readonly mode: 'socket' | 'http'
  readonly tiers?: Partial<Tiers>
  readonly times?: Partial<DeliveryTimes>
  /** How long after completing an upload its message appears, in milliseconds. */
  readonly shareMilliseconds?: number
  readonly triggerMilliseconds?: number
  readonly port?: number
  /** Workspaces install the app by themselves: no token is out before. */
  readonly oauth?: OAuthApp
}

export const tokens: Tokens = { bot: 'xoxb-stand-in-bot', app: 'xapp-stand-in-app' }
export const signingSecret = 'stand-in-signing-secret'

/** Faults that strike after the method has done its work. */
const passing: ReadonlySet<FaultKind> = new Set(['reset_after', 'lost_answer', 'share_dropped'])

const loginPage = '<!DOCTYPE html><html><head><title>Login | Slack</title></head><body>Sign in to Dailies</body></html>'

/** A Slack that runs here: Web API, files, Socket Mode or signed HTTP, and people who use it. */
/** What a response_url was given for. */
interface Responding {
  readonly space: Workspace
  readonly channel: string
  readonly user: string
  /** What it can replace; null for what one person alone sees. */
  readonly original: Message | null
  uses: number
  readonly until: number
}

export interface Slack {
  /** For SLACK_API_URL. */
  readonly apiUrl: string
  readonly origin: string
  readonly space: Workspace
  readonly people: People
  readonly api: WebApi
  readonly faults: Faults
  readonly limits: Limits
  readonly deliveries: Deliveries
  readonly socket: SocketMode
  /** HTTP mode: its `url` is where the app listens. */
  readonly http: HttpChannel | null
  /** Every Web API request, refused ones included. */
  readonly requests: readonly Request[]
  /** Downloads of files: which, and whether with a token that may. */
  readonly downloads: readonly { readonly id: string; readonly allowed: boolean }[]
  readonly grants: Grants
  /** Shares that the fault `share_dropped` kept back: each of them lets its message come after all. */
  readonly dropped: (() => void)[]
  /** One more workspace in this Slack. */
  addWorkspace(name: string): { readonly space: Workspace; readonly people: People }
  /** What Slack's page for installing the app makes of that address; where it leads back to. */
  decide(address: string, space: Workspace, decision: Decision): string
  /** Somebody removes the app: its tokens there are dead, and Slack says so with two events. */
  uninstall(people: People): Promise<readonly Outcome[]>
  /** Nothing answers and every connection is cut, until `faults.clear()` and `endOutage()`. */
  beginOutage(): void
  endOutage(): void
  stop(): Promise<void>
}

/** Starts it on the loopback interface. */
export async function startSlack(options: SlackOptions): Promise<Slack> {
  const space = new Workspace()
  const spaces = [space]
  const grants = new Grants(options.oauth ?? null)
  if (!options.oauth) grants.give(tokens.bot, space)
  const faults = new Faults()
  const limits = new Limits({ ...slackTiers, ...options.tiers })
  const uploads = new Uploads()
  const triggers = new Triggers(options.triggerMilliseconds ?? 3000)
  const requests: Request[] = []
  const downloads: { id: string; allowed: boolean }[] = []
  const timers = new Set<NodeJS.Timeout>()
  const dropped: (() => void)[] = []
  const api = new WebApi(tokens, grants, spaces, options.scopes, uploads)
  const responses = new Map<string, Responding>()
  let origin = ''

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  const socket = new SocketMode(server)

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const body = await bytesOf(request)
    if (faults.outage) {
      request.socket.destroy()
      return
    }
    if (path.startsWith('/api/')) await answerCall(path.slice('/api/'.length), body, request, response)
    else if (path.startsWith('/upload/')) await answerUpload(path, body, request, response)
    else if (path.startsWith('/files-pri/')) answerDownload(path, request, response)
    else if (path.startsWith('/respond/')) answerResponse(path, body, response)
    else response.writeHead(404).end()
  }

  /** Lets a fault strike; true if it took over the answer. */
  async function struck(fault: Fault | null, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    if (!fault || passing.has(fault.kind)) return false
    if (fault.kind === 'reset') request.socket.destroy()
    else if (fault.kind === 'refused')
      response.writeHead(200, { 'content-type': 'application/json' }).end(`{"ok":false,"error":"${fault.error}"}`)
    else if (fault.kind === 'server_error')
      response.writeHead(503, { 'content-type': 'text/html' }).end('<html>Oh no</html>')
    else if (fault.kind === 'rate_limited') {
      const after = fault.retryAfter === undefined ? 1 : fault.retryAfter
      const headers = after === null ? {} : { 'retry-after': String(after) }
      response.writeHead(429, { 'content-type': 'application/json', ...headers })
      response.end(JSON.stringify({ ok: false, error: 'ratelimited' }))
    }
    return true
  }

  async function answerCall(method: string, body: Buffer, request: IncomingMessage, response: ServerResponse) {
    const args = argsOf(body, request)
    const fault = faults.strike(method)
    if (await struck(fault, request, response)) {
      requests.push({ at: Date.now(), method, args, error: fault?.kind ?? null })
      return
    }
    const seconds = limits.take(method, args.channel)
    if (seconds > 0) {
      requests.push({ at: Date.now(), method, args, error: 'ratelimited' })
      response.writeHead(429, { 'retry-after': String(seconds), 'content-type': 'application/json' })
      response.end(JSON.stringify({ ok: false, error: 'ratelimited' }))
      return
    }
    const drops = fault?.kind === 'share_dropped'
    const later = (act: () => void) => {
      if (drops) {
        dropped.push(act)
        return
      }
      const timer = setTimeout(() => {
        timers.delete(timer)
        act()
      }, options.shareMilliseconds ?? 100)
      timers.add(timer)
    }
    const call = { args, origin, limits, later, triggers }
    const answer = api.answer(
      method,
      tokenOf(request, args),
      call,
      () => `${origin.replace('http', 'ws')}${socket.ticket()}`,
    )
    requests.push({ at: Date.now(), method, args, error: answer.ok === true ? null : String(answer.error) })
    if (fault && !drops) {
      request.socket.destroy()
      return
    }
    const scopes = [...api.scopes].join(',')
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'x-oauth-scopes': scopes })
    response.end(JSON.stringify(answer))
  }

  async function answerUpload(path: string, body: Buffer, request: IncomingMessage, response: ServerResponse) {
    const fault = faults.strike('upload')
    if (await struck(fault, request, response)) return
    const status = uploads.receive(path, body)
    if (fault) request.socket.destroy()
    else response.writeHead(status).end(status === 200 ? `OK - ${body.length}` : 'no')
  }

  function answerDownload(path: string, request: IncomingMessage, response: ServerResponse): void {
    const [, team = '', id = ''] = /^\/files-pri\/([^-]+)-(\w+)\//.exec(path) ?? []
    const file = spaces.find((each) => each.team === team)?.files.get(id)
    const allowed = api.mayDownload(tokenOf(request, {}), team)
    downloads.push({ id, allowed })
    if (faults.strike('files')?.kind === 'server_error') response.writeHead(503).end()
    else if (!allowed) response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(loginPage)
    else if (!file || file.mode === 'tombstone') response.writeHead(404).end()
    else {
      response.writeHead(200, { 'content-type': file.mimetype, 'content-length': file.bytes.length }).end(file.bytes)
    }
  }

  function answerResponse(path: string, body: Buffer, response: ServerResponse): void {
    const given = responses.get(path)
    if (!given || given.until < Date.now() || given.uses <= 0) {
      response.writeHead(404).end('expired_url')
      return
    }
    given.uses -= 1
    const said = JSON.parse(String(body)) as Json
    const blocks = (said.blocks ?? []) as Json[]
    const problems = blocks.length > 0 ? blockProblems(blocks, 'message') : []
    requests.push({
      at: Date.now(),
      method: 'response_url',
      args: { text: String(said.text ?? '') },
      error: problems.length > 0 ? 'invalid_blocks' : null,
    })
    if (problems.length > 0) {
      response.writeHead(400).end(JSON.stringify({ ok: false, error: 'invalid_blocks', problems }))
      return
    }
    const text = String(said.text ?? '')
    // Whether Slack replaces what all see by what it is told to show one person is nowhere written.
    if (said.replace_original === true && given.original !== null && said.response_type !== 'ephemeral') {
      given.original.history.push({ at: Date.now(), text, blocks })
    } else if (said.response_type === 'in_channel') {
      given.space.post({ channel: given.channel, thread: null, user: given.space.botUser, text, blocks })
    } else if (said.delete_original !== true) {
      // It stands in the channel, whatever the thread of what was pressed.
      given.space.ephemerals.push({ channel: given.channel, thread: null, user: given.user, text, blocks })
    }
    response.writeHead(200).end('ok')
  }

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const http = options.mode === 'http' ? new HttpChannel(signingSecret) : null
  const times = { acknowledgeMilliseconds: 3000, retryMilliseconds: [0, 60_000, 300_000], ...options.times }
  const deliveries = new Deliveries(times, space, http ?? socket)
  const urlsOf = (space: Workspace) => ({
    give(channel: string, user: string, original: Message | null = null): string {
      const path = `/respond/${space.id('R')}`
      responses.set(path, { space, channel, user, original, uses: 5, until: Date.now() + 30 * 60_000 })
      return `${origin}${path}`
    },
  })
  const { subscribed } = options
  const peopleOf = (space: Workspace) =>
    new People({ space, deliveries, triggers, urls: urlsOf(space), subscribed, origin })
  const people = peopleOf(space)

  return {
    apiUrl: `${origin}/api/`,
    origin,
    space,
    people,
    api,
    faults,
    limits,
    deliveries,
    socket,
    http,
    requests,
    downloads,
    grants,
    dropped,
    addWorkspace(name) {
      const added = new Workspace(name, spaces.length)
      spaces.push(added)
      return { space: added, people: peopleOf(added) }
    },
    decide: (address, asked, decision) => grants.decide(address, asked, decision),
    uninstall(of) {
      grants.uninstall(of.space)
      return Promise.all(of.removed().map(({ outcome }) => outcome))
    },
    beginOutage() {
      faults.outage = true
      socket.refusing = true
      socket.cutAll()
    },
    endOutage() {
      faults.outage = false
      socket.refusing = false
    },
    async stop() {
      deliveries.stop()
      for (const timer of timers) clearTimeout(timer)
      socket.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await wait(0)
    },
  }
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function argsOf(body: Buffer, request: IncomingMessage): Record<string, string> {
  if (request.headers['content-type']?.startsWith('application/json')) {
    const given = JSON.parse(String(body) || '{}') as Json
    return Object.fromEntries(
      Object.entries(given).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
    )
  }
  return Object.fromEntries(new URLSearchParams(String(body)))
}

function tokenOf(request: IncomingMessage, args: Readonly<Record<string, string>>): string | null {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? args.token ?? null
}
