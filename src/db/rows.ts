import { getTableColumns } from 'drizzle-orm'
import { operations } from './schema.sqlite.ts'

const {
  seq: _seq,
  turn: _turn,
  changedAt: _changedAt,
  announceLeaseOwner: _announceLeaseOwner,
  announceLeaseUntil: _announceLeaseUntil,
  hasFiles: _hasFiles,
  ...columns
} = getTableColumns(operations)

/** The columns that make up an Operation as core knows it. */
export const operationColumns = columns
