import type { Bot } from '../../src/bots/bot.ts'
import type { LargeVideos } from '../../src/bots/discord/delivery.ts'
import { createDiscord } from '../../src/bots/discord/index.ts'
import { createCommands } from '../../src/core/commands.ts'
import { type Core, Health, OfferedModels } from '../../src/core/context.ts'
import { Eta } from '../../src/core/eta.ts'
import type { Policy } from '../../src/core/policy.ts'
import type { VideoCommands } from '../../src/core/ports/commands.ts'
import type { VideoFiles } from '../../src/core/ports/files.ts'
import type { Rewriter } from '../../src/core/ports/google.ts'
import type { Clock, Log } from '../../src/core/ports/machine.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { createWorker, type Worker } from '../../src/core/worker.ts'
import { openStore } from '../../src/db/open.ts'
import { openFiles } from '../../src/files/open.ts'
import { createVideoModel } from '../../src/veo/services.ts'
import type { Place } from '../place.ts'
import { unlimited } from '../policy.ts'

/** The product with Discord as its only front end, on given addresses. */
export interface CrewOptions {
  readonly place: Place
  readonly discord: { readonly url: string; readonly token: string }
  readonly googleUrl: string
  readonly clock: Clock
  readonly log: Log
  readonly policy?: Partial<Policy>
  readonly models?: readonly string[]
  readonly large?: Partial<LargeVideos>
  readonly rewriter?: Rewriter
  readonly guildIds?: readonly string[]
  readonly adminIds?: readonly string[]
  /** No last frames, posters or smaller copies. */
  readonly withoutEncoder: boolean
}

export interface Crew {
  readonly store: OperationStore
  readonly files: VideoFiles
  readonly commands: VideoCommands
  begin(): Promise<void>
  end(): Promise<void>
  close(): Promise<void>
}

const policy: Policy = {
  pollIntervalSeconds: 0.05,
  maxConcurrent: 10,
  operationTimeoutSeconds: 100_000,
  ...unlimited,
}

/** Real core, store, files, Google client and discord.js; nothing runs before `begin`. */
export async function assembleCrew(options: CrewOptions): Promise<Crew> {
  const { discord, place, clock, log, googleUrl } = options
  const store = await openStore(place.databaseUrl, { log })
  const origin = new URL(discord.url).origin
  const files = await openFiles(
    {
      ...place.files,
      imageOrigins: [{ origin }],
      privateOrigins: [origin, googleUrl],
      ffmpegPath: null,
      searchPath: options.withoutEncoder ? '' : '/usr/bin',
      maxVideoBytes: 1024 ** 3,
      maxImageBytes: 20 * 1024 * 1024,
    },
    log,
  )
  const model = createVideoModel(
    {
      services: ['developer', 'omni'],
      apiKey: 'rehearsal',
      geminiBaseUrl: googleUrl,
      vertex: null,
      requestsPerSecond: 1000,
    },
    log,
  )
  const core: Core = {
    store,
    files,
    model,
    log,
    clock,
    policy: { ...policy, ...options.policy },
    offered: new OfferedModels(options.models ?? []),
    health: new Health(),
    ...(options.rewriter ? { rewriter: options.rewriter } : {}),
  }
  const eta = new Eta([], 30)
  const commands = createCommands(core, eta)
  const large: LargeVideos = { link: () => null, smaller: async () => null, discard: async () => {}, ...options.large }
  let running: { bot: Bot; worker: Worker } | null = null

  async function end(): Promise<void> {
    await running?.bot.stop()
    await running?.worker.stop()
    running = null
  }
  return {
    store,
    files,
    commands,
    async begin() {
      await core.offered.refresh(model, log, AbortSignal.timeout(5_000))
      const bot = createDiscord(
        {
          token: discord.token,
          apiUrl: discord.url,
          guildIds: options.guildIds ?? [],
          adminIds: options.adminIds ?? [],
        },
        { commands, log, clock, large },
      )
      const worker = createWorker(core, {
        eta,
        messengers: [bot.messenger],
        card: (operation) => commands.card(operation),
      })
      running = { bot, worker }
      await bot.start()
      if (running?.worker === worker) worker.start()
    },
    end,
    async close() {
      await end()
      await store.close()
    },
  }
}
