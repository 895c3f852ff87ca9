import type { Clock } from '../../core/ports/machine.ts'
import { busy } from '../busy.ts'

interface Bucket {
  limit: number
  remaining: number
  resetAt: number
  /** What Discord last said that the reset is away, in milliseconds. */
  wait: number
  /** The longest reset that was seen, in milliseconds: about the bucket's window. */
  window: number
  /** For which windows' beginnings those that were sent away were asked to come back. */
  promised: number[]
  tail: Promise<unknown>
  /** The end of all uploads. */
  uploads: Promise<unknown>
  waiting: number
}

/** The rate limits of the routes that carry messages, one bucket per method and channel. */
export interface Buckets {
  /**
   * Makes the call when all earlier ones of its bucket have been answered; throws `busy` instead of waiting for an
   * exhausted bucket, so that what is sent later is the newest, and nothing piles up. Only the last moment is waited for.
   * The call is told whether it begins a window. An `upload` waits for the others; nobody else waits for one longer than
   * fifteen seconds: on a slow line a video takes minutes.
   */
  take<T>(key: string, call: (opening: boolean) => Promise<T>, upload?: boolean): Promise<T>
  /** What Discord's headers said about the bucket. */
  learn(key: string, headers: Headers): void
}

const forgetAbove = 1_000
/** Discord's clock and the way there, in milliseconds. */
const spare = 20
/** A bucket that opens within so many milliseconds is waited for. */
const lastMoment = 250
/** So many milliseconds an upload keeps what carries none waiting. */
const behindUpload = 15_000
/** So many milliseconds early who was sent away is there again: the way through the store takes a while. */
const early = 100

export function createBuckets(clock: Clock): Buckets {
  const buckets = new Map<string, Bucket>()

  function bucketOf(key: string): Bucket {
    const known = buckets.get(key)
    if (known) return known
    if (buckets.size > forgetAbove) forget()
    const made = {
      limit: 1,
      remaining: 1,
      resetAt: 0,
      wait: 0,
      window: 0,
      promised: [],
      tail: Promise.resolve(),
      uploads: Promise.resolve(),
      waiting: 0,
    }
    buckets.set(key, made)
    return made
  }

  function forget(): void {
    const now = clock.now()
    for (const [key, bucket] of buckets) if (bucket.waiting === 0 && bucket.resetAt <= now) buckets.delete(key)
  }

  async function inTurn<T>(bucket: Bucket, call: (opening: boolean) => Promise<T>): Promise<T> {
    const now = clock.now()
    const left = bucket.resetAt - now
    // Longer than Discord said, where the clock was put back: it is asked, and says anew.
    const opensIn = bucket.remaining > 0 || left > bucket.wait ? 0 : left
    if (opensIn > lastMoment) throw busy('discord: bucket used up', promise(bucket, now) - early - now)
    if (opensIn > 0) await clock.sleep(opensIn, new AbortController().signal)
    return call(bucket.resetAt <= clock.now())
  }

  /** When that is over, or after the time that it may keep others waiting. */
  async function soon(over: Promise<unknown>): Promise<void> {
    const end = new AbortController()
    const leave = () => end.abort()
    void over.then(leave)
    await clock.sleep(behindUpload, end.signal)
  }

  /** The beginning of the first window that has room beside those who were promised it. */
  function promise(bucket: Bucket, now: number): number {
    bucket.promised = bucket.promised.filter((at) => at > now + lastMoment)
    const taken = new Map<number, number>()
    const windowOf = (at: number) => Math.round((at - bucket.resetAt) / bucket.window)
    for (const at of bucket.promised) taken.set(windowOf(at), (taken.get(windowOf(at)) ?? 0) + 1)
    let window = 0
    while ((taken.get(window) ?? 0) >= bucket.limit) window += 1
    const at = bucket.resetAt + window * bucket.window
    bucket.promised.push(at)
    return at
  }

  return {
    take(key, call, upload = false) {
      const bucket = bucketOf(key)
      bucket.waiting += 1
      const before = upload ? Promise.all([bucket.tail, bucket.uploads]) : bucket.tail
      const turn = before.then(() => inTurn(bucket, call))
      const over = turn.then(
        () => undefined,
        () => undefined,
      )
      bucket.tail = upload ? Promise.all([bucket.tail, soon(over)]) : over
      if (upload) bucket.uploads = over
      return turn.finally(() => {
        bucket.waiting -= 1
      })
    },
    learn(key, headers) {
      const remaining = headers.get('x-ratelimit-remaining')
      const refused = headers.has('retry-after')
      const resetAfter = headers.get('x-ratelimit-reset-after') ?? headers.get('retry-after')
      if (resetAfter === null) return
      const bucket = bucketOf(key)
      const wait = Number(resetAfter) * 1000 + spare
      bucket.limit = Number(headers.get('x-ratelimit-limit') ?? bucket.limit)
      bucket.remaining = refused ? 0 : Number(remaining ?? 1)
      bucket.wait = wait
      bucket.resetAt = clock.now() + wait
      // What is refused once may have to wait much longer than a window.
      if (!refused || bucket.window === 0) bucket.window = Math.max(bucket.window, wait)
    },
  }
}
