import { and, asc, desc, eq, lt, or, sql } from 'drizzle-orm'
import { placesCounted } from '../core/operation.ts'
import type { OperationStore, Timing } from '../core/ports/store.ts'
import { behind, final, ours, queued, started, unfinished } from './conditions.ts'
import type { Engine } from './engine.ts'
import { operationColumns } from './rows.ts'
import { operationFiles, operations } from './schema.sqlite.ts'

type Looks = Pick<
  OperationStore,
  | 'get'
  | 'getByEventId'
  | 'queuePosition'
  | 'countInFlight'
  | 'history'
  | 'children'
  | 'timings'
  | 'expired'
  | 'ownsFile'
  | 'nextDueAt'
>

/** Its lines, before them the first one where that says no more than the row itself and was not written. */
const historyLines = sql`(
  select 0 as id, created_at as at, 'pending' as what, '' as detail from operations
    where operations.id = ${sql.placeholder('id')} and not exists (
      select 1 from operation_history as begun where begun.operation_id = operations.id and begun.what = 'pending')
  union all select id, at, what, detail from operation_history where operation_id = ${sql.placeholder('id')}
) as lines`

/** The questions of OperationStore about single Operations and what is next. */
export function looks(engine: Engine): Looks {
  const { db, read } = engine
  const limit = sql.placeholder('limit')
  const byId = db
    .select(operationColumns)
    .from(operations)
    .where(eq(operations.id, sql.placeholder('id')))
    .prepare()
  const byEventId = db
    .select(operationColumns)
    .from(operations)
    .where(eq(operations.eventId, sql.placeholder('eventId')))
    .prepare()
  const position = db
    .select({
      before: sql<number>`(select count(*) from (
        select 1 from operations as other
        where ${queued} and (other.turn, other.seq) < (operations.turn, operations.seq) limit ${placesCounted}
      ) as counted)`,
    })
    .from(operations)
    .where(and(eq(operations.id, sql.placeholder('id')), queued))
    .prepare()
  const inFlight = inFlightQuery(db).prepare()
  const before = sql.placeholder('before')
  const history = db
    .select({ at: sql<number>`at`, what: sql<string>`what`, detail: sql<string>`detail` })
    .from(historyLines)
    .orderBy(sql`id`)
    .prepare()
  const children = db
    .select(operationColumns)
    .from(operations)
    .where(eq(operations.parentId, sql.placeholder('parentId')))
    .orderBy(asc(operations.seq))
    .prepare()
  const timings = db
    .select({
      model: sql<string>`request ->> 'model'`,
      resolution: sql<string>`request ->> 'resolution'`,
      durationSeconds: sql<number>`cast(request ->> 'durationSeconds' as integer)`,
      seconds: sql<number>`(seen_done_at - started_at) / 1000.0`,
      finishedAt: sql<number>`seen_done_at`,
    })
    .from(operations)
    .where(sql`seen_done_at is not null and started_at is not null`)
    .orderBy(desc(operations.seenDoneAt))
    .limit(limit)
    .prepare()
  const expired = db
    .select(operationColumns)
    .from(operations)
    .where(
      and(
        sql`finished_at is not null and retired_at is null and has_files`,
        final,
        lt(operations.finishedAt, before),
        or(
          sql`thread is null`,
          lt(operations.deliveredAt, before),
          // Given up: that its thread could not be told was the last that was to be told of it.
          and(sql`delivered_at is null and delivery_problem is not null`, lt(operations.announceDueAt, before)),
        ),
      ),
    )
    .orderBy(asc(operations.finishedAt))
    .limit(limit)
    .prepare()
  const owner = db
    .select({ operationId: operationFiles.operationId })
    .from(operationFiles)
    .where(eq(operationFiles.file, sql.placeholder('file')))
    .limit(1)
    .prepare()
  const nextDueAt = nextDue(engine)
  return {
    get: async (id) => (await read(byId, { id }))[0] ?? null,
    getByEventId: async (eventId) => (await read(byEventId, { eventId }))[0] ?? null,
    queuePosition: async (id) => (await read(position, { id }))[0]?.before ?? null,
    countInFlight: async (free = false) => (await read(inFlight, { free: Number(free) }))[0]?.count ?? 0,
    history: (id) => read(history, { id }),
    children: (parentId) => read(children, { parentId }),
    timings: (most): Promise<Timing[]> => read(timings, { limit: most }),
    expired: (before, most) => read(expired, { before, limit: most }),
    ownsFile: async (file) => (await read(owner, { file })).length > 0,
    nextDueAt,
  }
}

/**
 * The builder of the count, so that a test can ask the planner about it. That a lease ends some time is always true: it
 * leads SQLite to the index of the few that are being started, away from that of all that ever were.
 */
export function inFlightQuery(db: Engine['db']) {
  return db
    .select({
      count: sql<number>`(select count(*) from operations where status = 'processing' and ${ours})
        + (select count(*) from operations where status = 'pending' and ${started} and lease_until >= 0 and ${ours})`,
    })
    .from(sql`(select 1) as one`)
}

/**
 * When the next row falls due. Rows that wait for a slot are left out: what makes room for them is a row that is
 * counted here, or a wake.
 */
function nextDue(engine: Engine): OperationStore['nextDueAt'] {
  const { db } = engine
  const now = sql.placeholder('now')
  const first = (query: ReturnType<typeof sql>) =>
    db.select({ at: sql<number>`at` }).from(sql`(${query} limit 1) as first`).prepare()
  const leaseEnd = first(sql`select lease_until as at from operations
    where lease_until > 0 and lease_until > ${now} order by lease_until`)
  const statements = {
    starts: [
      first(sql`select due_at as at from operations
        where ${queued} and due_at > created_at and due_at > ${now} order by due_at`),
      leaseEnd,
    ],
    checks: [
      first(sql`select due_at as at from operations
        where status = 'processing' and lease_until <= ${now} order by due_at`),
      leaseEnd,
    ],
    announcements: [
      first(sql`select announce_due_at as at from operations
        where ${behind} and ${final} and announce_lease_until <= ${now} order by announce_due_at`),
      first(sql`select announce_due_at as at from operations
        where ${behind} and ${unfinished} and announce_lease_until <= ${now} order by announce_due_at`),
      first(sql`select announce_lease_until as at from operations
        where announce_lease_until > 0 and announce_lease_until > ${now} order by announce_lease_until`),
    ],
  }
  return async (lane, at) => {
    const found = await Promise.all(statements[lane].map((statement) => engine.read(statement, { now: at })))
    const moments = found.flat().map((row) => row.at)
    return moments.length === 0 ? null : Math.min(...moments)
  }
}
