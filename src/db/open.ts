import { VideoError } from '../core/errors.ts'
import type { Log, OperationStore } from '../core/ports.ts'
import { openSqlite } from './sqlite.ts'
import { createStore } from './store.ts'

/**
 * Opens the store that DATABASE_URL names, `file:<path>` or `file::memory:`, and brings it up to date. Rejects with
 * VideoError `storage`, whose message says what to do; it never repeats the URL, which may hold a password.
 */
export async function openStore(url: string, options: { readonly log: Log }): Promise<OperationStore> {
  return createStore(openSqlite(pathOf(url)), options.log)
}

/** The file that a DATABASE_URL names; throws VideoError `storage` for any other URL. */
export function pathOf(url: string): string {
  const path = /^file:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1]
  if (path !== undefined) return path
  throw new VideoError('storage', 'DATABASE_URL must look like file:./data/dailies.db')
}
