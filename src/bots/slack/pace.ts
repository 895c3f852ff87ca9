import type { Clock } from '../../core/ports/machine.ts'
import { Bucket, type Rank, type Rate, type Whose } from './bucket.ts'

/**
 * Slack says 50 a minute and more (tier 3), 100 and more (tier 4), about a message a second into a channel. A burst of a
 * whole minute's calls is taken, but of no two minutes' within one.
 */
const tier3: Rate = { calls: 48, within: 60_000, kept: 12 }
const tier4: Rate = { calls: 96, within: 60_000, kept: 12 }
const posts: Rate = { calls: 1, within: 1_050, kept: 0 }

const methods = {
  'chat.update': tier3,
  'conversations.replies': tier3,
  'conversations.history': tier3,
  'conversations.open': tier3,
  'files.getUploadURLExternal': tier4,
  'files.completeUploadExternal': tier4,
  'files.info': tier4,
} as const

/** What Slack limits: each method in the whole workspace, and messages in each channel. */
export type Limited = keyof typeof methods | `post:${string}`

/**
 * Keeps this process inside Slack's rate limits, or inside its part of them, as many parts as `sharers` says at the time;
 * a channel is told by one process, so that its limit has no parts. A call waits a moment for its turn; where that would be
 * long it is refused with the time, and the row, not memory, holds what is to be said. The newest state is said then.
 */
export class Pace {
  private readonly buckets = new Map<Limited, Bucket>()
  private readonly clock: Clock
  private readonly sharers: () => number

  constructor(clock: Clock, sharers: () => number = () => 1) {
    this.clock = clock
    this.sharers = sharers
  }

  /** Resolves when the call may go; throws a retryable `busy` with the time where that takes longer than a moment. */
  turn(limited: Limited, rank: Rank, whose: Whose): Promise<void> {
    return this.bucketOf(limited).turn(limited, rank, whose)
  }

  /** Slack answered 429. */
  slowDown(limited: Limited, seconds: number): void {
    this.bucketOf(limited).pause(limited, this.clock.now() + seconds * 1000)
  }

  private bucketOf(limited: Limited): Bucket {
    const found = this.buckets.get(limited)
    if (found) return found
    if (this.buckets.size > 1000) this.forgetIdle()
    const ofWorkspace = limited in methods ? methods[limited as keyof typeof methods] : null
    const made = ofWorkspace
      ? new Bucket(ofWorkspace, this.clock, this.sharers)
      : new Bucket(posts, this.clock, () => 1)
    this.buckets.set(limited, made)
    return made
  }

  private forgetIdle(): void {
    for (const [key, bucket] of this.buckets) if (bucket.idle()) this.buckets.delete(key)
  }
}
