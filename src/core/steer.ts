import { decides, owns, steers } from './access.ts'
import { audited, auditedOfOthers } from './audit.ts'
import { type Core, isOurs } from './context.ts'
import { asVideoError, type Facts, VideoError } from './errors.ts'
import { decidedAlready, find } from './inspect.ts'
import { mayBeKept, saysGone } from './kept.ts'
import { isFinal, type Operation } from './operation.ts'
import type { OperationPatch } from './ports/change.ts'
import type { Person } from './ports/commands.ts'
import type { AuditEntry } from './ports/store.ts'
import { dropCopy, removeData } from './retire.ts'
import { reached } from './steps.ts'
import { failure, takenBack } from './turn.ts'

/** The Operation, for its requester or an admin; throws `not_found` or `forbidden`. */
export async function findOwn(core: Core, id: string, person: Person): Promise<Operation> {
  const operation = await find(core, id, person)
  if (!owns(person, operation)) throw new VideoError('forbidden', 'not the requester')
  return operation
}

/** The Operation, for an admin of its workspace; throws `not_found` or `forbidden`. */
async function findAsAdmin(core: Core, id: string, person: Person): Promise<Operation> {
  const operation = await find(core, id, person)
  if (!steers(person, operation.workspace)) throw new VideoError('forbidden', 'not an admin')
  return operation
}

/** What has begun goes on; what is only rehearsed costs nothing. */
function tooLate(operation: Operation): VideoError {
  return notNow(operation, operation.charge === 'none' ? 'cancel_free' : 'cancel')
}

/** The refusal of what its state does not allow; `variant`: which of the sentences says so. */
export function notNow(operation: Operation, variant?: string): VideoError {
  const facts = { priceMicros: operation.priceMicros, ...(variant === undefined ? {} : { variant }) }
  return new VideoError('not_now', `${operation.status} does not allow it`, { facts })
}

/** What Google is being asked to stop, by Operation: whoever presses again meanwhile hears the same answer. */
export type Stops = Map<string, Promise<boolean>>

/** Ends what has not begun, for nothing; asks Google to stop what has, where it can. */
export async function cancel(core: Core, id: string, person: Person, stops: Stops): Promise<Operation> {
  const operation = await findOwn(core, id, person)
  if (isFinal(operation.status)) return operation
  if (operation.status === 'pending') return cancelPending(core, operation, person)
  const { handle } = operation
  if (handle === null) throw tooLate(operation)
  // What was only rehearsed has nothing to be stopped at Google.
  const rehearsed = operation.charge === 'none' && !core.policy.free
  if (!rehearsed && !(await stoppedOnce(core, operation, handle, stops))) throw tooLate(operation)
  const facts: Facts = rehearsed ? {} : { variant: 'running' }
  const cancelled = await auditedOfOthers(core, person, 'cancel', operation, (audit) =>
    end(core, operation, facts, {}, audit),
  )
  // It became final in between: what it became is the truth.
  return cancelled ?? find(core, id, person)
}

function stoppedOnce(core: Core, operation: Operation, handle: string, stops: Stops): Promise<boolean> {
  const { id } = operation
  const asked = stops.get(id) ?? stopped(core, operation, handle).finally(() => stops.delete(id))
  stops.set(id, asked)
  return asked
}

/** Whether Google was asked to stop and did. Throws `unreachable` where that is not known, so that it is worth asking again. */
async function stopped(core: Core, operation: Operation, handle: string): Promise<boolean> {
  if (!isOurs(core, operation)) return false
  try {
    return await core.model.cancel(operation.request.model, handle, AbortSignal.timeout(10_000))
  } catch (thrown) {
    const { message, retryable } = asVideoError(thrown)
    core.log.warn({ operation: operation.id, error: message }, 'Google could not be asked to stop')
    if (!retryable) return false
    throw new VideoError('unreachable', message, { facts: { variant: 'stopping' }, retryable, cause: thrown })
  }
}

/**
 * Ends an Operation that Google has not been asked for. While Google is being asked, its start ends it instead, if nothing
 * begins; throws `not_now` where it has begun. `person`: null for its requester; `facts`: why, where nobody asked for it.
 */
export async function cancelPending(
  core: Core,
  operation: Operation,
  person: Person | null,
  facts: Facts = {},
): Promise<Operation> {
  const ended = await auditedOfOthers(core, person, 'cancel', operation, async (audit) => {
    const now = () => end(core, operation, facts, { notStarting: true }, audit)
    // In between Google may have been asked, and have refused.
    return (await now()) ?? (await unlessBegun(core, operation, audit)) ?? now()
  })
  if (ended) return ended
  const current = await core.store.get(operation.id)
  if (current && isFinal(current.status)) return current
  throw tooLate(operation)
}

/** Notes the wish for the start that is under way; null where none is. */
async function unlessBegun(core: Core, { id }: Operation, audit: { audit?: AuditEntry }): Promise<Operation | null> {
  const current = await core.store.get(id)
  if (current?.status !== 'pending' || current.startingAt === null) return null
  const { startingAt, errorFacts } = current
  if (errorFacts.unwanted !== undefined) return current
  const patch = { errorFacts: { ...errorFacts, unwanted: 1 }, announceDueAt: core.clock.now() }
  return core.store.change(id, { status: 'pending', startingAt }, patch, { visible: true, ...audit })
}

