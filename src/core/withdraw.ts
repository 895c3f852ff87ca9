import type { Core } from './context.ts'
import { asVideoError, type VideoError } from './errors.ts'
import { left } from './leave.ts'
import type { Operation } from './operation.ts'
import type { Messenger } from './ports/messenger.ts'
import { type Announcing, tellMeanwhile } from './telling.ts'

/** So many announcements in a row try in vain to take an outcome back, before the next one is posted beside it. */
const withdrawTries = 3

/** What a row says of a message that its platform keeps. */
export const stays = 'stays'

/** Under which the store keeps the names of earlier outcomes that stand beside the one that the row names. */
export const besideOf = ({ id }: Operation) => `standing.${id}`

/**
 * What a person took away goes from the thread too, where the platform can, and so does an outcome that was taken back:
 * its message quotes the prompt. After some tries in vain the outcome that came since waits for that no longer; its name is
 * kept, and it goes with the next one that goes. Returns the row, null if the lease is lost.
 */
export async function withdraw(
  core: Core,
  operation: Operation,
  lane: Announcing,
  messenger: Messenger,
): Promise<Operation | null> {
  const { deliveredMessage, deliveredAt, removedAt, deliveryProblem } = operation
  if (removedAt === null && (deliveredMessage === null || deliveredAt !== null)) return operation
  const beside = (await core.store.kept(besideOf(operation)))?.split('\n') ?? []
  const names = [...new Set(deliveredMessage === null ? beside : [deliveredMessage, ...beside])]
  if (names.length === 0) return operation
  const remember = (which: readonly string[]) => core.store.keep(besideOf(operation), which.join('\n') || null)
  const when = { announceLeaseOwner: lane.owner }
  let problem: string | null
  try {
    problem = await takeAway(core, operation, names, lane, messenger)
  } catch (thrown) {
    if (lane.signal.aborted || removedAt !== null || operation.announceAttempts < withdrawTries) {
      await tellMeanwhile(operation, lane, messenger, thrown)
      throw thrown
    }
    core.log.warn({ operation: operation.id, error: asVideoError(thrown).message }, 'it cannot be taken back yet')
    await remember(names)
    return operation
  }
  if (problem === null && beside.length > 0) await remember([])
  if (removedAt === null) {
    if (problem !== null) await remember(names)
    return core.store.change(operation.id, when, { deliveredMessage: null })
  }
  // What an earlier try left said is true no more.
  const next = problem ?? (isOfTaking(deliveryProblem) ? null : deliveryProblem)
  return next === deliveryProblem ? operation : core.store.change(operation.id, when, { deliveryProblem: next })
}

/** Whether it tells of a message that could not be taken away. */
function isOfTaking(deliveryProblem: string | null): boolean {
  return deliveryProblem === left || deliveryProblem === stays
}

/**
 * Takes these messages away; returns why one stays for good, as the row says it, null where none does. Throws what may
 * pass, after all were tried.
 */
async function takeAway(
  core: Core,
  operation: Operation,
  names: readonly string[],
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
