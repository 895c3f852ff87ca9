/** A call takes no longer in place than it takes to tell another thread to make it. */
const quickMilliseconds = 0.5

/** The two ways of having something done by the disk. */
export interface Ways<Given extends readonly unknown[], T> {
  /** Holds up the event loop meanwhile. */
  inPlace(...given: Given): T
  beside(...given: Given): Promise<T>
}

/**
 * Does it in place while that is quick, which spares two changes of thread, and else beside the event loop. After a slow one
 * none is done in place until `mistrust` times as long has passed, so that slow ones have no larger share of the event
 * loop's time. `now` counts milliseconds.
 */
export function whileQuick<Given extends readonly unknown[], T>(
  ways: Ways<Given, T>,
  mistrust: number,
  now: () => number = () => performance.now(),
): (...given: Given) => Promise<T> {
  let slowUntil = Number.NEGATIVE_INFINITY
  return async (...given) => {
    const from = now()
    if (from < slowUntil) return ways.beside(...given)
    const done = ways.inPlace(...given)
    const took = now() - from
    if (took > quickMilliseconds) slowUntil = from + took * mistrust
    return done
  }
}
