import { type Core, isOurs } from './context.ts'
import { asVideoError, retryable, VideoError } from './errors.ts'
import { fetchWithinMilliseconds } from './kept.ts'
import type { Operation } from './operation.ts'
import type { StoredFile } from './ports/files.ts'
import type { CheckOutcome } from './ports/google.ts'
import { isPostedAgain } from './withdraw.ts'

/** What is to be delivered: the row as it is now, and its video where it has one. */
interface Ready {
  readonly operation: Operation
  readonly video: StoredFile | null
}

/**
 * The outcome of an Operation whose announce lease this owner has. A file that is gone is fetched from Google once more,
 * which costs nothing, as long as Google keeps it; where that is over, the row is retired, so that it promises no missing
 * file and its card explains. Of a retired one what hangs in the thread already counts as delivered. Null if the lease is
 * lost; throws what may pass.
 */
export async function readyToDeliver(
  core: Core,
  operation: Operation,
  owner: string,
  signal: AbortSignal,
): Promise<Ready | null> {
  const { id, videoFile, retiredAt } = operation
  const hangs = isPostedAgain(operation) && operation.deliveredMessage !== null
  if (videoFile === null || (retiredAt !== null && !hangs)) return { operation, video: null }
  const there = retiredAt === null ? await core.files.open(videoFile) : null
  if (there !== null) return { operation, video: there }
  if (retiredAt !== null || !(await fetchAgain(core, operation, signal))) {
    // In one change: what is to go from its thread for another that will never come would go later.
    const delivered = hangs ? { deliveredAt: operation.finishedAt } : {}
    const retired = await core.store.change(
      id,
      { status: 'completed', announceLeaseOwner: owner },
      { retiredAt: retiredAt ?? core.clock.now(), ...delivered },
      { visible: true },
    )
    return retired && { operation: retired, video: null }
  }
  const current = await core.store.get(id)
  if (current?.retiredAt === null) return { operation: current, video: await core.files.open(videoFile) }
  // It was taken away while it was being fetched.
  await core.files.remove(videoFile)
  return current && readyToDeliver(core, current, owner, signal)
}

/**
 * Whether the same video as before lies in its place again; false where Google has it no more. That Google does not know it, or
 * is at work on its file, may pass, as it may in a check.
 */
async function fetchAgain(core: Core, operation: Operation, signal: AbortSignal): Promise<boolean> {
  const { id, handle, seenDoneAt } = operation
  const over = seenDoneAt === null || core.clock.now() - seenDoneAt > fetchWithinMilliseconds
  if (handle === null || over) return false
  if (!isOurs(core, operation)) {
    if (operation.charge === 'none') return false
    throw new VideoError('unreachable', 'only a process with Google’s key can fetch it', { retryable: true })
  }
  try {
    const outcome = await core.model.check(operation.request.model, handle, signal)
    if (outcome.state !== 'done') throw notNow(outcome)
    const { file, hash } = await core.files.saveVideo(id, outcome.source, signal)
    if (hash !== operation.videoHash) await core.files.remove(file)
    core.log.warn({ operation: id, same: hash === operation.videoHash }, 'the file was gone and was fetched again')
    return hash === operation.videoHash
  } catch (thrown) {
    const error = asVideoError(thrown)
    if (error.retryable || signal.aborted) throw error
    core.log.warn({ operation: id, code: error.code, error: error.message }, 'the file is gone, and at Google too')
    return false
  }
}

/** Why there is no video: Google has said before that it made one. */
function notNow(outcome: Exclude<CheckOutcome, { state: 'done' }>): VideoError {
  if (outcome.state === 'running') return new VideoError('unreachable', 'Google is at work on it', { retryable: true })
  const { error } = outcome
  return error.code === 'lost_operation' ? retryable(error) : error
}
