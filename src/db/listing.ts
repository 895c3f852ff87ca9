import { and, desc, eq, gte, isNull, type SQL, sql } from 'drizzle-orm'
import { VideoError } from '../core/errors.ts'
import { charges, type Operation, operationStatuses } from '../core/operation.ts'
import type { OperationFilter } from '../core/ports/commands.ts'
import type { OperationStore } from '../core/ports/store.ts'
import { unfinished } from './conditions.ts'
import type { Engine, Statement } from './engine.ts'
import { operationColumns } from './rows.ts'
import { operations } from './schema.sqlite.ts'
import type { Words } from './words.ts'

type Condition = Exclude<keyof OperationFilter, 'status' | 'charge'>

type Conditions = Readonly<Record<Condition, SQL>>

const conditionsIn = ({ lower }: Words): Conditions => ({
  requester: eq(operations.requester, sql.placeholder('requester')),
  workspace: eq(operations.workspace, sql.placeholder('workspace')),
  model: sql`request ->> 'model' = ${sql.placeholder('model')}`,
  // By the index of what is unfinished: there are few, and all rows would be read to find that there are no more.
  hold: sql`seq in (select seq from operations where ${unfinished} and hold = ${sql.placeholder('hold')})`,
  deliveryProblem: eq(operations.deliveryProblem, sql.placeholder('deliveryProblem')),
  removed: isNull(operations.removedAt),
  since: gte(operations.createdAt, sql.placeholder('since')),
  in: sql`(thread = ${sql.placeholder('thread')} or status_message = ${sql.placeholder('message')})`,
  search: sql`instr(${lower(sql.raw(`request ->> 'prompt'`))}, ${lower(sql`${sql.placeholder('search')}`)}) > 0`,
})

/** The list of OperationStore: pages by key, so that a page costs the same however far down it is. */
export function listing(engine: Engine): OperationStore['list'] {
  const statements = new Map<string, Statement<Operation[]>>()
  const conditions = conditionsIn(engine.words)

  function statementFor(filter: OperationFilter, goesOn: boolean): Statement<Operation[]> {
    const shape = [...fieldsOf(filter, conditions), filter.status, filter.charge, goesOn].join()
    const known = statements.get(shape)
    if (known) return known
    const statement = listQuery(engine, filter, goesOn).prepare()
    statements.set(shape, statement)
    return statement
  }

  return async (filter, cursor, limit) => {
    const after = cursor === null ? {} : readCursor(cursor)
    const statement = statementFor(filter, cursor !== null)
    const rows = await engine.read(statement, { ...filter, ...filter.in, ...after, limit: limit + 1 })
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return { operations: page, next: rows.length > limit && last ? writeCursor(last) : null }
  }
}

/**
 * The builder of a page, so that a test can ask the planner about it. What is under way or perhaps charged is few: it is found
 * through an index of its own and sorted, and not looked for among all that ever was, which the sum keeps SQLite from.
 */
export function listQuery({ db, words }: Pick<Engine, 'db' | 'words'>, filter: OperationFilter, goesOn: boolean) {
  const conditions = conditionsIn(words)
  const { status, charge } = filter
  const live = status === 'pending' || status === 'processing'
  const createdAt = live || charge === 'uncertain' ? sql`created_at + 0` : sql`created_at`
  const cursor = sql`(${createdAt}, id) < (${sql.placeholder('cursorAt')}, ${sql.placeholder('cursorId')})`
  return db
    .select(operationColumns)
    .from(operations)
    .where(
      and(
        status && literally('status', operationStatuses, status),
        live ? unfinished : undefined,
        charge && literally('charge', charges, charge),
        ...fieldsOf(filter, conditions).map((field) => conditions[field]),
        goesOn ? cursor : undefined,
      ),
    )
    .orderBy(desc(createdAt), desc(operations.id))
    .limit(sql.placeholder('limit'))
}

/** A partial index serves a literal alone; what is none of the words is nowhere. */
function literally(column: string, words: readonly string[], given: string): SQL {
  return sql.raw(`${column} = '${words.find((each) => each === given) ?? ''}'`)
}

function fieldsOf(filter: OperationFilter, conditions: Conditions): Condition[] {
  return (Object.keys(conditions) as Condition[]).filter((field) => filter[field] !== undefined)
}

function writeCursor(last: Operation): string {
  return Buffer.from(`${last.createdAt}.${last.id}`).toString('base64url')
}

function readCursor(cursor: string): { cursorAt: number; cursorId: string } {
  const [, at, id] = /^(\d{1,15})\.(.{1,200})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (at !== undefined && id !== undefined) return { cursorAt: Number(at), cursorId: id }
  const problem = { field: 'cursor', given: cursor.slice(0, 80), accepted: [], rule: 'malformed' as const }
  throw new VideoError('invalid_request', 'not a cursor of this list', { problems: [problem] })
}
