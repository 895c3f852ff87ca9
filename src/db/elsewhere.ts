import { desc, sql } from 'drizzle-orm'
import { asVideoError } from '../core/errors.ts'
import type { Operation } from '../core/operation.ts'
import type { Log } from '../core/ports/machine.ts'
import type { OperationStore } from '../core/ports/store.ts'
import { unfinished } from './conditions.ts'
import type { Engine } from './engine.ts'
import { operationColumns } from './rows.ts'
import { operations } from './schema.sqlite.ts'

/** After a gap in what was told, everything is told again that is unfinished or was asked for in the last hour. */
const recentMilliseconds = 3_600_000
const mostAfterGap = 1_000
/** After this what could not be looked at is looked at again. */
const againMilliseconds = 1_000

/**
 * Tells of what other instances changed, one row after the other, each in its newest state, late where the database
 * stumbles; nothing while nobody listens.
 */
export function followOthers(
  engine: Engine,
  get: OperationStore['get'],
  anyoneListens: () => boolean,
  tell: (operation: Operation) => void,
  log: Log,
): void {
  const changed = new Set<string>()
  let gap = false
  let busy = false
  let again: NodeJS.Timeout | undefined
  const recent = engine.db
    .select(operationColumns)
    .from(operations)
    .where(sql`${unfinished} or created_at >= ${sql.placeholder('since')}`)
    .orderBy(desc(operations.createdAt))
    .limit(mostAfterGap)
    .prepare()

  async function lookAtAll(): Promise<void> {
    while (gap || changed.size > 0) {
      if (gap) {
        gap = false
        const rows = await engine.read(recent, { since: Date.now() - recentMilliseconds }).catch((thrown: unknown) => {
          gap = true
          throw thrown
        })
        for (const operation of rows) tell(operation)
      }
      for (const id of changed) {
        changed.delete(id)
        const operation = await get(id).catch((thrown: unknown) => {
          changed.add(id)
          throw thrown
        })
        if (operation) tell(operation)
      }
    }
  }

  function look(): void {
    if (busy || !anyoneListens()) return
    busy = true
    clearTimeout(again)
    lookAtAll()
      .catch((thrown: unknown) => {
        log.warn({ error: asVideoError(thrown).message }, 'changes of other instances could not be looked at')
        again = setTimeout(look, againMilliseconds).unref()
      })
      .finally(() => {
        busy = false
      })
  }

  engine.onChangeElsewhere((id) => {
    if (!anyoneListens()) return
    if (id === null) gap = true
    else changed.add(id)
    look()
  })
}
