import { once } from 'node:events'
import {
  type APIInteraction,
  Client,
  Events,
  GatewayDispatchEvents,
  GatewayIntentBits,
  type GatewayMessageCreateDispatchData,
  GuildPremiumTier,
  Options,
  RESTEvents,
} from 'discord.js'
import type { Clock, Log } from '../../core/ports/machine.ts'
import type { ApiSettings } from './api.ts'
import { isTokenRefused } from './failure.ts'
import type { Intake, Surroundings } from './intake.ts'
import { EndingShards } from './shards.ts'

/** No privileged intent: Discord hands over a message's content where the bot is mentioned, and in direct messages. */
const intents = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.DirectMessages]

/** The live connection, and what it has learned about servers. */
export interface Gateway extends Surroundings {
  /**
   * Connects, also after a stop, and goes on trying in the background where that does not work or takes longer than five
   * seconds. With a token that Discord refuses it stays off and says so in the log: the rest of the service goes on.
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
const firstRetryMilliseconds = 1_000
const longestRetryMilliseconds = 30_000
/** A start waits no longer for Discord: what was accepted before goes on meanwhile. */
const startWithinMilliseconds = 5_000

/** `answered` is told of each answer to a request that discord.js made by itself. */
export function createGateway(settings: ApiSettings, clock: Clock, log: Log, answered: () => void): Gateway {
  let stopping = new AbortController()
  const running = new Set<Promise<void>>()
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
      const watched = work.catch((thrown: unknown) =>
        log.error({ error: String(thrown) }, 'an event was not understood'),
      )
      running.add(watched)
      void watched.finally(() => running.delete(watched))
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

  /** True once connected; false if it may work later. */
  async function connect(intake: Intake, { signal }: AbortController): Promise<boolean> {
    const made = connectable(intake, signal)
    client = made
    const over = new AbortController()
    try {
      // discord.js never ends a login whose client is destroyed meanwhile.
      await Promise.race([made.login(settings.token), once(signal, 'abort', over)])
      return !signal.aborted
    } catch (thrown) {
      await made.destroy()
      if (isTokenRefused(thrown)) throw thrown
      log.warn({ error: thrown instanceof Error ? thrown.message : String(thrown) }, 'Discord cannot be reached yet')
      return false
    } finally {
      over.abort()
    }
  }

  async function keepTrying(intake: Intake, until: AbortController): Promise<void> {
    let wait = firstRetryMilliseconds
    let connected = false
    while (!connected && !until.signal.aborted) {
      await clock.sleep(wait, until.signal)
      wait = Math.min(longestRetryMilliseconds, wait * 2)
      if (!until.signal.aborted) connected = await connect(intake, until).catch(giveUp)
    }
  }

  function giveUp(thrown: unknown): boolean {
    log.error(
      { error: String(thrown) },
      'Discord refuses DISCORD_TOKEN: this front end stays off until it is corrected',
    )
    return true
  }

  return {
    async start(intake) {
      const until = new AbortController()
      stopping = until
      const connected = connect(intake, until).catch(giveUp)
      running.add(connected.then((done) => (done ? undefined : keepTrying(intake, until))))
      await Promise.race([connected, clock.sleep(startWithinMilliseconds, until.signal)])
    },
    async stop() {
      stopping.abort()
      await client?.destroy()
      await Promise.all(running)
    },
    uploadLimitOf(guild) {
      const known = client?.guilds.cache.get(guild)
      return known ? uploadLimits[known.premiumTier] : null
    },
    me: () => client?.user?.id ?? null,
    parentOf(channel) {
      const known = client?.channels.cache.get(channel)
      return known?.isThread() ? known.parentId : null
    },
    localeOf: (guild) => client?.guilds.cache.get(guild)?.preferredLocale ?? 'en',
  }
}
