import { slashCommands } from '../../src/bots/slack/commands.ts'
import { events, eventsOfInstalls, scopes, shortcuts } from '../../src/bots/slack/manifest.ts'
import { say } from '../../src/core/wording.ts'
import { type House, openHouse } from './house.ts'
import { signingSecret } from './stand-in/index.ts'
import type { Decision, OAuthApp } from './stand-in/oauth.ts'
import type { People } from './stand-in/people.ts'
import type { Workspace } from './stand-in/workspace.ts'

const publicUrl = 'https://videos.example.org'
const installSecret = 'a-secret-of-the-host-that-is-long-enough'
const app: OAuthApp = {
  clientId: '12345.67890',
  clientSecret: 'client-secret-of-the-app',
  redirectUrls: [`${publicUrl}/slack/oauth_redirect`],
  scopes: Object.keys(scopes),
}

/** What the manifest of such an app subscribes to. */
const subscribed = {
  events: new Set([...events, ...eventsOfInstalls]),
  commands: new Set(slashCommands.map(({ name }) => `/${say('en', `command.${name}.name`)}`)),
  shortcuts: new Set(shortcuts.map(({ id }) => id)),
}

/** The settings of a service that any of these workspaces may install. */
function installEnvironment(teams: string): Record<string, string> {
  return {
    SLACK_BOT_TOKEN: '',
    SLACK_APP_TOKEN: '',
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_CLIENT_ID: app.clientId,
    SLACK_CLIENT_SECRET: app.clientSecret,
    SLACK_INSTALL_SECRET: installSecret,
    SLACK_TEAM_IDS: teams,
    PUBLIC_URL: publicUrl,
  }
}

/** One more workspace, with a person of its own, an admin and a channel, all with ids that no other workspace has. */
export interface Abroad {
  readonly space: Workspace
  readonly people: People
  readonly user: string
  readonly admin: string
  readonly channel: string
}

/** A house that T0DAILIES and T0ABROAD may install, and nobody has yet. */
export async function openInstallable(
  options: Parameters<typeof openHouse>[1] = {},
): Promise<{ house: House; abroad: Abroad }> {
  const house = await openHouse('http', {
    ...options,
    slack: { oauth: app, subscribed, ...options.slack },
    env: { ...installEnvironment('T0DAILIES,T0ABROAD'), ...options.env },
  })
  return { house, abroad: settle(house, 'Abroad') }
}

/** Makes one more workspace with that name; its id is T0 and the name in capitals. */
export function settle({ slack }: House, name: string): Abroad {
  const { space, people } = slack.addWorkspace(name)
  const mark = name.toUpperCase()
  const [user, admin] = [`U0${mark}MEMBER`, `U0${mark}ADMIN`]
  space.addUser({ id: user, name: `member ${name}` })
  space.addUser({ id: admin, name: `admin ${name}`, admin: true })
  return { space, people, user, admin, channel: space.addChannel({ id: `C0${mark}`, name }).id }
}

/** What a browser holds after the page for installing. */
export interface Begun {
  /** Slack's page. */
  readonly address: string
  readonly cookie: string
}

/** A browser opens the page for installing; it is led to Slack with a cookie. */
export async function beginInstall(url: string): Promise<Begun> {
  const answer = await fetch(`${url}/slack/install`, { redirect: 'manual' })
  const cookie = answer.headers.getSetCookie()[0] ?? ''
  if (!/; Secure; HttpOnly/.test(cookie))
    throw new Error(`${answer.status}: a cookie that scripts or eavesdroppers see`)
  return { address: answer.headers.get('location') ?? '', cookie: cookie.split(';')[0] ?? '' }
}

/** The browser is led back to the service. */
export function comeBack(url: string, back: string, cookie: string | null): Promise<Response> {
  const { pathname, search } = new URL(back)
  return fetch(`${url}${pathname}${search}`, { redirect: 'manual', headers: cookie === null ? {} : { cookie } })
}

/** Somebody installs the app in that workspace. */
export async function install(house: House, space: Workspace, decision: Partial<Decision> = {}): Promise<Response> {
  const { address, cookie } = await beginInstall(house.service.url)
  const back = house.slack.decide(address, space, { user: 'U0ANYBODY', ...decision })
  return comeBack(house.service.url, back, cookie)
}
