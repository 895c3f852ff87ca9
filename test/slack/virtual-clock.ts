import { setImmediate as settled } from 'node:timers/promises'
import type { Clock } from '../../src/core/ports/machine.ts'

/** A clock whose time passes only when nobody has anything else to do. */
export class VirtualClock implements Clock {
  at = 1_000_000
  private sleepers: { readonly until: number; end(): void }[] = []

  now = () => this.at

  sleep = (milliseconds: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal.aborted) return resolve()
      const end = () => {
        signal.removeEventListener('abort', end)
        this.sleepers = this.sleepers.filter((each) => each !== sleeper)
        resolve()
      }
      const sleeper = { until: this.at + milliseconds, end }
      this.sleepers.push(sleeper)
      signal.addEventListener('abort', end, { once: true })
    })

  /** What that promise comes to; time passes until it does. */
  async through<T>(promise: Promise<T>): Promise<T> {
    let over = false
    const end = () => {
      over = true
    }
    promise.then(end, end)
    for (;;) {
      await settled()
      if (over) return promise
      const next = Math.min(...this.sleepers.map(({ until }) => until))
      if (next === Number.POSITIVE_INFINITY) throw new Error('nobody sleeps, and it has not ended')
      this.at = Math.max(this.at, next)
      for (const { until, end } of [...this.sleepers]) if (until <= next) end()
    }
  }
}
