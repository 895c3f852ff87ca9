import type { Core } from './context.ts'
import { pagesOf } from './pages.ts'
import type { Leaving } from './ports/commands.ts'
import { cancelPending } from './steer.ts'

/**
 * Ends, for nothing, what has not begun in workspaces where nobody is served any more: it would be paid for whom nobody
 * wants to pay for, or seen by nobody. What Google has begun goes on.
 */
export async function leave(core: Core, gone: (workspace: string) => boolean, variant: Leaving): Promise<void> {
  for await (const operations of pagesOf(core.store, { status: 'pending' })) {
    for (const operation of operations.filter(({ workspace }) => gone(workspace))) {
      // What begins in this moment is paid already.
      await cancelPending(core, operation, null, { variant }).catch(() => undefined)
    }
  }
}
