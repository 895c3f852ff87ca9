import type Database from 'better-sqlite3'
import { VideoError } from '../core/errors.ts'
import { isBusy, isFatal, storageError } from './failure.ts'

/** A transaction takes at most this many writes, so that the event loop is not held up for long. */
const largestBatch = 256
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

/**
 * Group commit: all writes asked for in one turn of the event loop become one transaction and thus one fsync. Each write
 * is a single statement, which SQLite takes back by itself when it fails, or has a savepoint, so that its neighbours are kept.
 */
export function groupCommits(client: Database.Database): Commits {
  const begin = client.prepare('begin immediate')
  const commit = client.prepare('commit')
  const rollback = client.prepare('rollback')
  const queue: Waiting[] = []
  let scheduled = false
  let busySince: number | null = null
  let syncs: boolean | null = null
  let beginFailure = storageError('no transaction')
  let closing: (() => void) | null = null

  function schedule(delay = 0): void {
    scheduled = true
    if (delay === 0) setImmediate(flush)
    else setTimeout(flush, delay)
  }

  function flush(): void {
    scheduled = false
    if (mustWait()) {
      schedule(busyRetryMilliseconds)
      return
    }
    // Without a transaction nobody who waits can be served.
    const batch = queue.splice(0, client.inTransaction ? largestBatch : queue.length)
    const outcomes = client.inTransaction ? runAll(batch) : null
    batch.forEach((each, index) => {
      const outcome = outcomes?.[index]
      if (outcome && 'value' in outcome) each.resolve(outcome.value)
      else each.reject(outcome?.error ?? beginFailure)
    })
    if (queue.length > 0) schedule()
    else closing?.()
  }

  /** Opens the transaction; true where another process holds the database and there is patience left. */
  function mustWait(): boolean {
    try {
      sync(queue.slice(0, largestBatch).some((each) => !each.passing))
      begin.run()
    } catch (thrown) {
      beginFailure = storageError(thrown)
      busySince ??= performance.now()
      if (isBusy(thrown) && performance.now() - busySince < busyPatienceMilliseconds) return true
    }
    busySince = null
    return false
  }

  function sync(wanted: boolean): void {
    if (wanted === syncs) return
    client.exec(`pragma synchronous = ${wanted ? 'FULL' : 'NORMAL'}`)
    syncs = wanted
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
      const error = storageError(thrown)
      return batch.map(() => ({ error }))
    }
  }

  function ask<T>(run: () => T, passing: boolean): Promise<T> {
    if (closing) return Promise.reject(new VideoError('storage', 'the database is closed'))
    return new Promise<T>((resolve, reject) => {
      queue.push({ run, passing, resolve: (value) => resolve(value as T), reject })
      if (!scheduled) schedule()
    })
  }

  return {
    write: (run) => ask(run, false),
    writePassing: (run) => ask(run, true),
    close() {
      return new Promise<void>((resolve) => {
        closing = resolve
        if (!scheduled) resolve()
      })
    },
  }
}
