import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { tookBytes } from './garbage.ts'

/** Handed over at once, so that the disk is asked for few large pieces. */
const batchBytes = 128 * 1024
/** More is not taken from the connection while what is there is being written. */
const mostBytes = 2 * batchBytes
/**
 * From a slow server the next chunk takes along what has waited so many milliseconds. What waits longer outlives V8's young
 * generation, and each 50 MB of that have it go through its whole heap.
 */
const longestWait = 50

/** Takes a batch; the next one comes once it has resolved. */
type Write = (batch: readonly Uint8Array[]) => Promise<void>

/** An answer whose body comes in batches; it holds less than a megabyte of it at any time. */
export interface Answer {
  readonly statusCode: number
  readonly headers: IncomingHttpHeaders
  /** Passes on the whole body, once; throws where the connection breaks, and what `write` throws. */
  readTo(write: Write): Promise<void>
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
        if (statusCode >= 200) resolve({ statusCode, headers, readTo: (write) => body.readTo(write), drop })
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

class Body {
  #chunks: Uint8Array[] = []
  #bytes = 0
  #since = 0
  #ended = false
  #error: unknown = null
  #controller: Dispatcher.DispatchController | null = null
  #wake: () => void = () => {}

  from(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
  }

  take(chunk: Uint8Array): void {
    const now = performance.now()
    if (this.#bytes === 0) this.#since = now
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    tookBytes(chunk.length)
    if (this.#bytes >= mostBytes) this.#controller?.pause()
    if (this.#bytes >= batchBytes || now - this.#since >= longestWait) this.#wake()
  }

  end(error: unknown): void {
    this.#ended = true
    this.#error ??= error
    this.#wake()
  }

  async readTo(write: Write): Promise<void> {
    while (await this.#hasMore()) await this.#passOn(write)
    if (this.#error) throw this.#error
  }

  async #hasMore(): Promise<boolean> {
    if (this.#bytes < batchBytes && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.#bytes > 0
  }

  /** On its own, because a loop that waits keeps hold of the batch that it passed on last. */
  #passOn(write: Write): Promise<void> {
    const batch = this.#chunks
    this.#chunks = []
    this.#bytes = 0
    if (!this.#ended) this.#controller?.resume()
    return write(batch)
  }
}
