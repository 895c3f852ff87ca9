import { eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import { acceptedAs } from '../core/accepted.ts'
import { VideoError } from '../core/errors.ts'
import type { Operation } from '../core/operation.ts'
import type { InsertLimits, InsertOutcome, NewOperation, SpendLimit } from '../core/ports/store.ts'
import type { Engine, Statement } from './engine.ts'
import { budgetValues, withinBudgets } from './limits.ts'
import { operations, requesters } from './schema.sqlite.ts'
import type { Words } from './words.ts'

/** A refusal whose reason is gone when it is looked for is tried again this often. */
const tries = 3

/** What an insert needs to tell why nothing was inserted. */
export interface Reasons {
  getByEventId(eventId: string): Promise<Operation | null>
  spent(limit: Omit<SpendLimit, 'limitMicros'>): Promise<number>
}

/** The insert of OperationStore, bare of telling subscribers. */
export function inserter(engine: Engine, reasons: Reasons) {
  const { db } = engine
  const statements = new Map<string, Statement<{ seq: number }[]>>()
  const counts = {
    unfinished: db
      .select({ count: requesters.unfinished })
      .from(requesters)
      .where(eq(requesters.requester, sql.placeholder('requester')))
      .prepare(),
    since: db.select({ count: countSince }).from(sql`(select 1) as one`).prepare(),
  }

  function statementFor(limits: InsertLimits): Statement<{ seq: number }[]> {
    const shape = [limits.spend.length, limits.maxInFlight !== null, limits.maxSince !== null].join()
    const known = statements.get(shape)
    if (known) return known
    const statement = db
      .insert(operations)
      .select(
        sql`select ${sql.join(newRow(engine.words), sql`, `)} where ${sql.join(conditions(engine.words, limits), sql` and `)}`,
      )
      .onConflictDoNothing({ target: operations.eventId })
      // What is written is known here; reading fifty columns back costs as much as writing them.
      .returning({ seq: operations.seq })
      .prepare()
    statements.set(shape, statement)
    return statement
  }

  async function whyNot(operation: NewOperation, limits: InsertLimits): Promise<InsertOutcome | null> {
    const existing = await reasons.getByEventId(operation.eventId)
    if (existing) return { kind: 'existing', operation: existing }
    const { requester } = operation
    if (limits.maxInFlight !== null) {
      const [row] = await engine.read(counts.unfinished, { requester })
      if ((row?.count ?? 0) >= limits.maxInFlight) return { kind: 'too_many_in_flight', limit: limits.maxInFlight }
    }
    if (limits.maxSince) {
      const { count, since } = limits.maxSince
      const [row] = await engine.read(counts.since, { requester, since, mostSince: count })
      if ((row?.count ?? 0) >= count) return { kind: 'too_many_today', limit: count }
    }
    for (const limit of limits.spend) {
      const spentMicros = await reasons.spent(limit)
      if (spentMicros + operation.priceMicros > limit.limitMicros) return { kind: 'over_budget', limit, spentMicros }
    }
    return null
  }

  return async function insert(operation: NewOperation, limits: InsertLimits): Promise<InsertOutcome> {
    const statement = statementFor(limits)
    const values = { ...operation, ...encoded(operation), ...limitValues(limits) }
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const [created] = await engine.write(statement, values)
      if (created) return { kind: 'created', operation: acceptedAs(operation) }
      const refused = await whyNot(operation, limits)
      if (refused) return refused
    }
    throw new VideoError('storage', 'the limits changed while they were looked at', { retryable: true })
  }
}

/** Counts no further than to the limit: it costs no more than its size. */
const countSince = sql<number>`(select count(*) from (
  select 1 from operations where requester = ${sql.placeholder('requester')}
    and created_at >= ${sql.placeholder('since')} limit ${sql.placeholder('mostSince')}
) as counted)`

/** The columns that a new row's maker gives, under the same names. */
const given = [
  'id',
  'eventId',
  'hold',
  'request',
  'parentId',
  'relation',
  'requester',
  'requesterName',
  'workspace',
  'thread',
  'locale',
  'private',
  'priceMicros',
  'charge',
  'createdAt',
  'announceDueAt',
] as const satisfies readonly (keyof NewOperation & keyof Operation)[]

/** The values of a new row in the order of the table's columns. */
function newRow(words: Words): SQL[] {
  const columns = getTableColumns(operations)
  const values: Partial<Record<keyof typeof columns, SQL>> = {
    status: sql`'pending'`,
    errorFacts: sql`'{}'`,
    attempts: sql`0`,
    dueAt: sql`${sql.placeholder('createdAt')}`,
    version: sql`0`,
    announceAttempts: sql`0`,
    extraMicros: sql`0`,
    leaseUntil: sql`0`,
    announceLeaseUntil: sql`0`,
    turn: words.nextTurn,
    changedAt: sql`${sql.placeholder('createdAt')}`,
  }
  for (const key of given) values[key] = sql`${sql.placeholder(key)}`
  return Object.entries(columns)
    .filter(([, column]) => column.generated === undefined)
    .map(([key]) => values[key as keyof typeof columns] ?? sql`null`)
}

/** What a database's column holds of it: encoded here once instead of by Drizzle for each of fifty parameters. */
function encoded({ request, private: hidden }: NewOperation): Record<string, unknown> {
  return { request: JSON.stringify(request), private: hidden ? 1 : 0 }
}

function conditions(words: Words, limits: InsertLimits): SQL[] {
  return [
    sql`1 = 1`,
    ...withinBudgets(words, limits.spend, sql`${sql.placeholder('priceMicros')}`),
    ...(limits.maxInFlight === null ? [] : [words.inFlightHolds]),
    ...(limits.maxSince === null ? [] : [words.sinceHolds]),
  ]
}

function limitValues(limits: InsertLimits): Record<string, unknown> {
  return {
    ...budgetValues(limits.spend),
    maxInFlight: limits.maxInFlight,
    mostSince: limits.maxSince?.count,
    since: limits.maxSince?.since,
  }
}
