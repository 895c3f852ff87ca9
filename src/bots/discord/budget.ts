import type { Clock } from '../../core/ports/machine.ts'
import { busy } from '../busy.ts'

/**
 * Discord takes 50 requests a second (in milliseconds) of a bot, answers to interactions not counted. Two are left for what
 * does not pass here and has not been answered yet: discord.js asks for the gateway by itself, thrice at a start.
 */
const limit = { requests: 48, within: 1_000 }
/** More videos at once would take each other the way out until none arrives in time. */
const uploadsAtOnce = 16
/** So much of it is left free by changes for what people wait for, beside what that took lately. */
const reserve = 5
/** Changes have at least so much, or they would never come in a crowd that does not end. */
const leastForChanges = 5
/** The busiest second in so many stretches of so many milliseconds counts, in all a little longer than a channel's window. */
const stretches = { kept: 3, milliseconds: 2_600 }
/** What is sent away comes back at least so late, and so far from each other. */
const away = { least: 1_000, apart: 25 }

/**
 * What waits for its turn, in this order: what begins the window of its own bucket, which opens again the sooner for it;
 * all else that people wait for; a change, which only makes a message say it better.
 */
export type Rank = 'opening' | 'outcome' | 'change'

/** What a request is to the others. */
export interface Weight {
  readonly rank: Rank
  /** Whether it carries a video; a few do at once. */
  readonly upload: boolean
}

/** What Discord takes of a bot in all, whatever the route. */
export interface Budget {
  /** Makes the call in its turn; rejects if the signal aborts before. */
  inTurn<T>(weight: Weight, signal: AbortSignal, call: () => Promise<T>): Promise<T>
  /**
   * Around everything a change does, its turn included: throws `busy` at once where the others leave nothing for it, so
   * that nobody waits for it, and what is said later is the newest.
   */
  ifRoom<T>(change: () => Promise<T>): Promise<T>
  /** A request that did not pass here has been answered. */
  count(): void
  /** How many uploads are under way. */
  uploading(): number
}

interface Request extends Weight {
  /** When it was answered: at some time before it arrived. Null while it is on its way. */
  answeredAt: number | null
}

interface Waiting extends Weight {
  go(request: Request): void
}

/** Of several processes with one token each has its part, as many parts as `sharers` says at the time. */
export function createBudget(clock: Clock, sharers: () => number = () => 1): Budget {
  /** Those that may count in a second that is not over yet. */
  let counted: Request[] = []
  const waiting: Waiting[] = []
  /** How many went that are no changes, in the busiest second of each stretch, the present one first. */
  let busiest: number[] = []
  let stretch = 0
  let lastAway = 0
  let sentAwayAt = 0
  let serving = false
  /** Changes that were let in and are not answered. */
  let changing = 0

  function forget(now: number): void {
    // Also where the clock was put back: else nothing would go until it is as late again.
    counted = counted.filter(({ answeredAt }) => answeredAt === null || Math.abs(now - answeredAt) < limit.within)
  }

  function part(): number {
    return Math.max(1, Math.floor(limit.requests / sharers()))
  }

  function hasRoom(now: number): boolean {
    if (counted.length >= part()) forget(now)
    return counted.length < part()
  }

  function uploading(): number {
    return counted.filter((each) => each.upload && each.answeredAt === null).length
  }

  /** The first that need not wait for another upload to end. */
  function next(): Waiting | undefined {
    // A half of one's part at most: they count until they are answered, and all else has to pass beside them.
    const mayUpload = uploading() < Math.max(1, Math.min(uploadsAtOnce, Math.floor(part() / 2)))
    return waiting.find((each) => !each.upload || mayUpload)
  }

  function begin({ rank, upload }: Weight, now: number): Request {
    forget(now)
    const request = { rank, upload, answeredAt: null }
    counted.push(request)
    goOn(now)
    const others = counted.filter((each) => each.rank !== 'change').length
    busiest[0] = Math.max(busiest[0] ?? 0, others)
    return request
  }

  function goOn(now: number): void {
    const present = Math.floor(now / stretches.milliseconds)
    for (; stretch < present && busiest.length > 0; stretch += 1) busiest = [0, ...busiest].slice(0, stretches.kept)
    stretch = present
  }

  /** Milliseconds until one of those that are counted is not any more; at most a second. */
  function nextRoomIn(now: number): number {
    return counted.reduce(
      (least, { answeredAt }) => Math.min(least, (answeredAt ?? now) + limit.within - now),
      limit.within,
    )
  }

  function hasRoomForChange(now: number): boolean {
    forget(now)
    goOn(now)
    if (next() || counted.length >= part()) return false
    const answered = counted.filter((each) => each.rank === 'change' && each.answeredAt !== null).length
    const left = Math.max(leastForChanges, part() - reserve - Math.max(0, ...busiest))
    return changing + answered < left
  }

  async function serve(): Promise<void> {
    if (serving) return
    serving = true
    for (let turn = next(); turn; turn = next()) {
      const now = clock.now()
      if (hasRoom(now)) {
        waiting.splice(waiting.indexOf(turn), 1)
        turn.go(begin(turn, now))
      } else await clock.sleep(nextRoomIn(now), new AbortController().signal)
    }
    serving = false
  }

  function turn({ rank, upload }: Weight, signal: AbortSignal): Promise<Request> {
    return new Promise((resolve, reject) => {
      const mine: Waiting = {
        rank,
        upload,
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
      const later = rank === 'opening' ? waiting.findIndex((each) => each.rank !== 'opening') : -1
      waiting.splice(later < 0 ? waiting.length : later, 0, mine)
      void serve()
    })
  }

  return {
    async inTurn(weight, signal, call) {
      signal.throwIfAborted()
      const request = await turn(weight, signal)
      try {
        return await call()
      } finally {
        request.answeredAt = clock.now()
        void serve()
      }
    },
    async ifRoom(change) {
      const now = clock.now()
      if (!hasRoomForChange(now)) {
        // Where the clock was put back, the last of them is back sooner than that clock says.
        const last = now < sentAwayAt ? 0 : lastAway
        sentAwayAt = now
        lastAway = Math.max(now + away.least, last + away.apart)
        throw busy('discord: limit of all calls', lastAway - now)
      }
      changing += 1
      try {
        return await change()
      } finally {
        changing -= 1
      }
    },
    count() {
      counted.push({ rank: 'outcome', upload: false, answeredAt: clock.now() })
    },
    uploading,
  }
}
