import { randomBytes } from 'node:crypto'
import type { Bot } from './bots/bot.ts'
import { openPage } from './bots/web/built-page.ts'
import { createWeb } from './bots/web/index.ts'
import { type Assembly, assemble } from './compose.ts'
import type { SlackSettings } from './config/slack.ts'
import type { Config } from './config.ts'
import type { Health } from './core/context.ts'
import type { Log } from './core/ports/machine.ts'
import type { Lease, OperationStore } from './core/ports/store.ts'
import { isPostgres } from './db/open.ts'
import { largeVideos } from './large-videos.ts'
import { keptSecret, linkSecretFile, linkSecretName } from './link-secret.ts'

/** A running service. */
export interface Service {
  /** Where the web front end answers. */
  readonly url: string
  /** Takes no more requests, lets what runs come to a safe point, closes everything. */
  stop(): Promise<void>
}

/** What a stop waits for. */
interface Stoppable {
  stop(): Promise<void>
}

/** Starts the whole service: what must be there first, first; stopped in reverse. */
export async function startService(config: Config, log: Log): Promise<Service> {
  const assembly = await assemble(config, log)
  const { core } = assembly
  const linkSecret = await linkSecretOf(config.databaseUrl, core.store)
  const bots = await chatBots(config, assembly, linkSecret, log)
  const web = createWeb(
    {
      host: config.web.host,
      port: config.web.port,
      publicUrl: config.web.publicUrl,
      accessToken: config.web.accessToken?.reveal() ?? null,
      adminToken: config.web.adminToken?.reveal() ?? null,
      allowedOrigins: config.web.allowedOrigins,
      rehearsal: config.google.rehearsal,
      linkSecret,
      retentionDays: config.policy.retentionDays,
    },
    {
      commands: assembly.commands,
      log,
      clock: core.clock,
      checks: { database: () => core.store.ping(), accepting: () => accepting(core.health) },
      mounts: bots.flatMap((bot) => bot.mounts),
      page: openPage(log),
      metrics: assembly.metrics,
    },
  )
  const worker = assembly.worker([web.messenger, ...bots.map((bot) => bot.messenger)])
  await core.offered.refresh(core.model, log, AbortSignal.timeout(20_000))
  const { url } = await web.start()
  await Promise.all(bots.map((bot) => bot.start()))
  worker.start()
  return {
    url,
    stop: () => stopAll(worker, [web, ...bots], () => assembly.close()),
  }
}

/**
 * In reverse of the start: what works by itself first, while the front ends finish what they are at, so that nothing that
 * costs money is begun any more; then what both stand on.
 */
export async function stopAll(worker: Stoppable, fronts: readonly Stoppable[], close: () => Promise<void>) {
  await Promise.all([worker, ...fronts].map((each) => each.stop()))
  await close()
}

/** Nothing is written for whoever asks, also without a token: the worker looks every 15 seconds. */
async function accepting({ trouble }: Health): Promise<void> {
  if (trouble) throw trouble
}

/** The chat platforms that are switched on; a library is loaded only for these. */
async function chatBots(
  config: Config,
  { commands, core }: Assembly,
  linkSecret: string,
  log: Log,
): Promise<readonly Bot[]> {
  const bots: Bot[] = []
  const dependencies = { commands, log, clock: core.clock, sharers: () => core.store.instances() }
  const large = largeVideos(config, core, linkSecret)
  if (config.discord) {
    const { createDiscord } = await import('./bots/discord/index.ts')
    const { token, publicKey, apiUrl, guildIds } = config.discord
    const settings = { token: token.reveal(), publicKey, apiUrl, guildIds, adminIds: config.adminIds }
    const lead = (lease: Lease) => core.store.lead('gateway:discord', lease)
    bots.push(createDiscord(settings, { ...dependencies, large, ...(isPostgres(config.databaseUrl) ? { lead } : {}) }))
  }
  if (config.slack) {
    const { createSlack } = await import('./bots/slack/index.ts')
    const install = await slackInstall(config.slack, core.store)
    bots.push(
      createSlack(
        { ...slackSettings(config.slack, config.adminIds), ...install },
        { ...dependencies, player: large.link },
      ),
    )
  }
  return bots
}

/** What links are signed with: a secret that all processes of an installation share, beside the database or in it. */
function linkSecretOf(databaseUrl: string, store: OperationStore): Promise<string> {
  if (!isPostgres(databaseUrl)) return keptSecret(linkSecretFile(databaseUrl))
  return store.keepFirst(linkSecretName, randomBytes(32).toString('base64url'))
}

function slackSettings({ botToken, appToken, signingSecret, apiUrl }: SlackSettings, adminIds: readonly string[]) {
  return {
    botToken: botToken?.reveal() ?? '',
    appToken: appToken?.reveal() ?? null,
    signingSecret: signingSecret?.reveal() ?? null,
    apiUrl,
    adminIds: adminIds.flatMap((id) => (id.startsWith('slack:') ? [id.slice('slack:'.length)] : [])),
  }
}

/** How workspaces install the app by themselves, where that is switched on. */
async function slackInstall({ install }: SlackSettings, store: OperationStore) {
  if (install === null) return {}
  const { Installations } = await import('./bots/slack/installations.ts')
  const { clientId, clientSecret, publicUrl, teams } = install
  const secret = install.secret.reveal()
  const installations = new Installations(store, secret, teams)
  return { install: { clientId, clientSecret: clientSecret.reveal(), secret, publicUrl, installations } }
}
