import { type Ways, whileQuick } from '../core/quick.ts'

/** Slow syncs hold up the event loop for a thousandth of its time: beside downloads a disk has many. */
const mistrust = 1_000

/** Resolves once all that was written before the call is on disk. `now` counts milliseconds. */
export function syncer({ inPlace, beside }: Ways<[], void>, now?: () => number): () => Promise<void> {
  return whileQuick({ inPlace, beside: shared(beside) }, mistrust, now)
}

/**
 * Syncs for whoever waits, one at a time: what a call gives resolves when a sync has ended that began after the call, so that
 * all who call meanwhile share the next one.
 */
function shared(sync: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null
  const begin = () => {
    next = null
    running = sync().finally(() => {
      running = null
    })
    return running
  }
  return () => {
    if (running === null) return begin()
    next ??= running.then(begin, begin)
    return next
  }
}
