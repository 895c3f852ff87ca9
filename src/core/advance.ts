import { settingsIn } from './access.ts'
import { backoffMilliseconds } from './backoff.ts'
import type { Core } from './context.ts'
import { asVideoError, type ErrorCode, VideoError } from './errors.ts'
import { type Eta, kindOf } from './eta.ts'
import type { Charge, Operation } from './operation.ts'
import type { Pace } from './pace.ts'
import type { StartOrder, VideoSource } from './ports/google.ts'
import type { ChangeWhen, OperationPatch } from './ports/store.ts'
import type { ImageSource, SavedImage, VideoRequest } from './request.ts'
import { reached } from './steps.ts'

/** A start that is refused for reasons that may pass is tried this often, about a quarter of an hour; then it fails. */
const startAttempts = 20
const pauseLookMilliseconds = 15_000
const storeAgainMilliseconds = 500
/** A video is mostly there sooner: then the thread is told of nothing but the video, and no edit stands in its way. */
const tellOfFetchAfterMilliseconds = 2_000
/** Google keeps a finished video for two days; after that, trying on is pointless. */
export const fetchWithinMilliseconds = 47 * 3_600_000
/** A file that arrives broken again and again is not fetched every minute for all that time. */
const betweenFetchesMilliseconds = 600_000
/** How long unanswered checks go on before the Operation is given up: longer than any outage seen so far. */
const checkWithinMilliseconds = 24 * 3_600_000

/** One worker's way of taking steps: whose leases, and how the signal of a shutdown reaches the network calls. */
export interface Turn {
  readonly owner: string
  readonly signal: AbortSignal
  readonly eta: Eta
  readonly pace: Pace
}

/**
 * Takes the next step of one Operation that this owner has leased: take in its images and start it, or check it and
 * save its video, or fail it. Never throws; doing a step twice changes nothing, because every change asks for the lease.
 */
export async function advance(core: Core, operation: Operation, turn: Turn): Promise<void> {
  try {
    if (operation.status === 'pending') await start(core, operation, turn)
    else await check(core, operation, turn)
  } catch (thrown) {
    await setBack(core, operation, turn, asVideoError(thrown))
  }
}

async function start(core: Core, operation: Operation, turn: Turn): Promise<void> {
  // The start was recorded and no answer was: whoever asked Google is gone, and asking again could pay twice.
  if (operation.startingAt !== null)
    return fail(core, operation, turn, new VideoError('interrupted', 'crashed while starting'))
  if ((await settingsIn(core.store, operation.workspace)).paused) return waitOutPause(core, operation, turn)
  const prepared = await takeInImages(core, operation, turn)
  if (!prepared) return
  reached('images taken in', operation.id)
  const order = await orderFor(core, prepared)
  const starting = await change(
    core,
    prepared,
    turn,
    { startingAt: core.clock.now() },
    { visible: true },
    { notStarting: true },
  )
  if (!starting) return
  reached('start recorded', operation.id)
  const handle = await callStart(core, starting, order, turn)
  if (handle === null) return
  reached('start answered', operation.id)
  const now = core.clock.now()
  const started: OperationPatch = { status: 'processing', handle, startedAt: now, attempts: 0 }
  await untilStored(core, turn, async () => {
    const dueAt = await nextLook(core, { ...starting, startedAt: now }, turn, now)
    return change(core, starting, turn, { ...started, dueAt }, { visible: true, releaseLease: true })
  })
  reached('handle stored', operation.id)
  core.log.info({ operation: operation.id, model: operation.request.model }, 'started')
}

/** Google has begun and only this process knows its name for the work: that is written, however long the store takes. */
async function untilStored(core: Core, turn: Turn, write: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await write()
      return
    } catch (thrown) {
      const error = asVideoError(thrown)
      if (!error.retryable || turn.signal.aborted) throw error
      core.log.error({ error: error.message }, 'what Google began cannot be written down yet; trying on')
      await core.clock.sleep(storeAgainMilliseconds, turn.signal)
    }
  }
}

