import type { Operation } from '../../core/operation.ts'
import type { Clock } from '../../core/ports/machine.ts'
import { asSlackError, later } from './errors.ts'

/** Shorter than core's lease of a row: within it, nobody else can have tried to say what is to be said now. */
const nobodyElseWithin = 10_000
/** A try that took longer may have lost its lease meanwhile to somebody else. */
const leaseLasts = 5_000
/** A file's message appears some time after its upload was completed; only then can the thread be asked for it. */
export const appearsWithinSeconds = 10
/** What was noted of rows that never came back is dropped so often. */
const sweepEvery = 600_000

/** What tells when a row may have been tried. */
export type Told = Pick<Operation, 'id' | 'version' | 'statusMessage' | 'announceDueAt' | 'announceAttempts'>

/** As of when a row's next message was certainly not posted. */
interface Unsaid {
  readonly version: number
  /** What stood there before it. */
  readonly statusMessage: string | null
  /** When that was known, and until when the row was put off, milliseconds since 1970. */
  readonly at: number
  readonly until: number
}

/**
 * Whether an Operation's next message may have been posted already, so that the thread must be asked first. What only
 * waited for Slack's limits was not: asking for it would take up a limit for nothing.
 */
export class Doubts {
  /** Operations whose next message may have been posted by a call of ours that failed. */
  private readonly doubtful = new Set<string>()
  private readonly unsaid = new Map<string, Unsaid>()
  private sweptAt: number
  private readonly startedAt: number
  private readonly clock: Clock

  constructor(clock: Clock) {
    this.clock = clock
    this.startedAt = clock.now()
    this.sweptAt = this.startedAt
  }

  /** Whether what is to be said now, which nobody could say before `since`, may stand there already. */
  mayStand(operation: Told, since: number): boolean {
    const known = this.unsaid.get(operation.id)
    // From here on it is tried again.
    this.unsaid.delete(operation.id)
    if (this.doubtful.has(operation.id) || operation.announceAttempts > 0) return true
    const now = this.clock.now()
    if (known !== undefined && now - untried(operation, known) < nobodyElseWithin) return false
    return since < this.startedAt || now - since > nobodyElseWithin
  }

  /** Around everything that leads to a message, once it is known not to stand there. */
  async unlessBusy<T>(operation: Told, say: () => Promise<T>): Promise<T> {
    const from = this.clock.now()
    try {
      return await say()
    } catch (thrown) {
      const { code, retryAfterSeconds } = asSlackError(thrown)
      const surelyOurs = this.clock.now() - from < leaseLasts
      if (code === 'busy' && surelyOurs) this.putOff(operation, (retryAfterSeconds ?? 0) * 1000)
      throw thrown
    }
  }

  /** Makes a call that posts. If it is not known to have failed, the thread is asked before the next try. */
  async posting<T>(operation: Told, call: () => Promise<T>): Promise<T> {
    try {
      const answer = await call()
      this.doubtful.delete(operation.id)
      return answer
    } catch (thrown) {
      const error = asSlackError(thrown)
      if (!error.retryable || error.retryAfterSeconds !== undefined) throw thrown
      this.doubtful.add(operation.id)
      throw later(error.message, thrown, appearsWithinSeconds)
    }
  }

  /** What comes next was not posted, and nobody tries for so many milliseconds. */
  putOff({ id, version, statusMessage }: Told, milliseconds: number): void {
    const now = this.clock.now()
    if (now - this.sweptAt > sweepEvery) {
      for (const [each, { until }] of this.unsaid) if (until < now - nobodyElseWithin) this.unsaid.delete(each)
      this.sweptAt = now
    }
    this.unsaid.set(id, { version, statusMessage, at: now, until: now + milliseconds })
  }
}

/**
 * Until when nobody can have tried: since we know, or until the row was due, as nobody takes it before. One change of the
 * row can have moved that once; after more of them nothing is known of it.
 */
function untried({ version, statusMessage, announceDueAt }: Told, known: Unsaid): number {
  if (statusMessage !== known.statusMessage) return Number.NEGATIVE_INFINITY
  const due = version > known.version + 1 ? known.at : Math.min(known.until, announceDueAt)
  return Math.max(known.at, due)
}
