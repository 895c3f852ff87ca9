import { App, HTTPReceiver, type Receiver, SocketModeReceiver, webApi } from '@slack/bolt'
import { asVideoError } from '../../core/errors.ts'
import type { VideoCommands } from '../../core/ports/commands.ts'
import type { Clock, Log } from '../../core/ports/machine.ts'
import type { Bot, Mount } from '../bot.ts'
import { clientOptions, loggerFor, SlackApi } from './api.ts'
import { type Desk, doubleClicks } from './desk.ts'
import { examine } from './examine.ts'
import { processEventErrorHandler, SignedRequests } from './http.ts'
import { listen } from './listen.ts'
import { SlackMessenger } from './messenger.ts'
import { Pace } from './pace.ts'
import { People } from './people.ts'
import { acknowledgingLate, SteadySocket, UnderWay } from './receiver.ts'
import { Replies } from './reply.ts'

export interface SlackSettings {
  readonly botToken: string
  /** With it: Socket Mode. */
  readonly appToken: string | null
  /** Without an app token: HTTP, signed with this. */
  readonly signingSecret: string | null
  /** With a closing slash. */
  readonly apiUrl: string
  /** Slack user ids of admins beside the workspace's own. */
  readonly adminIds: readonly string[]
}

export interface SlackDependencies {
  readonly commands: VideoCommands
  readonly log: Log
  readonly clock: Clock
}

const longestPause = 60_000

/** The Slack front end. It starts whether or not Slack can be reached, and goes on trying by itself. */
export function createSlack(settings: SlackSettings, { commands, log, clock }: SlackDependencies): Bot {
  const options = clientOptions(settings.apiUrl, log)
  const api = new SlackApi(new webApi.WebClient(settings.botToken, options), new Pace(clock))
  const people = new People(api, settings.adminIds, clock)
  const desk: Desk = { api, commands, people, replies: new Replies(api, log), clock, log, twice: doubleClicks(clock) }
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
      ? new HTTPReceiver({ signingSecret: settings.signingSecret ?? '', logger, processEventErrorHandler })
      : null
  const steady = socket === null ? null : new SteadySocket(socket, clock, log)
  const signed = http === null ? null : new SignedRequests(http, clock)
  let ready = false
  let beginning: Promise<void> | null = null

  /** Asks who we are, which Bolt needs to know before it handles anything, and then listens. */
  async function begin(): Promise<void> {
    const { botUser, botId } = await api.identity()
    if (stopping.signal.aborted) return
    const receiver = acknowledgingLate((socket ?? http) as Receiver, underWay)
    const token = settings.botToken
    const app = new App({
      receiver,
      token,
      botId,
      botUserId: botUser,
      clientOptions: options,
      logger,
      convoStore: false,
    })
    listen(app, desk, underWay)
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
    name: 'slack',
    messenger: new SlackMessenger(api, clock, log),
    mounts: http === null ? [] : [mount],
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
    examine: () => examine(settings, log),
  }
}
