import { open, rename, rm, stat } from 'node:fs/promises'
import Database from 'better-sqlite3'
import { VideoError } from '../core/errors.ts'
import { storageError } from './failure.ts'
import { pathOf } from './open.ts'
import { synced } from './restore.ts'

/** The first bytes of every SQLite file. */
const sqliteBegins = 'SQLite format 3\0'

/**
 * Copies a running installation's database into a file, by SQLite's online backup: consistent, while others write. The
 * copy is opened again, checked and synced before it takes the file's place, so that an earlier backup there survives
 * one that is killed. Rejects with VideoError `storage`, also where the file is the database itself or holds anything but
 * an earlier backup.
 */
export async function backupDatabase(url: string, toFile: string): Promise<void> {
  const path = pathOf(url)
  const part = `${toFile}.part`
  try {
    if (await isSame(path, toFile))
      throw new VideoError('storage', 'that file is the database itself: name another one')
    if (!(await isReplaceable(toFile)))
      throw new VideoError('storage', 'that file is there already and is no backup: name another one')
    await rm(part, { force: true })
    const source = new Database(path, { readonly: true, fileMustExist: true })
    // In one step: whatever is committed between two has it begin again.
    await source.backup(part, { progress: () => 0x7fffffff }).finally(() => source.close())
    check(part)
    await synced(part)
    await rename(part, toFile)
  } catch (thrown) {
    await rm(part, { force: true })
    throw storageError(thrown)
  }
}

async function isSame(path: string, other: string): Promise<boolean> {
  const [one, two] = await Promise.all([path, other].map((each) => stat(each).catch(() => null)))
  return !!one && !!two && one.dev === two.dev && one.ino === two.ino
}

/** Nothing there, an empty file, or a database. */
async function isReplaceable(file: string): Promise<boolean> {
  if (!(await stat(file).catch(() => null))) return true
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(sqliteBegins.length), 0, sqliteBegins.length, 0)
    return bytesRead === 0 || buffer.toString('latin1') === sqliteBegins
  } finally {
    await handle.close()
  }
}

function check(file: string): void {
  const copy = new Database(file)
  try {
    // One file, without a log beside it.
    copy.pragma('journal_mode = DELETE')
    const found = copy.pragma('quick_check', { simple: true })
    if (found !== 'ok') throw new Error(`the copy is damaged: ${String(found)}`)
  } finally {
    copy.close()
  }
}
