import { once } from 'node:events'
import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import type Database from 'better-sqlite3'
import type { Afterwards } from './commits.ts'
import { syncer } from './sync.ts'

/** Pages of 4 kB in the log before they are put in their places; the less often, the more of them fall together. */
const fullPages = 2_000
/** Above this commits wait for the thread. */
const mostPages = 10_000
/** Without the thread SQLite empties the log itself, in the middle of a commit. */
const overfullPages = 16_000

/** How full the log is, is looked at once in so many commits; looking takes a fifth of a small commit's time. */
const commitsPerLook = 8

/** The number of a thread that has ended. */
const gone = -1

const datasync = promisify(fdatasync)

/** SQLite's write-ahead log beside the event loop. */
export interface WriteAheadLog extends Afterwards {
  close(): Promise<void>
}

/**
 * Syncs the log of an open database and empties it, neither on the thread of the event loop where that takes long: a disk
 * that is at work for downloads needs tens of milliseconds for either. A log is emptied in two passes of a thread of its
 * own, the first beside further commits; these wait for the second, short one, so that SQLite finds it empty and begins it
 * anew.
 */
export function openLog(client: Database.Database, path: string): WriteAheadLog {
  if (path === ':memory:') return { synced: async () => {}, committed() {}, close: async () => {} }
  client.pragma(`wal_autocheckpoint = ${overfullPages}`)
  const file = openSync(`${path}-wal`, 'r')
  const counted = client.prepare('pragma wal_checkpoint(NOOP)').raw()
  let keeper: Worker | null = null
  let emptying = false
  let release: (() => void) | null = null
  let closed = false
  let commits = 0

  /** Pages in the log, and how many of them are in their places; a database that cannot tell is left alone. */
  function count(): readonly [pages: number, emptied: number] {
    try {
      const [, pages, emptied] = counted.get() as [busy: number, pages: number, emptied: number]
      return [pages, emptied]
    } catch {
      return [0, 0]
    }
  }

  async function empty(hold: () => () => void): Promise<void> {
    emptying = true
    keeper ??= startKeeper(path)
    try {
      await pass(keeper)
      release ??= hold()
      await pass(keeper)
      emptying = false
    } finally {
      release?.()
      release = null
    }
  }

  return {
    synced: syncer({ inPlace: () => fdatasyncSync(file), beside: () => datasync(file) }),
    committed(hold) {
      commits += 1
      if (commits % commitsPerLook !== 0) return
      const [pages, emptied] = count()
      // Where the thread has ended by a fault it is not asked again.
      if (!emptying && pages - emptied >= fullPages) empty(hold).catch(() => {})
      // It does not keep up: whoever writes waits for it.
      else if (emptying && keeper?.threadId !== gone && pages >= mostPages) release ??= hold()
    },
    async close() {
      if (closed) return
      closed = true
      if (keeper && keeper.threadId !== gone) await end(keeper)
      closeSync(file)
    },
  }
}

function startKeeper(path: string): Worker {
  const keeper = new Worker(new URL('./log-keeper.ts', import.meta.url), { workerData: path })
  keeper.unref()
  return keeper
}

/** Has the thread end by itself: one that is terminated while it loads SQLite takes the whole process along (Node 24, SIGABRT). */
async function end(keeper: Worker): Promise<void> {
  keeper.ref()
  keeper.postMessage('end')
  await new Promise((resolve) => keeper.once('exit', resolve))
}

/** Has the log emptied as far as nobody else reads it; rejects where the thread has ended by a fault. */
async function pass(keeper: Worker): Promise<void> {
  keeper.postMessage('empty')
  await once(keeper, 'message')
}
