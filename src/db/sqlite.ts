import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import type { ExecuteResultSync } from 'drizzle-orm/sqlite-core'
import { groupCommits } from './commits.ts'
import type { Engine, Statement } from './engine.ts'
import { storageError } from './failure.ts'
import { bringUpToDate } from './migrations.ts'
import { openLog } from './wal.ts'
import { sqliteWords } from './words.sqlite.ts'

/** While opening nobody else is held up, so that it may wait for another process's migration. */
const busyOpeningMilliseconds = 5_000
/** Afterwards waiting blocks the event loop: writes wait outside of SQLite instead, see commits.ts. */
const busyMilliseconds = 50

/** What is read again the system has in memory too; 16 MB, as it comes, are more than ten thousand rows. */
const cacheKibibytes = 2_000

/**
 * SQLite through better-sqlite3: WAL, and each commit on disk before it is told. Creates the folder and the file. Throws
 * VideoError `storage`.
 */
export function openSqlite(path: string): Engine {
  const client = connect(path)
  try {
    // Its own knows only the letters of English.
    client.function('lower_case', { deterministic: true }, (text) => String(text ?? '').toLowerCase())
    const db = drizzle({ client: planningOnce(client) })
    bringUpToDate(db)
    client.pragma(`busy_timeout = ${busyMilliseconds}`)
    // Commits are synced beside the event loop.
    client.pragma('synchronous = NORMAL')
    const log = openLog(client, path)
    const commits = groupCommits(client, log)
    return {
      db,
      words: sqliteWords,
      onChangeElsewhere() {},
      read: async (statement, values) => {
        try {
          return runNow(statement, values)
        } catch (thrown) {
          throw storageError(thrown)
        }
      },
      write: (statement, values) => commits.write(() => runNow(statement, values)),
      writePassing: (statement, values) => commits.writePassing(() => runNow(statement, values)),
      writeBoth: (first, second) =>
        // Within the commit that it shares with others it is a savepoint of its own.
        commits.write(
          client.transaction(() => {
            const rows = runNow(first.statement, first.values)
            if (rows.length > 0) runNow(second.statement, second.values)
            return rows
          }),
        ),
      async close() {
        await commits.close()
        await log.close()
        client.close()
      },
    }
  } catch (thrown) {
    client.close()
    throw storageError(thrown)
  }
}

function connect(path: string): Database.Database {
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
    const client = new Database(path, { timeout: busyOpeningMilliseconds })
    client.pragma('journal_mode = WAL')
    client.pragma('synchronous = FULL')
    client.pragma('foreign_keys = ON')
    client.pragma(`cache_size = -${cacheKibibytes}`)
    // What a person had taken away is overwritten in the file; FAST leaves what a long row had on pages of its own.
    client.pragma('secure_delete = ON')
    // Statements that fire triggers keep a journal of their own; in a file it takes longer than the statement.
    client.pragma('temp_store = MEMORY')
    return client
  } catch (thrown) {
    throw storageError(thrown, path)
  }
}

/**
 * A LIMIT that is a bare parameter has SQLite (3.54) compile the statement anew at each run, for its value may change the
 * plan: a claim took 96 us of which the search was 3. One that is an expression is left alone.
 */
function planningOnce(client: Database.Database): Database.Database {
  const prepare: typeof client.prepare = client.prepare.bind(client)
  client.prepare = ((source: string) => prepare(source.replace(/\blimit \?/g, 'limit +?'))) as typeof client.prepare
  return client
}

/** Drizzle's synchronous dialect answers `execute` with a promise that can also be had at once. */
function runNow<T>(statement: Statement<T>, values?: Record<string, unknown>): T {
  return (statement.execute(values) as ExecuteResultSync<T>).sync()
}
