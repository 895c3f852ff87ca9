import type { Clock } from './ports/machine.ts'

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep(milliseconds, signal) {
    if (signal.aborted) return Promise.resolve()
    // Lanes are woken thousands of times a second: setTimeout of node:timers/promises makes an error each time.
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, milliseconds)
      signal.addEventListener('abort', end, { once: true })
    })
  },
}
