import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Messenger } from '../core/ports/messenger.ts'

/** A path whose requests a front end answers by itself, from the unread body on, on the web front end's port. */
export interface Mount {
  readonly path: string
  /** Anybody may ask, unsigned: the web front end's limit for each address holds. */
  readonly open?: boolean
  handler(request: IncomingMessage, response: ServerResponse): void | Promise<void>
}

/** One line of `npm run doctor`: what was looked at, whether it is well, and what to do where it is not. */
export interface Finding {
  readonly name: string
  readonly ok: boolean
  readonly text: string
  readonly remedy?: string
}

/** A front end as service.ts starts and stops it. */
export interface Bot {
  /** Its side of announce. */
  readonly messenger: Messenger
  readonly mounts: readonly Mount[]
  /** Resolves when it takes requests, or when it keeps trying by itself to; rejects only for what settings must mend, or the store. */
  start(): Promise<void>
  /** Takes no more requests; resolves when none is under way, or three seconds after. */
  stop(): Promise<void>
}
