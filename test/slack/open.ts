import { slashCommands } from '../../src/bots/slack/commands.ts'
import { events, scopes, shortcuts } from '../../src/bots/slack/manifest.ts'
import { say } from '../../src/core/wording.ts'
import { type Slack, type SlackOptions, signingSecret, startSlack, tokens } from './stand-in/index.ts'

export const modes = ['socket', 'http'] as const
export type Mode = (typeof modes)[number]

export const alice = 'U0ALICE'
export const bob = 'U0BOB'
export const carol = 'U0CAROL'
export const general = 'C0GENERAL'

/** The stand-in with exactly what the manifest asks for, three people (carol administers) and a channel. */
export async function openSlack(mode: Mode, options: Partial<SlackOptions> = {}): Promise<Slack> {
  const slack = await startSlack({
    mode,
    scopes: Object.keys(scopes),
    subscribed: {
      events: new Set(events),
      commands: new Set(slashCommands.map(({ name }) => `/${say('en', `command.${name}.name`)}`)),
      shortcuts: new Set(shortcuts.map(({ id }) => id)),
    },
    times: { retryMilliseconds: [200, 1000, 3000, 10_000] },
    ...options,
  })
  slack.space.addUser({ id: alice, name: 'alice' })
  slack.space.addUser({ id: bob, name: 'bob' })
  slack.space.addUser({ id: carol, name: 'carol', admin: true })
  slack.space.addChannel({ id: general, name: 'general' })
  return slack
}

/** The settings of a service beside that stand-in. */
export function slackEnvironment({ apiUrl }: Pick<Slack, 'apiUrl'>, mode: Mode): Record<string, string> {
  return {
    SLACK_BOT_TOKEN: tokens.bot,
    ...(mode === 'socket'
      ? { SLACK_APP_TOKEN: tokens.app }
      : { SLACK_SIGNING_SECRET: signingSecret, WEB_ACCESS_TOKEN: 'who-sees-the-page' }),
    SLACK_API_URL: apiUrl,
  }
}
