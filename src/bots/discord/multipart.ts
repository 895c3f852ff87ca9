import { randomUUID } from 'node:crypto'

/** A file on its way to Discord; it may be read more than once. */
export interface Upload {
  readonly name: string
  readonly contentType: string
  readonly bytes: number
  stream(): AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>
}

/** What a request with files is sent as. */
export interface Multipart {
  readonly headers: Readonly<Record<string, string>>
  /** Reads the files piece by piece as they are sent, anew each time. */
  readonly body: AsyncIterable<Uint8Array | string>
}

/**
 * A message and its files as multipart/form-data in Discord's form. By hand, because FormData holds each video in memory
 * several times, which costs more than the upload itself.
 */
export function multipart(message: unknown, files: readonly Upload[]): Multipart {
  const boundary = `dailies-${randomUUID()}`
  const head = (disposition: string, type: string) =>
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\ncontent-type: ${type}\r\n\r\n`)
  const between = Buffer.from('\r\n')
  const first = Buffer.concat([
    head('name="payload_json"', 'application/json'),
    Buffer.from(JSON.stringify(message)),
    between,
  ])
  const parts = files.map((file, index) => ({
    file,
    head: head(`name="files[${index}]"; filename="${file.name.replace(/["\r\n]/g, '_')}"`, file.contentType),
  }))
  const last = Buffer.from(`--${boundary}--\r\n`)
  const length = parts.reduce((sum, { file, head }) => sum + head.length + file.bytes + between.length, 0)
  return {
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(first.length + length + last.length),
    },
    body: {
      async *[Symbol.asyncIterator]() {
        yield first
        for (const { file, head } of parts) {
          yield head
          yield* file.stream()
          yield between
        }
        yield last
      },
    },
  }
}
