/** A signal sooner after the first is the first once more, in milliseconds. */
const sameWithinMilliseconds = 1_000

/** What ends the process at once, and a clock in milliseconds. */
interface Ending {
  now(): number
  end(): void
}

/**
 * Resolves at the first SIGINT, SIGTERM or SIGHUP (the terminal was closed) with its name; one that comes a second later or
 * after that ends the process at once. Sooner it is the same one by another way: what a terminal or systemd sends to all
 * of a group, npm hands on to its child as well.
 */
export function stopSignal(
  process: { on(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', told: () => void): unknown },
  { now, end }: Ending,
): Promise<string> {
  return new Promise((resolve) => {
    let first: number | null = null
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        first ??= now()
        resolve(signal)
        if (now() - first >= sameWithinMilliseconds) end()
      })
    }
  })
}
