import type { VideoError } from '../errors.ts'
import type { VideoRequest } from '../request.ts'

/** An image as Google gets it. */
export interface ImageBytes {
  readonly bytes: Uint8Array
  readonly mimeType: string
}

/** Everything a start needs; images are already fetched and checked. */
export interface StartOrder {
  readonly request: VideoRequest
  readonly firstFrame: ImageBytes | null
  readonly lastFrame: ImageBytes | null
  readonly references: readonly ImageBytes[]
  /** The parent's names at Google, for `builds`. */
  readonly parent: { readonly handle: string; readonly sourceUri: string | null } | null
}

/** How to get a finished video: an address with what it takes, or the bytes themselves. */
export type VideoSource =
  | {
      readonly kind: 'address'
      readonly uri: string
      /** The same file at Google itself, for a proxy behind `uri` that serves no files. */
      readonly elsewhere?: string
      /** Headers with the key, for these origins and no others. Never stored or logged. */
      readonly headers: Readonly<Record<string, string>>
      readonly keyOrigins: readonly string[]
      /** Origins a redirect may lead to. Each is an URL origin or `*.suffix`. */
      readonly allowedOrigins: readonly string[]
    }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }

export type CheckOutcome =
  | { readonly state: 'running' }
  | { readonly state: 'done'; readonly source: VideoSource; readonly sourceUri: string | null }
  /** Google ended it without a video, told by the error; or says that it does not know it: `lost_operation`. */
  | { readonly state: 'failed'; readonly error: VideoError }

/** What Google may keep of an Operation that has ended; null for what is to stay. */
export interface Kept {
  readonly model: string
  /** Google's name for the work, under which Omni keeps prompt, images and video. */
  readonly handle: string | null
  /** Where the video is: perhaps in a bucket of the host's. */
  readonly sourceUri: string | null
}

/** Google's services behind one interface; the request's model says which one speaks. */
export interface VideoModel {
  /**
   * Ids of catalogue models that the configured credentials can use now; asks Google. Of several services, one that could
   * not answer counts with all of its models; throws where none answered.
   */
  available(signal: AbortSignal): Promise<readonly string[]>
  /**
   * The one call that costs money. Returns Google's name for the work. Throws `interrupted` where it is unknown whether
   * Google began; every other error proves that nothing began, and is `retryable` where a later try may work.
   */
  start(order: StartOrder, signal: AbortSignal): Promise<string>
  /** Throws retryable errors for what may pass; what is final is returned. */
  check(model: string, handle: string, signal: AbortSignal): Promise<CheckOutcome>
  /** Requests a second that Google bears now for this model's quota, which it shares with others. */
  pace(model: string): number
  /** True where Google confirmed that it stopped, now or when it was asked before; false where the service has no cancel. */
  cancel(model: string, handle: string, signal: AbortSignal): Promise<boolean>
  /**
   * Takes away what Google keeps until it is told not to. What is gone, what Google drops after two days of its own accord,
   * and a video that lies elsewhere are fine. Throws retryable errors.
   */
  discard(kept: Kept, signal: AbortSignal): Promise<void>
}

/** A text model that says a refused prompt differently. */
export interface Rewriter {
  /** What one call costs at the most, in micros. */
  readonly mostMicros: number
  /**
   * One call, never repeated. Throws `interrupted` where it may have been paid for; every other error proves that it was
   * not. `reason`: Google's words for the refusal, empty where it gave none. Null where it found no harmless words.
   */
  rewrite(prompt: string, reason: string, signal: AbortSignal): Promise<{ prompt: string | null; costMicros: number }>
}
