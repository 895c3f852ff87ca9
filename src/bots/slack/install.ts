import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type App,
  type HTTPReceiver,
  type HTTPReceiverOptions,
  type Installation,
  type InstallationStore,
  webApi,
} from '@slack/bolt'
import { VideoError } from '../../core/errors.ts'
import type { VideoCommands } from '../../core/ports/commands.ts'
import type { Log } from '../../core/ports/machine.ts'
import type { WordingKey } from '../../core/wording/en.ts'
import { say } from '../../core/wording.ts'
import type { Mount } from '../bot.ts'
import { identityBehind } from './api.ts'
import { asSlackError, slackWord } from './errors.ts'
import { type Installations, keyFor } from './installations.ts'
import { scopes } from './manifest.ts'

/** How workspaces install the app by themselves. */
export interface InstallSettings {
  readonly clientId: string
  readonly clientSecret: string
  /** The host's secret; what goes back and forth with a browser is signed with a key out of it. */
  readonly secret: string
  /** Where people reach the service from outside, without a closing slash. */
  readonly publicUrl: string
  readonly installations: Installations
}

const paths = { install: '/slack/install', redirect: '/slack/oauth_redirect' } as const

type Callbacks = NonNullable<NonNullable<HTTPReceiverOptions['installerOptions']>['callbackOptions']>
type ClientWith = (token: string) => webApi.WebClient

/** The options with which Bolt's receiver lets workspaces install the app. */
export function installerOptions(
  { clientId, clientSecret, secret, publicUrl, installations }: InstallSettings,
  commands: VideoCommands,
  apiUrl: string,
  clientOptions: webApi.WebClientOptions,
  log: Log,
): Partial<HTTPReceiverOptions> {
  const clientWith: ClientWith = (token) => new webApi.WebClient(token, { ...clientOptions })
  return {
    clientId,
    clientSecret,
    stateSecret: keyFor('slack install state', secret).toString('base64url'),
    redirectUri: `${publicUrl}${paths.redirect}`,
    scopes: Object.keys(scopes),
    installationStore: storeOver(installations, commands, clientWith),
    installerOptions: {
      clientOptions: { ...clientOptions },
      authorizationUrl: new URL('../oauth/v2/authorize', apiUrl).href,
      installPath: paths.install,
      redirectUriPath: paths.redirect,
      directInstall: true,
      callbackOptions: answers(installations, apiUrl, clientWith, log),
    },
  }
}

/** What whoever comes back from Slack is answered. */
function answers(
  installations: Installations,
  apiUrl: string,
  clientWith: ClientWith,
  log: Log,
): Required<Pick<Callbacks, 'afterInstallation' | 'success' | 'failure'>> {
  return {
    async afterInstallation(installation, _options, _request, response) {
      const problem = problemWith(installation, installations)
      if (problem === null) return true
      const team = installation.team?.id ?? installation.enterprise?.id ?? ''
      log.warn({ platform: 'slack', team, problem }, 'an installation was refused')
      // What is not kept is not left in anybody's hands either.
      const token = installation.bot?.token
      if (token) await revoke(clientWith(token), log)
      answer(response, 403, problem, { team })
      return false
    },
    success({ team, appId }, _options, _request, response) {
      log.info({ platform: 'slack', team: team?.id }, 'a workspace installed the app')
      const home = new URL('/app_redirect', apiUrl)
      home.search = new URLSearchParams({ app: appId ?? '', team: team?.id ?? '' }).toString()
      response.writeHead(303, { location: home.href }).end()
    },
    failure({ code }, _options, _request, response) {
      if (code === 'slack_oauth_installer_authorization_error') answer(response, 400, 'slack.install.cancelled')
      else answer(response, /^slack_(oauth_|webapi_platform)/.test(code) ? 400 : 502, 'slack.install.failed')
    },
  }
}

/** GET /slack/install leads to Slack, which leads back to GET /slack/oauth_redirect. */
export function installMounts(receiver: Pick<HTTPReceiver, 'requestListener'>): Mount[] {
  return Object.values(paths).map((path) => ({
    path,
    open: true,
    handler(request: IncomingMessage, response: ServerResponse) {
      response.setHeader('cache-control', 'no-store')
      response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
      response.setHeader('referrer-policy', 'no-referrer')
      response.setHeader('x-content-type-options', 'nosniff')
      if (request.method === 'GET') receiver.requestListener(request, response)
      else response.writeHead(405, { allow: 'GET' }).end()
    },
  }))
}

/** With these Slack says of a token that it is no longer one. */
const noToken: ReadonlySet<string> = new Set(['account_inactive', 'invalid_auth', 'not_authed', 'token_revoked'])

/**
 * Drops a workspace's token when the app is removed there, and ends what waits for its turn. Slack's word for it may come
 * late or twice, after the app was installed anew: so it is Slack that says whether the token which we hold is dead, and one
 * that took its place meanwhile stays.
 */
export function listenToRemovals(
  app: App,
  installations: Installations,
  commands: VideoCommands,
  clientOptions: webApi.WebClientOptions,
  log: Log,
): void {
  const removed = async (team: string) => {
    const installed = await installations.find(team)
    if (installed === null) return
    try {
      await new webApi.WebClient(installed.botToken, { ...clientOptions }).auth.test()
    } catch (thrown) {
      if (!noToken.has(slackWord(thrown) ?? '')) throw asSlackError(thrown)
      if ((await installations.find(team))?.botToken !== installed.botToken) return
      await commands.leave((workspace) => workspace === `slack:${team}`, 'uninstalled')
      if (!(await installations.drop(installed))) return
      log.info({ platform: 'slack', team }, 'a workspace removed the app')
    }
  }
  app.event('app_uninstalled', ({ context }) => removed(context.teamId ?? ''))
  app.event('tokens_revoked', ({ context }) => removed(context.teamId ?? ''))
}

async function revoke(client: webApi.WebClient, log: Log): Promise<void> {
  try {
    await client.auth.revoke()
  } catch (thrown) {
    log.warn({ platform: 'slack', error: asSlackError(thrown).message }, 'a refused token could not be given back')
  }
}

/** Why this installation is not taken; null where it is. */
function problemWith(installation: Installation, installations: Installations): WordingKey | null {
  const { team, bot, isEnterpriseInstall } = installation
  if (isEnterpriseInstall || !team || !bot) return 'slack.install.whole'
  if (bot.refreshToken !== undefined) return 'slack.install.rotation'
  return installations.allows(team.id) ? null : 'slack.install.stranger'
}

/** Our installations in the form in which Bolt keeps and looks for them. */
function storeOver(installations: Installations, commands: VideoCommands, clientWith: ClientWith): InstallationStore {
  return {
    async storeInstallation(installation) {
      const botToken = installation.bot?.token ?? ''
      const identity = await identityBehind(clientWith(botToken))
      await installations.keep({ ...identity, botToken })
      await commands.comeBack(async (workspace) => workspace === `slack:${identity.team}`)
    },
    async fetchInstallation({ teamId = '' }) {
      const installed = await installations.find(teamId)
      if (installed === null) throw new VideoError('not_now', `slack: not installed in ${teamId}`)
      const { botToken: token, botId: id, botUser: userId, team, enterprise } = installed
      return {
        team: { id: team },
        enterprise: enterprise === null ? undefined : { id: enterprise },
        user: { id: '', token: undefined, scopes: undefined },
        bot: { token, id, userId, scopes: [] },
      }
    },
  }
}

function answer(response: ServerResponse, status: number, key: WordingKey, facts: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${say('en', key, facts)}\n`)
}
