import type { Clock } from '../core/ports/machine.ts'

const rememberMilliseconds = 10 * 60_000
const mostRemembered = 10_000

/** What a platform said of its people, asked for once in ten minutes each; what failed is asked for again at once. */
export class Remembered<T> {
  private readonly known = new Map<string, { readonly until: number; readonly is: Promise<T> }>()
  private readonly ask: (user: string) => Promise<T>
  private readonly clock: Clock

  constructor(ask: (user: string) => Promise<T>, clock: Clock) {
    this.ask = ask
    this.clock = clock
  }

  /** Rejects as `ask` does. */
  of(user: string): Promise<T> {
    const now = this.clock.now()
    const found = this.known.get(user)
    if (found && found.until > now) return found.is
    if (this.known.size >= mostRemembered) this.known.clear()
    const is = this.ask(user)
    this.known.set(user, { until: now + rememberMilliseconds, is })
    is.catch(() => this.known.delete(user))
    return is
  }
}
