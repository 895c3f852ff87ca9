import type { Core } from './context.ts'
import { pagesOf } from './pages.ts'
import type { Leaving } from './ports/commands.ts'
import { cancelPending } from './steer.ts'

/** What a row, and what a messenger throws, says of a thread in which its front end no longer speaks. */
export const left = 'uninstalled'
/**
 * What was asked for longer ago is not told of: nobody waits for it any more. So late a status message may come, in
 * milliseconds.
 */
export const toldMilliseconds = 30 * 86_400_000

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

/** Tells the threads of workspaces where somebody can be answered again what happened while nobody could, of 30 days. */
export async function comeBack(core: Core, here: (workspace: string) => Promise<boolean>): Promise<void> {
  const now = core.clock.now()
  for await (const operations of pagesOf(core.store, { deliveryProblem: left, since: now - toldMilliseconds })) {
    for (const { id, workspace } of operations) {
      if (!(await here(workspace))) continue
      const due = { announceDueAt: now, announceAttempts: 0, deliveryProblem: null }
      await core.store.change(id, {}, due, { visible: true })
    }
  }
}
