import { VideoError } from '../core/errors.ts'

/**
 * Classes of SQLSTATE that pass by themselves or when their cause goes: connection lost, transaction set back, resources
 * short, an operator stepped in, the system failed; and a server that is only a copy, as it is during a fail-over.
 */
const passingClasses = ['08', '40', '53', '55', '57', '58']
const readOnly = '25006'

function innermost(thrown: unknown): unknown {
  return thrown instanceof Error && thrown.cause !== undefined ? innermost(thrown.cause) : thrown
}

/**
 * What PostgreSQL or the way to it threw, as VideoError `storage`; retryable where the trouble can pass. What has no
 * SQLSTATE comes from the network. Only the innermost error is kept: Drizzle's own repeats the values of the row.
 */
export function postgresError(thrown: unknown): VideoError {
  if (thrown instanceof VideoError) return thrown
  const cause = innermost(thrown)
  const message = cause instanceof Error ? cause.message : String(cause)
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
  const state = /^[0-9A-Z]{5}$/.test(code) ? code : null
  const retryable = state === null || state === readOnly || passingClasses.includes(state.slice(0, 2))
  return new VideoError('storage', `the database failed: ${message}`, { retryable, cause })
}
