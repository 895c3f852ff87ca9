/** Every way in which a request can fail, closed: wording.ts has a sentence for each, a test reaches each. */
export const errorCodes = [
  // The request never became an Operation: nothing was stored, nothing costs.
  'invalid_request',
  'not_found',
  'forbidden',
  'not_now',
  'over_budget',
  'too_many_in_flight',
  'paused',
  'busy',
  // The Operation ended without a video.
  'declined',
  'cancelled',
  'blocked_by_safety',
  'interrupted',
  'timed_out',
  'quota_exceeded',
  'billing',
  'bad_key',
  'unreachable',
  'model_retired',
  'lost_operation',
  'no_video',
  'bad_image',
  'bad_video',
  'storage',
  'google_error',
  'internal',
] as const
export type ErrorCode = (typeof errorCodes)[number]

/** Particulars for the sentence: numbers, names and codes, never secrets, paths or stacks. */
export type Facts = Readonly<Record<string, string | number>>

/** One thing wrong with a request: which field, what was given, what would be accepted. */
export interface Problem {
  readonly field: string
  /** What was given, as the person wrote it, cut to 80 characters. */
  readonly given: string
  /** What would be accepted instead, each ready to be shown; empty where only a rule helps. */
  readonly accepted: readonly string[]
  /** Which rule: a key of the `problems` part of the wording. */
  readonly rule: ProblemRule
  readonly facts?: Facts
}

export const problemRules = [
  'required',
  'too_long',
  'not_a_number',
  'not_offered',
  'not_with',
  'needs_first_frame',
  'too_many',
  'unknown_parent',
  'parent_unfinished',
  'parent_failed',
  'parent_expired',
  'parent_too_long',
  'blocked_word',
  'small_talk',
  'malformed',
] as const
export type ProblemRule = (typeof problemRules)[number]

interface VideoErrorOptions {
  facts?: Facts
  problems?: readonly Problem[]
  /** The same call may be made again, and doing so cannot pay twice. */
  retryable?: boolean
  /** How long the other side asked us to wait, in seconds. */
  retryAfterSeconds?: number
  cause?: unknown
}

/**
 * The only error that leaves core and the adapters on purpose. `message` is for the log; the sentence for the person is
 * made by wording.ts from `code`, `facts` and `problems` in that person's language.
 */
export class VideoError extends Error {
  readonly code: ErrorCode
  readonly facts: Facts
  readonly problems: readonly Problem[]
  readonly retryable: boolean
  readonly retryAfterSeconds: number | undefined

  constructor(code: ErrorCode, message: string, options: VideoErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'VideoError'
    this.code = code
    this.facts = options.facts ?? {}
    this.problems = options.problems ?? []
    this.retryable = options.retryable ?? false
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/** The same error where it may pass. */
export function retryable(error: VideoError): VideoError {
  const { code, message, facts, problems, retryAfterSeconds, cause } = error
  const options = { facts, problems, cause, retryable: true }
  return new VideoError(code, message, retryAfterSeconds === undefined ? options : { ...options, retryAfterSeconds })
}

/** Any thrown thing as a VideoError; what is unknown becomes `internal`, with its cause kept for the log. */
export function asVideoError(thrown: unknown): VideoError {
  if (thrown instanceof VideoError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new VideoError('internal', message, { cause: thrown })
}
