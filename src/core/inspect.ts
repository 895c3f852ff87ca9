import { isHost, maySee, settingsIn, steers, wasAsked } from './access.ts'
import type { Card } from './card.ts'
import { cardOf } from './cards.ts'
import type { Core } from './context.ts'
import { VideoError } from './errors.ts'
import type { Eta } from './eta.ts'
import { chainMicros } from './lineage.ts'
import type { Operation } from './operation.ts'
import type { HistoryEntry, OperationFilter, Page, Person, Statistics, ThreadSought } from './ports/commands.ts'
import type { StoredFile } from './ports/files.ts'
import type { AuditEntry, OperationStore } from './ports/store.ts'

const largestPage = 100

/**
 * The Operation, if this person may see it; `not_found` otherwise, whether it exists or not, and `not_now` for who was asked
 * to decide about it.
 */
export async function find(core: Core, id: string, viewer: Person): Promise<Operation> {
  const operation = await core.store.get(id)
  if (operation && maySee(viewer, operation)) return operation
  if (operation && wasAsked(viewer, operation)) throw decidedAlready()
  throw new VideoError('not_found', 'no such Operation for this person')
}

/** The Operation, if it was removed, whoever asks; null for any other. */
export async function findRemoved({ store }: Core, id: string): Promise<Operation | null> {
  const operation = await store.get(id)
  return operation === null || operation.removedAt === null ? null : operation
}

/** What whoever decides too late is told. */
export function decidedAlready(): VideoError {
  return new VideoError('not_now', 'decided or taken back already', { facts: { variant: 'decided' } })
}

/** A page of what this person may list: their own, or, for an admin, everyone's in the workspace. */
export async function list(
  core: Core,
  filter: OperationFilter,
  viewer: Person,
  cursor: string | null,
  limit: number,
): Promise<Page> {
  return core.store.list(narrowed(filter, viewer), cursor, Math.max(1, Math.min(limit, largestPage)))
}

function narrowed(filter: OperationFilter, viewer: Person): OperationFilter {
  // One's own are one's own wherever they were asked for, an admin's too.
  if (filter.workspace === undefined && filter.requester === viewer.id) return filter
  const workspace = filter.workspace ?? viewer.workspace
  if (!steers(viewer, workspace)) return { ...filter, requester: viewer.id }
  return isHost(viewer) ? filter : { ...filter, workspace: viewer.workspace }
}

/** What was asked for last in a thread and nobody removed: a finished video, or else what has not become one; null for none. */
export async function lastVideoIn(
  store: Pick<OperationStore, 'list'>,
  { workspace, thread, message, since }: ThreadSought,
): Promise<string | null> {
  const asked = { workspace, in: { thread, message }, removed: false, since } as const
  const { operations: finished } = await store.list({ ...asked, status: 'completed' }, null, 1)
  const { operations } = finished.length > 0 ? { operations: finished } : await store.list(asked, null, 1)
  return operations[0]?.id ?? null
}

/** What happened to an Operation, oldest first. */
export async function history(core: Core, id: string, viewer: Person): Promise<readonly HistoryEntry[]> {
  const operation = await find(core, id, viewer)
  return core.store.history(operation.id)
}

/** Figures over the viewer's workspace; over everything for admins of the host. */
export async function statistics(core: Core, viewer: Person): Promise<Statistics> {
  return core.store.statistics(isHost(viewer) ? null : viewer.workspace)
}

/** What admins did, newest first: in this admin's workspace, for the host everywhere. Throws `forbidden`. */
export async function audit(core: Core, admin: Person, limit: number): Promise<readonly AuditEntry[]> {
  if (!steers(admin, admin.workspace)) throw new VideoError('forbidden', 'not an admin')
  return core.store.audit(Math.max(1, Math.min(limit, largestPage)), isHost(admin) ? null : admin.workspace)
}

/** The card of an Operation as of now. */
export async function card(core: Core, eta: Eta, operation: Operation, locale?: string): Promise<Card> {
  const now = core.clock.now()
  const context = {
    now,
    position: operation.status === 'pending' ? await core.store.queuePosition(operation.id) : null,
    expectedAt: operation.status === 'processing' ? eta.expectedAt(operation, now) : null,
    chainMicros: await chainMicros(core.store, operation),
    retentionDays: core.policy.retentionDays,
    paused: operation.status === 'pending' && (await settingsIn(core.store, operation.workspace)).paused === true,
    suggests: core.rewriter !== undefined,
  }
  return cardOf(operation, context, locale)
}

/** A kept file, or `not_found`. Whether the person may see it is asked by the Operation first. */
export async function openFile(core: Core, file: string): Promise<StoredFile> {
  const stored = await core.files.open(file)
  if (!stored) throw new VideoError('not_found', 'no such file')
  return stored
}
