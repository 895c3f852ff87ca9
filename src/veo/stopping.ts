/** A signal that aborts with the given one or after that many milliseconds, and a promise that rejects with it. */
export function stopping(signal: AbortSignal, milliseconds: number) {
  const controller = new AbortController()
  const { promise: stopped, reject } = Promise.withResolvers<never>()
  const stop = (reason: unknown) => {
    controller.abort(reason)
    reject(reason)
  }
  const onAbort = () => stop(new Error('stopped by the caller'))
  const timer = setTimeout(() => stop(new Error(`no answer within ${milliseconds} ms`)), milliseconds)
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  return {
    signal: controller.signal,
    stopped,
    done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    },
  }
}
