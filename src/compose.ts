import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Config, S3Settings } from './config.ts'
import { systemClock } from './core/clock.ts'
import { createCommands } from './core/commands.ts'
import { type Core, Health, OfferedModels } from './core/context.ts'
import { VideoError } from './core/errors.ts'
import { Eta } from './core/eta.ts'
import type { Service } from './core/models.ts'
import type { VideoCommands } from './core/ports/commands.ts'
import type { Rewriter, VideoModel } from './core/ports/google.ts'
import type { Log } from './core/ports/machine.ts'
import type { Messenger } from './core/ports/messenger.ts'
import type { OperationStore } from './core/ports/store.ts'
import type { RemoteImage } from './core/request.ts'
import { createWorker, type Worker } from './core/worker.ts'
import { isPostgres, openStore, pathOf } from './db/open.ts'
import { openFolder } from './files/disk.ts'
import { openFiles } from './files/open.ts'
import type { Lack } from './files/s3-rights.ts'
import { createMetrics, type Exposition } from './metrics/metrics.ts'
import { createRewriter } from './veo/rewriter.ts'
import { createVideoModel, createVideoStorage, type VeoSettings } from './veo/services.ts'
import type { VideoStorage } from './veo/storage.ts'

/** Google's own limit for input images. */
const maxImageBytes = 20 * 1024 * 1024
/** The longest video at 4k is well below. */
const maxVideoBytes = 2 * 1024 ** 3
/** How many generation times are read at the start: enough for the last two hundred of several kinds. */
const timingsAtStart = 2_000

/** How often it is looked whether Slack is there again, for a picture that needs its token. */
const slackOffSeconds = 60

/** Requests a second that the rehearsal service is asked. */
const rehearsedPace = 100

/** What Google takes before this installation has seen it: 11 seconds to 6 minutes, most of it well under two. */
const usualSeconds = 90

/** Core with everything it drives, ready to work; `close` shuts what was opened, in reverse. */
export interface Assembly {
  readonly core: Core
  readonly commands: VideoCommands
  worker(messengers: readonly Messenger[]): Worker
  /** What /metrics answers. */
  metrics(): Promise<Exposition>
  close(): Promise<void>
}

/** Store, files, Google or the rehearsal service, and core on top of them, as configured. */
export async function assemble(config: Config, log: Log, tells = true): Promise<Assembly> {
  const metrics = createMetrics(systemClock, log)
  const store = await openStore(config.databaseUrl, { log, connections: config.databaseConnections, tells })
  const rehearsal = config.google.rehearsal ? await rehearse(config) : null
  const files = await openFiles(filesSettings(config, rehearsal?.url ?? null, await slackTokens(config, store)), log)
  const model = createVideoModel(
    { ...veoSettings(config, rehearsal?.url ?? null), sharers: () => store.instances() },
    log,
  )
  const offered = new OfferedModels(config.policy.models)
  const core: Core = {
    store: metrics.store(store),
    files,
    model: metrics.model(model),
    log,
    clock: systemClock,
    policy: config.policy,
    offered,
    health: new Health(),
    ...rewriterFor(config, rehearsal?.url ?? null, log),
  }
  const eta = new Eta(
    await store.timings(timingsAtStart),
    config.google.rehearsal ? config.rehearsalSeconds : usualSeconds,
  )
  const commands = metrics.commands(createCommands(core, eta))
  return {
    core,
    commands,
    worker: (messengers) =>
      createWorker(core, {
        eta,
        messengers: messengers.map(metrics.messenger),
        card: (operation) => commands.card(operation),
      }),
    metrics: () => metrics.expose(store, config.policy, core.health),
    async close() {
      await rehearsal?.close()
      await store.close()
    },
  }
}

async function rehearse(config: Config) {
  const { startRehearsal } = await import('./rehearsal/server.ts')
  return startRehearsal({ folder: rehearsalFolder(config.databaseUrl), seconds: config.rehearsalSeconds })
}

/** Each installation's own. Beside PostgreSQL there is no folder of ours, and a container's own files may be read-only. */
function rehearsalFolder(databaseUrl: string): string {
  if (!isPostgres(databaseUrl)) return join(dirname(pathOf(databaseUrl)), 'rehearsal')
  const installation = createHash('sha256').update(databaseUrl).digest('hex').slice(0, 12)
  return join(tmpdir(), `dailies-rehearsal-${installation}`)
}

/** Google's services as configured, or the rehearsal service in their place. */
function veoSettings(config: Config, rehearsalUrl: string | null): VeoSettings {
  const { google } = config
  const { location, storageUri } = google
  const vertex = { project: google.project ?? 'rehearsal', location, storageUri }
  if (rehearsalUrl !== null) {
    const credentials = { token: 'rehearsal' }
    return {
      services: google.services,
      apiKey: 'rehearsal',
      geminiBaseUrl: rehearsalUrl,
      vertex: { ...vertex, baseUrl: rehearsalUrl, storageBaseUrl: rehearsalUrl, credentials },
      requestsPerSecond: google.requestsPerSecond ?? rehearsedPace,
    }
  }
  return {
    services: google.services,
    apiKey: google.apiKey?.reveal() ?? null,
    geminiBaseUrl: google.baseUrl,
    vertex:
      google.project === null
        ? null
        : {
            ...vertex,
            baseUrl: google.vertexBaseUrl,
            storageBaseUrl: google.storageBaseUrl,
            credentials: google.credentialsFile,
          },
    requestsPerSecond: google.requestsPerSecond,
  }
}

