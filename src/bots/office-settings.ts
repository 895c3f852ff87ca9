import { isDeepStrictEqual } from 'node:util'
import { VideoError } from '../core/errors.ts'
import type { Settings } from '../core/settings.ts'
import { say } from '../core/wording.ts'
import { type CommandOption, findCommand } from './command.ts'
import { type Counter, limitText, type Notice, noticeOf } from './office-counter.ts'
import { settingFrom, toggled } from './office-values.ts'

type Field = keyof Settings

/** `/settings`: what is in force in a scope, after changing what was given. */
export async function settings(counter: Counter): Promise<Notice> {
  const { commands, person, given, screen } = counter
  const { locale } = person
  if (!person.admin || person.channel === null) throw new VideoError('forbidden', 'not an admin of a shared place')
  const narrow = given.scope === 'channel'
  const scope = narrow ? `${person.workspace}/${person.channel}` : person.workspace
  const before = await commands.settings(scope)
  const wide = await commands.settings(narrow ? person.workspace : 'installation')
  const change = given.reset === true ? forgotten(before) : changeIn(counter, ownOf(before, wide))
  const changed = Object.keys(change).length > 0
  if (changed) await commands.changeSettings(scope, change, person)
  const lines = linesOf(changed ? await commands.settings(scope) : before, counter)
  const head = say(locale, narrow ? 'chat.settings.channel' : 'chat.settings.workspace')
  const first = changed ? `${say(locale, 'chat.settings.saved')} ${head}` : head
  const shown = lines.length > 0 ? lines : [screen.plain(say(locale, 'chat.settings.none'))]
  const notice = noticeOf(counter, 'chat.settings.title', [screen.plain(first), ...shown])
  return changed ? { ...notice, tone: 'done' } : notice
}

/** Every option of the command that feeds a setting, with that setting. */
function optionsOfSettings(): readonly (readonly [CommandOption, Field])[] {
  const options = findCommand('settings')?.options ?? []
  return options.flatMap((option) => ('setting' in option.feeds ? [[option, option.feeds.setting] as const] : []))
}

/** A scope's settings without the roles that it only takes over: to name one of these here is to add it here. */
function ownOf(before: Settings, wide: Settings): Settings {
  const takenOver = [...toggled].filter((field) => isDeepStrictEqual(before[field], wide[field]))
  return { ...before, ...Object.fromEntries(takenOver.map((field) => [field, undefined])) }
}

function changeIn({ given }: Counter, own: Settings): Settings {
  const change: Record<string, unknown> = {}
  for (const [{ name }, field] of optionsOfSettings()) {
    const value = given[name]
    if (value !== undefined) change[field] = settingFrom(name, field, value, own)
  }
  return change as Settings
}

/** What this command can set and is set; what others set (bans, budgets, the pause) stays. */
function forgotten(before: Settings): Settings {
  const mine = optionsOfSettings().flatMap(([, field]) => (before[field] === undefined ? [] : [field]))
  return Object.fromEntries(mine.map((field) => [field, undefined])) as Settings
}

function linesOf(settings: Settings, counter: Counter): string[] {
  const { locale } = counter.person
  return optionsOfSettings().flatMap(([{ name }, field]) => {
    const value = shown(settings, field, counter)
    return value === '' ? [] : [say(locale, 'chat.settings.line', { name: say(locale, `option.${name}.name`), value })]
  })
}

function shown(settings: Settings, field: Field, { person, screen }: Counter): string {
  const value = settings[field]
  if (value === undefined || value === '') return ''
  if (field === 'approvalAboveMicros') return screen.plain(limitText(settings.approvalAboveMicros, person.locale))
  const one = (each: unknown) => {
    if (toggled.has(field)) return screen.role(String(each))
    return field === 'allowedChannels' || field === 'adminChannel'
      ? screen.channel(String(each))
      : screen.plain(String(each))
  }
  return Array.isArray(value) ? value.map(one).join(', ') : one(value)
}
