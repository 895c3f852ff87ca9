import type { Clock } from '../../src/core/ports/machine.ts'

/** Real ones between two turns. */
const turnMilliseconds = 5

/**
 * A clock that runs twenty times, or a hundred times, as fast as the machine's. It goes on by turns of the event loop, not by the real
 * time: while the machine is too busy to do anything, no time passes either, so that no lease runs out for that reason.
 */
export class FastClock implements Clock {
  /** Begins an hour ago, so that it stays behind the stand-ins' own clocks: what they date must not lie in its past. */
  #now = Date.now() - 3_600_000
  /** Fake milliseconds that pass with each turn. */
  #step = 100
  readonly #sleepers = new Set<{ readonly until: number; readonly wake: () => void }>()
  readonly #timer = setInterval(() => this.#turn(), turnMilliseconds)

  now(): number {
    return this.#now
  }

  async sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    await new Promise<void>((resolve) => {
      const wake = () => {
        this.#sleepers.delete(sleeper)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      const sleeper = { until: this.#now + milliseconds, wake }
      this.#sleepers.add(sleeper)
      signal.addEventListener('abort', wake)
    })
  }

  /** For when nothing is left but waiting: five times as fast from now on. */
  hurry(): void {
    this.#step = 500
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #turn(): void {
    this.#now += this.#step
    for (const sleeper of this.#sleepers) {
      if (sleeper.until <= this.#now) sleeper.wake()
    }
  }
}
