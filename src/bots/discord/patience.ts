import { sendingMilliseconds } from '../../net/slow-line.ts'
import type { Upload } from './multipart.ts'

/**
 * How long Discord may take, in milliseconds: for an answer, which it refuses later, for a change, which may be repeated, and
 * behind which the outcome waits, and for anything else, to which an upload adds what a slow line takes.
 */
export const patience = { usual: 15_000, answer: 5_000, change: 5_000 } as const

/** The longest that a timer goes, for libraries that would end a request before its own patience does. */
export const longestTimer = 2 ** 31 - 1

/** How long these files may take, in milliseconds, where so many uploads, this one among them, share a slow line. */
export function uploading(files: readonly Upload[], sharing: number): number {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return patience.usual + sendingMilliseconds(bytes * sharing)
}
