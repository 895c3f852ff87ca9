import {
  type GenerateVideosConfig,
  type GenerateVideosOperation,
  type Image,
  VideoGenerationReferenceType,
} from '@google/genai'
import { VideoError } from '../core/errors.ts'
import type { CheckOutcome, ImageBytes, Kept, StartOrder } from '../core/ports/google.ts'
import { sendingMilliseconds } from '../net/slow-line.ts'
import type { Answer } from './answer.ts'
import { blocked, lostError, operationError } from './errors.ts'
import type { Wire } from './wire.ts'

/** One of Google's services, for the catalogue's models that name it. Errors as in VideoModel. */
export interface VideoService {
  /** Which of these model ids the credentials can use now. */
  available(ids: readonly string[], signal: AbortSignal): Promise<readonly string[]>
  start(order: StartOrder, signal: AbortSignal): Promise<string>
  check(model: string, handle: string, signal: AbortSignal): Promise<CheckOutcome>
  pace(model: string): number
  cancel(model: string, handle: string, signal: AbortSignal): Promise<boolean>
  /** Left out where Google keeps nothing for long. */
  discard?(kept: Kept, signal: AbortSignal): Promise<void>
}

/** How long a start may take, in milliseconds: before Google can answer it has to have the pictures, as base64. */
export function startWithin({ timeOuts }: Wire, { firstFrame, lastFrame, references }: StartOrder): number {
  const bytes = [firstFrame, lastFrame, ...references].reduce((sum, each) => sum + (each?.bytes.byteLength ?? 0), 0)
  return timeOuts.start + sendingMilliseconds((bytes * 4) / 3)
}

/** An image as both Veo services take it. */
export function veoImage(image: ImageBytes): Image {
  return { imageBytes: base64(image), mimeType: image.mimeType }
}

/** The part of a Veo request that both services have in common; what is not asked for is left out. */
export function veoConfig({ request, lastFrame, references }: StartOrder): GenerateVideosConfig {
  return {
    aspectRatio: request.aspectRatio,
    resolution: request.resolution,
    // Veo adds what it adds to an extended video, and refuses to be told.
    ...(request.builds === 'extend' ? {} : { durationSeconds: request.durationSeconds }),
    ...(request.negativePrompt === null ? {} : { negativePrompt: request.negativePrompt }),
    ...(request.personGeneration === null ? {} : { personGeneration: request.personGeneration }),
    ...(lastFrame ? { lastFrame: veoImage(lastFrame) } : {}),
    ...(references.length > 0
      ? {
          referenceImages: references.map((each) => ({
            image: veoImage(each),
            referenceType: VideoGenerationReferenceType.ASSET,
          })),
        }
      : {}),
  }
}

/** What a finished Veo operation holds: its first video, or the error that says why there is none. */
export function veoResult(operation: GenerateVideosOperation, model: string) {
  if (operation.error) {
    const { code, message } = operation.error
    return operationError(Number(code ?? 0), String(message ?? ''), model)
  }
  const video = operation.response?.generatedVideos?.[0]?.video
  if (video?.uri || video?.videoBytes) return video
  const { raiMediaFilteredCount = 0, raiMediaFilteredReasons = [] } = operation.response ?? {}
  if (raiMediaFilteredCount > 0 || raiMediaFilteredReasons.length > 0) return blocked(raiMediaFilteredReasons.join(' '))
  return noVideo()
}

/** A check's `settle`: a handle that Google does not know is the outcome, not an error of the check. */
export function lostOutcome(answer: Answer): CheckOutcome | undefined {
  const error = lostError(answer)
  return error ? { state: 'failed', error } : undefined
}

/** Google ended the work with nothing in hand and without a reason. */
export function noVideo(): VideoError {
  return new VideoError('no_video', 'Google finished without a video')
}

/** The bytes as Google's JSON carries them; a view, not a copy, is encoded. */
export function base64({ bytes }: ImageBytes): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
