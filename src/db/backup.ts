import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { VideoError } from '../core/errors.ts'
import { storageError } from './failure.ts'
import { pathOf } from './open.ts'
import { checkWhole, isOurs, isSetAside, synced } from './restore.ts'

/** The first bytes of every SQLite file. */
const sqliteBegins = 'SQLite format 3\0'
/** Then, from the 19th byte on, the versions that write and read it: 1 without the WAL mode, in which services keep theirs. */
const withoutLog = '\x01\x01'
const headerBytes = 20
/** After its file: one run's own, and what SQLite keeps beside it. */
const partEnding = /^\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.part(?:-\w+)?$/
/** A part that nobody has written to for so long is of a run that was killed. */
const killedAfterMilliseconds = 3_600_000

/**
 * Copies a running installation's database into a file, by SQLite's online backup: consistent, while others write. The
 * copy is opened again, checked and synced before it takes the file's place, so that an earlier backup there survives
 * one that is killed; several at a time each make one of their own. Rejects with VideoError `storage`, also where the file
 * is the database itself or holds anything but an earlier backup.
 */
export async function backupDatabase(url: string, toFile: string): Promise<void> {
  const path = pathOf(url)
  const part = `${toFile}.${randomUUID()}.part`
  try {
    if (await isSame(path, toFile))
      throw new VideoError('storage', 'that file is the database itself: name another one')
    if (!(await isReplaceable(toFile)))
      throw new VideoError('storage', 'that file is there already and is no backup: name another one')
    await removeKilled(toFile)
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

/** What killed runs left of this backup. */
async function removeKilled(toFile: string): Promise<void> {
  const [folder, name] = [dirname(toFile), basename(toFile)]
  const before = Date.now() - killedAfterMilliseconds
  for (const each of await readdir(folder).catch(() => [])) {
    if (!each.startsWith(name) || !partEnding.test(each.slice(name.length))) continue
    const file = join(folder, each)
    const found = await stat(file).catch(() => null)
    if (found && found.mtimeMs < before) await rm(file, { force: true })
  }
}

async function isSame(path: string, other: string): Promise<boolean> {
  const [one, two] = await Promise.all([path, other].map((each) => stat(each).catch(() => null)))
  return !!one && !!two && one.dev === two.dev && one.ino === two.ino
}

/** Nothing there, an empty file, or an earlier backup: a database of ours that nobody works with. */
async function isReplaceable(file: string): Promise<boolean> {
  if (!(await stat(file).catch(() => null))) return true
  const header = await beginningOf(file)
  if (header.length === 0) return true
  if (!header.startsWith(sqliteBegins) || header.slice(18) !== withoutLog) return false
  if (isSetAside(file) || existsSync(`${file}-wal`)) return false
  const there = new Database(file, { readonly: true, fileMustExist: true })
  try {
    return isOurs(there)
  } finally {
    there.close()
  }
}

async function beginningOf(file: string): Promise<string> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headerBytes), 0, headerBytes, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } finally {
    await handle.close()
  }
}

function check(file: string): void {
  const copy = new Database(file, { fileMustExist: true })
  try {
    // One file, without a log beside it.
    copy.pragma('journal_mode = DELETE')
    checkWhole(copy)
  } finally {
    copy.close()
  }
}
