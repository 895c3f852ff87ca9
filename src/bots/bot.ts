import type { Messenger } from '../core/ports.ts'

/** One line of `npm run doctor`: what was looked at, whether it is well, and what to do where it is not. */
export interface Finding {
  readonly name: string
  readonly ok: boolean
  readonly text: string
  readonly remedy?: string
}

/** A front end as main.ts starts and stops it. */
export interface Bot {
  /** The platform, as in requester, workspace and thread. */
  readonly name: string
  /** Its side of announce; null for front ends that answer nobody. */
  readonly messenger: Messenger | null
  /** Resolves when it takes requests, or when it keeps trying by itself to; rejects only for what settings must mend. */
  start(): Promise<void>
  /** Takes no more requests; resolves when none is under way. */
  stop(): Promise<void>
  /** What doctor wants to know of it; changes nothing and never rejects. */
  examine(): Promise<readonly Finding[]>
}
