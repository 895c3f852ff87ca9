import type { Shown } from '../operations.ts'

/** What happened on one day of the person's calendar; money in US dollars. */
export interface Day {
  /** Midnight, in milliseconds since 1970. */
  readonly at: number
  completed: number
  failed: number
  refused: number
  running: number
  settled: number
  reserved: number
}
export type Series = Exclude<keyof Day, 'at'>

/** How long one model took, in seconds. */
export interface Times {
  readonly model: string
  readonly count: number
  readonly shortest: number
  readonly lower: number
  readonly median: number
  readonly upper: number
  readonly longest: number
}

type Counted = Pick<Shown, 'created_at' | 'status' | 'error_code' | 'charge' | 'price_usd'>
type Timed = Pick<Shown, 'model' | 'status' | 'started_at' | 'finished_at'>

/** The last so many days, oldest first, each with what was asked for on it. */
export function perDay(operations: readonly Counted[], count: number, now: number): readonly Day[] {
  const today = new Date(now)
  const days = Array.from({ length: count }, (_, index): Day => {
    const at = new Date(today.getFullYear(), today.getMonth(), today.getDate() - (count - 1 - index)).getTime()
    return { at, completed: 0, failed: 0, refused: 0, running: 0, settled: 0, reserved: 0 }
  })
  for (const operation of operations) {
    const createdAt = Date.parse(operation.created_at ?? '')
    const day = days.findLast((each) => each.at <= createdAt)
    if (!day) continue
    day[outcomeOf(operation)] += 1
    if (operation.charge === 'settled') day.settled += operation.price_usd
    if (operation.charge === 'reserved' || operation.charge === 'uncertain') day.reserved += operation.price_usd
  }
  return days
}

function outcomeOf({ status, error_code: code }: Counted): 'completed' | 'failed' | 'refused' | 'running' {
  if (status === 'completed') return 'completed'
  if (status !== 'error') return 'running'
  return code === 'blocked_by_safety' ? 'refused' : 'failed'
}

/** The times from Google's start to the finished file, by model, most used first. */
export function timesByModel(operations: readonly Timed[]): readonly Times[] {
  const byModel = new Map<string, number[]>()
  for (const { model, status, started_at: startedAt, finished_at: finishedAt } of operations) {
    if (status !== 'completed' || startedAt === null || finishedAt === null) continue
    const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000
    byModel.set(model, [...(byModel.get(model) ?? []), seconds])
  }
  return [...byModel]
    .map(([model, seconds]) => ({ model, count: seconds.length, ...spreadOf(seconds.toSorted((a, b) => a - b)) }))
    .sort((a, b) => b.count - a.count)
}

function spreadOf(sorted: readonly number[]): Omit<Times, 'model' | 'count'> {
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0
  return { shortest: at(0), lower: at(0.25), median: at(0.5), upper: at(0.75), longest: at(1) }
}
