import type { Clock } from '../../core/ports/machine.ts'
import { busy } from './failure.ts'

interface Bucket {
  limit: number
  remaining: number
  resetAt: number
  /** The longest reset that was seen, in milliseconds: about the bucket's window. */
  window: number
  /** How many were sent away since the bucket was full: each comes back in the window in which there is room for it. */
  sentAway: number
  tail: Promise<unknown>
  waiting: number
}

/** The rate limits of the routes that carry messages, one bucket per method and channel. */
export interface Buckets {
  /**
   * Makes the call when all earlier ones of its bucket have been answered; throws `busy` instead of waiting for an
   * exhausted bucket, so that what is sent later is the newest, and nothing piles up.
   */
  take<T>(key: string, call: () => Promise<T>): Promise<T>
  /** What Discord's headers said about the bucket. */
  learn(key: string, headers: Headers): void
}

const forgetAbove = 1_000
/** Discord's clock and the way there, in milliseconds. */
const spare = 20

export function createBuckets(clock: Clock): Buckets {
  const buckets = new Map<string, Bucket>()

  function bucketOf(key: string): Bucket {
    const known = buckets.get(key)
    if (known) return known
    if (buckets.size > forgetAbove) forget()
    const made = { limit: 1, remaining: 1, resetAt: 0, window: 0, sentAway: 0, tail: Promise.resolve(), waiting: 0 }
    buckets.set(key, made)
    return made
  }

  function forget(): void {
    const now = clock.now()
    for (const [key, bucket] of buckets) if (bucket.waiting === 0 && bucket.resetAt <= now) buckets.delete(key)
  }

  async function inTurn<T>(bucket: Bucket, call: () => Promise<T>): Promise<T> {
    const now = clock.now()
    if (bucket.remaining > 0 || bucket.resetAt <= now) return call()
    const windows = Math.floor(bucket.sentAway / bucket.limit)
    bucket.sentAway += 1
    throw busy(bucket.resetAt - now + windows * bucket.window)
  }

  return {
    take(key, call) {
      const bucket = bucketOf(key)
      bucket.waiting += 1
      const turn = bucket.tail.then(() => inTurn(bucket, call))
      bucket.tail = turn.then(
        () => undefined,
        () => undefined,
      )
      return turn.finally(() => {
        bucket.waiting -= 1
      })
    },
    learn(key, headers) {
      const remaining = headers.get('x-ratelimit-remaining')
      const resetAfter = headers.get('x-ratelimit-reset-after') ?? headers.get('retry-after')
      if (resetAfter === null) return
      const bucket = bucketOf(key)
      const wait = Number(resetAfter) * 1000 + spare
      const resetAt = clock.now() + wait
      // A later end is the next window: what was sent away has its place in it.
      if (resetAt > bucket.resetAt + bucket.window / 2) bucket.sentAway = 0
      bucket.limit = Number(headers.get('x-ratelimit-limit') ?? bucket.limit)
      bucket.remaining = headers.has('retry-after') ? 0 : Number(remaining ?? 1)
      bucket.resetAt = resetAt
      bucket.window = Math.max(bucket.window, wait)
    },
  }
}