async function end(
  core: Core,
  operation: Operation,
  facts: Facts,
  when: { notStarting?: true },
  audit: { audit?: AuditEntry },
): Promise<Operation | null> {
  const cancelled = failure(core, operation, new VideoError('cancelled', 'cancelled', { facts }))
  const options = { visible: true, releaseLease: true, ...audit }
  const ended = await core.store.change(operation.id, { status: operation.status, ...when }, cancelled, options)
  if (!ended) return null
  reached('cancelled', operation.id)
  core.log.info({ operation: operation.id, charge: ended.charge }, 'cancelled')
  return ended
}

/** Takes away files and personal data of a finished Operation. */
export async function remove(core: Core, id: string, person: Person): Promise<Operation> {
  const operation = await findOwn(core, id, person)
  if (operation.removedAt !== null) return operation
  const removed = await auditedOfOthers(core, person, 'remove', operation, (audit) =>
    removeData(core, operation, audit),
  )
  if (!removed) throw notNow(operation)
  // Nobody waits for Google: Discord and Slack would not.
  void dropCopy(core, removed)
  return removed
}

/** Lets a held Operation go, or ends it unpaid; says who decided. */
export async function decide(
  core: Core,
  id: string,
  decision: 'approve' | 'decline',
  admin: Person,
): Promise<Operation> {
  const operation = await find(core, id, admin)
  if (!decides(admin, operation)) throw new VideoError('forbidden', 'not an admin')
  const declined = failure(core, operation, new VideoError('declined', 'declined', { facts: { admin: admin.name } }))
  const outcome = decision === 'decline' ? declined : { announceDueAt: core.clock.now() }
  const patch: OperationPatch = { hold: null, decidedBy: admin.name, ...outcome }
  const decided = await audited(core, admin, operation.workspace, { action: decision, subject: id }, (audit) =>
    core.store.change(id, { status: 'pending', hold: 'approval' }, patch, { visible: true, audit }),
  )
  if (!decided) throw decidedAlready()
  reached('decided', operation.id)
  core.log.info(
    { operation: id, status: decided.status, by: admin.id },
    decision === 'approve' ? 'approved' : 'declined',
  )
  return decided
}

/** What is perhaps charged becomes charged or not, as an admin found on Google's bill. */
export async function settle(core: Core, id: string, charged: boolean, admin: Person): Promise<Operation> {
  const operation = await findAsAdmin(core, id, admin)
  const patch: OperationPatch = { charge: charged ? 'settled' : 'released', announceDueAt: core.clock.now() }
  const deed = { action: charged ? 'settle_charged' : 'settle_not_charged', subject: id }
  const settled = await audited(core, admin, operation.workspace, deed, (audit) =>
    core.store.change(id, { charge: 'uncertain' }, patch, { visible: true, audit }),
  )
  if (!settled) throw notNow(operation)
  return settled
}

/** Posts a finished video once more into its thread; throws `not_now` where its file is there no more. */
export async function deliverAgain(core: Core, id: string, admin: Person): Promise<Operation> {
  const operation = await findAsAdmin(core, id, admin)
  const patch = {
    deliveredAt: null,
    deliveryProblem: null,
    announceDueAt: core.clock.now(),
    announceAttempts: 0,
    // A failure that was taken back is not what is posted again.
    ...(operation.deliveredAt === null ? {} : { errorFacts: { postedAgain: 1 } }),
    // By this a messenger tells the new message from the one that goes. Where none is known, one may be on its way.
    ...(operation.deliveredMessage === null ? {} : { announcedVersion: operation.version }),
  }
  const again = await audited(core, admin, operation.workspace, { action: 'deliver_again', subject: id }, (audit) =>
    // Of one that was tidied away the message that stands has the only video.
    core.store.change(id, { status: 'completed', notRetired: true }, patch, { visible: true, audit }),
  )
  if (!again) throw notNow(operation)
  return again
}

/** Asks Google once more about an Operation that was given up although Google may have its video; throws `not_now` else. */
export async function lookAgain(core: Core, id: string, person: Person): Promise<Operation> {
  const operation = await findOwn(core, id, person)
  const { charge } = operation
  const now = core.clock.now()
  if (!mayBeKept(operation, now)) throw notNow(operation)
  const patch: OperationPatch = {
    ...takenBack(now),
    errorFacts: saysGone(operation) ? { lookedAgain: 1 } : {},
    // What an admin found on Google's bill, or did not, stays so until its video comes.
    ...(charge === 'uncertain' ? { charge: 'reserved' } : {}),
    dueAt: now,
  }
  const resumed = await auditedOfOthers(core, person, 'look_again', operation, (audit) =>
    core.store.change(id, { status: 'error', charge, notRemoved: true }, patch, { visible: true, ...audit }),
  )
  if (!resumed) throw notNow(operation)
  return resumed
}
