import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import type { Operation } from '../core/operation.ts'
import type { OperationStore, SpendLimit } from '../core/ports/store.ts'
import { unfinished } from './conditions.ts'
import type { Engine, Statement } from './engine.ts'
import { budgetValues, keyInBooks, withinBudgets } from './limits.ts'
import { operationColumns } from './rows.ts'
import { ledger, operations, spend } from './schema.sqlite.ts'

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
        sql`${spend.key} = ${keyInBooks(sql`${sql.placeholder('key')}`, sql`${sql.placeholder('period')}`)}`,
        eq(spend.period, sql.placeholder('period')),
      ),
    )
    .prepare()
  const page = db
    .select(ledgerEntry)
    .from(ledger)
    .where(
      sql`${ledger.id} > ${sql.placeholder('cursor')}
        and (cast(${sql.placeholder('workspace')} as text) is null or ${ledger.workspace} = ${sql.placeholder('workspace')})`,
    )
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
    ledger: (cursor, limit, workspace = null) => read(page, { cursor, limit, workspace }),
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

/** Whom a pseudonym stands for, as long as anybody knows. */
function named(pseudonym: SQL): SQL<string> {
  return sql<string>`coalesce((select name from pseudonyms where pseudonym = ${pseudonym}), ${pseudonym})`
}

const ledgerEntry = {
  id: ledger.id,
  at: ledger.at,
  operationId: ledger.operationId,
  kind: ledger.kind,
  requester: named(sql`${ledger.requester}`),
  workspace: named(sql`${ledger.workspace}`),
  model: ledger.model,
  durationSeconds: ledger.durationSeconds,
  micros: ledger.micros,
}

/** The addCost of OperationStore, bare of telling subscribers. */
export function costAdder(engine: Engine): OperationStore['addCost'] {
  const statements = new Map<number, Statement<Operation[]>>()
  const statementFor = (limits: readonly SpendLimit[]) => {
    const known = statements.get(limits.length)
    if (known) return known
    const micros = sql`${sql.placeholder('micros')}`
    const statement = engine.db
      .update(operations)
      .set({ extraMicros: sql`extra_micros + ${micros}`, changedAt: sql`${sql.placeholder('now')}` })
      .where(and(eq(operations.id, sql.placeholder('id')), ...withinBudgets(engine.words, limits, micros)))
      .returning(operationColumns)
      .prepare()
    statements.set(limits.length, statement)
    return statement
  }
  return async (id, micros, now, limits) => {
    const [changed] = await engine.write(statementFor(limits), { id, micros, now, ...budgetValues(limits) })
    return changed ?? null
  }
}

/** What each Operation or its ledger says it costs, where the two disagree; also of lines without an Operation. */
const differingOperations = sql`(
  select id, sum(booked) as booked, sum(cost) as cost from (
    select id, 0 as booked,
      case when charge in ('reserved', 'settled', 'uncertain') then price_micros else 0 end + extra_micros as cost
      from operations
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
