import type { SQL } from 'drizzle-orm'

/** The placeholders of one budget in a statement. */
export interface BudgetWords {
  readonly scope: SQL
  readonly key: SQL
  readonly period: SQL
  readonly limit: SQL
}

/**
 * What the two databases say in different words. SQLite has one writer at a time, so that a plain subquery is a check;
 * in PostgreSQL a check must keep others from making it at the same moment. The placeholders named here are those of
 * the statements around them.
 */
export interface Words {
  /** Whether the budget has room for so many micros more, until the commit. */
  budgetHolds(budget: BudgetWords, micros: SQL): SQL
  /** Whether `requester` has fewer unfinished Operations than `maxInFlight`. */
  readonly inFlightHolds: SQL
  /** Whether `requester` has fewer Operations since `since` than `mostSince`. */
  readonly sinceHolds: SQL
  /** The turn of a new row of `requester`, held back for `hold` or not; see the migration `books`. */
  readonly nextTurn: SQL
  /**
   * How many of the queue may be claimed at `now` beside the interrupted: of `limit`, and of `maxInFlight` at Google; where
   * `free` is 1, without what is paid for.
   */
  readonly startRoom: SQL
  /**
   * Whether the threads of a row's channel are this process's to tell now. Each channel has one process, the number
   * `place` of `instances`, so that what a platform allows a channel is not asked for several times over; a row that is
   * `late` is anybody's.
   */
  readonly isMine: SQL
  /** The text in small letters, of whatever script. */
  lower(text: SQL): SQL
  /** Rows whose `seq` is in a select, which is made once. */
  picked(select: SQL): SQL
  /** Ends a select of rows to be changed: what somebody else is changing is passed over. */
  readonly passingOver: SQL
}
