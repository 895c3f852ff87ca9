import { fileURLToPath } from 'node:url'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import type pg from 'pg'
import type { Log } from '../core/ports/machine.ts'
import { checkOurs } from './migrations.ts'

const journal = 'drizzle.__drizzle_migrations'
/** Any number that nobody else in this database uses: instances that start together migrate one after the other. */
const migrationLock = 4_711_202_611

/**
 * Brings a database up to this version. A database that a newer Dailies wrote is taken as it is, as long as that one still
 * leaves room for this one: during an upgrade both run. Throws VideoError `storage` where it does not, or for a database
 * that is not ours; then nothing was changed.
 */
export async function bringPostgresUpToDate(pool: pg.Pool, log: Log): Promise<void> {
  const migrationsFolder = fileURLToPath(new URL('../../drizzle/postgres', import.meta.url))
  const ours = readMigrationFiles({ migrationsFolder })
  const newest = Math.max(...ours.map((each) => each.folderMillis))
  const known = new Map(ours.map((each) => [each.folderMillis, each.hash]))
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    const applied = await appliedTo(client)
    const newer = applied.filter((each) => each.madeAt > newest)
    if (newer.length > 0 && (await oldestThatCan(client)) <= newest) {
      checkOurs(applied.slice(0, -newer.length), known)
      log.warn({}, 'a newer Dailies has brought this database up to date; this older one still works with it')
      return
    }
    checkOurs(applied, known)
    if (applied.length < ours.length) await migrate(drizzle({ client }), { migrationsFolder })
  } finally {
    await client.query('select pg_advisory_unlock($1)', [migrationLock]).catch(() => undefined)
    client.release()
  }
}

async function appliedTo(client: pg.PoolClient) {
  const { rows } = await client.query('select to_regclass($1) as there', [journal])
  if (rows[0]?.there === null) return []
  const applied = await client.query<{ hash: string; madeAt: number }>(
    `select hash, created_at as "madeAt" from ${journal} order by created_at`,
  )
  return applied.rows
}

async function oldestThatCan(client: pg.PoolClient): Promise<number> {
  const { rows } = await client.query<{ oldest: number }>('select oldest from compatibility')
  return rows[0]?.oldest ?? Number.POSITIVE_INFINITY
}
