import { type ErrorCode, type Facts, retryable, VideoError } from '../core/errors.ts'
import { findModel } from '../core/models.ts'
import { type Answer, type GoogleError, readGoogleError, retryAfterSeconds, withoutSecrets } from './answer.ts'
import { isSafetyText, safetyFacts } from './safety.ts'

/** One failed call, as far as it got. */
export interface Failure {
  readonly model: string
  /** Whether a byte of the request may have left this machine. False proves that Google cannot have begun. */
  readonly written: boolean
  /** What came back; null where nothing did. */
  readonly answer: Answer | null
  readonly thrown: unknown
}

/**
 * The error of a failed start. `interrupted` wherever Google may have begun: a reset, a time-out, 500, 502, 504, a 503 that
 * is not Google's own, a redirect, a 200 that says nothing. Every other code proves that nothing began.
 */
export function startError(failure: Failure): VideoError {
  const { answer, model } = failure
  if (!failure.written) return notSent(failure.thrown)
  if (!answer) return interrupted(`no answer to the start: ${textOf(failure.thrown)}`)
  const error = readGoogleError(answer.body)
  if (answer.status === 503 && error) return overloaded(answer, error)
  // 499 is Google's word for a client that went away: the work may have begun before that.
  if (answer.status < 400 || answer.status >= 500 || answer.status === 499) {
    return interrupted(`the start was answered with ${answer.status}`)
  }
  return refused(answer, error, model)
}

/** The error of a call that only asks: all that says nothing about the Operation itself may be asked again. */
export function askError(failure: Failure): VideoError {
  const { answer, model } = failure
  if (!failure.written) return notSent(failure.thrown)
  if (!answer) return unreachable(failure.thrown)
  const error = readGoogleError(answer.body)
  if (answer.status < 400 || answer.status >= 500) return overloaded(answer, error)
  return retryable(refused(answer, error, model))
}

/**
 * Whether Google itself says that it does not know the work: its own 404, and a 400 that names what was asked for (Omni's
 * word for an id that it does not know). Any other 400 is about the key, the place or the form of the request: in October
 * 2026 looks were refused for days as "Multiple authentication credentials received" while starts worked.
 */
export function isUnknown(answer: Answer): boolean {
  const error = readGoogleError(answer.body)
  if (!error || isAboutBilling(error) || isAboutKey(answer.status, error)) return false
  return answer.status === 404 || (answer.status === 400 && isUnknownText(error.message))
}

/** What an answer to a check says about work that Google began: that it is not known; null where it says nothing of it. */
export function lostError(answer: Answer): VideoError | null {
  if (!isUnknown(answer)) return null
  const told = describe(answer, readGoogleError(answer.body))
  return new VideoError('lost_operation', `Google does not know the handle: ${told}`)
}

/** The error that a finished operation carries inside (gRPC code and text); always final. */
export function operationError(code: number, message: string, model: string): VideoError {
  const reason = withoutSecrets(message)
  const told = `Google ended it with code ${code}`
  if (isSafetyText(reason)) return blocked(reason)
  if (isRetiredText(reason)) return retired(model, told)
  const codes: Readonly<Record<number, ErrorCode>> = {
    1: 'cancelled',
    3: 'invalid_request',
    7: 'bad_key',
    8: 'quota_exceeded',
    16: 'bad_key',
  }
  const facts: Facts = { reason, googleCode: code, ...(code === 1 ? { variant: 'running' } : {}) }
  return new VideoError(codes[code] ?? 'google_error', told, { facts })
}

/** A refusal for safety, its facts taken from Google's text; the text may quote the prompt, so the message leaves it out. */
export function blocked(reason: string): VideoError {
  const facts = safetyFacts(withoutSecrets(reason))
  return new VideoError('blocked_by_safety', `refused for safety: ${facts.category}`, { facts })
}

/** The video to build on has no address at Google: it is too old, or was never there. */
export function parentGone(): VideoError {
  const problem = { field: 'builds', given: '', accepted: [], rule: 'parent_expired' } as const
  return new VideoError('invalid_request', 'the video to build on has no address at Google', { problems: [problem] })
}

/** Nobody can tell whether Google began. */
export function interrupted(message: string): VideoError {
  return new VideoError('interrupted', message)
}

/** The error of credentials that cannot be turned into a token: nothing has been sent to the video service yet. */
export function credentialsError(thrown: unknown): VideoError {
  const status = Number(property(property(thrown, 'response'), 'status') ?? property(thrown, 'status'))
  const code = String(property(thrown, 'code') ?? property(property(thrown, 'cause'), 'code') ?? '')
  const message = `no token for Google Cloud: ${textOf(thrown)}`
  if (status >= 500 || status === 429 || /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|UND_)/.test(code)) {
    return new VideoError('unreachable', message, { retryable: true })
  }
  return new VideoError('bad_key', message)
}

