import { type FaultName, outageMilliseconds } from './faults.ts'

/** Decides when a fault strikes: the first time, or all the time for ten minutes. */
export class Spoiler {
  readonly #now: () => number
  readonly #firstAt = new Map<string, number>()

  /** `now`: milliseconds by the clock that the product goes by. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Whether a fault has struck this cell. */
  struck(cell: string): boolean {
    return this.#firstAt.has(cell)
  }

  /** The fault for a request of this cell, if it is the one to be struck and now is the time. */
  strike(cell: string, fault: FaultName | null): FaultName | null {
    if (fault === null) return null
    const first = this.#firstAt.get(cell)
    if (first === undefined) {
      this.#firstAt.set(cell, this.#now())
      return fault
    }
    return fault === 'ten-minute outage' && this.#now() - first < outageMilliseconds ? fault : null
  }
}
