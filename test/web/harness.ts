import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { expect } from 'vitest'
import { buildServer, type WebDependencies, type WebSettings } from '../../src/bots/web/server.ts'
import { createCommands } from '../../src/core/commands.ts'
import { type Core, Health, OfferedModels } from '../../src/core/context.ts'
import { Eta } from '../../src/core/eta.ts'
import type { Operation } from '../../src/core/operation.ts'
import type { Policy } from '../../src/core/policy.ts'
import type { VideoCommands } from '../../src/core/ports/commands.ts'
import type { VideoFiles } from '../../src/core/ports/files.ts'
import type { VideoModel } from '../../src/core/ports/google.ts'
import type { Clock, Log } from '../../src/core/ports/machine.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { openStore } from '../../src/db/open.ts'
import { openFiles } from '../../src/files/open.ts'
import { silentLog } from '../db/memory-store.ts'
import { mp4 } from '../files/mp4-fixture.ts'

export const accessToken = 'a-long-access-token-for-tests'
export const adminToken = 'a-long-admin-token-for-tests'

/** A clock that stands still until it is moved; sleepers wake when their time has come. */
export class MovableClock implements Clock {
  #now = Date.parse('2026-11-22T12:00:00Z')
  readonly #sleepers = new Set<{ until: number; wake: () => void }>()

  now(): number {
    return this.#now
  }

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const sleeper = { until: this.#now + milliseconds, wake: resolve }
    this.#sleepers.add(sleeper)
    signal.addEventListener('abort', () => resolve(), { once: true })
    if (signal.aborted) resolve()
    return promise.finally(() => this.#sleepers.delete(sleeper))
  }

  move(milliseconds: number): void {
    this.#now += milliseconds
    for (const sleeper of this.#sleepers) if (sleeper.until <= this.#now) sleeper.wake()
  }

  /** How many sleep now. */
  get sleepers(): number {
    return this.#sleepers.size
  }
}

const policy: Policy = {
  pollIntervalSeconds: 5,
  maxConcurrent: 10,
  operationTimeoutSeconds: 900,
  retentionDays: 2,
  maxInFlightPerRequester: null,
  requesterDailyMicros: 500_000_000,
  workspaceMonthlyMicros: null,
  totalMonthlyMicros: null,
  approvalAboveMicros: null,
  free: false,
  models: [],
}

/** The web front end over the real core, store and files; only Google is missing, and nothing runs by itself. */
export interface Bench {
  readonly app: FastifyInstance
  readonly commands: VideoCommands
  readonly store: OperationStore
  readonly files: VideoFiles
  readonly clock: MovableClock
  readonly settings: WebSettings
  readonly dependencies: WebDependencies
  /** What was logged as an error. */
  readonly errors: string[]
  /** A request as JSON, answered. */
  ask(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    options?: Omit<InjectOptions, 'method' | 'url'>,
  ): Promise<Answer>
  /** Lets Google finish it, with a video. */
  complete(id: string): Promise<Operation>
  close(): Promise<void>
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  /** The parsed JSON body; tests look into it by matchers. */
  readonly body: Record<string, unknown>
  /** The session cookie that was given, as a Cookie header. */
  readonly cookie: string
}

export async function openBench(
  changes: { settings?: Partial<WebSettings>; policy?: Partial<Policy>; dependencies?: Partial<WebDependencies> } = {},
): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'dailies-web-'))
  const store = await openStore('file::memory:', { log: silentLog })
  const files = await openFiles(
    {
      folder,
      imageOrigins: [],
      privateOrigins: [],
      ffmpegPath: null,
      searchPath: '',
      maxVideoBytes: 10_000_000,
      maxImageBytes: 20 * 1024 * 1024,
    },
    silentLog,
  )
  const clock = new MovableClock()
  const errors: string[] = []
  const log: Log = { ...silentLog, error: (fields) => errors.push(JSON.stringify(fields)) }
  const core: Core = {
    store,
    files,
    model: noGoogle,
    log,
    clock,
    policy: { ...policy, ...changes.policy },
    offered: new OfferedModels([]),
    health: new Health(),
  }
  const commands = createCommands(core, new Eta([], 90))
  const settings: WebSettings = {
    host: '127.0.0.1',
    port: 0,
    publicUrl: null,
    accessToken: null,
    adminToken: null,
    allowedOrigins: [],
    rehearsal: false,
    linkSecret: 'a-secret-that-signs-links',
    retentionDays: policy.retentionDays,
    ...changes.settings,
  }
  const page = { folder: async () => resolve('test/web/page') }
  const dependencies = { commands, log, clock, checks: {}, mounts: [], page, ...changes.dependencies }
  const app = await buildServer(settings, dependencies)
  return {
    app,
    commands,
    store,
    files,
    clock,
    settings,
    dependencies,
    errors,
    async ask(method, url, options = {}) {
      const response = await app.inject({ method, url, remoteAddress: addressOf(), ...options })
      const cookie = response.cookies[0]
      const isJson = String(response.headers['content-type']).includes('json')
      return {
        status: response.statusCode,
        headers: response.headers,
        body: isJson ? (response.json() as Record<string, unknown>) : { text: response.body },
        cookie: cookie ? `${cookie.name}=${encodeURIComponent(cookie.value)}` : '',
      }
    },
    complete: (id) => complete(store, files, clock, id),
    async close() {
      await app.close()
      await store.close()
      await rm(folder, { recursive: true })
    },
  }
}

async function complete(store: OperationStore, files: VideoFiles, clock: Clock, id: string): Promise<Operation> {
  const now = clock.now()
  const naming = { status: 'processing', startingAt: now, startedAt: now, handle: 'models/x/operations/1' } as const
  await store.change(id, { status: 'pending' }, naming, { visible: true })
  const saved = await files.saveVideo(id, { kind: 'bytes', bytes: mp4() }, new AbortController().signal)
  const patch = {
    status: 'completed',
    charge: 'settled',
    seenDoneAt: now,
    sourceUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc:download?alt=media',
    finishedAt: now,
    videoFile: saved.file,
    videoBytes: saved.bytes,
    videoHash: saved.hash,
  } as const
  const done = await store.change(id, { status: 'processing' }, patch, { visible: true })
  if (!done) throw new Error(`${id} could not be completed`)
  return done
}

/** Each test is another client to the rate limit. */
function addressOf(): string {
  const name = expect.getState().currentTestName ?? ''
  return `10.${[...createHash('sha256').update(name).digest().subarray(0, 3)].join('.')}`
}

const noGoogle: VideoModel = {
  available: async () => [],
  start: () => Promise.reject(new Error('Google was asked to start')),
  check: () => Promise.reject(new Error('Google was asked to check')),
  pace: () => 10,
  cancel: async () => false,
  discard: async () => {},
}
