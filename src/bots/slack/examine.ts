import { webApi } from '@slack/bolt'
import type { Log } from '../../core/ports/machine.ts'
import type { Finding } from '../bot.ts'
import { clientOptions } from './api.ts'
import { asSlackError, slackWord } from './errors.ts'
import type { InstallSettings } from './install.ts'
import { events, eventsOfInstalls, scopes } from './manifest.ts'

/** What is looked at: the settings, nothing else. */
export interface Examined {
  readonly botToken: string
  readonly appToken: string | null
  readonly apiUrl: string
  readonly install?: Pick<InstallSettings, 'clientId' | 'clientSecret' | 'publicUrl'>
}

const again = 'create the app from slack-manifest.yaml or add what is missing, then reinstall it in the workspace'

/**
 * The bot token, its scopes, how events arrive, and the channels; or, where workspaces install the app by themselves, the
 * client. Changes nothing and never rejects.
 */
export async function examine(settings: Examined, log: Log): Promise<readonly Finding[]> {
  if (settings.install) return examineInstall(settings.install, settings.apiUrl, log)
  const client = new webApi.WebClient(settings.botToken, clientOptions(settings.apiUrl, log))
  const [token, events, channels] = await Promise.all([
    examineToken(client),
    examineEvents(settings, log),
    examineChannels(client),
  ])
  return [...token, events, channels]
}

/** A code that Slack never gave out: whether the client is known is seen from what it finds wrong first. */
async function examineInstall(
  { clientId, clientSecret, publicUrl }: NonNullable<Examined['install']>,
  apiUrl: string,
  log: Log,
): Promise<Finding[]> {
  const name = 'Slack client'
  const client = new webApi.WebClient(undefined, clientOptions(apiUrl, log))
  const asked = { client_id: clientId, client_secret: clientSecret, code: 'doctor' }
  const word = await client.oauth.v2.access(asked).then(() => 'no answer', whyOf)
  const text = `over HTTP at POST /slack/events; the app must subscribe to ${[...events, ...eventsOfInstalls].join(', ')}`
  const where = { name: 'Slack installation', ok: true, text: `people install the app at ${publicUrl}/slack/install` }
  const about = [where, { name: 'Slack events', ok: true, text }]
  if (word === 'invalid_code') return [{ name, ok: true, text: 'Slack takes id and secret' }, ...about]
  const remedy =
    'copy SLACK_CLIENT_ID and SLACK_CLIENT_SECRET anew from “Basic Information”, or see whether Slack can be reached'
  return [{ name, ok: false, text: word, remedy }, ...about]
}

async function examineToken(client: webApi.WebClient): Promise<Finding[]> {
  try {
    const me = await client.auth.test()
    const given = me.response_metadata?.scopes ?? []
    const missing = Object.keys(scopes).filter((scope) => !given.includes(scope))
    const reasons = missing.map((scope) => `${scope} (${scopes[scope]})`).join(', ')
    return [
      { name: 'Slack token', ok: true, text: `${me.user} in ${me.team}` },
      missing.length === 0
        ? { name: 'Slack scopes', ok: true, text: 'all there' }
        : { name: 'Slack scopes', ok: false, text: `missing: ${reasons}`, remedy: again },
    ]
  } catch (thrown) {
    const remedy =
      'copy SLACK_BOT_TOKEN anew from “OAuth & Permissions” of the app, or see whether Slack can be reached'
    return [{ name: 'Slack token', ok: false, text: whyOf(thrown), remedy }]
  }
}

async function examineEvents({ appToken, apiUrl }: Examined, log: Log): Promise<Finding> {
  const name = 'Slack events'
  if (appToken === null) {
    const text = `over HTTP at POST /slack/events; the app must subscribe to ${events.join(', ')}`
    return { name, ok: true, text }
  }
  try {
    await new webApi.WebClient(appToken, clientOptions(apiUrl, log)).apps.connections.open({})
    return { name, ok: true, text: `Socket Mode can connect; the app must subscribe to ${events.join(', ')}` }
  } catch (thrown) {
    const remedy = 'make SLACK_APP_TOKEN under “Basic Information”, App-Level Tokens, with the scope connections:write'
    return { name, ok: false, text: `Socket Mode cannot connect: ${whyOf(thrown)}`, remedy }
  }
}

async function examineChannels(client: webApi.WebClient): Promise<Finding> {
  const name = 'Slack channels'
  try {
    const types = 'public_channel,private_channel'
    const { channels = [] } = await client.users.conversations({ types, exclude_archived: true, limit: 200 })
    if (channels.length === 0) {
      return { name, ok: true, text: 'in none yet: /invite the bot where it should answer; direct messages work' }
    }
    const shown = channels.slice(0, 5).map((each) => `#${each.name}`)
    const more = channels.length > shown.length ? ` and ${channels.length - shown.length} more` : ''
    return { name, ok: true, text: `${shown.join(', ')}${more}` }
  } catch (thrown) {
    return { name, ok: false, text: whyOf(thrown), remedy: again }
  }
}

function whyOf(thrown: unknown): string {
  return slackWord(thrown) ?? asSlackError(thrown).message
}
