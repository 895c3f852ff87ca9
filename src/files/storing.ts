import { VideoError } from '../core/errors.ts'

/** Runs a piece of work on the disk; whatever fails in it is a `storage` error that may pass. */
export async function storing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof VideoError) throw cause
    const reason = codeOf(cause) ?? 'unknown'
    throw new VideoError('storage', `the outputs folder failed: ${reason}`, {
      retryable: true,
      facts: { reason },
      cause,
    })
  }
}

/** The system's code of what was thrown, such as ENOSPC. */
export function codeOf(thrown: unknown): string | null {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : null
}