/** What suggests other words, where it is wanted: it speaks the Gemini API alone. */
function rewriterFor({ google }: Config, rehearsalUrl: string | null, log: Log): { rewriter?: Rewriter } {
  const { suggestModel: model, apiKey } = google
  const key = rehearsalUrl === null ? apiKey?.reveal() : 'rehearsal'
  if (model === null || key === undefined) return {}
  const timeOuts = { start: 30_000, idle: 30_000 }
  return { rewriter: createRewriter({ model, apiKey: key, baseUrl: rehearsalUrl ?? google.baseUrl, timeOuts }, log) }
}

/** For doctor: one of Google's services as configured, alone, with nothing opened. */
export function modelFor(config: Config, service: Service, log: Log): VideoModel {
  return createVideoModel({ ...veoSettings(config, null), services: [service] }, log)
}

/** For doctor: the bucket that Vertex fills, alone; null where there is none. */
export function storageFor(config: Config, log: Log): VideoStorage | null {
  const { vertex } = veoSettings(config, null)
  return vertex && vertex.storageUri !== null ? createVideoStorage(vertex, log) : null
}

/**
 * For doctor: what the key may not do in the bucket. Rejects with `storage` where nothing can be put there, or where this
 * machine has not so many bytes free for files on their way.
 */
export async function bucketLacks(url: string, settings: S3Settings, neededBytes: number): Promise<readonly Lack[]> {
  const { folder, s3 } = bucketSettings(url, settings)
  await (await openFolder(folder)).ping(neededBytes)
  const { lacksIn } = await import('./files/s3-rights.ts')
  return lacksIn(s3)
}

/** Finished files go to the bucket; this machine only needs room for those that it works on. */
function bucketSettings(url: string, { endpoint, region, accessKeyId, secretAccessKey, sessionToken }: S3Settings) {
  const keys = { accessKeyId, secretAccessKey: secretAccessKey.reveal() }
  return {
    folder: join(tmpdir(), 'dailies'),
    s3: { url, endpoint, region, ...keys, sessionToken: sessionToken?.reveal() ?? null },
  }
}

/** The token with which a workspace's files are fetched; null where there is none. */
type TokenOf = (workspace: string) => Promise<string | null>

/** Slack's tokens: the one of the settings, or of several workspaces each its own. Null where Slack is switched off. */
async function slackTokens({ slack }: Config, store: OperationStore): Promise<TokenOf | null> {
  if (slack === null) return null
  const { install, botToken } = slack
  if (install === null) return async () => botToken?.reveal() ?? null
  const { Installations } = await import('./bots/slack/installations.ts')
  const installations = new Installations(store, install.secret.reveal(), install.teams)
  return async (workspace) => {
    const team = /^slack:(\w+)$/.exec(workspace)?.[1]
    return team === undefined ? null : ((await installations.find(team))?.botToken ?? null)
  }
}

function originsOf(platform: { readonly apiUrl: string } | null): readonly string[] {
  return platform ? [new URL(platform.apiUrl).origin] : []
}

function filesSettings(config: Config, rehearsalUrl: string | null, slackTokenOf: TokenOf | null) {
  const { discord, slack, google } = config
  // Also where a front end is switched off: what it has accepted goes on.
  const discordOrigins = ['https://cdn.discordapp.com', 'https://media.discordapp.net', ...originsOf(discord)]
  // A Discord client writes what address it likes into a form: Slack's are for Slack's own pictures.
  const slackHeaders = async ({ workspace }: RemoteImage): Promise<Record<string, string> | null> => {
    if (!workspace?.startsWith('slack:')) return null
    if (slackTokenOf === null) {
      const again = { retryable: true, retryAfterSeconds: slackOffSeconds }
      throw new VideoError('busy', 'Slack is switched off: this picture waits for its token', again)
    }
    const token = await slackTokenOf(workspace)
    return token === null ? {} : { authorization: `Bearer ${token}` }
  }
  const slackOrigins = ['https://files.slack.com', ...originsOf(slack)]
  const overridden = [rehearsalUrl, google.baseUrl, google.storageBaseUrl, discord?.apiUrl, slack?.apiUrl]
  return {
    ...(config.s3 ? bucketSettings(config.outputsUrl, config.s3) : { folder: config.outputsUrl }),
    imageOrigins: [
      ...discordOrigins.map((origin) => ({ origin })),
      ...slackOrigins.map((origin) => ({ origin, headers: slackHeaders })),
    ],
    privateOrigins: overridden.flatMap((url) => (url ? [new URL(url).origin] : [])),
    ffmpegPath: config.ffmpegPath,
    searchPath: config.searchPath,
    maxVideoBytes,
    maxImageBytes,
  }
}
