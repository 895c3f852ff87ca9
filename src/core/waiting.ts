import type { Core } from './context.ts'
import { asVideoError } from './errors.ts'
import type { Operation } from './operation.ts'
import { withImages } from './order.ts'
import { pagesOf } from './pages.ts'

/** Addresses of pictures end, Discord's after a day: nothing that waits is left to them for longer. */
const waitedMilliseconds = 3_600_000

/**
 * Takes in the images of what has waited for long: for an approval, for the end of a pause, for its turn. What cannot be had
 * now is tried again in the next round, and told when the Operation is started. Never throws.
 */
export async function keepWaitingImages(core: Core, signal: AbortSignal): Promise<void> {
  const before = core.clock.now() - waitedMilliseconds
  try {
    for await (const operations of pagesOf(core.store, { status: 'pending' })) {
      for (const operation of operations) {
        if (signal.aborted) return
        if (operation.createdAt <= before && operation.startingAt === null) await keepImages(core, operation, signal)
      }
    }
  } catch (thrown) {
    core.log.error({ error: asVideoError(thrown).message }, 'what waits could not be looked through')
  }
}

async function keepImages(core: Core, operation: Operation, signal: AbortSignal): Promise<void> {
  const { id } = operation
  try {
    const request = await withImages(core, operation.request, signal)
    if (request === operation.request) return
    await core.store.change(id, { status: 'pending', notStarting: true, notRemoved: true }, { request })
  } catch (thrown) {
    core.log.info({ operation: id, error: asVideoError(thrown).message }, 'an image could not be taken in yet')
  }
}
