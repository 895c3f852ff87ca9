import type { WordingKey } from '../../core/wording/en.ts'
import { say } from '../../core/wording.ts'
import { slashCommands } from './commands.ts'

/** The least that the bot needs, with what for; docs/slack.md tells it to admins. */
export const scopes: Readonly<Record<string, string>> = {
  'app_mentions:read': 'hear a mention',
  'channels:history': 'read the thread it answers in, in public channels: pictures further up, and its own messages',
  'channels:read': 'tell which public channels it is in',
  'chat:write': 'post and edit its messages',
  commands: 'offer the commands and shortcuts',
  'files:read': 'fetch the pictures that people attach',
  'files:write': 'upload the finished videos',
  'groups:history': 'the same as channels:history in private channels it was invited to',
  'groups:read': 'tell which private channels it is in',
  'im:history': 'hear direct messages, and read its own',
  'im:write': 'write to a person directly where a channel is closed to it',
  'mpim:history': 'the same as channels:history in group conversations',
  'users:read': 'names, languages, and who is an admin',
}

/** The events it listens to. */
export const events: readonly string[] = ['app_home_opened', 'app_mention', 'message.im']

/** What it listens to beside them where workspaces install it by themselves. */
export const eventsOfInstalls: readonly string[] = ['app_uninstalled', 'tokens_revoked']

/** The shortcuts: `message` ones stand in a message's menu, `global` ones beside the text field. */
export const shortcuts: readonly {
  readonly id: string
  readonly type: 'message' | 'global'
  readonly key: WordingKey
}[] = [
  { id: 'v1:animate', type: 'message', key: 'menu.animate.name' },
  { id: 'v1:new', type: 'global', key: 'form.video.title' },
]

/**
 * What Slack needs to create the app in one paste, as YAML. Without a URL it is for Socket Mode; with `installs` workspaces
 * install it by themselves.
 */
export function manifest(name: string, url: string | null, installs = false): string {
  const base = url?.replace(/\/$/, '') ?? null
  const requests = base === null ? null : `${base}/slack/events`
  const heard = installs ? [...events, ...eventsOfInstalls] : events
  const quoted = JSON.stringify(name)
  const at = (indent: string) => (requests === null ? '' : `\n${indent}request_url: ${requests}`)
  const command = (each: (typeof slashCommands)[number]) =>
    `    - command: /${say('en', `command.${each.name}.name`)}
      description: ${JSON.stringify(say('en', `command.${each.name}.text`))}
      should_escape: true${requests === null ? '' : `\n      url: ${requests}`}`
  const shortcut = (each: (typeof shortcuts)[number]) =>
    `    - name: ${JSON.stringify(say('en', each.key))}
      type: ${each.type}
      callback_id: ${JSON.stringify(each.id)}
      description: ${JSON.stringify(say('en', 'command.video.text'))}`
  return `# Made by \`npm run slack:manifest\`: paste it at https://api.slack.com/apps -> Create New App -> From a manifest.
display_information:
  name: ${quoted}
  description: ${JSON.stringify(say('en', 'command.video.text'))}
features:
  app_home:
    home_tab_enabled: true
    messages_tab_enabled: true
    messages_tab_read_only_enabled: false
  bot_user:
    display_name: ${quoted}
    always_online: true
  shortcuts:
${shortcuts.map(shortcut).join('\n')}
  slash_commands:
${slashCommands.map(command).join('\n')}
oauth_config:${installs ? `\n  redirect_urls:\n    - ${base}/slack/oauth_redirect` : ''}
  scopes:
    bot:
${Object.keys(scopes)
  .map((scope) => `      - ${scope}`)
  .join('\n')}
settings:
  event_subscriptions:${at('    ')}
    bot_events:
${heard.map((event) => `      - ${event}`).join('\n')}
  interactivity:
    is_enabled: true${at('    ')}
  org_deploy_enabled: false
  socket_mode_enabled: ${requests === null}
  token_rotation_enabled: false
`
}
