import { asVideoError } from './core/errors.ts'
import { backupDatabase } from './db/backup.ts'
import { isPostgres } from './db/open.ts'
import { restoreDatabase } from './db/restore.ts'

interface Screen {
  write(text: string): unknown
}

/** `npm run backup -- FILE`: copies the database, also of a running service. Resolves to the exit code. */
export function runBackup(argv: readonly string[], databaseUrl: string, out: Screen): Promise<number> {
  return withFile('backup', argv, databaseUrl, out, async (file) => {
    await backupDatabase(databaseUrl, file)
    return `The backup is in ${file}. The videos are files of their own, in the outputs folder.`
  })
}

/** `npm run restore -- FILE`: puts a backup in the database's place. Resolves to the exit code. */
export function runRestore(argv: readonly string[], databaseUrl: string, out: Screen): Promise<number> {
  return withFile('restore', argv, databaseUrl, out, async (file) => {
    const kept = await restoreDatabase(file, databaseUrl, Date.now())
    return kept === null ? 'Restored.' : `Restored. What was there before is in ${kept}.`
  })
}

async function withFile(
  name: string,
  [file, ...more]: readonly string[],
  databaseUrl: string,
  out: Screen,
  work: (file: string) => Promise<string>,
): Promise<number> {
  if (file === undefined || more.length > 0) {
    out.write(`Write: npm run ${name} -- FILE\n`)
    return 2
  }
  if (isPostgres(databaseUrl)) {
    out.write('This is for SQLite; PostgreSQL has pg_dump and pg_restore.\n')
    return 2
  }
  try {
    out.write(`${await work(file)}\n`)
    return 0
  } catch (thrown) {
    out.write(`Nothing was changed: ${asVideoError(thrown).message}\n`)
    return 1
  }
}
