import { parseArgs } from 'node:util'
import { asVideoError } from './core/errors.ts'
import type { Log } from './core/ports/machine.ts'
import { isPostgres, openStore, type StoreOptions } from './db/open.ts'
import { keptSecret, linkSecretFile, linkSecretName } from './link-secret.ts'

interface Screen {
  write(text: string): unknown
}

const goingBack =
  'If it is started on the old file again, Dailies ends what waited in it and asks Google for none of it.'
const noWayBack =
  'Never start it on the old file again: that could not be written, and Google would be asked twice for what waits in it.'

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
    // What can be known beforehand comes before: from the copy on it is there, and the old file is one that was moved.
    const secret = await keptSecret(linkSecretFile(databaseUrl))
    const { moveDatabase } = await import('./db/move.ts')
    const { copied, sourceIsSafe } = await moveDatabase(databaseUrl, to, log)
    for (const [table, rows] of Object.entries(copied)) out.write(`${table}: ${rows}\n`)
    const isWhole = await finish(to, secret, log, out)
    out.write(`Set DATABASE_URL to the new address and start Dailies. ${sourceIsSafe ? goingBack : noWayBack}\n`)
    return isWhole && sourceIsSafe ? 0 : 1
  } catch (thrown) {
    out.write(`Nothing was moved: ${asVideoError(thrown).message}\n`)
    return 1
  }
}

/** Brings the secret of the links after its database, and checks the books there; says how that went, and whether all is well. */
async function finish(to: string, secret: string, log: Log, out: Screen): Promise<boolean> {
  try {
    const store = await openStore(to, { log })
    try {
      await store.keepFirst(linkSecretName, secret)
      const faults = await store.auditBooks()
      for (const fault of faults) out.write(`${fault}\n`)
      out.write('Moved. ')
      return faults.length === 0
    } finally {
      await store.close()
    }
  } catch (thrown) {
    const why = asVideoError(thrown).message
    out.write(`Moved, but not all of it could be checked: ${why}. Let npm run doctor look at the new database. `)
    return false
  }
}
