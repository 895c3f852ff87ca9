import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import type { Log } from '../core/ports/machine.ts'
import { storageError } from './failure.ts'
import { type Stand, standOf } from './migrations.ts'
import { isPostgres, pathOf } from './open.ts'

/**
 * How many migrations the next start would apply to the database of an earlier Dailies, which is for good; changes nothing.
 * Null where nothing of Dailies is there yet. Rejects with VideoError `storage`, also for a database of a newer Dailies, and for
 * an empty one on a server in which nothing may be made.
 */
export async function migrationsToCome(url: string, log: Log): Promise<number | null> {
  const { applied, missing } = await (isPostgres(url) ? onServer(url, log) : inFile(pathOf(url)))
  return applied === 0 ? null : missing
}

async function inFile(path: string): Promise<Stand> {
  if (!existsSync(path)) return { applied: 0, missing: 0 }
  let client: Database.Database | null = null
  try {
    client = new Database(path, { readonly: true, fileMustExist: true })
    return standOf(drizzle({ client }))
  } catch (thrown) {
    throw storageError(thrown, path)
  } finally {
    client?.close()
  }
}

async function onServer(url: string, log: Log): Promise<Stand> {
  // Loaded only for those who use it.
  const { connectionTo, openPool } = await import('./postgres.ts')
  const { checkRoom, postgresStandOf } = await import('./migrations.postgres.ts')
  const { postgresError } = await import('./failure.postgres.ts')
  const pool = openPool({ ...connectionTo(url), max: 1 }, log)
  try {
    const client = await pool.connect()
    try {
      const stand = await postgresStandOf(client, log)
      if (stand.applied === 0) await checkRoom(client)
      return stand
    } finally {
      client.release()
    }
  } catch (thrown) {
    throw postgresError(thrown)
  } finally {
    await pool.end()
  }
}
