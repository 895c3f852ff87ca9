import { backoffMilliseconds } from './backoff.ts'
import type { Core } from './context.ts'
import { asVideoError, type VideoError } from './errors.ts'
import { left } from './leave.ts'
import { isFinal, type Operation, platformOf } from './operation.ts'
import type { OperationPatch } from './ports/change.ts'
import type { Messenger } from './ports/messenger.ts'
import { readyToDeliver } from './refetch.ts'
import { reached } from './steps.ts'
import { type Announcing, editStatus, post, tellAdmins, tellMeanwhile } from './telling.ts'
import { isPostedAgain, outcomesOf, remember, stays, withdraw } from './withdraw.ts'

/** Two edits of one message are at least this far apart; what happens in between is shown by the later one. */
const betweenEditsMilliseconds = 2000
/** What a platform does not accept for so long is left: an outcome to the list of one's own Operations. */
const deliverWithinMilliseconds = 48 * 3_600_000
/** And not before it has been tried so often: a service that was off for all that time has asked nobody yet. */
const leastAttempts = 20

/**
 * Makes the thread agree with one row that this owner has leased: posts the status message, edits it, delivers the
 * outcome. Never throws. A message is posted once, and from then on only edited.
 */
export async function announce(core: Core, operation: Operation, lane: Announcing): Promise<void> {
  const messenger = operation.thread === null ? undefined : lane.messengers.get(platformOf(operation.thread))
  // Its front end is switched off: look again later, it may be back after a restart with another configuration.
  if (!messenger) return settle(core, operation, lane, { announceDueAt: core.clock.now() + 60_000 })
  let known = operation
  try {
    const clean = stands(operation) ? operation : await withdraw(core, operation, lane, messenger)
    known = clean ?? known
    const posted = clean && isUnshown(clean) ? await post(core, clean, lane, messenger) : clean
    known = posted ?? known
    const owed = posted !== null && isFinal(posted.status) && isOwed(posted)
    // Of an outcome the delivery goes first: the message that people wait for is not kept behind an edit.
    const delivered = owed ? await deliverOrTell(core, posted, lane, messenger) : posted
    known = delivered ?? known
    // Taken away while it was being posted, it goes again: no earlier row says that it was taken away. And of a video
    // that was posted again the message before it goes now.
    const told = owed && delivered ? await withdraw(core, delivered, lane, messenger) : delivered
    // It is no longer ours, or no longer ended: then there is more to tell, which waits for no lease to run out.
    if (told === null) return settle(core, operation, lane, {})
    // The message that was just posted says what this card would.
    const edited = await unlessKept(core, told, lane, async () => {
      if (owed || posted === clean) await editStatus(told, lane, messenger)
      return told
    })
    const noted = edited && (await unlessKept(core, edited, lane, () => tellAdmins(core, edited, lane, messenger)))
    if (noted) await settle(core, noted, lane, shown(core, owed ? told : operation))
  } catch (thrown) {
    await setBack(core, operation, known, lane, asVideoError(thrown))
  }
}

function shown(core: Core, operation: Operation): OperationPatch {
  return {
    announcedVersion: operation.version,
    announceAttempts: 0,
    announceDueAt: core.clock.now() + betweenEditsMilliseconds,
  }
}

/** When its thread was last told how it stands, milliseconds since 1970; null where none is, or where more is to be told. */
export function toldAt({ thread, version, announcedVersion, announceDueAt }: Operation): number | null {
  return thread === null || version !== announcedVersion ? null : announceDueAt - betweenEditsMilliseconds
}

/** As `deliver`; where the outcome cannot be posted yet, the message that stands there says that it is to come. */
async function deliverOrTell(
  core: Core,
  operation: Operation,
  lane: Announcing,
  messenger: Messenger,
): Promise<Operation | null> {
  try {
    return await deliver(core, operation, lane, messenger)
  } catch (thrown) {
    await tellMeanwhile(operation, lane, messenger, thrown)
    throw thrown
  }
}

/** Posts the outcome; returns the row with the message's id, null if the lease is lost or this is its outcome no more. */
async function deliver(
  core: Core,
  operation: Operation,
  lane: Announcing,
  messenger: Messenger,
): Promise<Operation | null> {
  const ready = await readyToDeliver(core, operation, lane.owner, lane.signal)
  if (!ready) return null
  if (!isOwed(ready.operation)) return ready.operation
  // The row may have ended while its status message was being posted: an earlier card would tell of that.
  const card = await lane.card({ ...ready.operation, announceAttempts: 0 })
  const before = await outcomesOf(core, ready.operation)
  const { message, problem } = await messenger.deliver(ready.operation, card, ready.video, lane.signal, before)
  reached('delivered', operation.id)
  // Before the row names the new one in their stead.
  if (before.length > 0)
    await remember(
      core,
      ready.operation,
      before.filter((each) => each !== message),
    )
  const delivered = {
    deliveredMessage: message,
    deliveredAt: core.clock.now(),
    deliveryProblem: problem,
    // The tries were those of posting it: taking away the one before has its own.
    announceAttempts: 0,
  }
  // What is looked at again meanwhile is owed another outcome than this one.
  const when = { announceLeaseOwner: lane.owner, status: ready.operation.status }
  const recorded = await core.store.change(operation.id, when, delivered)
  // Named all the same, so that it is taken away.
  if (!recorded)
    await core.store.change(operation.id, { announceLeaseOwner: lane.owner }, { deliveredMessage: message })
  reached('delivery recorded', operation.id)
  core.log.info({ operation: operation.id, message, problem }, 'delivered')
  return recorded
}

