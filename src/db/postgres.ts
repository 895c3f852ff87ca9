import { AsyncLocalStorage } from 'node:async_hooks'
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import { drizzle } from 'drizzle-orm/sqlite-proxy'
import pg from 'pg'
import type { Log } from '../core/ports/machine.ts'
import type { Engine } from './engine.ts'
import { postgresError } from './failure.postgres.ts'
import { bringPostgresUpToDate } from './migrations.postgres.ts'
import { listen, processesOf } from './postgres-changes.ts'
import { postgresWords } from './words.postgres.ts'

/** Longer than any statement of ours; a server that does not answer is as good as gone. */
const answerWithinMilliseconds = 15_000
const connectWithinMilliseconds = 10_000

export interface PostgresOptions {
  readonly log: Log
  /** Connections that this process holds at most, beside one that listens. */
  readonly connections: number
}

/**
 * PostgreSQL through pg: autocommit, each statement prepared once a connection under a name of its own. Rejects with
 * VideoError `storage`. A connection that breaks is replaced; what was asked for on it is refused as retryable.
 */
export async function openPostgres(url: string, { log, connections }: PostgresOptions): Promise<Engine> {
  const pool = openPool({ ...connectionTo(url), max: connections }, log)
  const own = processesOf(pool)
  try {
    await bringPostgresUpToDate(pool, log)
  } catch (thrown) {
    await pool.end()
    throw postgresError(thrown)
  }
  const changes = listen(connectionTo(url), own, log)
  const closed = async () => {
    await changes.close()
    await pool.end()
  }
  let closing: Promise<void> | null = null
  const run: Engine['read'] = async (statement, values) => {
    try {
      return await statement.execute(values)
    } catch (thrown) {
      throw postgresError(thrown)
    }
  }
  const transaction = new AsyncLocalStorage<pg.PoolClient>()
  const writeBoth: Engine['writeBoth'] = async (first, second) => {
    const client = await pool.connect().catch((thrown: unknown) => Promise.reject(postgresError(thrown)))
    try {
      await client.query('begin')
      const rows = await transaction.run(client, async () => {
        const rows = await first.statement.execute(first.values)
        if (rows.length > 0) await second.statement.execute(second.values)
        return rows
      })
      await client.query('commit')
      client.release()
      return rows
    } catch (thrown) {
      // The server takes back what a lost connection had begun.
      client.release(true)
      throw postgresError(thrown)
    }
  }
  return {
    db: speaking((query) => (transaction.getStore() ?? pool).query(query)),
    words: postgresWords,
    read: run,
    write: run,
    writePassing: run,
    writeBoth,
    onChangeElsewhere: changes.onChange,
    close: () => (closing ??= closed()),
  }
}

/** Connections of which one that breaks ends no process: whoever uses it is refused, and one that nobody uses is replaced. */
export function openPool(config: pg.PoolConfig, log: Log): pg.Pool {
  const pool = new pg.Pool(config)
  pool.on('error', (thrown) => log.warn({ error: postgresError(thrown).message }, 'a database connection broke'))
  // The pool listens to idle ones alone; on one in use the statement itself is rejected.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** How to reach the server that a URL names; TLS as its sslmode and sslrootcert say. */
export function connectionTo(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: 'dailies',
    connectionTimeoutMillis: connectWithinMilliseconds,
    query_timeout: answerWithinMilliseconds,
    statement_timeout: answerWithinMilliseconds,
    // Whoever is cut off in the middle of a transaction would keep its locks until TCP gives up, after hours.
    idle_in_transaction_session_timeout: answerWithinMilliseconds,
    keepAlive: true,
    types: { getTypeParser },
  }
}

const asItComes = (value: string) => value
/** Values as SQLite's columns expect them: whole numbers as numbers, JSON as text, the rest as pg has it. */
function getTypeParser(type: number, format?: 'text' | 'binary') {
  const { INT8, NUMERIC, JSONB } = pg.types.builtins
  if (type === INT8 || type === NUMERIC) return Number
  if (type === JSONB) return asItComes
  return pg.types.getTypeParser(type, format)
}

/**
 * The query builder of the store's body, answered by PostgreSQL. The body writes SQL that both databases understand, so
 * that only what Drizzle itself writes differently has to be put right: see `inPostgres`.
 */
function speaking(ask: (query: pg.QueryArrayConfig) => Promise<pg.QueryArrayResult>): BetterSQLite3Database {
  const statements = new Map<string, { readonly name: string; readonly text: string }>()
  const statementFor = (sql: string) => {
    const known = statements.get(sql)
    if (known) return known
    const statement = { name: `dailies_${statements.size}`, text: inPostgres(sql) }
    statements.set(sql, statement)
    return statement
  }
  const db = drizzle(async (sql, values) => {
    const { rows } = await ask({ ...statementFor(sql), values: values.map(withoutNul), rowMode: 'array' })
    return { rows }
  })
  return db as unknown as BetterSQLite3Database
}

/** Numbers the parameters, and names the columns of a conflict without their table. */
export function inPostgres(sql: string): string {
  let count = 0
  return sql.replace(/ on conflict \("\w+"\./g, ' on conflict (').replace(/\?/g, () => `$${++count}`)
}

/** PostgreSQL keeps every character but this one; nobody misses it. */
function withoutNul(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '') : value
}
