import { VideoError } from '../../core/errors.ts'
import type { Settings } from '../../core/settings.ts'
import type { WordingKey } from '../../core/wording/en.ts'
import { say } from '../../core/wording.ts'
import { type Command, findCommand } from '../command.ts'
import { type Asked, type Desk, reply } from './desk.ts'
import { type Given, saidOf } from './input.ts'
import { notice, plain } from './render.ts'

/** `/settings`: shows what is in force, after changing what was given. */
export async function onSettings(desk: Desk, asked: Asked, given: readonly Given[]): Promise<void> {
  const { person, interaction } = asked
  const { locale } = person
  if (!person.admin || person.channel === null) throw new VideoError('forbidden', 'not an admin of a server')
  const narrow = saidOf(given, 'scope') === 'channel'
  const scope = narrow ? `${person.workspace}/${person.channel}` : person.workspace
  const before = await desk.commands.settings(scope)
  const change = saidOf(given, 'reset') === true ? forgotten(before) : changeOf(given, before)
  const changed = Object.keys(change).length > 0
  if (changed) await desk.commands.changeSettings(scope, change, person)
  const lines = linesOf(changed ? await desk.commands.settings(scope) : before, locale)
  const head = say(locale, narrow ? 'chat.settings.channel' : 'chat.settings.workspace')
  const first = changed ? `${say(locale, 'chat.settings.saved')} ${head}` : head
  const text = [first, ...(lines.length > 0 ? lines : [say(locale, 'chat.settings.none')])]
  await reply(
    desk,
    interaction,
    notice(say(locale, 'chat.settings.title'), text.join('\n'), changed ? 'done' : 'working'),
  )
}

function changeOf(given: readonly Given[], before: Settings): Settings {
  const change: Record<string, unknown> = {}
  for (const { option, value } of given) {
    if (!('setting' in option.feeds)) continue
    const field = option.feeds.setting
    if (field === 'roles') change.roles = toggled(before.roles ?? [], String(value))
    else if (field === 'allowedModels' || field === 'allowedResolutions') change[field] = listOf(String(value))
    else change[field] = value
  }
  return change as Settings
}

function toggled(list: readonly string[], value: string): string[] {
  return list.includes(value) ? list.filter((each) => each !== value) : [...list, value]
}

function listOf(text: string): string[] {
  const names = text.split(',').map((each) => each.trim())
  return names.some((each) => each.toLowerCase() === 'all') ? [] : names.filter(Boolean)
}

function forgotten(settings: Settings): Settings {
  const known = (findCommand('settings')?.options ?? []).flatMap(({ feeds }) =>
    'setting' in feeds ? [feeds.setting] : [],
  )
  const mine = known.filter((field) => settings[field] !== undefined)
  return Object.fromEntries(mine.map((field) => [field, undefined])) as Settings
}

function linesOf(settings: Settings, locale: string): string[] {
  const command: Command | undefined = findCommand('settings')
  return (command?.options ?? []).flatMap(({ name, feeds }) => {
    const value = 'setting' in feeds ? settings[feeds.setting] : undefined
    const shown = Array.isArray(value) ? value.map((each) => textOf(name, String(each))).join(', ') : value
    if (shown === undefined || shown === null || shown === '') return []
    const label = say(locale, `option.${name}.name` as WordingKey)
    return [
      say(locale, 'chat.settings.line', {
        name: label,
        value: Array.isArray(value) ? String(shown) : plain(String(shown)),
      }),
    ]
  })
}

function textOf(name: string, value: string): string {
  return name === 'role' ? `<@&${value.replace(/\D/g, '')}>` : plain(value)
}
