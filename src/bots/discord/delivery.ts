import type { Operation } from '../../core/operation.ts'
import type { StoredFile } from '../../core/ports/files.ts'
import type { Log } from '../../core/ports/machine.ts'
import { say } from '../../core/wording.ts'
import type { Upload } from './multipart.ts'

/** What the messenger needs for videos that a place does not take; service.ts gives it. */
export interface LargeVideos {
  /** A private, expiring, signed address of the player page; null where there is no public address. */
  link(operation: Operation): Promise<string | null> | string | null
  /** A copy of at most that many bytes; null where no encoder is at hand. */
  smaller(videoFile: string, maxBytes: number, signal: AbortSignal): Promise<StoredFile | null>
  /** Removes a copy that `smaller` made. */
  discard(file: string): Promise<void>
}

/** What can be shown of a video in a place: the video or a smaller copy, or words instead of it. */
export interface Fitted {
  readonly video: { readonly name: string; readonly stored: StoredFile } | null
  /** A copy that is to be discarded once it was sent. */
  readonly copy: string | null
  readonly lines: readonly string[]
  readonly problem: 'link_only' | 'smaller' | 'too_large' | null
}

/** What Discord takes where it says nothing else, in bytes. */
export const usualUploadLimit = 10 * 1_048_576
const nothing: Fitted = { video: null, copy: null, lines: [], problem: null }

/** Makes a video fit a place: as it is, else as a link, else smaller, else told where it lies. */
export async function fitVideo(
  operation: Operation,
  video: StoredFile | null,
  limit: number,
  large: LargeVideos,
  log: Log,
  signal: AbortSignal,
): Promise<Fitted> {
  if (video === null || operation.videoFile === null) return nothing
  const name = operation.videoFile
  if (video.bytes <= limit) return { ...nothing, video: { name, stored: video } }
  const link = await large.link(operation)
  if (link !== null) return inWords(operation, 'link_only', link)
  const copy = await large.smaller(operation.videoFile, limit, signal)
  if (copy !== null && copy.bytes <= limit)
    return { ...inWords(operation, 'smaller'), video: { name, stored: copy }, copy: copy.file }
  if (copy !== null) await large.discard(copy.file)
  log.warn(
    { operation: operation.id, file: operation.videoFile, bytes: video.bytes, limit },
    'a video is too large for its place, and there is neither a public address nor an encoder; it lies among the outputs',
  )
  return inWords(operation, 'too_large')
}

function inWords(operation: Operation, problem: NonNullable<Fitted['problem']>, link?: string): Fitted {
  const { locale } = operation
  const line = say(locale, 'delivery.elsewhere', { problem: say(locale, `delivery.${problem}`) })
  return { ...nothing, problem, lines: link === undefined ? [line] : [line, link] }
}

/** The files of a message. */
export function filesOf({ video }: Fitted): Upload[] {
  if (video === null) return []
  const { name, stored } = video
  return [{ name, contentType: stored.mimeType, bytes: stored.bytes, stream: () => stored.stream() }]
}

/** The limit to try next after Discord refused that many bytes at the last moment. */
export function limitAfterRefusal(limit: number, bytes: number): number {
  return Math.min(limit, usualUploadLimit, Math.floor(bytes * 0.9) - 1)
}
