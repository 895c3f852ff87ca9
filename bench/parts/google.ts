import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mp4 } from '../../test/files/mp4-fixture.ts'
import { generationTimes, type Kind } from './generation.ts'
import { model } from './rows.ts'

/** What the stand-in is started with, as JSON in the first argument. */
export interface GoogleOptions {
  readonly videoBytes: number
  /** How fast each video is sent; as fast as it goes unless given. */
  readonly bytesPerSecond?: number
  /** How long Operations take: seconds, a kind of distribution with what its seconds are multiplied by, or until `finish`. */
  readonly takes: number | { readonly kind: Kind; readonly scale: number } | 'until told'
}

/** One question about an Operation; milliseconds since 1970 with fractions. */
export interface Look {
  readonly id: string
  readonly at: number
}

/** What it saw of one Operation, milliseconds since 1970 with fractions. */
export interface Seen {
  readonly id: string
  readonly readyAt: number
  /** When it first told that it was done; null while it has not. */
  readonly toldAt: number | null
}

// A stand-in for the Gemini API that costs little, so that what is measured is the other side. Run as a program it prints
// its address. Under /control: `looks` and `starts` (when they came), `seen`, `served`, `finish`,
// `takes?seconds=`, `reset`.
if (import.meta.main) serve(JSON.parse(process.argv[2] ?? '{}') as GoogleOptions)

function serve({ videoBytes, takes, bytesPerSecond }: GoogleOptions): void {
  const video = mp4({ mediaBytes: videoBytes })
  const durations = typeof takes === 'object' ? generationTimes(takes.kind, 11) : null
  const readyAt = new Map<string, number>()
  const toldAt = new Map<string, number>()
  let looks: Look[] = []
  let starts: number[] = []
  let finishedAt = Number.POSITIVE_INFINITY
  let made = 0
  let served = 0
  const now = () => performance.timeOrigin + performance.now()
  const readyOf = (id: string) => (id.startsWith('ready') ? 0 : (readyAt.get(id) ?? finishedAt))

  let told: number | null = null

  function seconds(): number {
    if (told !== null) return told
    if (typeof takes === 'number') return takes
    if (takes === 'until told' || durations === null) return Number.POSITIVE_INFINITY
    return durations() * takes.scale
  }

  function begin(): object {
    made += 1
    const id = `made${made}`
    starts.push(now())
    const takesSeconds = seconds()
    if (Number.isFinite(takesSeconds)) readyAt.set(id, now() + takesSeconds * 1000)
    return { name: `models/${model}/operations/${id}` }
  }

  function look(id: string): object {
    looks.push({ id, at: now() })
    const name = `models/${model}/operations/${id}`
    if (readyOf(id) > now()) return { name }
    if (!toldAt.has(id)) toldAt.set(id, now())
    const uri = `${address()}/v1beta/files/${id}:download?alt=media`
    return { name, done: true, response: { generateVideoResponse: { generatedSamples: [{ video: { uri } }] } } }
  }

  const controls: Readonly<Record<string, (query: URLSearchParams) => unknown>> = {
    looks: () => looks,
    starts: () => starts,
    seen: () => [...toldAt].map(([id, told]): Seen => ({ id, readyAt: readyOf(id), toldAt: told })),
    finish: () => (finishedAt = now()),
    /** From now on they take so many seconds. */
    takes: (query) => (told = Number(query.get('seconds'))),
    /** Videos sent whole. */
    served: () => served,
    reset() {
      served = 0
      looks = []
      starts = []
      toldAt.clear()
      finishedAt = Number.POSITIVE_INFINITY
      return null
    },
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? '/'
    const [, control] = /^\/control\/(\w+)/.exec(url) ?? []
    const [, operation] = /\/operations\/(\w+)/.exec(url) ?? []
    if (control !== undefined) json(response, controls[control]?.(new URL(url, 'http://x').searchParams))
    else if (request.method === 'POST') json(response, begin())
    else if (operation !== undefined) json(response, look(operation))
    else if (url.includes(':download')) film(response)
    else json(response, { models: [{ name: `models/${model}` }] })
  }

  function film(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': video.length })
    if (bytesPerSecond === undefined) response.end(video, () => (served += 1))
    else trickle(response, bytesPerSecond)
  }

  function trickle(response: ServerResponse, perSecond: number): void {
    let sent = 0
    const timer = setInterval(() => {
      const part = video.subarray(sent, sent + perSecond / 10)
      sent += part.length
      if (part.length > 0 && !response.destroyed) response.write(part)
      else {
        clearInterval(timer)
        response.end(() => (served += 1))
      }
    }, 100)
  }

  const server = createServer((request, response) => {
    request.resume()
    request.once('end', () => answer(request, response))
  })
  // A connection that is kept must not be closed while the other side thinks.
  server.keepAliveTimeout = 60_000
  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  server.listen(0, '127.0.0.1', () => console.log(address()))
}

function json(response: ServerResponse, body: unknown): void {
  const bytes = JSON.stringify(body ?? null)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(bytes) })
  response.end(bytes)
}
