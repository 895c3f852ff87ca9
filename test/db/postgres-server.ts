import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { openStore } from '../../src/db/open.ts'
import { silentLog } from './memory-store.ts'
import { type PostgresProcess, startPostgresProcess } from './postgres-process.ts'

const template = 'template_of_tests'

/** A real PostgreSQL of one test file, or of one run. */
export interface PostgresServer extends PostgresProcess {
  /** The URL of a new, empty database that Dailies' migrations were applied to. */
  database(): Promise<string>
  /** The URL of one and the same database, emptied: sooner to be had than a new one, but for one test at a time. */
  emptied(): Promise<string>
  /** The URL of a new database with nothing in it. */
  bareDatabase(): Promise<string>
  /** Runs one statement as the superuser. */
  run(sql: string, url?: string): Promise<unknown[]>
}

/** Starts a server that need not outlive a power cut, so that nothing waits for the disk. */
export async function startPostgres(): Promise<PostgresServer> {
  const server = await startPostgresProcess({
    initdb: ['--no-sync'],
    postgres: ['-c', 'fsync=off', '-c', 'max_connections=400'],
  })
  const { url } = server
  const run = (sql: string, at = url) => runOn(at, sql)
  // In the order of a language, as most servers are made; template0 is in that of bytes.
  await run(`create database ${template} template template0 locale_provider icu icu_locale 'en-US'`)
  await (await openStore(sibling(url, template), { log: silentLog })).close()
  let same: Promise<string> | null = null
  const emptied = async () => {
    same ??= createDatabase(url)
    const emptied = await same
    const tables = await run(
      `select string_agg(tablename, ', ') as names from pg_tables
      where schemaname = 'public' and tablename <> 'compatibility'`,
      emptied,
    )
    await run(`truncate ${(tables[0] as { names: string }).names} restart identity`, emptied)
    return emptied
  }
  return {
    ...server,
    emptied,
    database: () => createDatabase(url),
    bareDatabase: () => createDatabase(url, ''),
    run,
  }
}

/** Makes a database on the server of this superuser's URL, as Dailies' migrations leave it unless told; its URL. */
export async function createDatabase(server: string, how = `template ${template} strategy file_copy`): Promise<string> {
  const name = `t_${randomUUID().replaceAll('-', '')}`
  await runOn(server, `create database ${name} ${how}`)
  return sibling(server, name)
}

/** Whoever is still connected to it is cut off. */
export async function dropDatabase(server: string, database: string): Promise<void> {
  await runOn(server, `drop database ${new URL(database).pathname.slice(1)} with (force)`)
}

function sibling(server: string, name: string): string {
  return new URL(`/${name}`, server).href
}

async function runOn(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  return client
    .query(sql)
    .then(({ rows }) => rows)
    .finally(() => client.end())
}
