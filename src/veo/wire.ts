import { AsyncLocalStorage } from 'node:async_hooks'
import { Agent, type Dispatcher } from 'undici'
import { retryable, VideoError } from '../core/errors.ts'
import type { Service } from '../core/models.ts'
import type { Log } from '../core/ports/machine.ts'
import { exchange, type Got, type Progress } from '../net/exchange.ts'
import type { Answer } from './answer.ts'
import type { Budget } from './budget.ts'
import { askError, startError } from './errors.ts'
import { stopping } from './stopping.ts'

/** One call through the SDK: what it is for and whose turn it takes. */
export interface Call<T> {
  readonly action: 'start' | 'check' | 'cancel' | 'discard' | 'list' | 'suggest'
  readonly service: Service
  readonly model: string
  readonly budget: Budget
  /** Of one that costs money: how long it may take, in milliseconds; the wire's own time-out for it unless told. */
  readonly within?: number
  /** Where a refusal is an answer too: the call's result for it, or undefined where it is an error after all. */
  readonly settle?: (answer: Answer) => T | undefined
}

/** How long a call may take, in milliseconds. */
export interface TimeOuts {
  /** A call that costs money, all of it. */
  readonly start: number
  /** Any other call: from one sign of life of the answer to the next. As a whole it may take ten times that. */
  readonly idle: number
}

/** The one way to Google: sends what the SDK builds, and turns every failure into a VideoError. */
export interface Wire {
  /** To be given to the SDK as its `fetch`; works only inside `call`. */
  readonly fetch: typeof globalThis.fetch
  readonly timeOuts: TimeOuts
  /**
   * Within `call`: the JSON at an address, without the SDK, which takes four times the processor time and leaves as much to
   * collect. For what is asked thousands of times.
   */
  get(url: string, headers: Readonly<Record<string, string>>): Promise<unknown>
  /** Within `call`: a DELETE without the SDK, which knows nothing of buckets. */
  remove(url: string, headers: Readonly<Record<string, string>>): Promise<void>
  /** Waits for its turn and runs one SDK call under its time-out; the SDK's errors become VideoErrors. */
  call<T>(call: Call<T>, signal: AbortSignal, run: () => Promise<T>): Promise<T>
}

interface Trace extends Progress {
  readonly action: Call<unknown>['action']
  /** Milliseconds until the answer begins, and between its parts. */
  readonly patience: number
  readonly signal: AbortSignal
  /** Requests handed to the connection. */
  requests: number
  /** The last answer; of a success without its body. */
  answer: Answer | null
}

// Starts have sockets of their own, so that none waits behind checks that hang. Without a cap 1,000 checks at once would
// open 1,000 sockets. HTTP/1.1: one request a socket, and undici never sends a POST again by itself.
const sockets = { start: 16, ask: 64 } as const
const connectTimeOut = 10_000
/** The largest answer, in bytes: a long 4k video as base64 with room to spare, and less than the longest string. */
const largestAnswer = 500_000_000
const keptOfBody = 65_536

