import { fileURLToPath } from 'node:url'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import type pg from 'pg'
import { VideoError } from '../core/errors.ts'
import type { Log } from '../core/ports/machine.ts'
import { checkOurs, type Stand } from './migrations.ts'

const journal = 'drizzle.__drizzle_migrations'
/** Any number that nobody else in this database uses: instances that start together migrate one after the other. */
const migrationLock = 4_711_202_611

const migrationsFolder = fileURLToPath(new URL('../../drizzle/postgres', import.meta.url))

type Migration = ReturnType<typeof readMigrationFiles>[number]

/**
 * Brings a database up to this version. A database that a newer Dailies wrote is taken as it is, as long as that one still
 * leaves room for this one: during an upgrade both run. Throws VideoError `storage` where it does not, or for a database
 * that is not ours; then nothing was changed.
 */
export async function bringPostgresUpToDate(pool: pg.Pool, log: Log): Promise<void> {
  const ours = readMigrationFiles({ migrationsFolder })
  const client = await pool.connect()
  try {
    // Most starts have nothing to apply, and take no lock. Where they have, the lock goes with the transaction: one of the
    // session stayed behind with a pooler that had given the session to somebody else.
    if ((await missingIn(client, ours, log)).length > 0) {
      await client.query('begin')
      await client.query('select pg_advisory_xact_lock($1)', [migrationLock])
      await apply(client, await missingIn(client, ours, log))
      await client.query('commit')
    }
    client.release()
  } catch (thrown) {
    client.release(true)
    throw thrown
  }
}

/** How many migrations a database has had, and how many it lacks; changes nothing. Throws like bringPostgresUpToDate. */
export async function postgresStandOf(client: pg.ClientBase, log: Log): Promise<Stand> {
  const missing = await missingIn(client, readMigrationFiles({ migrationsFolder }), log)
  return { applied: (await appliedTo(client)).length, missing: missing.length }
}

/**
 * Throws VideoError `storage`, with the `remedy` among its facts, where a first start could not make what it needs: a schema of
 * its own for the journal, and the rest in `public`, where PostgreSQL lets nobody but the owner create since 15.
 */
export async function checkRoom(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<Room>(`select quote_ident(current_user) as "role",
    quote_ident(current_database()) as "database", current_setting('transaction_read_only') = 'on' as "readOnly",
    has_database_privilege(current_database(), 'CREATE') as "schemas", has_schema_privilege('public', 'CREATE') as "tables"`)
  const { role, database, readOnly, schemas, tables } = rows[0] as Room
  const lacking = [
    ...(schemas ? [] : [`GRANT CREATE ON DATABASE ${database} TO ${role}`]),
    ...(tables ? [] : [`GRANT CREATE ON SCHEMA public TO ${role}`]),
  ]
  if (lacking.length > 0) {
    const remedy = `let its owner say there: ${lacking.join('; ')}`
    throw new VideoError('storage', `${role} may not create what it needs in ${database}`, { facts: { remedy } })
  }
  if (!readOnly) return
  const remedy = 'let DATABASE_URL name the server that takes writes, or end its read-only mode'
  throw new VideoError('storage', `${database} can only be read`, { facts: { remedy } })
}

interface Room {
  readonly role: string
  readonly database: string
  /** A copy of another server, or set so. */
  readonly readOnly: boolean
  readonly schemas: boolean
  readonly tables: boolean
}

/** Those of ours that are still to be applied. */
async function missingIn(client: pg.ClientBase, ours: readonly Migration[], log: Log): Promise<readonly Migration[]> {
  const newest = Math.max(...ours.map((each) => each.folderMillis))
  const known = new Map(ours.map((each) => [each.folderMillis, each.hash]))
  const applied = await appliedTo(client)
  const newer = applied.filter((each) => each.madeAt > newest)
  if (newer.length > 0 && (await oldestThatCan(client)) <= newest) {
    checkOurs(applied.slice(0, -newer.length), known)
    log.warn({}, 'a newer Dailies has brought this database up to date; this older one still works with it')
    return []
  }
  checkOurs(applied, known)
  return ours.slice(applied.length)
}

/** Keeps the journal as drizzle-kit does. */
async function apply(client: pg.PoolClient, missing: readonly Migration[]): Promise<void> {
  await client.query('create schema if not exists drizzle')
  await client.query(
    `create table if not exists ${journal} (id serial primary key, hash text not null, created_at bigint)`,
  )
  for (const { sql, hash, folderMillis } of missing) {
    for (const statement of sql) await client.query(statement)
    await client.query(`insert into ${journal} (hash, created_at) values ($1, $2)`, [hash, folderMillis])
  }
}

async function appliedTo(client: pg.ClientBase) {
  // Not to_regclass: within a transaction that repeats what it knew before it waited for the lock.
  const { rows } = await client.query(`select 1 from pg_tables where schemaname || '.' || tablename = '${journal}'`)
  if (rows.length === 0) return []
  const applied = await client.query<{ hash: string; madeAt: number }>(
    `select hash, created_at as "madeAt" from ${journal} order by created_at`,
  )
  return applied.rows
}

async function oldestThatCan(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ oldest: number }>('select oldest from compatibility')
  return rows[0]?.oldest ?? Number.POSITIVE_INFINITY
}
