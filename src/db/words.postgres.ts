import { sql } from 'drizzle-orm'
import type { Words } from './words.ts'

const requester = sql.placeholder('requester')
const maxInFlight = sql.placeholder('maxInFlight')

/** PostgreSQL's way of saying things: each check is a function that takes a lock first, see drizzle/postgres/0001_books.sql. */
export const postgresWords: Words = {
  budgetHolds: ({ scope, key, period, limit }, micros) =>
    sql`budget_holds(${scope}, ${key}, ${period}, ${limit}, ${micros})`,
  inFlightHolds: sql`in_flight_holds(${requester}, ${maxInFlight})`,
  sinceHolds: sql`since_holds(${requester}, ${sql.placeholder('since')}, ${sql.placeholder('mostSince')})`,
  // A trigger gives the true one, under a lock.
  nextTurn: sql.raw('0'),
  startRoom: sql`start_room(${sql.placeholder('limit')}, ${maxInFlight}, ${sql.placeholder('now')}, ${sql.placeholder('free')})`,
  isMine: sql`(announce_due_at <= ${sql.placeholder('late')}
    or channel_share(thread, ${sql.placeholder('instances')}) = ${sql.placeholder('place')})`,
  lower: (text) => sql`lower(${text})`,
  // As a subquery of `in` it could be made again for each row, and then pick more than its limit.
  picked: (select) => sql`seq = any(array(${select}))`,
  passingOver: sql.raw('for no key update skip locked'),
}
