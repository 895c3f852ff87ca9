import { VideoError } from '../core/errors.ts'

/** The longest that a request waits for its turn, in milliseconds: longer, and the worker had better come again. */
const longestWait = 10_000

interface Waiting {
  readonly go: () => void
}

/** How often Google may be asked: requests pass one by one at a given rate, starts before all others. */
export interface Budget {
  /**
   * Resolves when a request may be sent. Rejects with a retryable `quota_exceeded` where the turn would come later than
   * in ten seconds, and with the signal's reason once that aborts. An urgent request overtakes those that are not.
   */
  take(urgent: boolean, signal: AbortSignal): Promise<void>
  /** Requests a second that pass now, through all processes together. */
  pace(): number
  /** Google said 429: half the pace, down to a sixteenth. */
  slowDown(): void
  /** Google answered: a fiftieth of the full pace back. */
  speedUp(): void
}

/**
 * A token bucket of `perSecond` requests a second. It holds a twentieth of a second's worth (at least one and a half, so
 * that a timer's lateness loses nothing): from a rate of 30 on it lets no second see more than 1.05 times the rate, also
 * after a stall, which leaves the way to Google a tenth to crowd together what was sent apart.
 * Of several processes with one key each has its part of the rate, as many parts as `sharers` says at the time.
 * Own code because no kept library has priorities and a changing rate.
 */
export function createBudget(perSecond: number, sharers: () => number = () => 1): Budget {
  const urgent: Waiting[] = []
  const patient: Waiting[] = []
  const capacity = Math.max(1.5, perSecond / 20)
  let rate = perSecond
  let tokens = capacity
  let countedAt = performance.now()
  let timer: NodeJS.Timeout | null = null

  const ownRate = () => rate / sharers()

  function refill(): void {
    const now = performance.now()
    tokens = Math.min(capacity, tokens + ((now - countedAt) / 1000) * ownRate())
    countedAt = now
  }

  function serve(): void {
    timer = null
    refill()
    while (tokens >= 1) {
      const next = urgent.shift() ?? patient.shift()
      if (!next) return
      tokens -= 1
      next.go()
    }
    if (urgent.length + patient.length > 0) timer = setTimeout(serve, Math.ceil(((1 - tokens) / ownRate()) * 1000))
  }

  return {
    async take(isUrgent, signal) {
      signal.throwIfAborted()
      refill()
      const ahead = urgent.length + (isUrgent ? 0 : patient.length)
      const wait = ((ahead + 1 - tokens) / ownRate()) * 1000
      if (wait > longestWait) {
        const seconds = Math.ceil(wait / 1000)
        throw new VideoError('quota_exceeded', `the request budget is used up for ${seconds} s`, {
          retryable: true,
          retryAfterSeconds: seconds,
          facts: { limit: 'own' },
        })
      }
      await new Promise<void>((resolve, reject) => {
        const queue = isUrgent ? urgent : patient
        const leave = () => {
          queue.splice(queue.indexOf(waiting), 1)
          reject(signal.reason)
        }
        const waiting: Waiting = {
          go() {
            signal.removeEventListener('abort', leave)
            resolve()
          },
        }
        signal.addEventListener('abort', leave, { once: true })
        queue.push(waiting)
        if (timer === null) serve()
      })
    },
    pace: () => rate,
    slowDown() {
      refill()
      rate = Math.max(rate / 2, perSecond / 16)
    },
    speedUp() {
      refill()
      rate = Math.min(perSecond, rate + perSecond / 50)
    },
  }
}
