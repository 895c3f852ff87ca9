/** A sync that takes no longer is made sooner than another thread is told to make it. */
const quickMilliseconds = 0.5
/** After a slow one the event loop waits for no other until so many times as long has passed: a thousandth of its time. */
const mistrust = 1_000

/** The two ways of having a file on disk. */
export interface Disk {
  /** Holds up the event loop meanwhile. */
  inPlace(): void
  beside(): Promise<void>
}

/**
 * Resolves once all that was written before the call is on disk, in place while the disk is quick, which spares two changes
 * of thread, and else beside the event loop. `now` counts milliseconds.
 */
export function syncer(disk: Disk, now: () => number = () => performance.now()): () => Promise<void> {
  const beside = shared(() => disk.beside())
  let slowUntil = Number.NEGATIVE_INFINITY
  return async () => {
    const from = now()
    if (from < slowUntil) return beside()
    disk.inPlace()
    const took = now() - from
    if (took > quickMilliseconds) slowUntil = from + took * mistrust
  }
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
