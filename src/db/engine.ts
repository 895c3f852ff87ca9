import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import type { Words } from './words.ts'

/** A statement prepared once by Drizzle; both engines answer it through `execute`. */
export interface Statement<T> {
  execute(values?: Record<string, unknown>): PromiseLike<T>
}

/** A statement with its values. */
export interface Written<T> {
  readonly statement: Statement<T>
  readonly values: Record<string, unknown>
}

/**
 * What the store's body needs of a database. The body knows no driver: it says everything in the SQL that both databases
 * understand, and where there is none, in the engine's words. Both calls reject with VideoError `storage` and nothing else.
 */
export interface Engine {
  readonly db: BetterSQLite3Database
  readonly words: Words
  read<T>(statement: Statement<T>, values?: Record<string, unknown>): Promise<T>
  /** One statement, which is atomic by itself. Resolves once it is durable; a rejection means that nothing was written. */
  write<T>(statement: Statement<T>, values?: Record<string, unknown>): Promise<T>
  /**
   * The same for what a loss of power may take back: leases, which mean nothing once the machine and with it their owners
   * are gone, and what the next look finds out again. Everybody sees it once it resolves, and it outlives the process.
   */
  writePassing<T>(statement: Statement<T>, values?: Record<string, unknown>): Promise<T>
  /** Two statements as one: the second is made only where the first has rows to tell of, which are returned. */
  writeBoth<T>(first: Written<T[]>, second: Written<unknown>): Promise<T[]>
  /**
   * Calls back with the id of each Operation that another instance changed, or null where changes may have been missed.
   * Where nobody else tells (SQLite), never.
   */
  onChangeElsewhere(listener: (id: string | null) => void): void
  /** Waits for the writes already asked for. */
  close(): Promise<void>
}
