import { existsSync } from 'node:fs'
import { copyFile, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { VideoError } from '../core/errors.ts'
import { isBusy, storageError } from './failure.ts'
import { bringUpToDate } from './migrations.ts'
import { pathOf } from './open.ts'

/** In both databases: for all that is known here, Google may have been asked for it meanwhile. */
export const whatWaitsHasBegun = `update operations set starting_at = created_at where status = 'pending' and starting_at is null`

/**
 * Puts a backup in the place of an installation's database; `now` (milliseconds since 1970) names what was there before,
 * and that name is returned (null where there was nothing). Whatever the backup holds as not yet begun may have begun
 * after it was taken, so it ends as `interrupted` instead of being asked of Google again. Rejects with VideoError `storage`, and
 * then nothing was changed: while a service uses the database, and for a file that is damaged, not ours or of a newer Dailies.
 */
export async function restoreDatabase(fromFile: string, url: string, now: number): Promise<string | null> {
  const path = pathOf(url)
  const fresh = `${path}.restoring`
  try {
    await mkdir(dirname(path), { recursive: true })
    // The log of a restore that was killed would be read into this one.
    await removed(fresh)
    await copyFile(fromFile, fresh)
    prepare(fresh)
    if (existsSync(path)) refuseWhileUsed(path)
    await synced(fresh)
    const kept = await setAside(path, `${path}${asideEnding(now)}`)
    await rename(fresh, path)
    return kept
  } catch (thrown) {
    await removed(fresh)
    throw storageError(thrown)
  }
}

function asideEnding(now: number): string {
  return `.before-${new Date(now).toISOString().replace(/[:.]/g, '-')}`
}

/** Whether a restore set the file of this name aside. */
export function isSetAside(file: string): boolean {
  return /\.before-\d{4}-\d\d-\d\dT[\d-]+Z$/.test(file)
}

async function removed(file: string): Promise<void> {
  for (const end of ['', '-wal', '-shm', '-journal']) await rm(`${file}${end}`, { force: true })
}

function prepare(file: string): void {
  const database = new Database(file, { fileMustExist: true })
  try {
    checkWhole(database)
    // A newer Dailies' backup would keep the service from starting.
    bringUpToDate(drizzle({ client: database }))
    database.exec(whatWaitsHasBegun)
    // One file, without a log beside it.
    database.pragma('journal_mode = DELETE')
  } finally {
    database.close()
  }
}

/** Throws VideoError `storage` for a database that is damaged or not ours. */
export function checkWhole(database: Database.Database): void {
  const found = database.pragma('quick_check', { simple: true })
  if (found !== 'ok') throw new VideoError('storage', 'the backup is damaged')
  if (!isOurs(database)) throw new VideoError('storage', 'the file is no database of Dailies')
}

/** Whether it has the table that makes it one of Dailies. */
export function isOurs(database: Database.Database): boolean {
  const table = database.prepare(`select 1 from sqlite_master where type = 'table' and name = 'operations'`).get()
  return table !== undefined
}

/** SQLite leaves the WAL mode only for whoever is alone with the file. */
function refuseWhileUsed(path: string): void {
  let database: Database.Database | null = null
  try {
    database = new Database(path, { timeout: 0 })
    database.pragma('journal_mode = DELETE')
  } catch (thrown) {
    // What is damaged is what a restore is for.
    if (isBusy(thrown)) throw new VideoError('storage', 'the database is in use: stop Dailies first', { cause: thrown })
  } finally {
    database?.close()
  }
}

/** Resolves when what the file holds is on the disk. */
export async function synced(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  await handle.sync().finally(() => handle.close())
}

async function setAside(path: string, name: string): Promise<string | null> {
  for (const end of ['-wal', '-shm', '']) {
    if (existsSync(`${path}${end}`)) await rename(`${path}${end}`, `${name}${end}`)
  }
  return existsSync(name) ? name : null
}
