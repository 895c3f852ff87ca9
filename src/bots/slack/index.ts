import { App, type AppOptions, HTTPReceiver, type Receiver, SocketModeReceiver, webApi } from '@slack/bolt'
import { asVideoError } from '../../core/errors.ts'
import type { VideoCommands } from '../../core/ports/commands.ts'
import type { Clock, Log } from '../../core/ports/machine.ts'
import type { Bot, Mount } from '../bot.ts'
import { UnderWay } from '../under-way.ts'
import { clientOptions, type Identity, loggerFor, SlackApi } from './api.ts'
import { type Desk, doubleClicks } from './desk.ts'
import { processEventErrorHandler, SignedRequests } from './http.ts'
import { type InstallSettings, installerOptions, installMounts, listenToRemovals } from './install.ts'
import type { Player } from './link.ts'
import { listen } from './listen.ts'
import { SlackMessenger } from './messenger.ts'
import { Pace } from './pace.ts'
import { People } from './people.ts'
import { acknowledgingLate, SteadySocket } from './receiver.ts'
import { Replies } from './reply.ts'
import { InstalledMessenger, InstalledWorkspaces, type Workspace } from './workspaces.ts'

export interface SlackSettings {
  /** The one workspace's; with `install` every workspace has its own, and this is not looked at. */
  readonly botToken: string
  /** With it: Socket Mode. */
  readonly appToken: string | null
  /** Without an app token: HTTP, signed with this. */
  readonly signingSecret: string | null
  /** With a closing slash. */
  readonly apiUrl: string
  /** Slack user ids of admins beside the workspace's own. */
  readonly adminIds: readonly string[]
  /** Workspaces install the app by themselves, over HTTP; left out for the one of the bot token. */
  readonly install?: InstallSettings
}

export interface SlackDependencies {
  readonly commands: VideoCommands
  readonly log: Log
  readonly clock: Clock
  readonly player: Player
  /** How many processes share a workspace's limits; left out for one. */
  readonly sharers?: () => number
}

const longestPause = 60_000

/** The Slack front end. It starts whether or not Slack can be reached, and goes on trying by itself. */
export function createSlack(settings: SlackSettings, dependencies: SlackDependencies): Bot {
  const { commands, log, clock, player, sharers } = dependencies
  const options = clientOptions(settings.apiUrl, log)
  const twice = doubleClicks(clock)
  const workspaceOf = (token: string, known?: Identity): Workspace => {
    const api = new SlackApi(new webApi.WebClient(token, { ...options }), new Pace(clock, sharers), known)
    const people = new People(api, settings.adminIds, clock)
    const desk: Desk = { api, commands, people, replies: new Replies(api, log), player, clock, log, twice }
    return { desk, messenger: new SlackMessenger(api, player, clock, log) }
  }
  const { install } = settings
  const underWay = new UnderWay()
  const stopping = new AbortController()
  const logger = loggerFor(log)
  const socket =
    settings.appToken === null
      ? null
      : new SocketModeReceiver({
          appToken: settings.appToken,
          logger,
          autoReconnectEnabled: false,
          installerOptions: { clientOptions: { ...options } },
        })
  const http =
    socket === null
      ? new HTTPReceiver({
          signingSecret: settings.signingSecret ?? '',
          logger,
          processEventErrorHandler,
          ...(install ? installerOptions(install, commands, settings.apiUrl, options, log) : {}),
        })
      : null
  const steady = socket === null ? null : new SteadySocket(socket, clock, log)
  const signed = http === null ? null : new SignedRequests(http, clock)
  let ready = false
  let beginning: Promise<void> | null = null

  const front = install ? severalWorkspaces(install) : oneWorkspace()

  /** Whoever has installed the app: each event and thread with its own workspace's token. */
  function severalWorkspaces({ installations }: InstallSettings) {
    const workspaces = new InstalledWorkspaces(installations, (installed) => workspaceOf(installed.botToken, installed))
    const createApp = async (common: AppOptions) => {
      // The host may have taken workspaces off the list since, or put them on it again.
      const isOurs = (workspace: string) => !workspace.startsWith('slack:') || installations.allows(workspace.slice(6))
      await commands.leave((workspace) => !isOurs(workspace), 'unlisted')
      const speaksIn = async (team: string) => (await installations.find(team).catch(() => null)) !== null
      await commands.comeBack(async (workspace) => workspace.startsWith('slack:') && speaksIn(workspace.slice(6)))
      const app = new App({
        ...common,
        // Our handlers speak through their desk; without a token Bolt keeps no client of its own for each workspace.
        authorize: async (source) => {
          const { botToken: _, ...known } = (await http?.installer?.authorize(source)) ?? {}
          return known
        },
      })
      listen(app, workspaces, log, underWay)
      listenToRemovals(app, installations, commands, options, log)
    }
    return { createApp, messenger: new InstalledMessenger(workspaces) }
  }

  /** The workspace of the bot token, whatever workspace an event names: people of others share its channels. */
  function oneWorkspace() {
    const workspace = workspaceOf(settings.botToken)
    const createApp = async (common: AppOptions) => {
      // Bolt needs to know before it handles anything.
      const { botUser, botId } = await workspace.desk.api.identity()
      if (stopping.signal.aborted) return
      const app = new App({ ...common, token: settings.botToken, botId, botUserId: botUser })
      listen(app, { of: async () => workspace }, log, underWay)
    }
    return { createApp, messenger: workspace.messenger }
  }

  async function begin(): Promise<void> {
    const receiver = acknowledgingLate((socket ?? http) as Receiver, underWay)
    await front.createApp({ receiver, clientOptions: options, logger, convoStore: false })
    if (stopping.signal.aborted) return
    ready = true
    await steady?.start()
  }

  /** Resolves after the first try; the others follow by themselves. */
  function keepBeginning(tried: () => void): Promise<void> {
    const attempt = async (failures: number): Promise<void> => {
      try {
        await begin()
      } catch (thrown) {
        const error = asVideoError(thrown).message
        log.error({ platform: 'slack', error }, 'Slack does not take the bot token or cannot be reached; trying again')
        tried()
        await clock.sleep(Math.min(longestPause, 1000 * 2 ** failures), stopping.signal)
        if (!stopping.signal.aborted) return attempt(failures + 1)
      }
      tried()
    }
    return attempt(0)
  }

  const mount: Mount = {
    path: '/slack/events',
    handler(request, response) {
      if (ready && !stopping.signal.aborted) signed?.handle(request, response)
      else response.writeHead(503, { 'retry-after': '5' }).end()
    },
  }

  return {
    messenger: front.messenger,
    mounts: http === null ? [] : [mount, ...(install ? installMounts(http) : [])],
    start: () =>
      new Promise((resolve) => {
        beginning ??= keepBeginning(resolve)
      }),
    async stop() {
      stopping.abort()
      await beginning
      if (ready) await steady?.stop()
      await underWay.end()
    },
  }
}
