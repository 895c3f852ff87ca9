import { and, asc, eq, gt, sql } from 'drizzle-orm'
import type { OperationStore } from '../core/ports.ts'
import { unfinished } from './conditions.ts'
import type { Engine } from './engine.ts'
import { ledger, spend } from './schema.sqlite.ts'

type Books = Pick<OperationStore, 'spent' | 'ledger' | 'auditBooks'>

/** The money side of OperationStore. What is read here is written by triggers; see the migration `books`. */
export function books(engine: Engine): Books {
  const { db, read } = engine
  const spent = db
    .select({ micros: spend.micros })
    .from(spend)
    .where(
      and(
        eq(spend.scope, sql.placeholder('scope')),
        eq(spend.key, sql.placeholder('key')),
        eq(spend.period, sql.placeholder('period')),
      ),
    )
    .prepare()
  const page = db
    .select(ledgerEntry)
    .from(ledger)
    .where(gt(ledger.id, sql.placeholder('cursor')))
    .orderBy(asc(ledger.id))
    .limit(sql.placeholder('limit'))
    .prepare()
  const wrongOperations = db
    .select({ id: sql<string>`id`, booked: sql<number>`booked`, cost: sql<number>`cost` })
    .from(differingOperations)
    .prepare()
  const wrongSpend = db
    .select({
      scope: sql<string>`scope`,
      key: sql<string>`key`,
      period: sql<string>`period`,
      booked: sql<number>`sum(booked)`,
      counted: sql<number>`sum(counted)`,
    })
    .from(spendSides)
    .groupBy(sql`scope`, sql`key`, sql`period`)
    .having(sql`sum(booked) <> sum(counted)`)
    .prepare()
  const wrongCounts = db
    .select({ requester: sql<string>`requester`, there: sql<number>`sum(there)`, counted: sql<number>`sum(counted)` })
    .from(unfinishedSides)
    .groupBy(sql`requester`)
    .having(sql`sum(there) <> sum(counted)`)
    .prepare()
  return {
    spent: async ({ scope, key, period }) => (await read(spent, { scope, key, period }))[0]?.micros ?? 0,
    ledger: (cursor, limit) => read(page, { cursor, limit }),
    async auditBooks() {
      const operations = await read(wrongOperations)
      const budgets = await read(wrongSpend)
      const counts = await read(wrongCounts)
      return [
        ...operations.map((each) => `Operation ${each.id} costs ${each.cost} micros, its ledger says ${each.booked}.`),
        ...budgets.map(
          ({ scope, key, period, booked, counted }) =>
            `Spend of ${scope} ${key || 'installation'} in ${period} is ${counted} micros, the ledger says ${booked}.`,
        ),
        ...counts.map(
          (each) => `${each.requester} has ${each.there} unfinished Operations, ${each.counted} are counted.`,
        ),
      ]
    },
  }
}

const ledgerEntry = {
  id: ledger.id,
  at: ledger.at,
  operationId: ledger.operationId,
  kind: ledger.kind,
  requester: ledger.requester,
  workspace: ledger.workspace,
  model: ledger.model,
  durationSeconds: ledger.durationSeconds,
  micros: ledger.micros,
}

/** What each Operation or its ledger says it costs, where the two disagree; also of lines without an Operation. */
const differingOperations = sql`(
  select id, sum(booked) as booked, sum(cost) as cost from (
    select id, 0 as booked,
      case when charge in ('reserved', 'settled', 'uncertain') then price_micros else 0 end as cost from operations
    union all select operation_id, micros, 0 from ledger
  ) as sides group by id having sum(booked) <> sum(cost)
) as differing`

const spendSides = sql`(
  select 'requester' as scope, requester as key, day as period, micros as booked, 0 as counted from ledger
  union all select 'workspace', workspace, substr(day, 1, 7), micros, 0 from ledger
  union all select 'total', '', substr(day, 1, 7), micros, 0 from ledger
  union all select scope, key, period, 0, micros from spend
) as sides`

const unfinishedSides = sql`(
  select requester, 1 as there, 0 as counted from operations where ${unfinished}
  union all select requester, 0, unfinished from requesters
) as sides`
