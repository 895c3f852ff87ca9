import type { IncomingHttpHeaders } from 'node:http'
import type { Agent, Dispatcher } from 'undici'

/** An answer, whole. */
export interface Got {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer<ArrayBuffer>
}

/** What becomes known of a request while it is under way. */
export interface Progress {
  /** A byte of it may have left the machine. */
  written: boolean
  /** HTTP status; null before there is one. */
  status: number | null
}

/**
 * One request, one answer. `written` becomes true just before undici writes the first byte, which is after the connection
 * and its TLS handshake stand; once the signal has aborted nothing is written any more. Not through undici's `request`
 * (8.12): it assigns a function literal to a property, which V8 (Node 24.21) makes in its old generation, so that all it
 * closes over lives until the whole heap is gone through: measured, 6 kB of each answer.
 */
export function exchange(
  agent: Agent,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
  progress: Progress = { written: false, status: null },
): Promise<Got> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | null = null
    const chunks: Buffer[] = []
    let headers: IncomingHttpHeaders = {}
    const abort = () => {
      controller?.abort(signal.reason)
      reject(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    agent.dispatch(options, {
      onRequestStart(given) {
        controller = given
        if (signal.aborted) given.abort(signal.reason)
        else progress.written = true
      },
      onResponseStart(_, status, received) {
        progress.status = status
        headers = received
      },
      onResponseData(_, chunk) {
        chunks.push(chunk)
      },
      onResponseEnd() {
        signal.removeEventListener('abort', abort)
        resolve({ status: progress.status ?? 0, headers, body: Buffer.concat(chunks) })
      },
      onResponseError(_, error) {
        signal.removeEventListener('abort', abort)
        reject(error)
      },
    })
  })
}
