import { toldAt } from './announce.ts'
import type { Core } from './context.ts'
import { type Facts, VideoError } from './errors.ts'
import { kindOf } from './eta.ts'
import type { Operation } from './operation.ts'
import type { OperationPatch } from './ports/change.ts'
import type { VideoSource } from './ports/google.ts'
import { reached } from './steps.ts'
import { change, fail, nextLook, type Turn, tryLater } from './turn.ts'

/** A video is mostly there sooner: then the thread is told of nothing but the video, and no edit stands in its way. */
const tellOfFetchAfterMilliseconds = 2_000
const lostForMilliseconds = 3_600_000

/** Asks Google how it is; saves the video where it is done. */
export async function check(core: Core, operation: Operation, turn: Turn): Promise<void> {
  if (operation.handle === null) return fail(core, operation, turn, new VideoError('lost_operation', 'no handle'))
  const outcome = await core.model.check(operation.request.model, operation.handle, turn.signal)
  if (outcome.state === 'failed') return end(core, operation, turn, outcome.error)
  if (outcome.state === 'running') return lookLater(core, operation, turn)
  const now = core.clock.now()
  const seenDoneAt = operation.seenDoneAt ?? now
  const firstSeen = operation.seenDoneAt === null
  // Where the video is known before it is fetched, so that a restart counts from here. The thread is told if that takes long.
  const announceDueAt = Math.max(operation.announceDueAt, now + tellOfFetchAfterMilliseconds)
  const { lookedAgain } = operation.errorFacts
  const errorFacts: Facts = lookedAgain === undefined ? {} : { lookedAgain }
  const known = { seenDoneAt, sourceUri: outcome.sourceUri, errorFacts }
  const patch = { ...known, ...(firstSeen ? { attempts: 0, announceDueAt } : {}) }
  const seen = await change(core, operation, turn, patch, { visible: firstSeen })
  if (!seen) return
  reached('end seen', operation.id)
  if (firstSeen && seen.startedAt !== null) turn.eta.learn(kindOf(seen), (seenDoneAt - seen.startedAt) / 1000)
  await save(core, seen, turn, outcome.source)
}

/**
 * Google ended it; or does not know it, which it has said for days of works that were there again: that is believed after
 * an hour without another answer, and of what was looked for again because of it at once.
 */
async function end(core: Core, operation: Operation, turn: Turn, error: VideoError): Promise<void> {
  const now = core.clock.now()
  const { lookedAgain, lostSince = now } = operation.errorFacts
  const believed = lookedAgain !== undefined || now - Number(lostSince) >= lostForMilliseconds
  if (error.code !== 'lost_operation' || believed) return fail(core, operation, turn, error)
  await tryLater(core, operation, turn, error, { errorFacts: { lostSince } })
}

async function save(core: Core, operation: Operation, turn: Turn, source: VideoSource): Promise<void> {
  const video = await core.files.saveVideo(operation.id, source, turn.signal)
  reached('video saved', operation.id)
  const now = core.clock.now()
  const done: OperationPatch = {
    status: 'completed',
    videoFile: video.file,
    posterFile: video.poster,
    videoBytes: video.bytes,
    videoHash: video.hash,
    finishedAt: now,
    announceDueAt: now,
    attempts: 0,
    errorCode: null,
    errorFacts: {},
  }
  // What an admin did not find on Google's bill is there now.
  const isCounted = operation.charge === 'none' || operation.charge === 'settled'
  const charge: OperationPatch = isCounted ? {} : { charge: 'settled' }
  const completed = await change(core, operation, turn, { ...done, ...charge }, { visible: true, releaseLease: true })
  reached('completed', operation.id)
  if (completed) core.log.info({ operation: operation.id, bytes: video.bytes, seconds: video.seconds }, 'completed')
}

async function lookLater(core: Core, operation: Operation, turn: Turn): Promise<void> {
  const now = core.clock.now()
  const minutes = Math.round(core.policy.operationTimeoutSeconds / 60)
  if (now - (operation.startedAt ?? now) > core.policy.operationTimeoutSeconds * 1000) {
    return fail(core, operation, turn, new VideoError('timed_out', 'Google took too long', { facts: { minutes } }))
  }
  const dueAt = await nextLook(core, operation, turn, now)
  const patch = { dueAt, attempts: 0, errorFacts: {} }
  const visible = operation.attempts > 0 || hasLapsed(operation, turn, now)
  await change(core, operation, turn, patch, { visible, releaseLease: true })
}

/** Whether the time that its thread was promised has passed. */
function hasLapsed(operation: Operation, { eta }: Turn, now: number): boolean {
  const told = toldAt(operation)
  const promised = told === null ? null : eta.expectedAt(operation, told)
  return promised !== null && promised <= now
}
