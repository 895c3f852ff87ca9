import { parseArgs } from 'node:util'
import { asVideoError } from './core/errors.ts'
import type { Log } from './core/ports/machine.ts'
import { isPostgres, openStore, type StoreOptions } from './db/open.ts'
import { keptSecret, linkSecretFile, linkSecretName } from './link-secret.ts'

interface Screen {
  write(text: string): unknown
}

/** `npm run migrate`: brings the configured database up to date and says so. Resolves to the exit code. */
export async function runMigrate(databaseUrl: string, options: StoreOptions, out: Screen): Promise<number> {
  try {
    await (await openStore(databaseUrl, options)).close()
    out.write('The database is up to date.\n')
    return 0
  } catch (thrown) {
    out.write(`${asVideoError(thrown).message}\n`)
    return 1
  }
}

/**
 * `npm run move -- --to postgres://…`: copies the configured SQLite database there, checks the books on the other side,
 * and says what to do next. Resolves to the exit code.
 */
export async function runMove(argv: readonly string[], databaseUrl: string, log: Log, out: Screen): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: { to: { type: 'string' } }, strict: false })
  const to = values.to
  if (typeof to !== 'string' || !isPostgres(to) || isPostgres(databaseUrl)) {
    out.write(
      'Write: npm run move -- --to postgres://user:password@host/database, while DATABASE_URL still names the SQLite file.\n',
    )
    return 2
  }
  try {
    const { moveDatabase } = await import('./db/move.ts')
    const moved = await moveDatabase(databaseUrl, to, log)
    for (const [table, rows] of Object.entries(moved)) out.write(`${table}: ${rows}\n`)
    const store = await openStore(to, { log })
    await store.keepFirst(linkSecretName, await keptSecret(linkSecretFile(databaseUrl)))
    const faults = await store.auditBooks().finally(() => store.close())
    for (const fault of faults) out.write(`${fault}\n`)
    out.write('Moved. Set DATABASE_URL to the new address and start Dailies; the old file is as it was.\n')
    return faults.length === 0 ? 0 : 1
  } catch (thrown) {
    out.write(`Nothing was moved: ${asVideoError(thrown).message}\n`)
    return 1
  }
}
