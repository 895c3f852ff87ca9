/**
 * Runs work under a signal that aborts as `signal` does, or with a TimeoutError after so many milliseconds. Nothing is left
 * of it afterwards: AbortSignal.timeout keeps its timer and a kilobyte until the time has come, however soon the work is
 * done, which for every download of ten minutes were 80 MB. What says how long is asked again when that time is over.
 */
export async function within<T>(
  milliseconds: number | (() => number),
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController()
  const abort = () => stop.abort(signal?.reason)
  const longest = typeof milliseconds === 'number' ? () => milliseconds : milliseconds
  let waited = longest()
  const late = () => {
    const more = longest() - waited
    if (more <= 0) return stop.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))
    waited += more
    timer = setTimeout(late, more).unref()
  }
  let timer = setTimeout(late, waited).unref()
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort, { once: true })
  try {
    return await work(stop.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}
