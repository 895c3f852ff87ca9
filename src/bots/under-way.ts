/** How long what is under way may go on once the service stops, in milliseconds: the process ends after ten seconds. */
export const graceMilliseconds = 3_000

/** Counts what is under way, so that a stop can wait for it. */
export class UnderWay {
  private readonly running = new Set<Promise<unknown>>()

  async run<T>(work: () => Promise<T>): Promise<T> {
    const promise = work()
    this.running.add(promise)
    try {
      return await promise
    } finally {
      this.running.delete(promise)
    }
  }

  /** Resolves when nothing is under way, three seconds later at the latest: some answers take Google half a minute. */
  async end(): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, graceMilliseconds)
    await Promise.race([this.idle(), late])
    clearTimeout(timer)
  }

  private async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled(this.running)
  }
}