/** Opens nothing yet; sockets close by themselves when they are idle. */
export function createWire(timeOuts: TimeOuts, log: Log): Wire {
  const traces = new AsyncLocalStorage<Trace>()
  const options = { allowH2: false, connect: { timeout: connectTimeOut }, maxResponseSize: largestAnswer }
  // No kept-alive socket for a start: one that Google closes at that moment would leave it uncertain.
  const starting = new Agent({ ...options, connections: sockets.start, pipelining: 0 })
  const asking = new Agent({ ...options, connections: sockets.ask })

  /** Replaces fetch below the SDK: no redirects (they would carry the key away), no second start, whole bodies. */
  async function send(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const trace = traces.getStore()
    if (!trace) throw new Error('a request to Google outside of a call')
    if (costs(trace) && trace.requests > 0) throw new Error('what costs money is sent once')
    const got = await deliver(trace, await plain(input, init))
    const type = got.headers['content-type']
    return new Response(got.body.length > 0 ? got.body : null, {
      status: got.status,
      headers: typeof type === 'string' ? { 'content-type': type } : {},
    })
  }

  async function deliver(trace: Trace, { url, method, headers, body }: Plain): Promise<Got> {
    trace.signal.throwIfAborted()
    trace.requests += 1
    trace.status = null
    const got = await exchange(
      costs(trace) ? starting : asking,
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers,
        body,
        headersTimeout: trace.patience,
        bodyTimeout: trace.patience,
      },
      trace.signal,
      trace,
    )
    const refusal = got.status >= 200 && got.status < 300 ? '' : got.body.toString('utf8', 0, keptOfBody)
    trace.answer = { status: got.status, retryAfter: got.headers['retry-after'] ?? null, body: refusal }
    return got
  }

  /** One request of our own making; throws unless the answer is a success. */
  async function ask(method: 'GET' | 'DELETE', url: string, headers: Readonly<Record<string, string>>): Promise<Got> {
    const trace = traces.getStore()
    if (!trace) throw new Error('a request to Google outside of a call')
    const got = await deliver(trace, { url: new URL(url), method, headers, body: null })
    if (got.status < 200 || got.status >= 300) throw new Error(`Google answered ${got.status}`)
    return got
  }

  return {
    fetch: send,
    timeOuts,
    async get(url, headers) {
      const { body } = await ask('GET', url, headers)
      return JSON.parse(body.toString())
    },
    async remove(url, headers) {
      await ask('DELETE', url, headers)
    },
    async call(call, signal, run) {
      await turn(call.budget, costs(call), signal)
      // To give up a start in the middle would leave a paid one without a name.
      const heard = call.action === 'start' ? new AbortController().signal : signal
      const { within = timeOuts.start } = call
      const stop = stopping(heard, costs(call) ? within : timeOuts.idle * 10)
      const trace: Trace = {
        action: call.action,
        patience: costs(call) ? within : timeOuts.idle,
        signal: stop.signal,
        requests: 0,
        written: false,
        status: null,
        answer: null,
      }
      const startedAt = performance.now()
      const fields = () => ({
        google: call.action,
        service: call.service,
        model: call.model,
        status: trace.status,
        milliseconds: Math.round(performance.now() - startedAt),
      })
      try {
        // The race ends what the SDK does not: it ignores an abortSignal on Vertex's checks and while a token is fetched.
        const result = await Promise.race([traces.run(trace, run), stop.stopped])
        call.budget.speedUp()
        log[costs(call) ? 'info' : 'debug'](fields(), 'Google answered')
        return result
      } catch (thrown) {
        if (trace.status === 429) call.budget.slowDown()
        const settled = trace.answer && !(thrown instanceof VideoError) ? call.settle?.(trace.answer) : undefined
        if (settled !== undefined) {
          log.debug(fields(), 'Google refused, which is an answer too')
          return settled
        }
        const error = errorOf(call, trace, thrown)
        log.warn({ ...fields(), code: error.code, problem: error.message }, 'Google did not do what was asked')
        throw error
      } finally {
        stop.done()
      }
    },
  }
}

/** Whether Google may charge for the call, so that it is never sent twice. */
function costs({ action }: Pick<Call<unknown>, 'action'>): boolean {
  return action === 'start' || action === 'suggest'
}

/** The request's turn within the budget; an abort before it proves that nothing was sent. */
async function turn(budget: Budget, urgent: boolean, signal: AbortSignal): Promise<void> {
  try {
    await budget.take(urgent, signal)
  } catch (thrown) {
    if (thrown instanceof VideoError) throw thrown
    throw new VideoError('unreachable', 'stopped before its turn', { retryable: true, cause: thrown })
  }
}

function errorOf(call: Call<unknown>, trace: Trace, thrown: unknown): VideoError {
  if (thrown instanceof VideoError) return costs(call) ? thrown : keyless(thrown)
  // Neither stopped nor sent: the SDK found fault with what it was given, which asking again does not mend.
  if (trace.requests === 0 && !trace.signal.aborted) {
    return new VideoError('internal', `the SDK refused the call: ${thrown}`, { cause: thrown })
  }
  const failure = { model: call.model, written: trace.written, answer: trace.answer, thrown }
  return costs(call) ? startError(failure) : askError(failure)
}

/** What Google is already making waits until there are credentials again. */
function keyless(error: VideoError): VideoError {
  return error.code === 'bad_key' ? retryable(error) : error
}

interface Plain {
  readonly url: URL
  readonly method: Dispatcher.HttpMethod
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer | null
}

/** What the SDK wants sent, from either of the two ways it calls fetch. */
async function plain(input: string | URL | Request, init: RequestInit = {}): Promise<Plain> {
  const { url, method, headers, body } =
    input instanceof Request
      ? { ...pick(input), body: input.body === null ? null : Buffer.from(await input.arrayBuffer()) }
      : {
          url: String(input),
          method: init.method ?? 'GET',
          headers: new Headers(init.headers),
          body: typeof init.body === 'string' ? init.body : null,
        }
  // The Interactions part sets an empty cookie.
  const sent = Object.fromEntries([...headers].filter(([, value]) => value !== ''))
  return { url: new URL(url), method: method as Dispatcher.HttpMethod, headers: sent, body }
}

function pick({ url, method, headers }: Request) {
  return { url, method, headers }
}
