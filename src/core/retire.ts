import { type Core, isOurs } from './context.ts'
import { asVideoError } from './errors.ts'
import { findModel } from './models.ts'
import { isFinal, type Operation } from './operation.ts'
import type { OperationPatch } from './ports/change.ts'
import type { AuditEntry } from './ports/store.ts'
import { pictureFiles, type VideoRequest } from './request.ts'
import { reached } from './steps.ts'

const dayMilliseconds = 86_400_000
const atOnce = 100
/** What is named after its Operation. */
const videoOrPoster = /^gen_video_(.+)\.(?:mp4|jpg)$/
const dropCopyMilliseconds = 10_000

/** Names of all files that an Operation owns. */
function filesOf(operation: Operation): readonly string[] {
  const files = [operation.videoFile, operation.posterFile, ...pictureFiles(operation.request)]
  return files.filter((file) => file !== null)
}

/**
 * Drops the files of Operations that were finished, and told in their thread, longer ago than the retention time; their rows
 * stay. Returns how many.
 */
async function retireExpired(core: Core): Promise<number> {
  const before = core.clock.now() - core.policy.retentionDays * dayMilliseconds
  let retired = 0
  let reachable = true
  for (;;) {
    const operations = await core.store.expired(before, atOnce)
    for (const operation of operations) {
      await retire(core, operation)
      // One failure is waited for, not a thousand.
      reachable = reachable && (await dropCopy(core, operation))
    }
    retired += operations.length
    if (operations.length < atOnce) return retired
  }
}

async function retire(core: Core, operation: Operation): Promise<void> {
  // The row first: a file without a row is swept later, a row that promises a missing file is not mended by anyone.
  await core.store.change(
    operation.id,
    { status: operation.status },
    { retiredAt: core.clock.now() },
    { visible: true },
  )
  await dropFiles(core, operation)
}

async function dropFiles(core: Core, operation: Operation): Promise<void> {
  for (const file of filesOf(operation)) {
    // A re-run shares its parent's images: the last one takes them away.
    if (!(await core.store.ownsFile(file))) await core.files.remove(file)
  }
}

/**
 * Takes away the video that Google put into a bucket of the host's, and of what was removed all that Omni keeps under its
 * name for the work; the row names both until that is done. Never throws: what cannot be taken away now is tried again for
 * those who asked to be forgotten, and is otherwise left to the rules of the bucket and of Google. False where it could not.
 */
export async function dropCopy(core: Core, operation: Operation): Promise<boolean> {
  const { id, status, request, charge, sourceUri, removedAt } = operation
  // Veo's name stays: nothing is kept under it for long, and it tells an Operation on Google's bill.
  const keeps = removedAt !== null && findModel(request.model)?.service === 'omni'
  const handle = keeps ? operation.handle : null
  if (sourceUri === null && handle === null) return true
  // A rehearsal cannot ask Google, and what was rehearsed is not there.
  if (core.policy.free && charge !== 'none') return false
  try {
    const kept = { model: request.model, handle, sourceUri }
    if (isOurs(core, operation)) await core.model.discard(kept, AbortSignal.timeout(dropCopyMilliseconds))
    await core.store.change(id, { status }, { sourceUri: null, ...(handle === null ? {} : { handle: null }) })
    return true
  } catch (thrown) {
    core.log.warn({ operation: id, error: asVideoError(thrown).message }, 'Google’s copy could not be taken away')
    return false
  }
}

/** Takes away files and personal data of a finished Operation at once; row, price and ledger stay, and what Google keeps. */
export async function removeData(
  core: Core,
  operation: Operation,
  audit: { audit?: AuditEntry } = {},
): Promise<Operation | null> {
  if (!isFinal(operation.status)) return null
  const now = core.clock.now()
  const request: VideoRequest = {
    ...operation.request,
    prompt: '',
    negativePrompt: null,
    firstFrame: null,
    lastFrame: null,
    references: [],
  }
  const patch: OperationPatch = {
    request,
    requesterName: '',
    // Google's reasons quote prompts.
    errorFacts: {},
    suggestion: null,
    removedAt: now,
    retiredAt: now,
    announceDueAt: now,
  }
  const options = { visible: true, ...audit }
  const removed = await core.store.change(operation.id, { status: operation.status }, patch, options)
  if (!removed) return null
  reached('removed', operation.id)
  await dropFiles(core, operation)
  return removed
}

/**
 * Whether a file is left where it is. The video of an Operation that the database has never heard of is one of a database
 * that a restore set aside, and that may be put back: it stays as long as any other. A rehearsal leaves whatever it does not
 * know: beside a live service it may be that one's, and paid for.
 */
async function stays(core: Core, file: string, modifiedAt: number): Promise<boolean> {
  if (await core.store.ownsFile(file)) return true
  const id = videoOrPoster.exec(file)?.[1]
  if (id !== undefined && (await core.store.get(id)) !== null) return false
  const isOver = core.clock.now() - modifiedAt > core.policy.retentionDays * dayMilliseconds
  return core.policy.free || (id !== undefined && !isOver)
}

/** One round of housekeeping: retention, orphaned files, and whether new Operations can be kept. Never throws. */
export async function keepHouse(core: Core): Promise<void> {
  try {
    const retired = await retireExpired(core)
    const swept = await core.files.sweep((file, modifiedAt) => stays(core, file, modifiedAt))
    if (retired + swept > 0) core.log.info({ retired, swept }, 'tidied away')
  } catch (thrown) {
    core.log.error({ error: asVideoError(thrown).message }, 'tidying away did not work')
  }
}

/** Room for some videos must be free, or nothing new is accepted. */
const neededBytes = 200 * 1024 * 1024

/** Looks whether database and disk can take new Operations, and lets submit know. Never throws. */
export async function lookAtHealth(core: Core): Promise<void> {
  const before = core.health.trouble
  try {
    await core.store.ping()
    await core.files.ping(neededBytes)
    core.health.trouble = null
  } catch (thrown) {
    core.health.trouble = asVideoError(thrown)
  }
  const { trouble } = core.health
  if (trouble && trouble.message !== before?.message)
    core.log.error({ error: trouble.message }, 'nothing new is accepted: it could not be kept')
  if (before && !trouble) core.log.info({}, 'new Operations are accepted again')
}
