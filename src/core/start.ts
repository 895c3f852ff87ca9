import { settingsIn } from './access.ts'
import type { Core } from './context.ts'
import { asVideoError, VideoError } from './errors.ts'
import type { Operation } from './operation.ts'
import { orderFor, takeInImages } from './order.ts'
import type { OperationPatch } from './ports/change.ts'
import type { StartOrder } from './ports/google.ts'
import { reached } from './steps.ts'
import { change, fail, failure, mayStartAgain, nextLook, type Turn, takenBack, tryLater } from './turn.ts'

const pauseLookMilliseconds = 15_000
const storeAgainMilliseconds = 500

/** Takes in its images, records the start, asks Google once, and keeps Google's name for the work. */
export async function start(core: Core, operation: Operation, turn: Turn): Promise<void> {
  // The start was recorded and no answer was: whoever asked Google is gone, and asking again could pay twice.
  if (operation.startingAt !== null)
    return fail(core, operation, turn, new VideoError('interrupted', 'crashed while starting'))
  if (await isPaused(core, operation)) return waitOutPause(core, operation, turn)
  const prepared = await takeInImages(core, operation, turn)
  if (!prepared) return
  reached('images taken in', operation.id)
  const order = await orderFor(core, prepared)
  // Fetching images may have taken minutes, in which an admin was told that nothing new starts.
  if (await isPaused(core, operation)) return waitOutPause(core, prepared, turn)
  const starting = await recordStart(core, prepared, turn)
  if (!starting) return
  reached('start recorded', operation.id)
  try {
    await ask(core, starting, order, turn)
  } catch (thrown) {
    // Google may have been asked, and begun: whatever went wrong here, nobody may take it for free.
    throw new VideoError('interrupted', asVideoError(thrown).message, { cause: thrown })
  }
}

/** Null where it is no longer this owner's to start, or where the store did not say that it was recorded. */
async function recordStart(core: Core, operation: Operation, turn: Turn): Promise<Operation | null> {
  const patch = { startingAt: core.clock.now() }
  try {
    return await change(core, operation, turn, patch, { visible: true }, { notStarting: true })
  } catch (thrown) {
    const error = asVideoError(thrown)
    if (!error.retryable) throw error
    // It may have been, and only this process knows that Google was not asked.
    await untilStored(core, turn, () => startLater(core, operation, turn, error))
    return null
  }
}

/** Nothing began: it is tried again, or ends where it was cancelled meanwhile. */
async function startLater(core: Core, operation: Operation, turn: Turn, error: VideoError): Promise<void> {
  if (await tryLater(core, operation, turn, error, { startingAt: null }, { wanted: true })) return
  await fail(core, operation, turn, new VideoError('cancelled', 'unwanted, and nothing began', { cause: error }))
}

/** Asks Google once and writes down what it answers. */
async function ask(core: Core, starting: Operation, order: StartOrder, turn: Turn): Promise<void> {
  const handle = await callStart(core, starting, order, turn)
  if (handle === null) return
  reached('start answered', starting.id)
  const now = core.clock.now()
  const started: OperationPatch = { status: 'processing', handle, startedAt: now, attempts: 0, errorFacts: {} }
  await untilStored(core, turn, async () => {
    const dueAt = await nextLook(core, { ...starting, startedAt: now }, turn, now)
    const patch = { ...started, dueAt }
    const kept = await change(core, starting, turn, patch, { visible: true, releaseLease: true })
    if (kept === null) await putRight(core, starting, { ...patch, charge: starting.charge })
  })
  reached('handle stored', starting.id)
  core.log.info({ operation: starting.id, model: starting.request.model }, 'started')
}

/** The lease ran out and somebody else takes the start for interrupted, which it was not: what Google answered holds. */
async function putRight(core: Core, { id, startingAt }: Operation, answered: OperationPatch): Promise<void> {
  if (startingAt === null) return
  const unspoken = { status: 'pending', startingAt } as const
  if (await core.store.change(id, unspoken, answered, { visible: true, releaseLease: true })) return
  const current = await core.store.get(id)
  if (current?.errorCode !== 'interrupted' || current.handle !== null) return
  const patch = { ...takenBack(core.clock.now()), ...answered }
  await core.store.change(id, { status: 'error', notRemoved: true }, patch, { visible: true })
}

/**
 * Only this process knows what Google answered, such as its name for the work, or that it was not asked: that is written,
 * however long the store takes and whatever it says, until the process stops.
 */
async function untilStored(core: Core, turn: Turn, write: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await write()
      return
    } catch (thrown) {
      const error = asVideoError(thrown)
      if (error.code !== 'storage' || turn.signal.aborted) throw error
      core.log.error({ error: error.message }, 'what is known of a start cannot be written down yet; trying on')
      await core.clock.sleep(storeAgainMilliseconds, turn.signal)
    }
  }
}

/** Whether an admin of its place or of the installation has paused new videos. */
async function isPaused({ store }: Core, { workspace }: Operation): Promise<boolean> {
  return (await settingsIn(store, workspace)).paused === true
}

/** An admin has paused new videos there: it keeps its place and is looked at again now and then. */
async function waitOutPause(core: Core, operation: Operation, turn: Turn): Promise<void> {
  const dueAt = core.clock.now() + pauseLookMilliseconds
  await change(core, operation, turn, { dueAt }, { releaseLease: true })
}

/** Google's name for the work; null where it did not begin and that has been recorded. */
async function callStart(core: Core, operation: Operation, order: StartOrder, turn: Turn): Promise<string | null> {
  try {
    // A shutdown ends the waiting for its turn; what is on its way to Google is waited for.
    return await core.model.start(order, turn.signal)
  } catch (thrown) {
    const error = asStartError(thrown)
    const isStopped = turn.signal.aborted && error.code === 'unreachable' && error.retryable
    const back = { startingAt: null }
    if (isStopped && (await change(core, operation, turn, back, { releaseLease: true }, { wanted: true }))) return null
    if (error.code === 'model_retired') core.offered.retire(operation.request.model)
    await untilStored(core, turn, async () => {
      if (mayStartAgain(operation, error)) await startLater(core, operation, turn, error)
      else await fail(core, operation, turn, error)
      if (error.code !== 'interrupted') await putRight(core, operation, failure(core, operation, error))
    })
    return null
  }
}

/** What is not known to have begun nothing may have begun something. */
function asStartError(thrown: unknown): VideoError {
  return thrown instanceof VideoError
    ? thrown
    : new VideoError('interrupted', 'unexpected failure of the start', { cause: thrown })
}
