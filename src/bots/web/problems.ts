import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import { asVideoError, type ErrorCode, type Facts, type Problem, VideoError } from '../../core/errors.ts'
import { describeError, describeProblem, say } from '../../core/wording.ts'
import { fieldNames } from './input.ts'
import type { problemBody } from './schemas.ts'

/** What the HTTP front end refuses by itself, and the status that says so. */
const ownStatus = {
  malformed: 400,
  bad_key: 400,
  unauthorized: 401,
  wrong_token: 401,
  wrong_origin: 403,
  no_route: 404,
  method_not_allowed: 405,
  too_large: 413,
  unsupported_media_type: 415,
  bad_range: 416,
  wrong_host: 421,
  same_key: 422,
  rate_limited: 429,
} as const
type OwnCode = keyof typeof ownStatus

/** The status of each error of core where it is thrown at a request. 5xx: the service's or Google's own trouble. */
const coreStatus: Readonly<Record<ErrorCode, number>> = {
  invalid_request: 422,
  not_found: 404,
  forbidden: 403,
  not_now: 409,
  over_budget: 402,
  too_many_in_flight: 429,
  paused: 409,
  busy: 503,
  declined: 409,
  cancelled: 409,
  blocked_by_safety: 422,
  interrupted: 502,
  timed_out: 504,
  quota_exceeded: 503,
  billing: 503,
  bad_key: 503,
  unreachable: 502,
  model_retired: 409,
  lost_operation: 502,
  no_video: 502,
  bad_image: 422,
  bad_video: 502,
  storage: 503,
  google_error: 502,
  internal: 500,
}

/** A refusal of the HTTP front end itself. */
export class HttpProblem extends Error {
  readonly code: OwnCode
  readonly facts: Facts
  readonly headers: Readonly<Record<string, string>>

  constructor(code: OwnCode, facts: Facts = {}, headers: Readonly<Record<string, string>> = {}) {
    super(code)
    this.name = 'HttpProblem'
    this.code = code
    this.facts = facts
    this.headers = headers
  }
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: z.output<typeof problemBody>
}

/** Any thrown thing as problem+json (RFC 9457) in the person's language: no stack, path or secret in it. */
export function answerOf(thrown: unknown, locale: string): Answer {
  const error = recognised(thrown)
  if (error instanceof HttpProblem) return ownAnswer(error, locale)
  const status = coreStatus[error.code]
  const { title, text } = describeError(error, locale)
  const problems = error.problems.map((problem) => ({
    field: fieldNames[problem.field] ?? problem.field,
    given: problem.given,
    accepted: [...problem.accepted],
    detail: describeProblem(problem, locale),
  }))
  const body = { type: 'about:blank', title, status, code: error.code, detail: text }
  const headers =
    error.retryAfterSeconds === undefined ? {} : { 'retry-after': `${Math.ceil(error.retryAfterSeconds)}` }
  return { status, headers, body: problems.length > 0 ? { ...body, problems } : body }
}

function ownAnswer(problem: HttpProblem, locale: string): Answer {
  const { code, facts, headers } = problem
  const status = ownStatus[code]
  return {
    status,
    headers,
    body: {
      type: 'about:blank',
      title: say(locale, `http.${code}.title`),
      status,
      code,
      detail: say(locale, `http.${code}.text`, facts),
      remedy: say(locale, `http.${code}.remedy`, facts),
    },
  }
}

/** Fastify's and its plugins' errors as ours; what nobody knows becomes `internal`. */
function recognised(thrown: unknown): VideoError | HttpProblem {
  if (thrown instanceof HttpProblem || thrown instanceof VideoError) return thrown
  if (hasZodFastifySchemaValidationErrors(thrown)) {
    return misfit(
      thrown.validation.map((each) => ({
        path: each.instancePath.split('/').filter(Boolean),
        code: each.keyword,
        ...each.params,
      })),
    )
  }
  const { statusCode } = thrown as { statusCode?: unknown }
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode >= 500) return asVideoError(thrown)
  if (statusCode === 413) return new HttpProblem('too_large')
  if (statusCode === 415) return new HttpProblem('unsupported_media_type', { accepted: 'application/json' })
  return new HttpProblem('malformed')
}

interface Issue {
  readonly path: readonly PropertyKey[]
  readonly code: string
  readonly keys?: unknown
  readonly values?: unknown
}

/** What zod found wrong with a body or query, as core's `invalid_request`. */
export function misfit(issues: readonly Issue[]): VideoError {
  const problems = issues.flatMap((issue): Problem[] => {
    const field = String(issue.path[0] ?? 'request')
    if (Array.isArray(issue.keys)) return issue.keys.map((key) => unknownField(String(key)))
    const accepted = Array.isArray(issue.values) ? issue.values.map(String) : []
    return [{ field, given: '', accepted, rule: accepted.length > 0 ? 'not_offered' : 'malformed' }]
  })
  return new VideoError('invalid_request', 'does not fit the schema', { problems })
}

/** The problem of a field that no call knows. */
export function unknownField(name: string): Problem {
  return { field: 'request', given: name.slice(0, 80), accepted: [], rule: 'not_offered' }
}
