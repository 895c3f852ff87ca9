import { and, desc, eq, gte, isNull, type SQL, sql } from 'drizzle-orm'
import { VideoError } from '../core/errors.ts'
import type { Operation } from '../core/operation.ts'
import type { OperationFilter } from '../core/ports/commands.ts'
import type { OperationStore } from '../core/ports/store.ts'
import { unfinished } from './conditions.ts'
import type { Engine, Statement } from './engine.ts'
import { operationColumns } from './rows.ts'
import { operations } from './schema.sqlite.ts'
import type { Words } from './words.ts'

const conditionsIn = ({ lower }: Words): Readonly<Record<keyof OperationFilter, SQL>> => ({
  status: eq(operations.status, sql.placeholder('status')),
  requester: eq(operations.requester, sql.placeholder('requester')),
  workspace: eq(operations.workspace, sql.placeholder('workspace')),
  model: sql`request ->> 'model' = ${sql.placeholder('model')}`,
  charge: eq(operations.charge, sql.placeholder('charge')),
  // By the index of what is unfinished: there are few, and all rows would be read to find that there are no more.
  hold: sql`seq in (select seq from operations where ${unfinished} and hold = ${sql.placeholder('hold')})`,
  removed: isNull(operations.removedAt),
  since: gte(operations.createdAt, sql.placeholder('since')),
  search: sql`instr(${lower(sql.raw(`request ->> 'prompt'`))}, ${lower(sql`${sql.placeholder('search')}`)}) > 0`,
})
const afterCursor = sql`(created_at, id) < (${sql.placeholder('cursorAt')}, ${sql.placeholder('cursorId')})`

/** The list of OperationStore: pages by key, so that a page costs the same however far down it is. */
export function listing(engine: Engine): OperationStore['list'] {
  const conditions = conditionsIn(engine.words)
  const statements = new Map<string, Statement<Operation[]>>()

  function statementFor(fields: readonly (keyof OperationFilter)[], goesOn: boolean): Statement<Operation[]> {
    const shape = [...fields, goesOn].join()
    const known = statements.get(shape)
    if (known) return known
    const statement = engine.db
      .select(operationColumns)
      .from(operations)
      .where(and(...fields.map((field) => conditions[field]), goesOn ? afterCursor : undefined))
      .orderBy(desc(operations.createdAt), desc(operations.id))
      .limit(sql.placeholder('limit'))
      .prepare()
    statements.set(shape, statement)
    return statement
  }

  return async (filter, cursor, limit) => {
    const fields = fieldsOf(filter)
    const after = cursor === null ? {} : readCursor(cursor)
    const statement = statementFor(fields, cursor !== null)
    const rows = await engine.read(statement, { ...filter, ...after, limit: limit + 1 })
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return { operations: page, next: rows.length > limit && last ? writeCursor(last) : null }
  }
}

function fieldsOf(filter: OperationFilter): (keyof OperationFilter)[] {
  const known: readonly (keyof OperationFilter)[] = [
    'status',
    'requester',
    'workspace',
    'model',
    'charge',
    'hold',
    'removed',
    'since',
    'search',
  ]
  return known.filter((field) => filter[field] !== undefined)
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
