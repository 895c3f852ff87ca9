/** What goes back: a JSON value with its status, or a film's bytes. */
export interface Answer {
  readonly status: number
  readonly body: unknown
}

export const ok = (body: unknown): Answer => ({ status: 200, body })

type Status =
  | 'INVALID_ARGUMENT'
  | 'FAILED_PRECONDITION'
  | 'UNAUTHENTICATED'
  | 'PERMISSION_DENIED'
  | 'NOT_FOUND'
  | 'RESOURCE_EXHAUSTED'
  | 'INTERNAL'
  | 'UNAVAILABLE'

const httpOf: Record<Status, number> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
}

/** Google's way to say no: thrown by whoever finds the reason, sent as Google's error JSON. */
export class Refusal extends Error {
  readonly answer: Answer

  constructor(status: Status, message: string, details: readonly Record<string, unknown>[] = []) {
    super(message)
    const code = httpOf[status]
    this.answer = {
      status: code,
      body: { error: { code, message, status, ...(details.length > 0 ? { details } : {}) } },
    }
  }
}

/** 400: the request itself is wrong. */
export const invalid = (message: string): Refusal => new Refusal('INVALID_ARGUMENT', message)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A JSON object, or the refusal that Google's parser gives. */
export function record(value: unknown, field: string): Record<string, unknown> {
  if (isRecord(value)) return value
  throw invalid(`Invalid value at '${field}': expected an object.`)
}

/** Refuses every key of `given` that is not in `known`, the way Google names unsupported parameters. */
export function onlyKnown(given: Record<string, unknown>, known: readonly string[]): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue
    throw invalid(
      `\`${key}\` isn't supported by this model. Please remove it or refer to the Gemini API documentation for supported usage.`,
    )
  }
}
