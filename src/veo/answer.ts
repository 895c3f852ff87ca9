/** What came back over the wire where it was not a success, or not to be read. */
export interface Answer {
  /** HTTP status. */
  readonly status: number
  /** The Retry-After header as sent; null without one. */
  readonly retryAfter: string | null
  /** The body as text, at most 64 KiB of it. */
  readonly body: string
}

/** Google's own error inside an answer, whichever of its forms it had. */
export interface GoogleError {
  /** gRPC name such as RESOURCE_EXHAUSTED, or Interactions' own word; empty where it has none. */
  readonly status: string
  /** Google's text, without secrets, at most 500 characters. */
  readonly message: string
  /** ErrorInfo reasons such as API_KEY_INVALID. */
  readonly reasons: readonly string[]
  /** Names and limits of the quotas that were exceeded. */
  readonly quotas: readonly { readonly id: string; readonly value: string }[]
  /** From RetryInfo, in seconds; null without one. */
  readonly retryDelay: number | null
}

/** Reads Google's JSON error out of a body; null where it is something else, such as a proxy's HTML page. */
export function readGoogleError(body: string): GoogleError | null {
  const parsed = parse(body)
  const outer = record(Array.isArray(parsed) ? parsed[0] : parsed)
  const error = record(outer?.error)
  if (!error) return null
  const details = list(error.details)
  const of = (type: string) => details.filter((each) => text(each['@type']).endsWith(type))
  const delay = /^(\d+(?:\.\d+)?)s$/.exec(text(of('RetryInfo')[0]?.retryDelay))
  return {
    status: text(error.status) || text(error.code),
    message: withoutSecrets(text(error.message)),
    reasons: of('ErrorInfo').map((each) => text(each.reason)),
    quotas: of('QuotaFailure')
      .flatMap((each) => list(each.violations))
      .map((each) => ({ id: text(each.quotaId), value: text(each.quotaValue) })),
    retryDelay: delay ? Number(delay[1]) : null,
  }
}

/** Seconds that a Retry-After header asks to wait, whether it is a number or a date; null where it is neither. */
export function retryAfterSeconds(header: string | null, now: number): number | null {
  if (header === null || header.trim() === '') return null
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds)
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now) / 1000))
}

/** A text of Google's fit for log and person: keys and tokens are taken out (Google quotes keys), 500 characters kept. */
export function withoutSecrets(message: string): string {
  const clean = message
    .replace(/\b(?:AIza|AQ\.)[\w.-]{10,}/g, '[key]')
    .replace(/\bya29\.[\w.-]+/g, '[token]')
    .replace(/(api_key:|[?&]key=|Bearer\s+)[^\s'"&]+/gi, '$1[key]')
    // With a NUL in it, or with half of a character, PostgreSQL would not take the row that it explains.
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return (clean.length > 500 ? `${clean.slice(0, 499)}…` : clean).toWellFormed()
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

function record(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(record).filter((each) => each !== null) : []
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}
