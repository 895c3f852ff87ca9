import type { VideoCommands } from '../../core/ports/commands.ts'
import type { Clock, Log } from '../../core/ports/machine.ts'
import type { Bot } from '../bot.ts'
import { type Lead, Leading } from '../leading.ts'
import { createApi } from './api.ts'
import { register, renderCommands } from './commands.ts'
import type { LargeVideos } from './delivery.ts'
import { type Examined, examine } from './examine.ts'
import { isTokenRefused } from './failure.ts'
import { createGateway } from './gateway.ts'
import { Guests } from './guests.ts'
import { createIntake } from './intake.ts'
import { interactionsMount } from './interactions.ts'
import { invitation } from './invitation.ts'
import { createMessenger } from './messenger.ts'
import { workspaceOf } from './person.ts'
import type { ApiSettings } from './rest.ts'
import { createStanding } from './standing.ts'

export interface DiscordSettings extends ApiSettings {
  /** The servers that are served, and where commands are registered; empty for all. */
  readonly guildIds: readonly string[]
  /** `discord:<user id>`, beside those with Manage Server. */
  readonly adminIds: readonly string[]
  /** The application's key: events come over HTTP then, and there is no gateway. Left out for a gateway. */
  readonly publicKey?: string | null
}

export interface DiscordDependencies {
  readonly commands: VideoCommands
  readonly log: Log
  readonly clock: Clock
  readonly large: LargeVideos
  /** With several processes only the one that leads has the gateway; left out for one process. */
  readonly lead?: Lead
  /** How many processes share the limit of the token's requests; left out for one. */
  readonly sharers?: () => number
}

const registerAgainMilliseconds = 30_000

/** The Discord front end. */
export function createDiscord(settings: DiscordSettings, dependencies: DiscordDependencies): Bot {
  const { commands, log, clock, large, lead, sharers } = dependencies
  const api = createApi(settings, clock, log, sharers)
  const gateway = createGateway(settings, clock, log, api.answeredElsewhere)
  const standing = createStanding(api, clock, log)
  const stopping = new AbortController()
  const guests = new Guests(api, settings.guildIds, clock)
  const desk = { commands, api, clock, log, adminIds: settings.adminIds, large, standing, guests }
  const rendered = renderCommands(settings.adminIds.some((id) => id.startsWith('discord:')))

  async function registerUntilDone(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await register(api, settings.guildIds, rendered, log)
        log.info({ invitation: invitation(await api.applicationId()) }, 'invite the bot with this link')
        return
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown.message : String(thrown)
        if (isTokenRefused(thrown)) return log.error({ error }, 'commands not registered: correct DISCORD_TOKEN')
        log.warn({ error }, 'commands not registered yet')
        await clock.sleep(registerAgainMilliseconds, stopping.signal)
      }
    }
  }

  /** What waits elsewhere would be started and paid for whoever brought the bot there. */
  async function leaveUnlisted(): Promise<void> {
    if (settings.guildIds.length === 0) return
    const served = new Set(settings.guildIds.map((guild) => workspaceOf(guild, '')))
    await commands.leave((workspace) => workspace.startsWith('discord:') && !served.has(workspace), 'unlisted')
  }

  const intake = createIntake(desk, gateway)
  const overHttp = settings.publicKey ? interactionsMount(settings.publicKey, intake, log) : null
  const live = { start: () => gateway.start(intake), stop: () => gateway.stop() }
  const connection = overHttp ? null : lead ? new Leading(lead, live, clock, log) : live

  return {
    mounts: overHttp ? [overHttp] : [],
    messenger: createMessenger({
      api,
      clock,
      log,
      large,
      standing,
      adminIds: settings.adminIds,
      uploadLimitOf: gateway.uploadLimitOf,
    }),
    async start() {
      await leaveUnlisted()
      await connection?.start()
      void registerUntilDone()
    },
    async stop() {
      stopping.abort()
      await connection?.stop()
      await overHttp?.idle()
    },
  }
}

/** What doctor wants to know of it; changes nothing and never rejects. */
export function examineDiscord(settings: ApiSettings & Examined, clock: Clock, log: Log) {
  return examine(createApi(settings, clock, log), settings)
}
