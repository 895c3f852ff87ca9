import { once } from 'node:events'
import {
  type APIInteraction,
  Client,
  Events,
  GatewayCloseCodes,
  GatewayDispatchEvents,
  GatewayIntentBits,
  type GatewayMessageCreateDispatchData,
  GuildPremiumTier,
  Options,
  RESTEvents,
} from 'discord.js'
import type { Clock, Log } from '../../core/ports/machine.ts'
import { UnderWay } from '../under-way.ts'
import { isTokenRefused } from './failure.ts'
import type { Intake, Surroundings } from './intake.ts'
import type { ApiSettings } from './rest.ts'
import { EndingShards } from './shards.ts'

/** No privileged intent: Discord hands over a message's content where the bot is mentioned, and in direct messages. */
const intents = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.DirectMessages]

/** The live connection, and what it has learned about servers. */
export interface Gateway extends Surroundings {
  /**
   * Connects, also after a stop, and goes on trying in the background where that does not work or takes longer than five
   * seconds. With a token that Discord refuses it stays off, says so in the log and tries every five minutes: the rest of
   * the service goes on.
   */
  start(intake: Intake): Promise<void>
  stop(): Promise<void>
  /** What a server takes in one upload, in bytes; null where it is not known. */
  uploadLimitOf(guild: string): number | null
}

const mebibyte = 1_048_576
const uploadLimits: Readonly<Record<GuildPremiumTier, number>> = {
  [GuildPremiumTier.None]: 10 * mebibyte,
  [GuildPremiumTier.Tier1]: 10 * mebibyte,
  [GuildPremiumTier.Tier2]: 50 * mebibyte,
  [GuildPremiumTier.Tier3]: 100 * mebibyte,
}
/** So long after a refusal of the token it is tried again: it may have been Discord's trouble. */
const refusedMilliseconds = 300_000
const firstRetryMilliseconds = 1_000
const longestRetryMilliseconds = 30_000
/** A start waits no longer for Discord: what was accepted before goes on meanwhile. */
const startWithinMilliseconds = 5_000

/** `answered` is told of each answer to a request that discord.js made by itself. */
export function createGateway(settings: ApiSettings, clock: Clock, log: Log, answered: () => void): Gateway {
  let stopping = new AbortController()
  const running = new UnderWay()
  let client: Client | null = null

  function connectable(intake: Intake, signal: AbortSignal): Client {
    const made = new Client({
      intents,
      shards: 'auto',
      rest: { api: settings.apiUrl, retries: 0 },
      ws: { buildStrategy: (manager) => new EndingShards(manager, clock, signal) },
      // Servers, channels and roles only: memory does not grow with what people say.
      makeCache: Options.cacheWithLimits({
        ...Options.DefaultMakeCacheSettings,
        MessageManager: 0,
        UserManager: 1,
        GuildMemberManager: 1,
        PresenceManager: 0,
        ReactionManager: 0,
        GuildEmojiManager: 0,
        GuildStickerManager: 0,
        ThreadMemberManager: 0,
        VoiceStateManager: 0,
      }),
    })
    made.rest.on(RESTEvents.Response, answered)
    const handle = (work: Promise<void>) => {
      const told = (thrown: unknown) => log.error({ error: String(thrown) }, 'an event was not understood')
      void running.run(() => work.catch(told))
    }
    made.ws.on(GatewayDispatchEvents.InteractionCreate, (data: APIInteraction) => handle(intake.interaction(data)))
    made.ws.on(GatewayDispatchEvents.MessageCreate, (data: GatewayMessageCreateDispatchData) =>
      handle(intake.message(data)),
    )
    made.on(Events.Error, (error) => log.warn({ error: error.message }, 'Discord’s connection reports an error'))
    made.on(Events.ShardError, (error) => log.warn({ error: error.message }, 'Discord’s connection reports an error'))
    made.on(Events.ShardReconnecting, () => {
      if (!stopping.signal.aborted) log.info({}, 'connecting to Discord again')
    })
    made.on(Events.ShardResume, () => log.info({}, 'connected to Discord again'))
    made.on(Events.ClientReady, () => log.info({ servers: made.guilds.cache.size }, 'connected to Discord'))
    return made
  }

  /** Null once connected; else how long at least another try has to wait, in milliseconds. */
  async function connect(intake: Intake, until: AbortController): Promise<number | null> {
    const { signal } = until
    const made = connectable(intake, signal)
    client = made
    const over = new AbortController()
    try {
      // discord.js never ends a login whose client is destroyed meanwhile.
      await Promise.race([made.login(settings.token), once(signal, 'abort', over)])
      // discord.js does not connect again after such an end.
      made.once(Events.ShardDisconnect, ({ code }) => {
        void running.run(() => comeBack(intake, until, made, code))
      })
      return null
    } catch (thrown) {
      await made.destroy()
      const error = thrown instanceof Error ? thrown.message : String(thrown)
      if (isTokenRefused(thrown)) {
        log.error({ error }, 'Discord refuses DISCORD_TOKEN: this front end stays off until it is corrected')
        return refusedMilliseconds
      }
      log.warn({ error }, 'Discord cannot be reached yet')
      return 0
    } finally {
      over.abort()
    }
  }

  /** `least`: as `connect` returned it. */
  async function keepTrying(intake: Intake, until: AbortController, least: number | null): Promise<void> {
    let wait = firstRetryMilliseconds
    while (least !== null && !until.signal.aborted) {
      await clock.sleep(Math.max(least, wait), until.signal)
      wait = Math.min(longestRetryMilliseconds, wait * 2)
      if (!until.signal.aborted) least = await connect(intake, until)
    }
  }

  async function comeBack(intake: Intake, until: AbortController, ended: Client, code: number): Promise<void> {
    const refused = code === GatewayCloseCodes.AuthenticationFailed
    const why = refused ? ' and does not take DISCORD_TOKEN any more: correct it' : ' for good'
    log.error({ code }, `Discord has ended the connection${why}; it is tried again every five minutes`)
    await ended.destroy()
    await keepTrying(intake, until, refusedMilliseconds)
  }

  return {
    async start(intake) {
      const until = new AbortController()
      stopping = until
      const connected = connect(intake, until)
      void running.run(async () => keepTrying(intake, until, await connected))
      await Promise.race([connected, clock.sleep(startWithinMilliseconds, until.signal)])
    },
    async stop() {
      stopping.abort()
      await client?.destroy()
      await running.end()
    },
    uploadLimitOf(guild) {
      const known = client?.guilds.cache.get(guild)
      return known ? uploadLimits[known.premiumTier] : null
    },
    me: () => client?.user?.id ?? null,
    roleIn: (guild) => (client?.user && client.guilds.cache.get(guild)?.roles.botRoleFor(client.user)?.id) ?? null,
    parentOf(channel) {
      const known = client?.channels.cache.get(channel)
      return known?.isThread() ? known.parentId : null
    },
    localeOf: (guild) => client?.guilds.cache.get(guild)?.preferredLocale ?? 'en',
  }
}
