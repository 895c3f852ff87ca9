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

/** Tells of what other instances changed, one row after the other, each in its newest state; nothing while nobody listens. */
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
        for (const operation of await engine.read(recent, { since: Date.now() - recentMilliseconds })) tell(operation)
      }
      for (const id of changed) {
        changed.delete(id)
        const operation = await get(id)
        if (operation) tell(operation)
      }
    }
  }

  engine.onChangeElsewhere((id) => {
    if (!anyoneListens()) return
    if (id === null) gap = true
    else changed.add(id)
    if (busy) return
    busy = true
    lookAtAll()
      .catch((thrown: unknown) => {
        log.warn({ error: asVideoError(thrown).message }, 'changes of other instances could not be looked at')
      })
      .finally(() => {
        busy = false
      })
  })
}
