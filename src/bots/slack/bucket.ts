import type { Clock } from '../../core/ports/machine.ts'
import { busy } from '../busy.ts'
import { type OpensAt, Promises } from './promises.ts'

/** At most so many calls in any stretch of that many milliseconds; so many of them are kept for outcomes. */
export interface Rate {
  readonly calls: number
  readonly within: number
  readonly kept: number
}

/**
 * What a call is to the others: the end of what was begun, as of an upload whose bytes lie at Slack already; what people
 * wait for; a change that only makes a message say it better; what can as well be left out.
 */
export type Rank = 'begun' | 'outcome' | 'change' | 'aside'

const ranks: readonly Rank[] = ['begun', 'outcome', 'change', 'aside']

/**
 * As many milliseconds a call waits for its turn; who would have to wait longer is sent back to the queue in the store.
 * What was begun waits: as many are ended in a minute as are begun, but not in the same order.
 */
const patience: Readonly<Record<Rank, number>> = { begun: 90_000, outcome: 3_000, change: 3_000, aside: 0 }

/** So many milliseconds early who was sent away is there again, so that places are given among all who want one. */
const early = 1_000

/** For whom a call is made, and until when it is wanted. */
export interface Whose {
  readonly person: string
  /** The row that comes back for it where it was sent away; null where nobody does. */
  readonly operation: string | null
  readonly signal: AbortSignal
}

/** Of a call that somebody waits for at most so many milliseconds. */
export function askedBy(person: string, milliseconds: number): Whose {
  return { person, operation: null, signal: AbortSignal.timeout(milliseconds) }
}

interface Waiting {
  readonly person: string
  readonly operation: string | null
  readonly rank: Rank
  go(): void
  leave(thrown: Error): void
}

/** What Slack counts together. A place is given to who had fewest of them lately, and among these to who came first. */
export class Bucket {
  /** Those that count still, oldest first. */
  private went: { readonly at: number; readonly person: string }[] = []
  private readonly waiting: Waiting[] = []
  private readonly promises: Promises
  private notBefore = 0
  /** Ends the sleep until the next place; null while nobody sleeps. */
  private sleeping: AbortController | null = null
  private readonly rate: Rate
  private readonly clock: Clock
  private readonly sharers: () => number

  constructor(rate: Rate, clock: Clock, sharers: () => number) {
    this.rate = rate
    this.clock = clock
    this.sharers = sharers
    this.promises = new Promises(rate.within)
  }

  /** Resolves when a call may go; throws `busy` with the time to come back, or at once when the signal aborts. */
  turn(name: string, rank: Rank, { person, operation, signal }: Whose): Promise<void> {
    if (operation !== null) this.promises.end(operation)
    return new Promise((resolve, reject) => {
      const end = () => {
        signal.removeEventListener('abort', giveUp)
        this.waiting.splice(this.waiting.indexOf(mine), 1)
      }
      const mine: Waiting = {
        person,
        operation,
        rank,
        go: () => {
          end()
          resolve()
        },
        leave: (thrown) => {
          end()
          reject(thrown)
        },
      }
      const giveUp = () => {
        mine.leave(busy(`slack: ${name} was given up`, 0, signal.reason))
        this.serve()
      }
      this.waiting.push(mine)
      if (signal.aborted) return giveUp()
      signal.addEventListener('abort', giveUp, { once: true })
      this.sendAway(name)
      this.serve()
    })
  }

  /** Slack says to wait. */
  pause(name: string, until: number): void {
    this.notBefore = Math.max(this.notBefore, until)
    this.sendAway(name)
  }

  /** Nothing to remember. */
  idle(): boolean {
    this.forget(this.clock.now())
    return this.went.length === 0 && this.waiting.length === 0 && this.notBefore <= this.clock.now()
  }

  /** Gives away what is free, and comes back for what will be. */
  private serve(): void {
    this.sleeping?.abort()
    const now = this.clock.now()
    this.forget(now)
    for (let next = this.nextAt(now); next !== undefined; next = this.nextAt(now)) {
      this.went.push({ at: now, person: next.person })
      next.go()
    }
    const at = Math.min(...this.waiting.map(({ rank }) => this.opensAt(this.keptFrom(rank), now)))
    if (this.waiting.length > 0) void this.serveAt(at, now)
  }

  private async serveAt(at: number, now: number): Promise<void> {
    const sleep = new AbortController()
    this.sleeping = sleep
    await this.clock.sleep(at - now, sleep.signal)
    if (sleep.signal.aborted) return
    this.sleeping = null
    this.serve()
  }

  private nextAt(now: number): Waiting | undefined {
    return this.inOrder().find(({ rank }) => this.opensAt(this.keptFrom(rank), now) <= now)
  }

  /** Whoever would have to wait too long behind the others is asked to come back. */
  private sendAway(name: string): void {
    const now = this.clock.now()
    this.forget(now)
    let before = 0
    for (const each of this.inOrder()) {
      // Its places begin behind those who wait here, and behind what is kept for others.
      const first = before + this.keptFrom(each.rank)
      const opensAt = (place: number) => this.opensAt(first + place, now)
      if (opensAt(0) - now <= patience[each.rank]) before += 1
      else each.leave(busy(`slack: ${name} waits for its turn`, this.comeBackAt(each, opensAt) - now))
    }
  }

  private comeBackAt({ person, operation, rank }: Waiting, opensAt: OpensAt): number {
    if (operation === null) return opensAt(0)
    return this.promises.make({ person, operation }, opensAt, this.places(), this.keptFrom(rank)) - early
  }

  /** The fairest order: each one's next after as many as they had lately and have waiting. */
  private inOrder(): Waiting[] {
    const had = new Map<string, number>()
    const count = (person: string) => {
      const before = had.get(person) ?? 0
      had.set(person, before + 1)
      return before
    }
    for (const { person } of this.went) count(person)
    const byRank = this.waiting.toSorted((a, b) => ranks.indexOf(a.rank) - ranks.indexOf(b.rank))
    const turns = byRank.map((waiting) => ({ waiting, turn: count(waiting.person) }))
    return turns.toSorted((a, b) => a.turn - b.turn).map(({ waiting }) => waiting)
  }

  /** When the n-th place from now is free, 0 for the next one, if all of them are used as soon as they are. */
  private opensAt(place: number, now: number): number {
    const { within } = this.rate
    const places = this.places()
    const counted = Math.min(this.went.length, places)
    const [round, nth] = [Math.floor(place / places), place % places]
    const before = this.went[this.went.length - places + nth]
    const first = nth < places - counted || before === undefined ? now : before.at + within
    return Math.max(first, this.notBefore) + round * within
  }

  private places(): number {
    return Math.max(1, Math.floor(this.rate.calls / this.sharers()))
  }

  private keptFrom(rank: Rank): number {
    if (rank === 'begun' || rank === 'outcome') return 0
    return this.places() - Math.max(1, Math.floor((this.rate.calls - this.rate.kept) / this.sharers()))
  }

  private forget(now: number): void {
    const { within } = this.rate
    // Also where the clock was put back: else nothing would go until it is as late again.
    while (this.went[0] && Math.abs(now - this.went[0].at) >= within) this.went.shift()
  }
}
