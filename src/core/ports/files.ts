import type { RemoteImage, SavedImage } from '../request.ts'
import type { ImageBytes, VideoSource } from './google.ts'

/** A file to be read; `start` and `end` are inclusive byte positions. */
export interface StoredFile {
  readonly file: string
  readonly bytes: number
  readonly mimeType: string
  readonly modifiedAt: number
  stream(range?: { readonly start: number; readonly end: number }): NodeJS.ReadableStream
}

export interface SavedVideo {
  /** `gen_video_<id>.mp4` */
  readonly file: string
  /** `gen_video_<id>.jpg` where a decoder is at hand. */
  readonly poster: string | null
  readonly bytes: number
  /** Hex CRC-32 of all its bytes. */
  readonly hash: string
  readonly seconds: number
  readonly width: number
  readonly height: number
}

/** Videos and images. Every name it returns is relative and never leaves its folder. */
export interface VideoFiles {
  /** Fetches, probes, fsyncs and renames; doing it twice replaces the file by itself. Throws `bad_video` or retryable. */
  saveVideo(operationId: string, source: VideoSource, signal: AbortSignal): Promise<SavedVideo>
  /** Fetches an image from a trusted origin and keeps it; throws `bad_image` or retryable `unreachable`. */
  fetchImage(image: RemoteImage, signal: AbortSignal): Promise<SavedImage>
  saveImage(bytes: AsyncIterable<Uint8Array>): Promise<SavedImage>
  readImage(image: SavedImage): Promise<ImageBytes>
  /** The last frame of a saved video as an image; throws `bad_image` with fact `why: 'no_decoder'` without one. */
  lastFrame(videoFile: string): Promise<SavedImage>
  /** A copy of the video of at most that many bytes, or null where no encoder is at hand; the caller removes it. */
  smaller(videoFile: string, maxBytes: number, signal: AbortSignal): Promise<StoredFile | null>
  /** Null where it is not there. */
  open(file: string): Promise<StoredFile | null>
  /** An address under which anybody can fetch the file for so long without this process; null where there is none. */
  link(file: string, forMilliseconds: number): Promise<string | null>
  /** Missing files are fine. */
  remove(file: string): Promise<void>
  /**
   * Removes temporary files, and files older than an hour for which `owned` says false, given the name and when the file
   * was changed (milliseconds since 1970); returns how many.
   */
  sweep(owned: (file: string, modifiedAt: number) => Promise<boolean>): Promise<number>
  /** Rejects with `storage` if nothing can be written now, or less than the given bytes are free. */
  ping(neededBytes: number): Promise<void>
}
