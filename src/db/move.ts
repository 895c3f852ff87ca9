import Database from 'better-sqlite3'
import { getTableColumns, getTableName } from 'drizzle-orm'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import type pg from 'pg'
import { VideoError } from '../core/errors.ts'
import type { Log } from '../core/ports/machine.ts'
import { postgresError } from './failure.postgres.ts'
import { isBusy, storageError } from './failure.ts'
import { bringPostgresUpToDate } from './migrations.postgres.ts'
import { pathOf } from './open.ts'
import { connectionTo, openPool } from './postgres.ts'
import { whatWaitsHasBegun } from './restore.ts'
import * as schema from './schema.sqlite.ts'
import { openSqlite } from './sqlite.ts'

/** Everything but who held a lease and when the last health check was. */
const tables: readonly SQLiteTable[] = [
  schema.operations,
  schema.operationHistory,
  schema.operationFiles,
  schema.requesters,
  schema.ledger,
  schema.spend,
  schema.pseudonyms,
  schema.forgetting,
  schema.settings,
  schema.auditTrail,
  schema.kept,
]
/** Tables whose triggers would write a second time what is copied. */
const withTriggers = ['operations', 'ledger', 'forgetting', 'audit_trail']
const numbered = { operations: 'seq', operation_history: 'id', ledger: 'id', audit_trail: 'id' }
const rowsAtOnce = 500

/** How many rows of each table were copied. */
type Copied = Readonly<Record<string, number>>

export interface Moved {
  readonly copied: Copied
  /** Whether a start on the source asks Google for nothing that waits; false where that could not be written there. */
  readonly sourceIsSafe: boolean
}

/**
 * Copies a SQLite installation into an empty PostgreSQL database, in one transaction: all of it or nothing. The source is
 * brought up to date, and what it holds as not yet begun would end there as `interrupted`, because it may begin on the other
 * side. Rejects with VideoError `storage` while a process has it open, where the target holds something already, or where
 * not every row arrived.
 */
export async function moveDatabase(from: string, to: string, log: Log): Promise<Moved> {
  const source = await openAlone(pathOf(from))
  try {
    const copied = await copyInto(to, source, log)
    return { copied, sourceIsSafe: madeSafe(source) }
  } finally {
    source.close()
  }
}

/** Within the transaction that has kept others from it. */
function madeSafe(source: Database.Database): boolean {
  try {
    source.exec(`${whatWaitsHasBegun}; commit`)
    return true
  } catch {
    return false
  }
}

/** The source, kept from everybody else until it is closed. */
async function openAlone(path: string): Promise<Database.Database> {
  await openSqlite(path).close()
  const source = new Database(path, { fileMustExist: true, timeout: 0 })
  try {
    source.pragma('locking_mode = EXCLUSIVE')
    source.exec('begin exclusive')
    return source
  } catch (thrown) {
    source.close()
    if (!isBusy(thrown)) throw storageError(thrown)
    throw new VideoError('storage', 'another process has the database open: stop Dailies first', { cause: thrown })
  }
}

async function copyInto(to: string, source: Database.Database, log: Log): Promise<Copied> {
  const pool = openPool({ ...connectionTo(to), query_timeout: 0, statement_timeout: 0, max: 1 }, log)
  try {
    await bringPostgresUpToDate(pool, log)
    const client = await pool.connect()
    try {
      await client.query('begin')
      const moved = await copyAll(client, source)
      await client.query('commit')
      return moved
    } catch (thrown) {
      await client.query('rollback').catch(() => undefined)
      throw thrown
    } finally {
      client.release()
    }
  } catch (thrown) {
    throw postgresError(thrown)
  } finally {
    await pool.end()
  }
}

async function copyAll(client: pg.PoolClient, source: Database.Database): Promise<Copied> {
  for (const table of tables) await refuseUnlessEmpty(client, getTableName(table))
  for (const name of withTriggers) await client.query(`alter table ${name} disable trigger user`)
  const moved: Record<string, number> = {}
  for (const table of tables) moved[getTableName(table)] = await copy(client, source, table)
  for (const [name, column] of Object.entries(numbered)) {
    await client.query(
      `select setval(pg_get_serial_sequence($1, $2), max(${column})) from ${name} having max(${column}) is not null`,
      [name, column],
    )
  }
  for (const name of withTriggers) await client.query(`alter table ${name} enable trigger user`)
  return moved
}

async function refuseUnlessEmpty(client: pg.PoolClient, name: string): Promise<void> {
  const { rows } = await client.query(`select 1 from ${name} limit 1`)
  if (rows.length > 0)
    throw new VideoError('storage', `the target holds something already (in ${name}): move into an empty database`)
}

/** Resolves to the number of rows, once PostgreSQL has as many as SQLite. */
async function copy(client: pg.PoolClient, source: Database.Database, table: SQLiteTable): Promise<number> {
  const name = getTableName(table)
  const columns = Object.values(getTableColumns(table)).filter((column) => column.generated === undefined)
  const names = columns.map((column) => `"${column.name}"`).join(', ')
  const statement = `insert into ${name} (${names}) select ${names} from jsonb_populate_recordset(null::${name}, $1)`
  let copied = 0
  let waiting: object[] = []
  const send = async () => {
    await client.query(statement, [JSON.stringify(waiting, withoutWhatPostgresCannotKeep)])
    copied += waiting.length
    waiting = []
  }
  for (const row of source.prepare(`select ${names} from ${name} order by rowid`).iterate()) {
    waiting.push(translated(row as Record<string, unknown>, columns))
    if (waiting.length >= rowsAtOnce) await send()
  }
  if (waiting.length > 0) await send()
  const { rows } = await client.query<{ count: number }>(`select count(*) as count from ${name}`)
  if (rows[0]?.count !== copied) throw new VideoError('storage', `of ${copied} rows in ${name} not all arrived`)
  return copied
}

function translated(row: Record<string, unknown>, columns: readonly SQLiteColumn[]): object {
  const values = columns.map((column) => {
    const value = row[column.name]
    return [column.name, value === null ? null : column.mapFromDriverValue(value as never)]
  })
  return Object.fromEntries(values)
}

function withoutWhatPostgresCannotKeep(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value
}
