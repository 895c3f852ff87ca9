/** Lets at most that many calls go on at once; the others wait in order. */
export function createGate(atOnce: number): <T>(call: () => Promise<T>) => Promise<T> {
  let free = atOnce
  const waiting: (() => void)[] = []
  return async (call) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await call()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}
