import { VideoError } from '../core/errors.ts'
import type { StoredFile } from '../core/ports/files.ts'
import type { Log } from '../core/ports/machine.ts'
import type { Folder } from './disk.ts'
import { type Encoder, planSmaller } from './encoder.ts'
import { probeMp4 } from './mp4.ts'
import { temporaryName } from './names.ts'

/**
 * A copy of a video on this machine that has at most so many bytes, as a temporary file; null where none can be made. Throws
 * `unreachable` (retryable) where the signal ended it, `bad_video` where it is none, and `storage`.
 */
export async function makeSmaller(
  videoFile: string,
  maxBytes: number,
  encoder: Encoder,
  folder: Folder,
  signal: AbortSignal,
  log: Log,
): Promise<StoredFile | null> {
  let plan = planSmaller(await folder.reading(videoFile, probeMp4), maxBytes)
  if (!plan) return null
  const output = temporaryName('mp4')
  // The ceiling holds on average, and a short video has little of that; the second try leaves more room.
  for (const share of [1, 0.8]) {
    plan = { ...plan, videoRate: Math.floor(plan.videoRate * share) }
    try {
      await encoder.smaller(folder.path(videoFile), folder.path(output), plan, signal)
      const copy = await folder.openTemporary(output, 'video/mp4')
      if (copy && copy.bytes <= maxBytes) return copy
      await folder.remove(output)
    } catch (cause) {
      await folder.remove(output)
      if (signal.aborted)
        throw new VideoError('unreachable', 'the smaller copy was stopped', { retryable: true, cause })
      log.warn({ file: videoFile, error: cause }, 'no smaller copy could be made')
      return null
    }
  }
  return null
}
