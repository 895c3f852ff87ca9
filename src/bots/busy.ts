import { VideoError } from '../core/errors.ts'

/** A platform's limits want us to wait that many milliseconds; nothing was done. */
export function busy(message: string, milliseconds: number, cause?: unknown): VideoError {
  const retryAfterSeconds = Math.max(0.05, milliseconds / 1000)
  const facts = { seconds: Math.ceil(retryAfterSeconds) }
  return new VideoError('busy', message, { retryable: true, retryAfterSeconds, facts, cause })
}
