import type { Operation } from './operation.ts'
import type { OperationFilter } from './ports/commands.ts'
import type { OperationStore } from './ports/store.ts'

const atOnce = 100

/** All Operations that match, newest first, so many at once; what is changed meanwhile is neither passed over nor met again. */
export async function* pagesOf(
  store: Pick<OperationStore, 'list'>,
  filter: OperationFilter,
): AsyncGenerator<readonly Operation[]> {
  let cursor: string | null = null
  do {
    const page = await store.list(filter, cursor, atOnce)
    yield page.operations
    cursor = page.next
  } while (cursor !== null)
}
