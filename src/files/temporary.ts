import { writevSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { whileQuick } from '../core/quick.ts'
import { storing } from './storing.ts'

/** Writes at a position; resolves with how many of the bytes were taken. */
type WriteAt = (handle: FileHandle, chunks: readonly Uint8Array[], position: number) => Promise<number>

/** A write takes long where the processor was somebody else's, too: three of ten thousand on a busy machine. */
const mistrust = 100

/** What is written goes to the system's memory first, which is quicker than another thread is told of it. */
export function writer(now?: () => number): WriteAt {
  return whileQuick(
    {
      inPlace: (handle, chunks, position) => writevSync(handle.fd, chunks, position),
      beside: async (handle, chunks, position) => (await handle.writev(chunks, position)).bytesWritten,
    },
    mistrust,
    now,
  )
}

/** A file being written: takes bytes in order, counts and sums them. Whoever made it keeps or discards it. */
export class Temporary {
  readonly file: string
  readonly #handle: FileHandle
  readonly #writeAt: WriteAt
  #sum = 0
  #bytes = 0

  constructor(file: string, handle: FileHandle, writeAt: WriteAt) {
    this.file = file
    this.#handle = handle
    this.#writeAt = writeAt
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Appends; throws `storage` (retryable) when the disk is full or cannot be written. */
  async write(chunks: readonly Uint8Array[]): Promise<void> {
    const written = this.#writeAll(chunks)
    for (const chunk of chunks) this.#sum = crc32(chunk, this.#sum)
    this.#bytes += await storing(() => written)
  }

  async #writeAll(chunks: readonly Uint8Array[]): Promise<number> {
    let left = chunks
    let done = 0
    while (left.length > 0) {
      const written = await this.#writeAt(this.#handle, left, this.#bytes + done)
      done += written
      left = without(left, written)
    }
    return done
  }

  /** Forgets what was written. */
  async restart(): Promise<void> {
    await storing(() => this.#handle.truncate(0))
    this.#sum = 0
    this.#bytes = 0
  }

  /**
   * CRC-32 of everything written, eight hex digits: it tells one video from another and a whole one from a damaged one.
   * SHA-256 takes two and a half times as long, which for 16 downloads at once was a quarter of their time (measured).
   */
  hash(): string {
    return this.#sum.toString(16).padStart(8, '0')
  }

  /** Makes the bytes durable and ends writing. */
  async finish(): Promise<void> {
    await storing(() => this.#handle.sync())
    await this.close()
  }

  /** Ends writing without a promise about the bytes; closing twice is fine. */
  async close(): Promise<void> {
    await this.#handle.close()
  }
}

/** What is left of the chunks after so many bytes were taken from their beginning. */
function without(chunks: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let taken = bytes
  for (const [index, chunk] of chunks.entries()) {
    if (taken < chunk.length) return [chunk.subarray(taken), ...chunks.slice(index + 1)]
    taken -= chunk.length
  }
  return []
}
