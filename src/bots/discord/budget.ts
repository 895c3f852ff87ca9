import type { Clock } from '../../core/ports/machine.ts'
import { busy } from './failure.ts'

/** Discord takes 50 requests a second (in milliseconds) of a bot, answers to interactions not counted. */
const limit = { requests: 50, within: 1_000 }
/** So much of it is left free by changes for what people wait for, beside what that took lately. */
const reserve = 5
/** Changes have at least so much, or they would never come in a crowd that does not end. */
const leastForChanges = 5
/** So long is remembered how many were sent in the busiest second: a little longer than a channel's window. */
const busyForMilliseconds = 6_000
/** What is sent away comes back at least so late, and so far from each other. */
const away = { least: 1_000, apart: 25 }

/** What waits for its turn: what people wait for, or a change, which only makes a message say it better. */
export type Rank = 'outcome' | 'change'

/** What Discord takes of a bot in all, whatever the route. */
export interface Budget {
  /** Makes the call in its turn, in the order of asking; rejects if the signal aborts before. */
  inTurn<T>(rank: Rank, signal: AbortSignal, call: () => Promise<T>): Promise<T>
  /** Throws `busy` where the others leave nothing for a change: nobody waits for it, and what is said later is the newest. */
  assertRoomForChange(): void
}

interface Request {
  readonly rank: Rank
  /** When it was answered: at some time before it arrived. Null while it is on its way. */
  answeredAt: number | null
}

interface Waiting {
  readonly rank: Rank
  go(request: Request): void
}

/** Of several processes with one token each has its part, as many parts as `sharers` says at the time. */
export function createBudget(clock: Clock, sharers: () => number = () => 1): Budget {
  /** Those that may count in a second that is not over yet. */
  let counted: Request[] = []
  const waiting: Waiting[] = []
  let busiest = { requests: 0, at: 0 }
  let lastAway = 0
  let serving = false

  function forget(now: number): void {
    counted = counted.filter(({ answeredAt }) => answeredAt === null || answeredAt > now - limit.within)
  }

  function part(): number {
    return Math.max(1, Math.floor(limit.requests / sharers()))
  }

  function hasRoom(now: number): boolean {
    if (counted.length >= part()) forget(now)
    return counted.length < part()
  }

  function begin(rank: Rank, now: number): Request {
    const request = { rank, answeredAt: null }
    counted.push(request)
    const others = counted.length - changes()
    if (others >= busiest.requests || now - busiest.at > busyForMilliseconds) busiest = { requests: others, at: now }
    return request
  }

  function changes(): number {
    return counted.reduce((sum, { rank }) => sum + (rank === 'change' ? 1 : 0), 0)
  }

  /** Milliseconds until one of those that are counted is not any more; at most a second. */
  function nextRoomIn(now: number): number {
    return counted.reduce(
      (least, { answeredAt }) => Math.min(least, (answeredAt ?? now) + limit.within - now),
      limit.within,
    )
  }

  async function serve(): Promise<void> {
    serving = true
    for (let next = waiting[0]; next; next = waiting[0]) {
      const now = clock.now()
      if (hasRoom(now)) {
        waiting.shift()
        next.go(begin(next.rank, now))
      } else await clock.sleep(nextRoomIn(now), new AbortController().signal)
    }
    serving = false
  }

  function turn(rank: Rank, signal: AbortSignal): Promise<Request> {
    return new Promise((resolve, reject) => {
      const mine: Waiting = {
        rank,
        go(request) {
          signal.removeEventListener('abort', leave)
          resolve(request)
        },
      }
      const leave = () => {
        waiting.splice(waiting.indexOf(mine), 1)
        reject(signal.reason)
      }
      signal.addEventListener('abort', leave, { once: true })
      waiting.push(mine)
      if (!serving) void serve()
    })
  }

  return {
    async inTurn(rank, signal, call) {
      signal.throwIfAborted()
      const request = await turn(rank, signal)
      try {
        return await call()
      } finally {
        request.answeredAt = clock.now()
      }
    },
    assertRoomForChange() {
      const now = clock.now()
      forget(now)
      const others = now - busiest.at > busyForMilliseconds ? 0 : busiest.requests
      const left = Math.max(leastForChanges, part() - reserve - others)
      if (waiting.length === 0 && counted.length < part() && changes() < left) return
      lastAway = Math.max(now + away.least, lastAway + away.apart)
      throw busy(lastAway - now)
    },
  }
}
