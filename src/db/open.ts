import { VideoError } from '../core/errors.ts'
import type { Log } from '../core/ports/machine.ts'
import type { OperationStore } from '../core/ports/store.ts'
import { alone, joinInstances } from './presence.ts'
import { openSqlite } from './sqlite.ts'
import { createStore } from './store.ts'

export interface StoreOptions {
  readonly log: Log
  /** Connections to PostgreSQL at most; SQLite has one. */
  readonly connections?: number
  /** Whether this process has front ends that tell threads; true unless set. */
  readonly tells?: boolean
}

/**
 * Opens the store that DATABASE_URL names, `file:<path>`, `file::memory:` or `postgres://…`, and brings it up to date.
 * Rejects with VideoError `storage`, whose message says what to do; it never repeats the URL, which may hold a password.
 */
export async function openStore(
  url: string,
  { log, connections = 10, tells = true }: StoreOptions,
): Promise<OperationStore> {
  if (!isPostgres(url)) return createStore(openSqlite(pathOf(url)), alone, log)
  // Loaded only for those who use it.
  const { openPostgres } = await import('./postgres.ts')
  const engine = await openPostgres(url, { log, connections })
  return createStore(engine, await joinInstances(engine, log, tells), log)
}

/** Whether a DATABASE_URL names a PostgreSQL server. */
export function isPostgres(url: string): boolean {
  return /^postgres(ql)?:\/\//.test(url)
}

/** The file that a DATABASE_URL names; throws VideoError `storage` for any other URL. */
export function pathOf(url: string): string {
  const path = /^file:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1]
  if (path !== undefined) return path
  throw new VideoError('storage', 'DATABASE_URL must look like file:./data/dailies.db or postgres://user@host/database')
}
