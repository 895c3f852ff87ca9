import { mkdtemp, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VideoError } from '../../src/core/errors.ts'
import type { VideoFiles } from '../../src/core/ports/files.ts'
import type { VideoSource } from '../../src/core/ports/google.ts'
import type { Log } from '../../src/core/ports/machine.ts'
import { type FilesSettings, openFiles } from '../../src/files/open.ts'

export interface LogLine {
  readonly fields: Record<string, unknown>
  readonly message: string
}

/** A log that keeps its lines. */
export function collectingLog(): { log: Log; lines: LogLine[] } {
  const lines: LogLine[] = []
  const write = (fields: Record<string, unknown>, message: string) => void lines.push({ fields, message })
  return { log: { debug: write, info: write, warn: write, error: write }, lines }
}

export interface Opened {
  readonly files: VideoFiles
  readonly folder: string
  readonly lines: LogLine[]
  /** Makes a file look two hours old. */
  age(file: string): Promise<void>
  close(): Promise<void>
}

/** More than a busy machine needs; tests of waiting bring their own. */
const patient = { connectMs: 10_000, idleMs: 10_000, totalMs: 20_000 }

/** Files in a new folder of their own, without an encoder unless one is given. */
export async function openTemporaryFiles(settings: Partial<FilesSettings> = {}, patience = patient): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'dailies-files-'))
  const { log, lines } = collectingLog()
  const base = { imageOrigins: [], privateOrigins: [], ffmpegPath: null, searchPath: '' }
  const limits = { maxVideoBytes: 10_000_000, maxImageBytes: 2_000_000 }
  const files = await openFiles({ folder, ...base, ...limits, ...settings }, log, patience)
  return {
    files,
    folder,
    lines,
    async age(file) {
      const then = new Date(Date.now() - 2 * 60 * 60 * 1000)
      await utimes(join(folder, file), then, then)
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

/** The VideoError that a promise rejects with; everything else fails the test. */
export async function refusalOf(promise: Promise<unknown>): Promise<VideoError> {
  const thrown = await promise.then(
    (value) => new Error(`resolved with ${JSON.stringify(value)}`),
    (error: unknown) => error,
  )
  if (thrown instanceof VideoError) return thrown
  throw thrown
}

/** A video at an address whose origin gets the key. */
export function addressed(uri: string, more: Partial<Extract<VideoSource, { kind: 'address' }>> = {}): VideoSource {
  const { origin } = new URL(uri)
  return {
    kind: 'address',
    uri,
    headers: { 'x-goog-api-key': 'secret-key' },
    keyOrigins: [origin],
    allowedOrigins: [],
    ...more,
  }
}

export async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

export const never = new AbortController().signal
