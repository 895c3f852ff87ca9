import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import type { Bot } from '../../src/bots/bot.ts'
import type { Card } from '../../src/core/card.ts'
import { createCommands } from '../../src/core/commands.ts'
import { type Core, Health, OfferedModels } from '../../src/core/context.ts'
import { Eta } from '../../src/core/eta.ts'
import type { Operation } from '../../src/core/operation.ts'
import type { Policy } from '../../src/core/policy.ts'
import type { Person, VideoCommands } from '../../src/core/ports/commands.ts'
import type { VideoModel } from '../../src/core/ports/google.ts'
import type { Clock, Log } from '../../src/core/ports/machine.ts'
import type { Messenger } from '../../src/core/ports/messenger.ts'
import { createWorker } from '../../src/core/worker.ts'
import { openStore } from '../../src/db/open.ts'
import { openFiles } from '../../src/files/open.ts'
import type { S3Settings } from '../../src/files/s3-client.ts'
import { createLog } from '../../src/log.ts'
import { type Rehearsal, startRehearsal } from '../../src/rehearsal/server.ts'
import { createVideoModel } from '../../src/veo/services.ts'
import { mp4 } from '../files/mp4-fixture.ts'
import { unlimited } from '../policy.ts'
import { FastClock } from './clock.ts'

/** Real milliseconds that Google and file servers are waited for here, unless told: less, and a busy machine is a fault too. */
const usualPatience = 8_000

const policy: Policy = {
  pollIntervalSeconds: 1,
  maxConcurrent: 200,
  operationTimeoutSeconds: 3600,
  ...unlimited,
}

export const person: Person = {
  id: 'test:alice',
  name: 'Alice',
  workspace: 'test',
  channel: null,
  roles: [],
  admin: false,
  locale: 'en',
}

/** The product on a fast clock, with a front end that keeps what it shows. */
export interface House {
  readonly clock: FastClock
  readonly core: Core
  readonly commands: VideoCommands
  /** Every card that the thread of an Operation showed, in order; `delivered` for the one with the outcome. */
  readonly shown: ReadonlyMap<string, readonly Shown[]>
  /** Log lines. */
  readonly story: readonly string[]
  begin(): Promise<void>
  close(): Promise<void>
}

export interface Shown {
  readonly card: Card
  readonly delivered: boolean
  readonly videoBytes: number | null
}

export interface HouseOptions {
  readonly folder: string
  readonly googleUrl: string
  readonly imageOrigins?: readonly string[]
  /** Wraps Google's adapter; `at` makes one that speaks to another address. */
  readonly model?: (real: VideoModel, at: (url: string) => VideoModel) => VideoModel
  readonly policy?: Partial<Policy>
  readonly patience?: number
  /** The rows, where they are not to lie in the folder. */
  readonly databaseUrl?: string
  /** Where finished files are kept instead of a folder. */
  readonly s3?: S3Settings
  /** Chat front ends, beside the one that keeps what it shows. */
  readonly bots?: (parts: { commands: VideoCommands; log: Log; clock: Clock }) => readonly Bot[]
}

export async function openHouse(options: HouseOptions): Promise<House> {
  const { folder, googleUrl, patience = usualPatience } = options
  const clock = new FastClock()
  const story: string[] = []
  const log = createLog({ level: 'debug', prompts: false, secrets: [], out: { write: (line) => story.push(line) } })
  const store = await openStore(options.databaseUrl ?? `file:${join(folder, 'dailies.db')}`, { log })
  const origins = options.imageOrigins ?? []
  const times = { connectMs: patience, idleMs: patience, totalMs: patience * 10 }
  const files = await openFiles(
    {
      folder: join(folder, 'outputs'),
      // As Slack's files are fetched: with a token that is for that origin alone.
      imageOrigins: origins.map((origin) => ({ origin, headers: async () => ({ authorization: 'Bearer a-token' }) })),
      privateOrigins: [googleUrl, ...origins],
      ffmpegPath: null,
      searchPath: '',
      maxVideoBytes: 16 * 1024 ** 2,
      s3: options.s3 ?? null,
      maxImageBytes: 1024 ** 2,
    },
    log,
    times,
  )
  const speakTo = (url: string) =>
    createVideoModel(
      {
        services: ['developer', 'omni'],
        apiKey: 'AIza-a-key-that-nobody-may-see',
        geminiBaseUrl: url,
        vertex: null,
        requestsPerSecond: 1000,
        timeOuts: { start: patience, idle: patience },
      },
      log,
    )
  const real = speakTo(googleUrl)
  const core: Core = {
    store,
    files,
    model: options.model?.(real, speakTo) ?? real,
    log,
    clock,
    policy: { ...policy, ...options.policy },
    offered: new OfferedModels([]),
    health: new Health(),
  }
  const eta = new Eta([], 30)
  const commands = createCommands(core, eta)
  const shown = new Map<string, Shown[]>()
  const bots = options.bots?.({ commands, log, clock }) ?? []
  const worker = createWorker(core, {
    eta,
    messengers: [recorder(shown), ...bots.map((bot) => bot.messenger)],
    card: (operation) => commands.card(operation),
  })
  return {
    clock,
    core,
    commands,
    shown,
    story,
    async begin() {
      await Promise.all(bots.map((bot) => bot.start()))
      worker.start()
    },
    async close() {
      await Promise.all(bots.map((bot) => bot.stop()))
      await worker.stop()
      clock.stop()
      await store.close()
    },
  }
}

function recorder(shown: Map<string, Shown[]>): Messenger {
  const show = (operation: Operation, card: Card, delivered: boolean, videoBytes: number | null) => {
    const before = shown.get(operation.id) ?? []
    shown.set(operation.id, [...before, { card, delivered, videoBytes }])
    return `message-${operation.id}`
  }
  return {
    platform: 'test',
    post: async (operation, card) => show(operation, card, false, null),
    edit: async (operation, _, card) => void show(operation, card, false, null),
    async deliver(operation, card, video) {
      const bytes = video === null ? null : (await buffer(video.stream())).length
      return { message: show(operation, card, true, bytes), problem: null }
    },
  }
}

/** A folder for one test, with a Google whose videos take so many real seconds. */
export async function openGround(
  seconds = 0.1,
  video: Uint8Array = mp4(),
): Promise<{ folder: string; google: Rehearsal; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'dailies-faults-'))
  const google = await startRehearsal({ folder: join(folder, 'google'), seconds, video })
  return {
    folder,
    google,
    async close() {
      await google.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Waits until what is looked for is there; whatever the look throws is the reason for which it was not. */
export async function until<T>(look: () => T | Promise<T>, milliseconds = 120_000): Promise<T> {
  const patience = Date.now() + milliseconds
  for (;;) {
    try {
      return await look()
    } catch (reason) {
      if (Date.now() > patience) throw reason
      await wait(50)
    }
  }
}

/** Calls back once every cell is done but those that wait for minutes. */
export function afterAll<T>(cells: readonly T[], waits: (cell: T) => boolean, then: () => void): (done: T) => void {
  const left = new Set(cells.filter((cell) => !waits(cell)))
  return (done) => {
    left.delete(done)
    if (left.size === 0) then()
  }
}
