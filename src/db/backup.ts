import Database from 'better-sqlite3'
import { storageError } from './failure.ts'
import { pathOf } from './open.ts'

/**
 * Copies a running installation's database into a file, by SQLite's online backup: consistent, while others write. The
 * copy is opened again and checked. Rejects with VideoError `storage`.
 */
export async function backupDatabase(url: string, toFile: string): Promise<void> {
  try {
    const source = new Database(pathOf(url), { readonly: true, fileMustExist: true })
    await source.backup(toFile).finally(() => source.close())
    const copy = new Database(toFile, { readonly: true })
    const found = copy.pragma('quick_check', { simple: true })
    copy.close()
    if (found !== 'ok') throw new Error(`the copy is damaged: ${String(found)}`)
  } catch (thrown) {
    throw storageError(thrown)
  }
}
