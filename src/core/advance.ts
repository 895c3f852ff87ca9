import { check } from './check.ts'
import { type Core, isOurs } from './context.ts'
import { asVideoError, VideoError } from './errors.ts'
import { fetchWithinMilliseconds } from './kept.ts'
import type { Operation } from './operation.ts'
import { start } from './start.ts'
import { change, fail, startAttempts, type Turn, tryLater } from './turn.ts'

/**
 * Takes the next step of one Operation that this owner has leased: take in its images and start it, or check it and
 * save its video, or fail it. Never throws; doing a step twice changes nothing, because every change asks for the lease.
 */
export async function advance(core: Core, operation: Operation, turn: Turn): Promise<void> {
  try {
    // A process in rehearsal claims nothing that is paid for, so that this one was asked for in rehearsal.
    if (!isOurs(core, operation)) await fail(core, operation, turn, rehearsedOnly(operation))
    else if (operation.status === 'pending') await start(core, operation, turn)
    else await check(core, operation, turn)
  } catch (thrown) {
    await setBack(core, operation, turn, asVideoError(thrown))
  }
}

/** Nobody has agreed to pay for it: it is asked for anew, as a real one. */
function rehearsedOnly({ priceMicros }: Operation): VideoError {
  return new VideoError('cancelled', 'asked for in rehearsal', { facts: { variant: 'rehearsal', priceMicros } })
}

/** A step failed: try it again later if that can help and there is time, else fail the Operation. */
async function setBack(core: Core, operation: Operation, turn: Turn, error: VideoError): Promise<void> {
  // A shutdown cut the step short: nothing is wrong with it, and the next process goes on at once.
  if (turn.signal.aborted) {
    await change(core, operation, turn, {}, { releaseLease: true }).catch(() => null)
    return
  }
  try {
    if (error.retryable && !isTooLate(operation, core.clock.now())) await tryLater(core, operation, turn, error, {})
    else await fail(core, operation, turn, asFinal(operation, error))
  } catch (thrown) {
    // The store itself does not answer: the lease runs out and the step is taken again.
    core.log.error({ operation: operation.id, error: asVideoError(thrown).message }, 'a step could not be recorded')
  }
}

/** What might have passed and never did, as what it means to the person: who did not answer, and what Google did until then. */
function asFinal(operation: Operation, error: VideoError): VideoError {
  if (!error.retryable || error.code === 'storage') return error
  const cause = { cause: error }
  // Before the start nothing is fetched but images.
  if (operation.handle === null)
    return new VideoError('bad_image', error.message, { ...cause, facts: { why: 'unreachable' } })
  if (operation.seenDoneAt !== null) return new VideoError('bad_video', error.message, cause)
  return new VideoError('unreachable', error.message, { ...cause, facts: { variant: 'begun' } })
}

function isTooLate(operation: Operation, now: number): boolean {
  const since = operation.seenDoneAt ?? operation.startedAt
  if (since !== null && now - since <= fetchWithinMilliseconds) return false
  // After that, too: a service that was off for all of it has asked nobody yet, and one failed call says nothing.
  return operation.attempts + 1 >= startAttempts
}
