import { mkdir } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Answer, invalid, Refusal } from './answers.ts'
import type { Call, Received } from './call.ts'
import { controlCall } from './control.ts'
import { developerCall, requireKey } from './developer.ts'
import { type Fault, Faults } from './faults.ts'
import { tidyPictures } from './images.ts'
import { omniCall } from './omni.ts'
import { Operations, type RehearsedOperation } from './operations.ts'
import { refusalOf } from './refusals.ts'
import { RequestLog, type RequestRecord } from './request-log.ts'
import { sendAnswer, sendFilm, sendHtml } from './send.ts'
import { type Film, Stage } from './stage.ts'
import { storageCall } from './storage.ts'
import { Studio } from './studio.ts'
import { textCall } from './text.ts'
import { requireBearer, vertexCall } from './vertex.ts'

export interface RehearsalOptions {
  /** Where operations, pictures and films are kept; made where it is not there. */
  readonly folder: string
  /** How long each video takes, in seconds; 6 unless told. */
  readonly seconds?: number
  /** On the loopback interface; 0, the default, for any that is free. */
  readonly port?: number
  /** An MP4 to be served as every video, told apart by a box at its end, instead of rendering: for load. */
  readonly video?: Uint8Array
  /** How much rendered films may take on disk; 512 MiB unless told. */
  readonly filmBytes?: number
}

/** What Google's services would be for a client: a base URL to give to the real one. */
export interface Rehearsal {
  readonly url: string
  /** Every start that took effect, also of earlier runs in the same folder; oldest first. */
  readonly starts: readonly RehearsedOperation[]
  /** The newest requests, oldest first; never a key. */
  readonly requests: readonly RequestRecord[]
  /** Lets something go wrong; see Fault. */
  fault(fault: Fault): void
  clearFaults(): void
  /** Makes every Operation that runs be ready now. */
  finish(): Promise<void>
  /** Cuts every connection; what was begun is kept in the folder. */
  close(): Promise<void>
}

/** Starts the stand-in on the loopback interface; rejects where the port or the folder cannot be had. */
export async function startRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const folder = join(options.folder)
  await mkdir(folder, { recursive: true })
  const operations = await Operations.open(folder)
  await tidyPictures(folder, new Set(operations.all().map(({ film }) => film.picture)))
  const studio = new Studio(folder, options.filmBytes ?? 512 * 1024 * 1024)
  const stage = new Stage(operations, studio, folder, options.seconds ?? 6, options.video ?? null)
  const faults = new Faults()
  const log = new RequestLog()
  const server = createServer((request, response) => {
    const entry = log.begin(request)
    response.on('finish', () => {
      entry.status = response.statusCode
    })
    serve(request, response, entry).catch(() => response.destroy())
  })

  async function serve(request: IncomingMessage, response: ServerResponse, entry: RequestRecord): Promise<void> {
    try {
      const received = await receive(request)
      const call = route(received, request)
      entry.route = call.route
      entry.prompt = call.subject.prompt
      await perform(call, faults.take(call.route, call.subject), request, response)
    } catch (error) {
      if (response.destroyed || response.headersSent) {
        response.destroy()
        return
      }
      const refusal = asRefusal(error)
      await sendAnswer(response, refusal.answer)
    }
  }

  function route(received: Received, request: IncomingMessage): Call {
    const control = controlCall(received, { operations, faults, log })
    if (control) {
      requireProgram(request.headers)
      return control
    }
    const vertex = vertexCall(received, stage, faults) ?? storageCall(received, stage)
    if (vertex) {
      requireBearer(request.headers)
      return vertex
    }
    const call = omniCall(received, stage) ?? textCall(received) ?? developerCall(received, stage, faults)
    if (!call) throw new Refusal('NOT_FOUND', `Nothing answers ${received.method} ${received.path}.`)
    requireKey(request.headers, received.query)
    return call
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    get starts() {
      return operations.all()
    },
    get requests() {
      return log.all()
    },
    fault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    async finish() {
      const now = Date.now()
      const running = operations.all().filter(({ readyAt }) => readyAt > now)
      await Promise.all(running.map((operation) => operations.put({ ...operation, readyAt: now })))
    },
    async close() {
      studio.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Every page that somebody has open can reach this machine: by another name that leads here, or from another origin. */
function requireProgram({ host = '', origin }: IncomingHttpHeaders): void {
  if (origin !== undefined || !/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) {
    throw new Refusal('PERMISSION_DENIED', 'Only programs of this machine are answered here.')
  }
}

function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  return error instanceof URIError ? invalid('The path is not well-formed.') : new Refusal('INTERNAL', String(error))
}

const largestBody = 128 * 1024 * 1024

async function receive(request: IncomingMessage): Promise<Received> {
  const origin = `http://${request.headers.host}`
  const url = new URL(request.url ?? '/', origin)
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request) {
    bytes += part.length
    if (bytes > largestBody) throw invalid('Request payload size exceeds the limit.')
    parts.push(part)
  }
  let body: unknown
  if (bytes > 0) {
    try {
      body = JSON.parse(Buffer.concat(parts).toString('utf8'))
    } catch {
      throw invalid('Invalid JSON payload received.')
    }
  }
  return {
    method: request.method ?? 'GET',
    path: decodeURIComponent(url.pathname),
    rawPath: url.pathname,
    query: url.searchParams,
    body,
    origin,
  }
}

async function perform(call: Call, fault: Fault | null, request: IncomingMessage, response: ServerResponse) {
  const refusal = fault && refusalOf(fault, call.subject)
  if (refusal) throw refusal
  switch (fault?.kind) {
    case 'reset_before':
      request.socket.resetAndDestroy()
      return
    case 'hang':
      return
    case 'html':
      return sendHtml(response)
    case 'reset_after':
      await call.run(fault)
      request.socket.resetAndDestroy()
      return
    case 'hang_after':
      await call.run(fault)
      return
    case 'nameless':
      await call.run(fault)
      return sendAnswer(response, { status: 200, body: {} })
    case 'redirect':
      response.writeHead(302, { location: fault.to }).end()
      return
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, (fault.seconds ?? 1) * 1000).unref())
  }
  const outcome: Answer | Film = await call.run(fault)
  if ('read' in outcome) await sendFilm(request, response, outcome, fault)
  else await sendAnswer(response, outcome)
}