/** What a change of a message comes to; where its place keeps what was taken away, the row, which says so then. */
async function unlessKept(
  core: Core,
  operation: Operation,
  lane: Announcing,
  change: () => Promise<Operation | null>,
): Promise<Operation | null> {
  try {
    return await change()
  } catch (thrown) {
    const { code, message, retryable, facts } = asVideoError(thrown)
    // Where its front end left, it is told of it once it is back.
    const mayPass = retryable || facts.why === left || lane.signal.aborted
    if (operation.removedAt === null || mayPass) throw thrown
    core.log.warn({ operation: operation.id, code, error: message }, 'a message cannot be emptied')
    return core.store.change(operation.id, { announceLeaseOwner: lane.owner }, { deliveryProblem: stays })
  }
}

/** Whether it has no status message yet; the one of what was removed may have been emptied by a press, and lost its name. */
function isUnshown({ statusMessage, removedAt, announcedVersion }: Operation): boolean {
  return statusMessage === null && (removedAt === null || announcedVersion === null)
}

/** Whether its outcome stands nowhere yet, and was neither given up nor taken away: of that nothing new is posted. */
function isOwed({ deliveredAt, deliveryProblem, removedAt }: Operation): boolean {
  return deliveredAt === null && deliveryProblem === null && removedAt === null
}

/** Whether a video that is to be posted again hangs in its thread, where it stays until another does. */
function stands(operation: Operation): boolean {
  return isPostedAgain(operation) && operation.deliveredMessage !== null && isOwed(operation)
}

/** Whether what happened last with it was told in vain for too long. A full bucket is no attempt, see below. */
function isTooLate(operation: Operation, now: number): boolean {
  const { finishedAt, retiredAt, removedAt, announceAttempts } = operation
  const since = finishedAt === null ? now : Math.max(finishedAt, retiredAt ?? 0, removedAt ?? 0)
  return now - since > deliverWithinMilliseconds && announceAttempts + 1 >= leastAttempts
}

/** `known`: what is known of the row by now. */
async function setBack(
  core: Core,
  operation: Operation,
  known: Operation,
  lane: Announcing,
  error: VideoError,
): Promise<void> {
  const now = core.clock.now()
  // Cut short, it may have been posted all the same: whoever goes on asks the thread, once that can tell.
  if (lane.signal.aborted)
    return settle(core, operation, lane, error.retryable && error.code !== 'busy' ? again(known, error, now) : {})
  if (!error.retryable || isTooLate(known, now)) {
    core.log.warn({ operation: operation.id, code: error.code, error: error.message }, 'the thread cannot be reached')
    const deliveryProblem = typeof error.facts.why === 'string' ? error.facts.why : error.code
    // Of what was taken away its thread is told once its front end speaks there again.
    if (known.removedAt !== null && deliveryProblem === left)
      return settle(core, operation, lane, { ...shown(core, operation), deliveryProblem })
    if (!isOwed(known) || !isFinal(operation.status)) return settle(core, operation, lane, shown(core, operation))
    // The message that stands says so at once, where there is one.
    const next = known.statusMessage === null ? shown(core, operation) : { announceAttempts: 0, announceDueAt: now }
    // What could not be posted again stays where it hangs.
    const kept = stands(known) ? { deliveredAt: now } : {}
    return settle(core, operation, lane, { ...next, ...kept, deliveryProblem })
  }
  const patch = again(known, error, now)
  const { announceAttempts } = patch
  core.log.info(
    { operation: operation.id, code: error.code, announceAttempts, error: error.message },
    'the thread is told later',
  )
  await settle(core, operation, lane, patch)
}

/** What a row that is tried again says of the try that failed. */
function again(operation: Operation, { code, retryAfterSeconds }: VideoError, now: number) {
  const opensIn = code === 'busy' ? retryAfterSeconds : undefined
  const announceAttempts = operation.announceAttempts + (opensIn === undefined ? 1 : 0)
  // A full rate-limit bucket is no failure: nothing was tried, and its messenger knows when there is room again.
  const wait =
    opensIn === undefined ? backoffMilliseconds(announceAttempts, retryAfterSeconds) : Math.ceil(opensIn * 1000)
  return { announceAttempts, announceDueAt: now + wait }
}

async function settle(core: Core, operation: Operation, lane: Announcing, patch: OperationPatch): Promise<void> {
  const when = { announceLeaseOwner: lane.owner }
  try {
    const settled = await core.store.change(operation.id, when, patch, { releaseAnnounceLease: true })
    // It ended while the thread was told of something earlier: the outcome does not wait for the distance between edits.
    const ended = settled !== null && isFinal(settled.status) && !isFinal(operation.status)
    if (ended) await core.store.change(operation.id, {}, { announceDueAt: core.clock.now() })
  } catch (thrown) {
    core.log.error(
      { operation: operation.id, error: asVideoError(thrown).message },
      'an announcement could not be recorded',
    )
  }
}
