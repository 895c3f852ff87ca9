import { sql } from 'drizzle-orm'
import { ours, started, unfinished } from './conditions.ts'
import { keyInBooks } from './limits.ts'
import type { Words } from './words.ts'

const now = sql.placeholder('now')
const limit = sql.placeholder('limit')
const maxInFlight = sql.placeholder('maxInFlight')
const requester = sql.placeholder('requester')

/** What runs at Google or may do so, counted no further than to the limit. */
const inFlight = sql`(
  (select count(*) from (
    select 1 from operations where status = 'processing' and ${ours} limit ${maxInFlight}
  ) as processing)
  + (select count(*) from operations where lease_until > 0 and lease_until > ${now} and status = 'pending' and ${ours})
  + (select count(*) from operations where status = 'pending' and ${started} and lease_until <= ${now} and ${ours}))`

const interrupted = sql`select 1 from operations
  where status = 'pending' and ${started} and lease_until <= ${now} and ${ours} limit ${limit}`

/**
 * In the insert itself: a trigger afterwards would write the row and its index entries a second time. The `+`: compared to
 * a bare parameter, `max` has SQLite compile the whole insert anew at each run, which takes six times as long as inserting.
 */
const nextTurn = sql`case when ${sql.placeholder('hold')} is not null then 0 else 1 + max(
  coalesce((select max(turn) from operations where ${started}), 0),
  coalesce((select max(own.turn) from operations as own where own.requester = +${requester} and own.${unfinished}), 0)) end`

/** SQLite's way of saying things. */
export const sqliteWords: Words = {
  budgetHolds: ({ scope, key, period, limit: most }, micros) => sql`coalesce((
    select micros from spend where scope = ${scope} and key = ${keyInBooks(key, period)} and period = ${period}
  ), 0) + ${micros} <= ${most}`,
  inFlightHolds: sql`coalesce((
    select unfinished from requesters where requester = ${requester}), 0) < ${maxInFlight}`,
  sinceHolds: sql`(select count(*) from (
    select 1 from operations where requester = ${requester} and created_at >= ${sql.placeholder('since')}
    limit ${sql.placeholder('mostSince')}
  ) as counted) < ${sql.placeholder('mostSince')}`,
  nextTurn,
  startRoom: sql`(select case when min(free) < 0 then 0 else min(free) end from (
    select ${maxInFlight} - ${inFlight} as free
    union all select ${limit} - (select count(*) from (${interrupted}) as interrupted)
  ) as rooms)`,
  isMine: sql.raw('1 = 1'),
  lower: (text) => sql`lower_case(${text})`,
  picked: (select) => sql`seq in (${select})`,
  passingOver: sql.raw(''),
}
