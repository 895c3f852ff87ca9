import { backoffMilliseconds } from './backoff.ts'
import type { Core } from './context.ts'
import type { ErrorCode, VideoError } from './errors.ts'
import type { Eta } from './eta.ts'
import { saysGone } from './kept.ts'
import type { Charge, Operation } from './operation.ts'
import type { Pace } from './pace.ts'
import type { ChangeWhen, OperationPatch } from './ports/change.ts'

/** A start that is refused for reasons that may pass is tried this often, about a quarter of an hour; then it fails. */
export const startAttempts = 20
/**
 * One that Google's allowance for some minutes does not let begin is tried this often, about half a day: it may allow three
 * videos in ten minutes, and twenty be accepted at once.
 */
const startRefusals = 320
const betweenRefusalsMilliseconds = 120_000
/**
 * What fails for longer than about an hour is asked for less often, for all the time that Google keeps it; a file that
 * arrives broken, from the beginning.
 */
const oftenAttempts = 60
const seldomMilliseconds = 600_000

/** One worker's way of taking steps: whose leases, and how the signal of a shutdown reaches the network calls. */
export interface Turn {
  readonly owner: string
  readonly signal: AbortSignal
  readonly eta: Eta
  readonly pace: Pace
}

/** Changes a row that this owner has leased and nobody has moved on meanwhile; null where that is no longer so. */
export function change(
  core: Core,
  operation: Operation,
  turn: Turn,
  patch: OperationPatch,
  options: { visible?: boolean; releaseLease?: boolean } = {},
  when: ChangeWhen = {},
): Promise<Operation | null> {
  return core.store.change(operation.id, { status: operation.status, leaseOwner: turn.owner, ...when }, patch, options)
}

/** When to look at it next, milliseconds since 1970, as the request budget allows. */
export async function nextLook(core: Core, operation: Operation, turn: Turn, now: number): Promise<number> {
  const interval = await turn.pace.interval(operation.request.model)
  return turn.eta.nextLook(operation, now, core.policy.pollIntervalSeconds, interval)
}

/** A step did not work and may later: its row comes back for it, sooner where somebody said when. Null as of `change`. */
export async function tryLater(
  core: Core,
  operation: Operation,
  turn: Turn,
  error: VideoError,
  patch: OperationPatch,
  when: ChangeWhen = {},
): Promise<Operation | null> {
  const refusals = refusalsOf(operation, error)
  // What it needs cannot be asked for now: nothing was tried.
  const tried = error.code !== 'busy'
  const attempts = operation.attempts + (refusals > 0 || !tried ? 0 : 1)
  const often = operation.seenDoneAt === null && attempts <= oftenAttempts
  const [count, longest] =
    refusals > 0 ? [refusals, betweenRefusalsMilliseconds] : [attempts, often ? 60_000 : seldomMilliseconds]
  const dueAt = core.clock.now() + backoffMilliseconds(count, error.retryAfterSeconds, longest)
  const waitsFor = operation.status === 'pending' ? { errorFacts: refusals > 0 ? { refusals } : {} } : {}
  core.log.warn(
    { operation: operation.id, code: error.code, attempts, refusals, error: error.message },
    'a step failed and is tried again',
  )
  return change(
    core,
    operation,
    turn,
    { ...patch, ...waitsFor, attempts, dueAt },
    // Its thread was told that Google is being asked.
    { visible: (tried && operation.attempts === 0) || patch.startingAt === null, releaseLease: true },
    when,
  )
}

/** How often in a row Google's allowance has not let a start begin, this time included; 0 for any other error. */
function refusalsOf({ status, errorFacts }: Operation, error: VideoError): number {
  return status === 'pending' && error.code === 'quota_exceeded' ? 1 + Number(errorFacts.refusals ?? 0) : 0
}

/** Whether a start that ended with this error is tried again. */
export function mayStartAgain(operation: Operation, error: VideoError): boolean {
  if (!error.retryable) return false
  const refusals = refusalsOf(operation, error)
  return refusals > 0 ? refusals < startRefusals : operation.attempts + 1 < startAttempts
}

/** Ends it with the reason, and its reservation with what that reason means. */
export async function fail(core: Core, operation: Operation, turn: Turn, error: VideoError): Promise<void> {
  const patch = failure(core, operation, error)
  const failed = await change(core, operation, turn, patch, { visible: true, releaseLease: true })
  if (!failed) return
  const fields = { operation: operation.id, code: error.code, error: error.message, cause: error.cause }
  if (error.code === 'internal') core.log.error(fields, 'failed')
  else core.log.info(fields, 'failed')
}

/** What a failure with that reason writes down. */
export function failure(core: Core, operation: Operation, error: VideoError): OperationPatch {
  const now = core.clock.now()
  const { code: errorCode, facts } = error
  const charge = chargeAfter(operation, errorCode)
  const gone = operation.errorFacts.lookedAgain !== undefined && saysGone({ errorCode, errorFacts: facts })
  return {
    status: 'error',
    errorCode,
    errorFacts: gone ? { ...facts, gone: 1 } : facts,
    ...(charge === operation.charge ? {} : { charge }),
    finishedAt: now,
    announceDueAt: now,
  }
}

/** What takes an Operation back that ended and goes on at Google after all: its thread is owed another outcome. */
export function takenBack(now: number): OperationPatch {
  return {
    status: 'processing',
    errorCode: null,
    errorFacts: {},
    finishedAt: null,
    // The message with that outcome is named until announce has taken it away.
    deliveredAt: null,
    deliveryProblem: null,
    // Tidied away were its images: the video that is still to come is kept as long as any other.
    retiredAt: null,
    announceDueAt: now,
    attempts: 0,
  }
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

/**
 * What a failure means for the reservation: before Google named the work only `interrupted` may have cost. What was rehearsed,
 * or settled by an admin either way before it was looked for again, stays so.
 */
function chargeAfter(operation: Pick<Operation, 'charge' | 'handle'>, code: ErrorCode): Charge {
  if (operation.charge !== 'reserved') return operation.charge
  const began = operation.handle !== null || code === 'interrupted'
  return began && perhapsCharged.has(code) ? 'uncertain' : 'released'
}
