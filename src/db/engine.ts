import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'

/** A statement prepared once by Drizzle; both dialects answer it through `execute`. */
export interface Statement<T> {
  execute(values?: Record<string, unknown>): PromiseLike<T>
}

/**
 * What the store's body needs of a database. The body knows no driver: another dialect brings an engine of its own with
 * tables of equal JavaScript types. Both calls reject with VideoError `storage` and nothing else.
 */
export interface Engine {
  readonly db: BetterSQLite3Database
  read<T>(statement: Statement<T>, values?: Record<string, unknown>): Promise<T>
  /** One statement, which is atomic by itself. Resolves once it is durable; a rejection means that nothing was written. */
  write<T>(statement: Statement<T>, values?: Record<string, unknown>): Promise<T>
  /** Waits for the writes already asked for. */
  close(): Promise<void>
}
