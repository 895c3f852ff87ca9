import type { Answer } from './answers.ts'
import type { Fault, FaultRoute, Subject } from './faults.ts'
import type { Film } from './stage.ts'

/** A request as the services see it. */
export interface Received {
  readonly method: string
  /** Decoded, without the query. */
  readonly path: string
  /** As it was sent: what a name with slashes needs, which are part of it only where they are escaped. */
  readonly rawPath: string
  readonly query: URLSearchParams
  /** Parsed JSON; undefined where there was none. */
  readonly body: unknown
  /** Scheme, host and port under which the caller reached us. */
  readonly origin: string
}

/** A request that a service understood: which route it is, what it is about, and how to carry it out. */
export interface Call {
  readonly route: FaultRoute | 'control'
  readonly subject: Subject
  /** Throws Refusal. `fault` is what shall go wrong in it, for routes that can go wrong in themselves. */
  run(fault: Fault | null): Promise<Answer | Film>
}

/** `items` as one page of a Google list under `key`. */
export function page(key: string, items: readonly unknown[], query: URLSearchParams): Record<string, unknown> {
  const size = Math.min(1000, Number(query.get('pageSize')) || 50)
  const start = Number(query.get('pageToken')) || 0
  const rest = start + size < items.length ? { nextPageToken: String(start + size) } : {}
  return { [key]: items.slice(start, start + size), ...rest }
}
