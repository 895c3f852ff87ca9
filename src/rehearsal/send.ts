import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Answer } from './answers.ts'
import type { Fault } from './faults.ts'
import type { Film } from './stage.ts'

/** JSON the way Google sends it; nothing at all with 204. */
export async function sendAnswer(response: ServerResponse, { status, body }: Answer): Promise<void> {
  if (status === 204) {
    response.writeHead(status).end()
    return
  }
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', 'content-length': bytes.length })
  response.end(bytes)
}

/** A page where JSON or a video should be, as captive portals and proxies send it. */
export function sendHtml(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
  response.end('<!doctype html><title>Sign in</title><p>Please sign in to continue.</p>')
}

/** A video, whole or the part that Range asks for, distorted where a fault says so. */
export async function sendFilm(
  request: IncomingMessage,
  response: ServerResponse,
  film: Film,
  fault: Fault | null,
): Promise<void> {
  const range = rangeOf(request.headers.range, film.bytes)
  const common = { 'content-type': 'video/mp4', 'accept-ranges': 'bytes' }
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'content-range': `bytes */${film.bytes}` }).end()
    return
  }
  const { start, end } = range ?? { start: 0, end: film.bytes - 1 }
  const half = start + Math.floor((end - start) / 2)
  const short = fault?.kind === 'short'
  // One byte more than will come, so that the client must notice the end of the connection.
  const length = (short ? half : end) - start + 1 + (fault?.kind === 'wrong_length' ? 1 : 0)
  response.writeHead(range ? 206 : 200, {
    ...common,
    'content-length': length,
    ...(range ? { 'content-range': `bytes ${start}-${end}/${film.bytes}` } : {}),
  })
  switch (fault?.kind) {
    case 'truncated':
    case 'stalled':
    case 'wrong_length': {
      const last = fault.kind === 'wrong_length' ? end : half
      for await (const part of film.read(start, last)) if (!response.write(part)) await once(response, 'drain')
      if (fault.kind === 'stalled') return
      // What was written has to leave before the connection goes.
      await new Promise((resolve) => request.socket.write('', resolve))
      request.socket.destroySoon()
      return
    }
    default:
      await pipeline(film.read(start, short ? half : end), response)
  }
}

function rangeOf(header: string | undefined, bytes: number) {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(header ?? '') ?? []
  if (first === undefined) return null
  const start = Number(first)
  if (start >= bytes) return 'unsatisfiable'
  return { start, end: last ? Math.min(Number(last), bytes - 1) : bytes - 1 }
}
