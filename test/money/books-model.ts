import { dayOf, monthOf } from '../../src/core/budget.ts'
import type { Charge } from '../../src/core/operation.ts'

/** Where an Operation stands in the simple model. `crashed`: its start was recorded, and whoever made it is gone. */
export type State = 'held' | 'queued' | 'crashed' | 'running' | 'final'

export interface ModelRow {
  readonly id: string
  readonly person: string
  readonly place: string
  readonly price: number
  readonly createdAt: number
  state: State
  /** When Google named it. */
  startedAt: number
  /** Since when Google has said that it does not know it. */
  lostSince?: number | undefined
  charge: Charge
}

export interface ModelLimits {
  readonly person: number
  readonly place: number
  readonly total: number
  readonly inFlight: number
}

/** The whole of the accounting, as simple as it can be said: a list of rows, summed up whenever somebody asks. */
export class BooksModel {
  readonly rows: ModelRow[] = []
  private readonly limits: ModelLimits

  constructor(limits: ModelLimits) {
    this.limits = limits
  }

  find(id: string): ModelRow {
    const row = this.rows.find((each) => each.id === id)
    if (!row) throw new Error(`the model knows no ${id}`)
    return row
  }

  spent(now: number, person?: string, place?: string): number {
    return this.rows
      .filter(({ charge }) => charge !== 'released')
      .filter((row) => monthOf(row.createdAt) === monthOf(now))
      .filter((row) => person === undefined || (row.person === person && dayOf(row.createdAt) === dayOf(now)))
      .filter((row) => place === undefined || row.place === place)
      .reduce((sum, row) => sum + row.price, 0)
  }

  /** What a request must be answered with. */
  verdict(
    now: number,
    person: string,
    place: string,
    price: number,
  ): 'accepted' | 'over_budget' | 'too_many_in_flight' {
    const open = this.rows.filter((row) => row.person === person && row.state !== 'final').length
    if (open >= this.limits.inFlight) return 'too_many_in_flight'
    const fits =
      this.spent(now, person) + price <= this.limits.person &&
      this.spent(now, undefined, place) + price <= this.limits.place &&
      this.spent(now) + price <= this.limits.total
    return fits ? 'accepted' : 'over_budget'
  }
}