/** An admin has paused new videos in its workspace: it keeps its place and is looked at again now and then. */
async function waitOutPause(core: Core, operation: Operation, turn: Turn): Promise<void> {
  const dueAt = core.clock.now() + pauseLookMilliseconds
  await change(core, operation, turn, { dueAt }, { releaseLease: true })
}

/** Google's name for the work; null where it did not begin and that has been recorded. */
async function callStart(core: Core, operation: Operation, order: StartOrder, turn: Turn): Promise<string | null> {
  try {
    // Not given the shutdown's signal: to give up in the middle would leave a paid start without a name.
    return await core.model.start(order, new AbortController().signal)
  } catch (thrown) {
    const error = asStartError(thrown)
    if (error.code === 'model_retired') core.offered.retire(operation.request.model)
    if (!error.retryable || operation.attempts + 1 >= startAttempts) await fail(core, operation, turn, error)
    else await tryLater(core, operation, turn, error, { startingAt: null })
    return null
  }
}

/** What is not known to have begun nothing may have begun something. */
function asStartError(thrown: unknown): VideoError {
  return thrown instanceof VideoError
    ? thrown
    : new VideoError('interrupted', 'unexpected failure of the start', { cause: thrown })
}

async function takeInImages(core: Core, operation: Operation, turn: Turn): Promise<Operation | null> {
  const { request } = operation
  const sources = [request.firstFrame, request.lastFrame, ...request.references]
  if (sources.every((source) => source === null || source.kind === 'saved')) return operation
  const take = (source: ImageSource | null) => (source === null ? null : takeIn(core, source, turn.signal))
  const [firstFrame, lastFrame] = [await take(request.firstFrame), await take(request.lastFrame)]
  const references: SavedImage[] = []
  for (const source of request.references) references.push(await takeIn(core, source, turn.signal))
  return change(core, operation, turn, { request: { ...request, firstFrame, lastFrame, references } })
}

async function takeIn(core: Core, source: ImageSource, signal: AbortSignal): Promise<SavedImage> {
  if (source.kind === 'saved') return source
  if (source.kind === 'remote') return core.files.fetchImage(source, signal)
  const parent = await core.store.get(source.operationId)
  if (!parent?.videoFile || parent.retiredAt !== null)
    throw new VideoError('bad_image', 'no video', { facts: { why: 'no_video' } })
  return core.files.lastFrame(parent.videoFile)
}

async function orderFor(core: Core, operation: Operation): Promise<StartOrder> {
  const { request } = operation
  const read = (source: ImageSource | null) => (source?.kind === 'saved' ? core.files.readImage(source) : null)
  return {
    request,
    firstFrame: await read(request.firstFrame),
    lastFrame: await read(request.lastFrame),
    references: (await Promise.all(request.references.map(read))).filter((each) => each !== null),
    parent: await namesOfBase(core, request),
  }
}

async function namesOfBase(core: Core, request: VideoRequest): Promise<StartOrder['parent']> {
  if (request.buildsOn === null) return null
  const base = await core.store.get(request.buildsOn)
  return base?.handle ? { handle: base.handle, sourceUri: base.sourceUri } : null
}