/** What a 4xx answer says; only rate limits are retryable. */
function refused(answer: Answer, error: GoogleError | null, model: string): VideoError {
  const { status } = answer
  const message = error?.message ?? ''
  const told = describe(answer, error)
  const facts: Facts = { status, ...(message ? { reason: message } : {}) }
  if (status === 429) return quota(answer, error)
  if (isAboutBilling(error)) return new VideoError('billing', told, { facts })
  if (isFileText(message)) {
    return parentGone()
  }
  if (isAboutKey(status, error)) return new VideoError('bad_key', told, { facts })
  // A page that is not Google's own comes from a proxy or a wrong base URL and says nothing about the model.
  if (status === 404 && !error) return new VideoError('unreachable', told, { facts })
  if (status === 404 || isRetiredText(message)) return retired(model, told)
  if (isSafetyText(message)) return blocked(message)
  return new VideoError('invalid_request', `${status} ${error?.status ?? ''}`, { facts })
}

/** A 429: a rate that passes by itself, a daily allowance that does not pass soon, or an account without any. */
function quota(answer: Answer, error: GoogleError | null): VideoError {
  const told = describe(answer, error)
  const message = error?.message ?? ''
  const none = error?.quotas.some((each) => each.value === '0') || /\blimit: 0\b/.test(message)
  if (none || isBillingText(message))
    return new VideoError('billing', told, { facts: { status: 429, reason: message } })
  const daily = error?.quotas.find((each) => /per_?day/i.test(each.id))
  const seconds = waitOf(answer, error)
  const [first] = error?.quotas ?? []
  return new VideoError('quota_exceeded', told, {
    facts: {
      limit: daily ? 'day' : 'rate',
      ...(daily ? { variant: 'day' } : {}),
      ...(first ? { quota: (daily ?? first).id } : {}),
    },
    retryable: !daily,
    ...(seconds === null ? {} : { retryAfterSeconds: seconds }),
  })
}

function overloaded(answer: Answer, error: GoogleError | null): VideoError {
  const seconds = waitOf(answer, error)
  return new VideoError('google_error', describe(answer, error), {
    facts: { status: answer.status },
    retryable: true,
    ...(seconds === null ? {} : { retryAfterSeconds: seconds }),
  })
}

function isAboutBilling(error: GoogleError | null): boolean {
  return error !== null && (isBillingText(error.message) || error.reasons.includes('BILLING_DISABLED'))
}

function isAboutKey(status: number, error: GoogleError | null): boolean {
  if (status === 401 || status === 403) return true
  if (error?.reasons.some((each) => each.startsWith('API_KEY_'))) return true
  return /api key (?:not valid|expired|not found)|authentication credentials/i.test(error?.message ?? '')
}

/** Google's text asks for money: not its usual 429 sentence, which sends everybody to "plan and billing details". */
function isBillingText(message: string): boolean {
  return /billing (?:account|to be enabled|is disabled|is not enabled|has not been enabled)|enable billing|prepay|credits? (?:are|is|have been) (?:depleted|exhausted)|exceeded its .*spending cap/i.test(
    message,
  )
}

function isRetiredText(message: string): boolean {
  return /no longer (?:available|supported)|has been (?:shut down|retired|discontinued)|models?\/\S+ (?:is|was) not found/i.test(
    message,
  )
}

/** The name of the work is what Google finds fault with. */
function isUnknownText(message: string): boolean {
  return /\b(?:invalid|unknown|no such) (?:interaction|operation)\b|\b(?:interaction|operation)\b[^.]{0,60}\b(?:invalid|unknown|not valid|not found|not exist)\b/i.test(
    message,
  )
}

/** The video to build on is gone or belongs to another project. */
function isFileText(message: string): boolean {
  return /access the file|file .*(?:may not exist|has expired|not found)|interaction.*(?:not valid|invalid|has expired|not found)/i.test(
    message,
  )
}

function retired(model: string, message: string): VideoError {
  const successor = findModel(model)?.successor
  return new VideoError('model_retired', message, { facts: { model, ...(successor ? { successor } : {}) } })
}

function notSent(thrown: unknown): VideoError {
  return thrown instanceof VideoError ? thrown : unreachable(thrown)
}

function unreachable(thrown: unknown): VideoError {
  return new VideoError('unreachable', textOf(thrown), { retryable: true })
}

function waitOf(answer: Answer, error: GoogleError | null): number | null {
  return error?.retryDelay ?? retryAfterSeconds(answer.retryAfter, Date.now())
}

function describe(answer: Answer, error: GoogleError | null): string {
  return error ? `${answer.status} ${error.status}: ${error.message}` : `${answer.status} without Google's error`
}

function textOf(thrown: unknown): string {
  const code = property(thrown, 'code') ?? property(property(thrown, 'cause'), 'code')
  const message = withoutSecrets(thrown instanceof Error ? thrown.message : String(thrown))
  return typeof code === 'string' ? `${message} (${code})` : message
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
