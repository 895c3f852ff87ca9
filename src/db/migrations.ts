import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import { migrate } from 'drizzle-orm/better-sqlite3/migrator'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { VideoError } from '../core/errors.ts'

const journal = '__drizzle_migrations'

interface Applied {
  readonly hash: string
  /** Milliseconds since 1970, when the migration was generated; tells one from another. */
  readonly madeAt: number
}

const migrationsFolder = fileURLToPath(new URL('../../drizzle/sqlite', import.meta.url))

/**
 * Brings a database up to this version. Throws VideoError `storage` for one that a newer Dailies wrote, or whose history
 * is not ours; then nothing was changed.
 */
export function bringUpToDate(db: BetterSQLite3Database): void {
  if (standOf(db).missing === 0) return
  try {
    migrate(db, { migrationsFolder })
  } catch (thrown) {
    // Another process may have opened the new database at the same moment and have done it all.
    if (standOf(db).missing > 0) throw thrown
  }
}

/** How many migrations a database has had, and how many it lacks. */
export interface Stand {
  readonly applied: number
  readonly missing: number
}

/** Looks, and changes nothing. Throws like bringUpToDate. */
export function standOf(db: BetterSQLite3Database): Stand {
  const ours = readMigrationFiles({ migrationsFolder })
  const applied = appliedTo(db)
  checkOurs(applied, new Map(ours.map((each) => [each.folderMillis, each.hash])))
  return { applied: applied.length, missing: ours.length - applied.length }
}

function appliedTo(db: BetterSQLite3Database): Applied[] {
  const there = db.all(sql`select name from sqlite_master where type = 'table' and name = ${journal}`)
  if (there.length === 0) return []
  return db.all<Applied>(sql`select hash, created_at as "madeAt" from ${sql.identifier(journal)} order by created_at`)
}

/** Throws VideoError `storage` where a migration was applied that is not among the known, by time and hash. */
export function checkOurs(applied: readonly Applied[], known: ReadonlyMap<number, string>): void {
  const newestOurs = Math.max(...known.keys())
  for (const { hash, madeAt } of applied) {
    const made = new Date(Number(madeAt)).toISOString().slice(0, 10)
    if (known.get(Number(madeAt)) === hash) continue
    const message =
      Number(madeAt) > newestOurs
        ? `this database was written by a newer Dailies (migration of ${made}); update, or restore a backup`
        : `this database was not made by this Dailies (unknown migration of ${made}); point DATABASE_URL elsewhere, or restore a backup`
    throw new VideoError('storage', message)
  }
}
