import type { Clock } from '../../core/ports.ts'
import { later } from './errors.ts'

/** As long as this a call waits for its turn; who would have to wait longer is sent back to the queue in the store. */
const patienceMilliseconds = 3_000

/** One limit of Slack's: so many calls at once, and so many a second in the long run. */
class Bucket {
  private tokens: number
  private at: number
  private readonly capacity: number
  private readonly perMillisecond: number

  constructor(capacity: number, perSecond: number, now: number) {
    this.capacity = capacity
    this.tokens = capacity
    this.perMillisecond = perSecond / 1000
    this.at = now
  }

  /** Milliseconds until a call may go that leaves `reserve` for more important ones. */
  wait(now: number, reserve: number): number {
    this.fill(now)
    return Math.max(0, Math.ceil((1 + reserve - this.tokens) / this.perMillisecond))
  }

  /** A call goes, perhaps on what comes in while it waits. */
  take(now: number): void {
    this.fill(now)
    this.tokens -= 1
  }

  /** Slack says to wait: nothing goes before. */
  drain(now: number, milliseconds: number): void {
    this.fill(now)
    this.tokens = Math.min(this.tokens, 1 - milliseconds * this.perMillisecond)
  }

  /** Full: as good as new. */
  idle(now: number): boolean {
    this.fill(now)
    return this.tokens >= this.capacity
  }

  private fill(now: number): void {
    this.tokens = Math.min(this.capacity, this.tokens + Math.max(0, now - this.at) * this.perMillisecond)
    this.at = now
  }
}

const tiers = {
  'chat.update': 3,
  'conversations.replies': 3,
  'conversations.history': 3,
  'conversations.open': 3,
  'files.getUploadURLExternal': 4,
  'files.completeUploadExternal': 4,
  'files.info': 4,
} as const

/** What Slack limits: each method in the whole workspace, and messages in each channel. */
export type Limited = keyof typeof tiers | `post:${string}`

/** Calls at once and a second. Slack says 50 a minute and more, 100 and more, and a message a second in a channel. */
const rates = {
  3: { burst: 40, perSecond: 48 / 60 },
  4: { burst: 80, perSecond: 96 / 60 },
  post: { burst: 1, perSecond: 1 },
} as const
/** Of the edits at once, so many are kept for outcomes. */
const keptForOutcomes = 12

/**
 * Keeps this process inside Slack's rate limits: a call waits a moment for its turn; where that would be long it is
 * refused with the time, and the row, not memory, holds what is to be said. The newest state is said then.
 */
export class Pace {
  private readonly buckets = new Map<Limited, Bucket>()
  private readonly clock: Clock

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** Resolves when the call may go; throws a retryable `unreachable` where that takes longer than a moment. */
  async turn(limited: Limited, important: boolean, signal: AbortSignal): Promise<void> {
    const now = this.clock.now()
    const bucket = this.bucket(limited, now)
    const milliseconds = bucket.wait(now, limited === 'chat.update' && !important ? keptForOutcomes : 0)
    if (milliseconds > patienceMilliseconds) {
      throw later(`slack: ${limited} waits for its turn`, undefined, milliseconds / 1000)
    }
    bucket.take(now)
    if (milliseconds > 0) await this.clock.sleep(milliseconds, signal)
  }

  /** Slack answered 429. */
  slowDown(limited: Limited, seconds: number): void {
    const now = this.clock.now()
    this.bucket(limited, now).drain(now, seconds * 1000)
  }

  private bucket(limited: Limited, now: number): Bucket {
    const found = this.buckets.get(limited)
    if (found) return found
    if (this.buckets.size > 1000) this.forgetIdle(now)
    const { burst, perSecond } = rates[limited in tiers ? tiers[limited as keyof typeof tiers] : 'post']
    const made = new Bucket(burst, perSecond, now)
    this.buckets.set(limited, made)
    return made
  }

  private forgetIdle(now: number): void {
    for (const [key, bucket] of this.buckets) if (bucket.idle(now)) this.buckets.delete(key)
  }
}
