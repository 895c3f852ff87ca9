import type Database from 'better-sqlite3'
import { VideoError } from '../core/errors.ts'
import { isBusy, isFatal, storageError } from './failure.ts'

/** A transaction takes at most this many writes, so that the event loop is not held up for long. */
const largestBatch = 256
/** So many do not wait for the disk to be free: their own transaction is made meanwhile. */
const crowd = 16
const busyRetryMilliseconds = 10
/** How long writes wait for another process to let go of the database. */
const busyPatienceMilliseconds = 5_000

interface Waiting {
  readonly run: () => unknown
  readonly passing: boolean
  readonly resolve: (value: unknown) => void
  readonly reject: (error: VideoError) => void
}

type Outcome = { readonly value: unknown } | { readonly error: VideoError }

/** Commits in turn, each shared by the writes that waited for it. */
export interface Commits {
  /** Runs a single statement; resolves after the commit that holds it, rejects if it is not in there. */
  write<T>(run: () => T): Promise<T>
  /** The same, but a loss of power may take it back; whatever is written later is kept only together with it. */
  writePassing<T>(run: () => T): Promise<T>
  /** Resolves when everything asked for has been committed or refused; later writes are refused. */
  close(): Promise<void>
}

/** What follows a commit: it has to reach the disk, and what has piled up has to be put in its place. */
export interface Afterwards {
  /** Resolves once all that was committed before the call is on disk. */
  synced(): Promise<void>
  /** Something was committed. Nothing is committed from a call of `hold` until the function that it returns is called. */
  committed(hold: () => () => void): void
}

/**
 * Group commit: all writes asked for in one turn of the event loop become one transaction, and while the disk is at work for
 * an earlier one they wait for each other, up to a crowd. A commit itself syncs nothing (synchronous=NORMAL): whoever wrote
 * is told when `synced` says so. Each write is a single statement, which SQLite takes back by itself when it fails, or has
 * a savepoint, so that its neighbours are kept; after a failure that puts the transaction in doubt each is made alone.
 */
export function groupCommits(client: Database.Database, afterwards: Afterwards): Commits {
  const begin = client.prepare('begin immediate')
  const commit = client.prepare('commit')
  const rollback = client.prepare('rollback')
  const queue: Waiting[] = []
  let scheduled = false
  /** Transactions that wait for the disk. */
  let unsynced = 0
  let holds = 0
  let busySince: number | null = null
  let beginFailure = storageError('no transaction')
  let closing: (() => void) | null = null

  function schedule(delay = 0): void {
    scheduled = true
    if (delay === 0) setImmediate(flush)
    else setTimeout(flush, delay)
  }

  function scheduleIfDue(): void {
    if (scheduled || holds > 0) return
    if (queue.length === 0) {
      if (unsynced === 0) closing?.()
    } else if (unsynced === 0 || queue.length >= crowd || queue.some((each) => each.passing)) schedule()
  }

  function flush(): void {
    scheduled = false
    if (holds > 0) return
    if (mustWait()) {
      schedule(busyRetryMilliseconds)
      return
    }
    // Without a transaction nobody who waits can be served.
    const batch = queue.splice(0, client.inTransaction ? largestBatch : queue.length)
    const outcomes = client.inTransaction ? runAll(batch) : batch.map(() => ({ error: beginFailure }))
    let onDisk: Promise<Outcome | null> | null = null
    batch.forEach((each, index) => {
      const outcome = outcomes[index] ?? { error: beginFailure }
      if (each.passing || 'error' in outcome) settle(each, outcome)
      else {
        onDisk ??= whenOnDisk()
        void onDisk.then((failure) => settle(each, failure ?? outcome))
      }
    })
    afterwards.committed(hold)
    scheduleIfDue()
  }

  /** What kept the transaction from the disk, or null. */
  async function whenOnDisk(): Promise<Outcome | null> {
    unsynced += 1
    try {
      await afterwards.synced()
      return null
    } catch (thrown) {
      return { error: storageError(thrown) }
    } finally {
      unsynced -= 1
      scheduleIfDue()
    }
  }

  function hold(): () => void {
    holds += 1
    return () => {
      holds -= 1
      scheduleIfDue()
    }
  }

  /** Opens the transaction; true where another process holds the database and there is patience left. */
  function mustWait(): boolean {
    try {
      begin.run()
    } catch (thrown) {
      beginFailure = storageError(thrown)
      busySince ??= performance.now()
      if (isBusy(thrown) && performance.now() - busySince < busyPatienceMilliseconds) return true
    }
    busySince = null
    return false
  }

  function runAll(batch: readonly Waiting[]): Outcome[] {
    try {
      const outcomes = batch.map((each): Outcome => {
        try {
          return { value: each.run() }
        } catch (thrown) {
          if (isFatal(thrown) || !client.inTransaction) throw thrown
          return { error: storageError(thrown) }
        }
      })
      commit.run()
      return outcomes
    } catch (thrown) {
      if (client.inTransaction) rollback.run()
      return batch.length > 1 ? batch.map(runAlone) : [{ error: storageError(thrown) }]
    }
  }

  /** Of a transaction that was taken back: what is wrong with one write must not befall its neighbours. */
  function runAlone(each: Waiting): Outcome {
    try {
      begin.run()
    } catch (thrown) {
      return { error: storageError(thrown) }
    }
    return runAll([each])[0] ?? { error: beginFailure }
  }

  function ask<T>(run: () => T, passing: boolean): Promise<T> {
    if (closing) return Promise.reject(new VideoError('storage', 'the database is closed'))
    return new Promise<T>((resolve, reject) => {
      queue.push({ run, passing, resolve: (value) => resolve(value as T), reject })
      scheduleIfDue()
    })
  }

  return {
    write: (run) => ask(run, false),
    writePassing: (run) => ask(run, true),
    close() {
      return new Promise<void>((resolve) => {
        closing = resolve
        scheduleIfDue()
      })
    },
  }
}

function settle(waiting: Waiting, outcome: Outcome): void {
  if ('value' in outcome) waiting.resolve(outcome.value)
  else waiting.reject(outcome.error)
}
