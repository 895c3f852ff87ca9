import { asVideoError } from './core/errors.ts'
import type { Log } from './core/ports/machine.ts'
import { backupDatabase } from './db/backup.ts'
import { isPostgres } from './db/open.ts'
import { restoreDatabase } from './db/restore.ts'

interface Screen {
  write(text: string): unknown
}

/** `npm run backup -- FILE`: copies the database, also of a running service. Resolves to the exit code. */
export function runBackup(argv: readonly string[], databaseUrl: string, out: Screen): Promise<number> {
  if (isPostgres(databaseUrl)) return refused('This is for SQLite; PostgreSQL has pg_dump and pg_restore.', out)
  const [file, ...more] = argv
  if (file === undefined || more.length > 0) return refused('Write: npm run backup -- FILE', out)
  return told(out, async () => {
    await backupDatabase(databaseUrl, file)
    return `The backup is in ${file}. The videos are files of their own, in the outputs folder.`
  })
}

/**
 * `npm run restore -- FILE`: puts a backup in the database's place. On PostgreSQL, without a file: makes what pg_restore has
 * put back safe to start on. Resolves to the exit code.
 */
export function runRestore(argv: readonly string[], databaseUrl: string, log: Log, out: Screen): Promise<number> {
  const [file, ...more] = argv
  if (isPostgres(databaseUrl)) {
    if (file !== undefined)
      return refused(
        'On PostgreSQL: pg_restore, then npm run restore without a file, and only then start Dailies.',
        out,
      )
    return told(out, async () => {
      const { endWhatWaits } = await import('./db/restore.postgres.ts')
      const ended = await endWhatWaits(databaseUrl, Date.now(), log)
      return `Dailies may start: ${ended} ${ended === 1 ? 'request' : 'requests'} that waited may have begun since the dump and will end as interrupted, and Google is asked for none of them.`
    })
  }
  if (file === undefined || more.length > 0) return refused('Write: npm run restore -- FILE', out)
  return told(out, async () => {
    const kept = await restoreDatabase(file, databaseUrl, Date.now())
    return kept === null ? 'Restored.' : `Restored. What was there before is in ${kept}.`
  })
}

async function refused(why: string, out: Screen): Promise<number> {
  out.write(`${why}\n`)
  return 2
}

async function told(out: Screen, work: () => Promise<string>): Promise<number> {
  try {
    out.write(`${await work()}\n`)
    return 0
  } catch (thrown) {
    out.write(`Nothing was changed: ${asVideoError(thrown).message}\n`)
    return 1
  }
}
