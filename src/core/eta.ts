import type { Operation } from './operation.ts'
import type { Timing } from './ports/store.ts'
import { scheduleFor } from './schedule.ts'

/** How many finished Operations of one kind are remembered; older ones say little about today's Google. */
const remembered = 200
/** From how many on the history is believed. */
const believed = 5
/** A schedule is worked out anew after so many more, or when the interval has changed by a tenth. */
const newsWorthAPlan = 10
/** Looks of one Operation are at most this many intervals apart: keeps the slowest news within 1.1 of it. */
const longestGap = 1.1

/** Google takes some minutes: what seems to have taken longer was seen late, as nobody looked, and says nothing of Google. */
const believedSeconds = 1_800

type Kind = Pick<Timing, 'model' | 'resolution' | 'durationSeconds'>

interface Known {
  readonly seconds: number[]
  /** The same in order; null since something was learned. */
  sorted: readonly number[] | null
  /** How many were ever learned. */
  learned: number
  plan: { readonly looks: readonly number[]; readonly interval: number; readonly learned: number } | null
}

/**
 * When to look at an Operation next and what to promise, learned from this installation's finished Operations: first
 * those of the same model, resolution and duration, else of the same model.
 */
export class Eta {
  private readonly byKind = new Map<string, Known>()

  private readonly assumedSeconds: number

  /** `timings` newest first, as the store gives them; `assumedSeconds` is promised where there is no history. */
  constructor(timings: readonly Timing[], assumedSeconds: number) {
    this.assumedSeconds = assumedSeconds
    for (const timing of timings.toReversed()) this.learn(timing, timing.seconds)
  }

  /** Takes in one more generation time, in seconds; not what only a late look or a clock that jumped can have measured. */
  learn(kind: Kind, seconds: number): void {
    if (seconds < 0 || seconds > believedSeconds) return
    for (const key of keysOf(kind)) {
      const known = this.byKind.get(key) ?? { seconds: [], sorted: null, learned: 0, plan: null }
      known.seconds.push(seconds)
      known.sorted = null
      known.learned += 1
      if (known.seconds.length > remembered) known.seconds.shift()
      this.byKind.set(key, known)
    }
  }

  /** The p-quantile (0 to 1) of the generation times of this kind in seconds; null without enough history. */
  quantile(kind: Kind, p: number): number | null {
    for (const key of keysOf(kind)) {
      const known = this.byKind.get(key)
      if (!known || known.seconds.length < believed) continue
      known.sorted ??= known.seconds.toSorted((a, b) => a - b)
      return known.sorted[Math.min(known.sorted.length - 1, Math.floor(p * known.sorted.length))] ?? null
    }
    return null
  }

  /**
   * When to look next at a running Operation, milliseconds since 1970. `shortest`: two looks are never closer, in
   * seconds; `interval`: how often Google may be asked about each, in seconds, as the request budget allows. Without
   * history every interval; with it at the times at which as many looks see the end soonest (schedule.ts).
   */
  nextLook(operation: Operation, now: number, shortest: number, interval: number): number {
    const plan = this.planFor(kindOf(operation), shortest, interval)
    if (plan === null || operation.startedAt === null) return Math.round(now + interval * 1000)
    const elapsed = (now - operation.startedAt) / 1000
    const next = plan.find((at) => at >= elapsed + shortest)
    return next === undefined
      ? Math.round(now + longestGap * interval * 1000)
      : Math.round(operation.startedAt + next * 1000)
  }

  private planFor(kind: Kind, shortest: number, interval: number): readonly number[] | null {
    const key = keysOf(kind).find((each) => (this.byKind.get(each)?.seconds.length ?? 0) >= believed)
    const known = key === undefined ? undefined : this.byKind.get(key)
    if (!known) return null
    const { plan } = known
    const fresh = plan && known.learned - plan.learned < newsWorthAPlan && Math.abs(plan.interval / interval - 1) < 0.1
    if (fresh) return plan.looks
    const looks = scheduleFor(known.seconds, { shortest, interval, longest: Math.max(shortest, longestGap * interval) })
    known.plan = { looks, interval, learned: known.learned }
    return looks
  }

  /** When it will probably be finished, milliseconds since 1970: the learned p50, the p90 once that has passed; null if late. */
  expectedAt(operation: Operation, now: number): number | null {
    if (operation.startedAt === null) return null
    const kind = kindOf(operation)
    for (const p of [0.5, 0.9]) {
      const at = operation.startedAt + (this.quantile(kind, p) ?? this.assumedSeconds) * 1000
      if (at > now) return Math.round(at)
    }
    return null
  }
}

/** What timings are kept by. */
export function kindOf(operation: Pick<Operation, 'request'>): Kind {
  const { model, resolution, durationSeconds } = operation.request
  return { model, resolution, durationSeconds }
}

function keysOf(kind: Kind): readonly string[] {
  return [`${kind.model} ${kind.resolution} ${kind.durationSeconds}`, kind.model]
}