async function check(core: Core, operation: Operation, turn: Turn): Promise<void> {
  if (operation.handle === null) return fail(core, operation, turn, new VideoError('lost_operation', 'no handle'))
  const outcome = await core.model.check(operation.request.model, operation.handle, turn.signal)
  if (outcome.state === 'failed') return fail(core, operation, turn, outcome.error)
  if (outcome.state === 'running') return lookLater(core, operation, turn)
  const now = core.clock.now()
  const seenDoneAt = operation.seenDoneAt ?? now
  const firstSeen = operation.seenDoneAt === null
  // Where the video is known before it is fetched, so that a restart counts from here. The thread is told if that takes long.
  const announceDueAt = Math.max(operation.announceDueAt, now + tellOfFetchAfterMilliseconds)
  const patch = { seenDoneAt, sourceUri: outcome.sourceUri, ...(firstSeen ? { attempts: 0, announceDueAt } : {}) }
  const seen = await change(core, operation, turn, patch, { visible: firstSeen })
  if (!seen) return
  reached('end seen', operation.id)
  if (firstSeen && seen.startedAt !== null) turn.eta.learn(kindOf(seen), (seenDoneAt - seen.startedAt) / 1000)
  await save(core, seen, turn, outcome.source)
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
  const charge: Charge = operation.charge === 'none' ? 'none' : 'settled'
  const completed = await change(core, operation, turn, { ...done, charge }, { visible: true, releaseLease: true })
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
  await change(core, operation, turn, { dueAt, attempts: 0 }, { visible: operation.attempts > 0, releaseLease: true })
}

async function nextLook(core: Core, operation: Operation, turn: Turn, now: number): Promise<number> {
  const interval = await turn.pace.interval(operation.request.model)
  return turn.eta.nextLook(operation, now, core.policy.pollIntervalSeconds, interval)
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
  if (operation.seenDoneAt !== null) return now - operation.seenDoneAt > fetchWithinMilliseconds
  if (operation.startedAt !== null) return now - operation.startedAt > checkWithinMilliseconds
  return operation.attempts + 1 >= startAttempts
}

async function tryLater(
  core: Core,
  operation: Operation,
  turn: Turn,
  error: VideoError,
  patch: OperationPatch,
): Promise<void> {
  const attempts = operation.attempts + 1
  const longest = operation.seenDoneAt === null ? 60_000 : betweenFetchesMilliseconds
  const dueAt = core.clock.now() + backoffMilliseconds(attempts, error.retryAfterSeconds, longest)
  core.log.warn(
    { operation: operation.id, code: error.code, attempts, error: error.message },
    'a step failed and is tried again',
  )
  await change(
    core,
    operation,
    turn,
    { ...patch, attempts, dueAt },
    { visible: operation.attempts === 0, releaseLease: true },
  )
}

async function fail(core: Core, operation: Operation, turn: Turn, error: VideoError): Promise<void> {
  const now = core.clock.now()
  const patch: OperationPatch = {
    status: 'error',
    errorCode: error.code,
    errorFacts: error.facts,
    charge: chargeAfter(operation, error.code),
    finishedAt: now,
    announceDueAt: now,
  }
  const failed = await change(core, operation, turn, patch, { visible: true, releaseLease: true })
  if (!failed) return
  const fields = { operation: operation.id, code: error.code, error: error.message, cause: error.cause }
  if (error.code === 'internal') core.log.error(fields, 'failed')
  else core.log.info(fields, 'failed')
}

/** Codes under which Google may have charged although there is no video. */
const perhapsCharged: ReadonlySet<ErrorCode> = new Set([
  'interrupted',
  'timed_out',
  'cancelled',
  'lost_operation',
  'bad_video',
  'unreachable',
  'storage',
  'internal',
])

/** What a failure means for the reservation: before Google named the work only `interrupted` may have cost. */
export function chargeAfter(operation: Pick<Operation, 'charge' | 'handle'>, code: ErrorCode): Charge {
  if (operation.charge === 'none') return 'none'
  const began = operation.handle !== null || code === 'interrupted'
  return began && perhapsCharged.has(code) ? 'uncertain' : 'released'
}

function change(
  core: Core,
  operation: Operation,
  turn: Turn,
  patch: OperationPatch,
  options: { visible?: boolean; releaseLease?: boolean } = {},
  when: ChangeWhen = {},
): Promise<Operation | null> {
  return core.store.change(operation.id, { status: operation.status, leaseOwner: turn.owner, ...when }, patch, options)
}
