import { randomUUID } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { VideoError } from '../core/errors.ts'
import type { StoredFile } from '../core/ports/files.ts'
import { type Folder, sweepAfterMs } from './disk.ts'
import { type Extension, mimeTypeOf } from './names.ts'
import { asStorage, S3Client, type S3Settings, valueIn } from './s3-client.ts'
import type { Shelf } from './shelf.ts'

/** S3's own least is 5 MiB. One part at a time is in memory. */
const partBytes = 8 * 1024 * 1024
/** What a look whether the bucket can be written leaves there, until an hour after the last one. */
export const pingPrefix = '.ping'

/** The files in a bucket; `scratch` is where this machine works on them. */
export function openS3(settings: S3Settings, scratch: Folder): Shelf {
  return new S3Shelf(new S3Client(settings), scratch)
}

class S3Shelf implements Shelf {
  readonly #client: S3Client
  readonly #scratch: Folder
  /** Of this instance alone: Google takes one write a second to one name. */
  readonly #pingFile = `${pingPrefix}_${randomUUID()}`

  constructor(client: S3Client, scratch: Folder) {
    this.#client = client
    this.#scratch = scratch
  }

  async keep(temporary: string, file: string): Promise<void> {
    const headers = { 'content-type': mimeTypeOf(file) ?? 'application/octet-stream' }
    const handle = await open(this.#scratch.path(temporary), 'r')
    try {
      const { size } = await handle.stat()
      if (size > partBytes) await this.#keepInParts(handle, size, file, headers)
      else await this.#put(file, await read(handle, 0, size), headers)
    } finally {
      await handle.close()
    }
  }

  async open(file: string): Promise<StoredFile | null> {
    const mimeType = mimeTypeOf(file)
    if (mimeType === null) return null
    const { statusCode, headers, body } = await this.#client.call({ method: 'HEAD', file })
    await body.dump()
    if (statusCode === 404) return null
    const modifiedAt = Date.parse(String(headers['last-modified']))
    return {
      file,
      bytes: Number(headers['content-length']),
      mimeType,
      modifiedAt,
      stream: (range) => Readable.from(this.#bytesOf(file, range), { objectMode: false }),
    }
  }

  async locally<T>(file: string, work: (local: string) => Promise<T>): Promise<T> {
    const copy = await this.#scratch.temporary((file.split('.').at(-1) ?? 'mp4') as Extension)
    try {
      for await (const chunk of this.#bytesOf(file)) await copy.write([chunk])
      await copy.close()
      return await work(copy.file)
    } finally {
      await copy.close()
      await this.#scratch.remove(copy.file)
    }
  }

  async remove(file: string): Promise<void> {
    if (mimeTypeOf(file) !== null) await this.#delete(file)
  }

  async sweep(owned: (file: string, modifiedAt: number) => Promise<boolean>): Promise<number> {
    const before = Date.now() - sweepAfterMs
    let removed = await this.#scratch.sweep(async () => true)
    for await (const { file, modifiedAt } of this.#client.list()) {
      if (modifiedAt >= before) continue
      const isVideoOrImage = mimeTypeOf(file) !== null
      if (isVideoOrImage ? await owned(file, modifiedAt) : !file.startsWith(pingPrefix)) continue
      await this.#delete(file)
      removed += 1
    }
    return removed
  }

  async ping(neededBytes: number): Promise<void> {
    await this.#scratch.ping(neededBytes)
    await this.#put(this.#pingFile, new Uint8Array(1), {})
  }

  link(file: string, forMilliseconds: number): Promise<string | null> {
    return mimeTypeOf(file) === null ? Promise.resolve(null) : this.#client.presigned(file, forMilliseconds)
  }

  async #delete(file: string): Promise<void> {
    const { body } = await this.#client.call({ method: 'DELETE', file })
    await body.dump()
  }

  async #put(file: string, body: Uint8Array, headers: Record<string, string>): Promise<void> {
    const answer = await this.#client.call({ method: 'PUT', file, body, headers })
    await answer.body.dump()
    if (answer.statusCode === 404) throw missing('bucket')
  }

  /** Nobody sees the file before the last call has put the parts together. */
  async #keepInParts(handle: FileHandle, size: number, file: string, headers: Record<string, string>): Promise<void> {
    const begun = await this.#client.text({ method: 'POST', file, query: { uploads: '' }, headers })
    const uploadId = valueIn(begun ?? '', 'UploadId')
    if (uploadId === '') throw missing('bucket')
    try {
      const tags: string[] = []
      for (let at = 0; at < size; at += partBytes) {
        const body = await read(handle, at, Math.min(partBytes, size - at))
        const query = { partNumber: String(tags.length + 1), uploadId }
        const answer = await this.#client.call({ method: 'PUT', file, query, body })
        await answer.body.dump()
        if (answer.statusCode === 404) throw missing('upload')
        tags.push(String(answer.headers.etag))
      }
      const parts = tags.map((tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${tag}</ETag></Part>`)
      const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`)
      const done = await this.#client.text({ method: 'POST', file, query: { uploadId }, body })
      // S3 answers 200 before it knows, and says in the body how it went.
      if (!done?.includes('CompleteMultipartUploadResult')) throw missing(valueIn(done ?? '', 'Code') || 'upload')
    } catch (thrown) {
      await this.#client.text({ method: 'DELETE', file, query: { uploadId } }).catch(() => undefined)
      throw thrown
    }
  }

  async *#bytesOf(file: string, range?: { readonly start: number; readonly end: number }): AsyncGenerator<Uint8Array> {
    const headers = range ? { range: `bytes=${range.start}-${range.end}` } : {}
    const { statusCode, body } = await this.#client.call({ method: 'GET', file, headers })
    if (statusCode === 404) {
      await body.dump()
      throw missing('file')
    }
    try {
      yield* body
    } catch (thrown) {
      throw asStorage(thrown)
    }
  }
}

async function read(handle: FileHandle, at: number, bytes: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await handle.read(new Uint8Array(bytes), 0, bytes, at)
  if (bytesRead !== bytes) throw missing('file')
  return buffer
}

/** What the store said 404 of, as `storage`. */
export function missing(what: string): VideoError {
  return new VideoError('storage', `the S3 store has no such ${what}`, { retryable: true, facts: { reason: what } })
}
