import { VideoError } from '../core/errors.ts'
import type { Settings } from '../core/settings.ts'
import { say } from '../core/wording.ts'
import { type CommandOption, findCommand } from './command.ts'
import { type Counter, limitText, microsFrom, type Notice, noticeOf } from './office-counter.ts'

type Field = keyof Settings

/** Roles that are let in or out one at a time. */
const toggled: ReadonlySet<Field> = new Set(['roles', 'trustedRoles'])
const lists: ReadonlySet<Field> = new Set(['allowedModels', 'allowedResolutions', 'allowedChannels', 'blockedWords'])

/** `/settings`: what is in force in a scope, after changing what was given. */
export async function settings(counter: Counter): Promise<Notice> {
  const { commands, person, given, screen } = counter
  const { locale } = person
  if (!person.admin || person.channel === null) throw new VideoError('forbidden', 'not an admin of a shared place')
  const narrow = given.scope === 'channel'
  const scope = narrow ? `${person.workspace}/${person.channel}` : person.workspace
  const before = await commands.settings(scope)
  const change = given.reset === true ? forgotten(before) : changeIn(counter, before)
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

function changeIn({ given }: Counter, before: Settings): Settings {
  const change: Record<string, unknown> = {}
  for (const [{ name }, field] of optionsOfSettings()) {
    const value = given[name]
    if (value !== undefined) change[field] = valueFor(field, value, before)
  }
  return change as Settings
}

function valueFor(field: Field, value: string | number | boolean, before: Settings): unknown {
  const text = String(value).trim()
  if (toggled.has(field)) {
    const roles = (before[field] ?? []) as readonly string[]
    return roles.includes(text) ? roles.filter((each) => each !== text) : [...roles, text]
  }
  if (lists.has(field)) {
    const names = text.split(',').map((each) => channelId(each.trim()))
    return names.some((each) => /^(all|none)$/i.test(each)) ? [] : names.filter(Boolean)
  }
  if (field === 'approvalAboveMicros') return microsFrom(value)
  if (field === 'adminChannel') return /^none$/i.test(text) ? undefined : channelId(text)
  return value
}

/** A channel as people mention it (`<#123>`, `<#C1|name>`), by its id. */
function channelId(text: string): string {
  return /^<#(\w+)(?:\|[^>]*)?>$/.exec(text)?.[1] ?? text
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
