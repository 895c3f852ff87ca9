import type { Core } from './context.ts'
import { asVideoError, VideoError } from './errors.ts'
import { left } from './leave.ts'
import type { Operation } from './operation.ts'
import type { Messenger } from './ports/messenger.ts'
import { type Announcing, tellMeanwhile } from './telling.ts'

/** So many announcements in a row try in vain to take an outcome back, before the next one is posted beside it. */
const withdrawTries = 3

/** So long after a try without an answer its message may still show. */
const appearsWithinMilliseconds = 10_000

/** What a row says of a message that its platform keeps. */
export const stays = 'stays'

/** Under which the store keeps the names of earlier outcomes that stand beside the one that the row names. */
export const besideOf = ({ id }: Operation) => `standing.${id}`

/** Whether an admin had its video posted again, so that the message before the last one may stand. */
export function isPostedAgain({ status, errorFacts }: Operation): boolean {
  return status === 'completed' && errorFacts.postedAgain !== undefined
}

/** The names of all its outcomes that may stand, the one that the row names first. */
export async function outcomesOf(core: Core, operation: Operation): Promise<readonly string[]> {
  const { deliveredMessage } = operation
  const beside = (await core.store.kept(besideOf(operation)))?.split('\n') ?? []
  return [...new Set(deliveredMessage === null ? beside : [deliveredMessage, ...beside])]
}

/** Keeps the names of those that stand beside the one that the row names, or will name. */
export async function remember(core: Core, operation: Operation, names: readonly string[]): Promise<void> {
  await core.store.keep(besideOf(operation), names.join('\n') || null)
}

/**
 * What a person took away goes from the thread too, where the platform can, and so does an outcome that was taken back:
 * its message quotes the prompt. What a person took away before it was known whether it was posted is looked for. Of a video
 * that was posted again all go but the last; nothing is still to come then, and that is tried as long as its thread is. An
 * outcome that is still to come waits no longer after some tries in vain: the name of the one before is kept, which goes with
 * the next one that goes. Returns the row, null if the lease is lost.
 */
export async function withdraw(
  core: Core,
  operation: Operation,
  lane: Announcing,
  messenger: Messenger,
): Promise<Operation | null> {
  const { deliveredMessage, deliveredAt, removedAt, deliveryProblem } = operation
  const holds = removedAt === null && deliveredAt !== null
  if (removedAt === null && (deliveredMessage === null || (holds && !isPostedAgain(operation)))) return operation
  const names = (await outcomesOf(core, operation)).filter((each) => !holds || each !== deliveredMessage)
  const unnamed = mayStandUnnamed(operation)
  if (names.length === 0 && !unnamed) return operation
  const when = { announceLeaseOwner: lane.owner }
  let problem: string | null
  try {
    problem = await takeAway(core, operation, unnamed ? [...names, null] : names, lane, messenger)
    if (unnamed && mayStillCome(core, operation))
      throw new VideoError('unreachable', 'its outcome may still appear', { retryable: true, retryAfterSeconds: 10 })
  } catch (thrown) {
    if (lane.signal.aborted || removedAt !== null || holds || operation.announceAttempts < withdrawTries) {
      await tellMeanwhile(operation, lane, messenger, thrown)
      throw thrown
    }
    core.log.warn({ operation: operation.id, error: asVideoError(thrown).message }, 'it cannot be taken back yet')
    return operation
  }
  if (problem === null && names.some((each) => each !== deliveredMessage)) await remember(core, operation, [])
  if (holds) return operation
  if (removedAt === null) {
    // It goes once its front end is back, before what comes in its stead.
    if (problem === left) throw new VideoError('not_now', 'its front end left', { facts: { why: left } })
    if (problem !== null) await remember(core, operation, names)
    return core.store.change(operation.id, when, { deliveredMessage: null })
  }
  // What an earlier try left said is true no more.
  const next = problem ?? (isOfTaking(deliveryProblem) ? null : deliveryProblem)
  return next === deliveryProblem ? operation : core.store.change(operation.id, when, { deliveryProblem: next })
}

/** Whether an outcome may stand that the row does not name: it was taken away before it was known what came of posting it. */
function mayStandUnnamed({ statusMessage, deliveredAt, deliveryProblem, removedAt }: Operation): boolean {
  // Nothing is delivered before the status message stands.
  if (removedAt === null || statusMessage === null || deliveredAt !== null) return false
  return deliveryProblem === null || isOfTaking(deliveryProblem)
}

/** Whether a try to post it, which failed before it was taken away, may still show in its thread. */
function mayStillCome({ clock }: Core, { announceAttempts, removedAt }: Operation): boolean {
  return announceAttempts > 0 && clock.now() < (removedAt ?? 0) + appearsWithinMilliseconds
}

/** Whether it tells of a message that could not be taken away. */
function isOfTaking(deliveryProblem: string | null): boolean {
  return deliveryProblem === left || deliveryProblem === stays
}

/**
 * Takes these messages away, null for what has no name; returns why one stays for good, as the row says it, null where none
 * does. Throws what may pass, after all were tried.
 */
async function takeAway(
  core: Core,
  operation: Operation,
  names: readonly (string | null)[],
  lane: Announcing,
  messenger: Messenger,
): Promise<string | null> {
  let mayPass: VideoError | null = null
  let problem: string | null = null
  for (const name of names) {
    try {
      await messenger.withdraw?.(operation, name, lane.signal)
    } catch (thrown) {
      const error = asVideoError(thrown)
      if (error.retryable || lane.signal.aborted) mayPass = error
      else {
        // What the platform keeps in spite of us must not keep the other messages from saying that it was removed.
        core.log.warn({ operation: operation.id, code: error.code, error: error.message }, 'it cannot be taken back')
        problem = error.facts.why === left ? left : stays
      }
    }
  }
  if (mayPass !== null) throw mayPass
  return problem
}
