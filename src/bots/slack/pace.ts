import type { Clock } from '../../core/ports/machine.ts'
import { later } from './errors.ts'

/** As long as this a call waits for its turn; who would have to wait longer is sent back to the queue in the store. */
const patienceMilliseconds = 3_000

/** At most so many calls in any stretch of that many milliseconds. */
interface Rate {
  readonly calls: number
  readonly within: number
}

/** Slack says 50 a minute and more (tier 3), 100 and more (tier 4), about a message a second into a channel. */
const tier3: Rate = { calls: 48, within: 60_000 }
const tier4: Rate = { calls: 96, within: 60_000 }
const posts: Rate = { calls: 1, within: 1_050 }

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

/** Of the edits in a minute, so many are kept for outcomes. */
const keptForOutcomes = 12

/** The calls of one kind: when the last ones went or will go, oldest first. */
class Calls {
  private readonly times: number[] = []
  private notBefore = 0
  private readonly rate: Rate
  private readonly sharers: () => number

  constructor(rate: Rate, sharers: () => number) {
    this.rate = rate
    this.sharers = sharers
  }

  /** Milliseconds until a call may go that leaves `reserve` for more important ones. */
  wait(now: number, reserve: number): number {
    const { calls, within } = this.rate
    while (this.times.length > 0 && (this.times[0] ?? 0) <= now - within) this.times.shift()
    const share = Math.max(1, Math.floor((calls - reserve) / this.sharers()))
    const before = this.times[this.times.length - share]
    const free = before === undefined ? now : before + within
    return Math.max(0, free - now, this.notBefore - now)
  }

  take(at: number): void {
    this.times.push(at)
  }

  /** Slack says to wait. */
  pause(until: number): void {
    this.notBefore = Math.max(this.notBefore, until)
  }

  /** Nothing to remember. */
  idle(now: number): boolean {
    return this.wait(now, 0) === 0 && this.times.length === 0
  }
}

/**
 * Keeps this process inside Slack's rate limits, or inside its part of them, as many parts as `sharers` says at the time;
 * a channel is told by one process, so that its limit has no parts. A call waits a moment for its turn; where that would be long it is
 * refused with the time, and the row, not memory, holds what is to be said. The newest state is said then.
 */
export class Pace {
  private readonly kinds = new Map<Limited, Calls>()
  private readonly clock: Clock
  private readonly sharers: () => number

  constructor(clock: Clock, sharers: () => number = () => 1) {
    this.clock = clock
    this.sharers = sharers
  }

  /** Resolves when the call may go; throws a retryable `unreachable` where that takes longer than a moment. */
  async turn(limited: Limited, important: boolean, signal: AbortSignal): Promise<void> {
    const now = this.clock.now()
    const calls = this.callsOf(limited, now)
    const milliseconds = calls.wait(now, limited === 'chat.update' && !important ? keptForOutcomes : 0)
    if (milliseconds > patienceMilliseconds) {
      throw later(`slack: ${limited} waits for its turn`, undefined, milliseconds / 1000)
    }
    calls.take(now + milliseconds)
    if (milliseconds > 0) await this.clock.sleep(milliseconds, signal)
  }

  /** Slack answered 429. */
  slowDown(limited: Limited, seconds: number): void {
    const now = this.clock.now()
    this.callsOf(limited, now).pause(now + seconds * 1000)
  }

  private callsOf(limited: Limited, now: number): Calls {
    const found = this.kinds.get(limited)
    if (found) return found
    if (this.kinds.size > 1000) this.forgetIdle(now)
    const ofWorkspace = limited in methods ? methods[limited as keyof typeof methods] : null
    const made = ofWorkspace ? new Calls(ofWorkspace, this.sharers) : new Calls(posts, () => 1)
    this.kinds.set(limited, made)
    return made
  }

  private forgetIdle(now: number): void {
    for (const [key, calls] of this.kinds) if (calls.idle(now)) this.kinds.delete(key)
  }
}
