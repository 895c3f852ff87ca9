import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { tookBytes } from './garbage.ts'

/** Handed over at once, so that the disk is asked for few large pieces. */
const batchBytes = 128 * 1024
/** More is not taken from the connection while nobody fetches what is there. */
const mostBytes = 2 * batchBytes

/** An answer whose body comes in batches of chunks; it holds less than a megabyte of it at any time. */
export interface Answer {
  readonly statusCode: number
  readonly headers: IncomingHttpHeaders
  /** To be read once; throws where the connection breaks. What is left unread is ended with `drop`. */
  readonly body: AsyncIterable<readonly Uint8Array[]>
  /** Ends it, whatever of it is still to come. */
  drop(): void
}

/**
 * Sends a request; resolves with the answer's head. Half of what undici's own stream costs in processor time, which for
 * a video is most of what an Operation costs.
 */
export function answerTo(agent: Dispatcher, options: Dispatcher.DispatchOptions, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const body = new Body()
    let controller: Dispatcher.DispatchController | null = null
    const abort = () => {
      controller?.abort(signal.reason)
      settle(signal.reason)
    }
    const settle = (error: unknown) => {
      signal.removeEventListener('abort', abort)
      reject(error)
      body.end(error)
    }
    if (signal.aborted) return settle(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    agent.dispatch(options, {
      onRequestStart(given) {
        controller = given
        body.from(given)
        if (signal.aborted) given.abort(signal.reason)
      },
      onResponseStart(_, statusCode, headers) {
        const drop = () => controller?.abort(new Error('nobody wants the rest'))
        if (statusCode >= 200) resolve({ statusCode, headers, body, drop })
      },
      onResponseData(_, chunk) {
        body.take(chunk)
      },
      onResponseEnd() {
        signal.removeEventListener('abort', abort)
        body.end(null)
      },
      onResponseError(_, error) {
        settle(error)
      },
    })
  })
}

class Body implements AsyncIterable<readonly Uint8Array[]> {
  #chunks: Uint8Array[] = []
  #bytes = 0
  #ended = false
  #error: unknown = null
  #controller: Dispatcher.DispatchController | null = null
  #wake: () => void = () => {}

  from(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
  }

  take(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    tookBytes(chunk.length)
    if (this.#bytes >= mostBytes) this.#controller?.pause()
    if (this.#bytes >= batchBytes) this.#wake()
  }

  end(error: unknown): void {
    this.#ended = true
    this.#error ??= error
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly Uint8Array[]> {
    for (;;) {
      if (this.#bytes < batchBytes && !this.#ended) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
      const batch = this.#chunks
      this.#chunks = []
      this.#bytes = 0
      if (!this.#ended) this.#controller?.resume()
      if (batch.length > 0) yield batch
      else if (this.#error) throw this.#error
      else if (this.#ended) return
    }
  }
}
