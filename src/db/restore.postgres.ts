import { VideoError } from '../core/errors.ts'
import type { Log } from '../core/ports/machine.ts'
import { postgresError } from './failure.postgres.ts'
import { bringPostgresUpToDate } from './migrations.postgres.ts'
import { connectionTo, openPool } from './postgres.ts'
import { whatWaitsHasBegun } from './restore.ts'

/**
 * For a database that a dump was put back into: what the dump holds as not yet begun may have begun after it was taken, so
 * it ends as `interrupted` instead of being asked of Google again. Brings the database up to date. `now`: milliseconds
 * since 1970. Resolves to how many; rejects with VideoError `storage`, and has changed no row then, while a service uses it.
 */
export async function endWhatWaits(url: string, now: number, log: Log): Promise<number> {
  const pool = openPool({ ...connectionTo(url), max: 1 }, log)
  try {
    await bringPostgresUpToDate(pool, log)
    const { rows } = await pool.query(
      `select 1 from leases where substr(name, 1, 9) = 'instance:' and until > $1 limit 1`,
      [now],
    )
    if (rows.length > 0) throw new VideoError('storage', 'the database is in use: stop Dailies first')
    return (await pool.query(whatWaitsHasBegun)).rowCount ?? 0
  } catch (thrown) {
    throw postgresError(thrown)
  } finally {
    await pool.end()
  }
}
