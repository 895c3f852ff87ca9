import type { Clock } from '../../core/ports.ts'
import { busy } from './failure.ts'

interface Bucket {
  remaining: number
  resetAt: number
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

export function createBuckets(clock: Clock): Buckets {
  const buckets = new Map<string, Bucket>()

  function bucketOf(key: string): Bucket {
    const known = buckets.get(key)
    if (known) return known
    if (buckets.size > forgetAbove) forget()
    const made = { remaining: 1, resetAt: 0, tail: Promise.resolve(), waiting: 0 }
    buckets.set(key, made)
    return made
  }

  function forget(): void {
    const now = clock.now()
    for (const [key, bucket] of buckets) if (bucket.waiting === 0 && bucket.resetAt <= now) buckets.delete(key)
  }

  async function inTurn<T>(bucket: Bucket, call: () => Promise<T>): Promise<T> {
    const now = clock.now()
    if (bucket.remaining <= 0 && bucket.resetAt > now) throw busy(bucket.resetAt - now)
    return call()
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
      bucket.remaining = headers.has('retry-after') ? 0 : Number(remaining ?? 1)
      bucket.resetAt = clock.now() + Number(resetAfter) * 1000 + 20
    },
  }
}
