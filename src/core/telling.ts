import { once } from 'node:events'
import { ownPlaceOf, settingsIn } from './access.ts'
import type { Card } from './card.ts'
import { adminCardOf } from './cards.ts'
import type { Core } from './context.ts'
import { asVideoError, VideoError } from './errors.ts'
import type { Operation } from './operation.ts'
import type { Messenger } from './ports/messenger.ts'
import { reached } from './steps.ts'

/** No change of a message, whatever it waits for, keeps the outcome that may come meanwhile longer than this. */
const editWithinMilliseconds = 10_000

/** What announce works with beside core. */
export interface Announcing {
  readonly owner: string
  readonly signal: AbortSignal
  readonly messengers: ReadonlyMap<string, Messenger>
  readonly card: (operation: Operation) => Promise<Card>
}

/** Posts the status message; returns the row with its id, null if the lease is lost. */
export async function post(
  core: Core,
  operation: Operation,
  lane: Announcing,
  messenger: Messenger,
): Promise<Operation | null> {
  const statusMessage = await messenger.post(operation, await lane.card(operation), lane.signal)
  reached('status posted', operation.id)
  const recorded = await core.store.change(operation.id, { announceLeaseOwner: lane.owner }, { statusMessage })
  reached('status recorded', operation.id)
  return recorded
}

/** The status message agrees with the row; throws where the platform does not take it. */
export async function editStatus(operation: Operation, lane: Announcing, messenger: Messenger): Promise<void> {
  if (operation.statusMessage === null) return
  await edit(operation, operation.statusMessage, await lane.card(operation), lane, messenger)
  reached('status edited', operation.id)
}

/** After something that is tried again, which `thrown` says: the message that stands there tells how it is meanwhile. */
export async function tellMeanwhile(
  operation: Operation,
  lane: Announcing,
  messenger: Messenger,
  thrown: unknown,
): Promise<void> {
  const { retryable, code } = asVideoError(thrown)
  if (!retryable || code === 'busy' || lane.signal.aborted) return
  const waiting = { ...operation, announceAttempts: operation.announceAttempts + 1 }
  // What the platform does not take now either comes with the next try.
  await editStatus(waiting, lane, messenger).catch(() => undefined)
}

/** Changes a message that stands already; throws a retryable error where that takes too long. */
async function edit(
  operation: Operation,
  message: string,
  card: Card,
  lane: Announcing,
  messenger: Messenger,
): Promise<void> {
  const within = AbortSignal.timeout(editWithinMilliseconds)
  const late = once(within, 'abort').then(() => {
    throw new VideoError('unreachable', 'the change of a message hung', { retryable: true })
  })
  await Promise.race([messenger.edit(operation, message, card, AbortSignal.any([lane.signal, within])), late])
}

/** Lets what failed for good be, so that the rest is told all the same; throws what may pass, or was cut short. */
function passOver(core: Core, operation: Operation, lane: Announcing, thrown: unknown, what: string): void {
  const error = asVideoError(thrown)
  if (error.retryable || lane.signal.aborted) throw error
  core.log.warn({ operation: operation.id, code: error.code, error: error.message }, what)
}

/**
 * The admins' message agrees with the row, where they named a channel for it or the host has named them; null if the lease
 * is lost.
 */
export async function tellAdmins(
  core: Core,
  operation: Operation,
  lane: Announcing,
  messenger: Messenger,
): Promise<Operation | null> {
  if (operation.adminMessage !== null) {
    await edit(operation, operation.adminMessage, adminCardOf(operation), lane, messenger)
    return operation
  }
  if (operation.status !== 'pending' || operation.hold !== 'approval' || !messenger.askAdmins) return operation
  const alone = operation.workspace === ownPlaceOf(operation.requester)
  const channel = alone ? null : (await settingsIn(core.store, operation.workspace)).adminChannel
  if (!alone && !channel) return operation
  try {
    const adminMessage = await messenger.askAdmins(operation, adminCardOf(operation), channel ?? null, lane.signal)
    if (adminMessage === null) return operation
    return await core.store.change(operation.id, { announceLeaseOwner: lane.owner }, { adminMessage })
  } catch (thrown) {
    // A wrong channel must not keep the requester's own message from being true.
    passOver(core, operation, lane, thrown, 'the admins could not be asked')
    return operation
  }
}
