import type { StoredFile } from '../core/ports/files.ts'

/**
 * Where finished files stay: the outputs folder itself, or a bucket. What is unfinished lies in a folder of this machine.
 * Everything that fails is VideoError `storage`, retryable.
 */
export interface Shelf {
  /** Takes a temporary file whose bytes are durable under this name; a file that had the name is replaced in one go. */
  keep(temporary: string, file: string): Promise<void>
  /** Null where it is not there or no name of ours. */
  open(file: string): Promise<StoredFile | null>
  /** Gives the work the name of that file, or of a copy of it, in this machine's folder. */
  locally<T>(file: string, work: (local: string) => Promise<T>): Promise<T>
  /** A missing file, or a name that is not ours, is fine. */
  remove(file: string): Promise<void>
  /** Removes what is older than an hour and nobody owns, by its name and when it was changed; returns how many. */
  sweep(owned: (file: string, modifiedAt: number) => Promise<boolean>): Promise<number>
  /** Rejects unless a file can be kept now. */
  ping(neededBytes: number): Promise<void>
  /** An address under which anybody can fetch the file for so long; null where there is none. */
  link(file: string, forMilliseconds: number): Promise<string | null>
}
