import type { Core } from './context.ts'

/** So much of what Google bears goes to looks; the rest is for starts, and for looks that come together by chance. */
const shareOfLooks = 0.9
/** What is in Google's hands is counted again after so long, in milliseconds. */
const recountMilliseconds = 1_000

/**
 * How far apart the looks at one Operation must be for all that is in Google's hands to stay within the request budget. With
 * models of several quotas each counts all of it, so that a mixture is looked at rather less often than it could be.
 */
export class Pace {
  private counted: Promise<number> = Promise.resolve(0)
  private countedAt = Number.NEGATIVE_INFINITY
  private readonly core: Core

  constructor(core: Core) {
    this.core = core
  }

  /** Seconds; never less than POLL_INTERVAL_SECONDS. Never rejects: where the store cannot count, the last count holds. */
  async interval(model: string): Promise<number> {
    const inFlight = await this.inFlight()
    return Math.max(this.core.policy.pollIntervalSeconds, inFlight / (shareOfLooks * this.core.model.pace(model)))
  }

  private inFlight(): Promise<number> {
    const now = this.core.clock.now()
    if (Math.abs(now - this.countedAt) >= recountMilliseconds) {
      this.countedAt = now
      const before = this.counted
      this.counted = this.core.store.countInFlight(this.core.policy.free).catch(() => before)
    }
    return this.counted
  }
}
