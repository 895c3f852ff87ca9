import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import { started, unfinished } from './conditions.ts'
import { operations } from './schema.sqlite.ts'

const {
  seq: _seq,
  turn: _turn,
  changedAt: _changedAt,
  announceLeaseOwner: _announceLeaseOwner,
  announceLeaseUntil: _announceLeaseUntil,
  model: _model,
  prompt: _prompt,
  resolution: _resolution,
  durationSeconds: _durationSeconds,
  hasFiles: _hasFiles,
  ...columns
} = getTableColumns(operations)

/** The columns that make up an Operation as core knows it. */
export const operationColumns = columns

/**
 * The next turn of a requester, as start-time fair queueing gives it: one after the largest turn that has begun, or
 * after the requester's own last one if that is later. So a newcomer does not wait behind somebody's hundred, and
 * because no row can enter a round that has begun, an endless row of newcomers starves nobody.
 */
export function nextTurn(requester: SQL): SQL<number> {
  return sql<number>`(select coalesce(max(turn), 0) + 1 from (
    select max(turn) as turn from operations where ${started}
    union all select max(own.turn) from operations as own where own.requester = ${requester} and ${unfinished}
  ) as turns)`
}
