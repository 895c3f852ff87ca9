import {
  type APIApplicationCommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  PermissionFlagsBits,
  type RESTPostAPIApplicationCommandsJSONBody,
  Routes,
} from 'discord.js'
import { operationStatuses } from '../../core/operation.ts'
import type { Log } from '../../core/ports/machine.ts'
import type { WordingKey } from '../../core/wording/en.ts'
import { languages, say } from '../../core/wording.ts'
import {
  type Choices,
  type Command,
  type CommandOption,
  commands,
  messageCommands,
  type OptionKind,
  periodNames,
} from '../command.ts'
import type { Api } from './api.ts'
import { isHopeless } from './failure.ts'

/** Discord's locales of a language of ours. */
const discordLocales: Readonly<Record<string, readonly string[]>> = {
  de: ['de'],
  fr: ['fr'],
  es: ['es-ES', 'es-419'],
  ja: ['ja'],
}
const types: Readonly<Record<OptionKind, number>> = {
  text: ApplicationCommandOptionType.String,
  integer: ApplicationCommandOptionType.Integer,
  boolean: ApplicationCommandOptionType.Boolean,
  image: ApplicationCommandOptionType.Attachment,
  person: ApplicationCommandOptionType.User,
  role: ApplicationCommandOptionType.Role,
}
/** Values that never change; the others come from the model catalogue while the member types. */
const fixed: Partial<Readonly<Record<Choices, readonly string[]>>> = {
  statuses: operationStatuses,
  scopes: ['workspace', 'channel'],
  since: periodNames,
  whose: ['workspace', 'everyone'],
}
const choiceKeys: Partial<Readonly<Record<Choices, string>>> = {
  statuses: 'status',
  scopes: 'scope',
  since: 'since',
  whose: 'whose',
}
const everywhere = {
  contexts: [InteractionContextType.Guild, InteractionContextType.BotDM, InteractionContextType.PrivateChannel],
  integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
}
const inServers = {
  contexts: [InteractionContextType.Guild],
  integration_types: [ApplicationIntegrationType.GuildInstall],
}

/** In all languages but English, as Discord keys them; nothing where no translation differs. */
function localized(key: WordingKey): Record<string, string> | undefined {
  const entries = languages
    .filter((language) => language !== 'en' && say(language, key) !== say('en', key))
    .flatMap((language) => (discordLocales[language] ?? []).map((locale) => [locale, say(language, key)] as const))
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}

function texts(nameKey: WordingKey, textKey: WordingKey) {
  return {
    name: say('en', nameKey),
    name_localizations: localized(nameKey),
    description: say('en', textKey),
    description_localizations: localized(textKey),
  }
}

function optionOf(option: CommandOption): Record<string, unknown> {
  const values = option.choices === undefined ? undefined : fixed[option.choices]
  const key = option.choices === undefined ? undefined : choiceKeys[option.choices]
  return {
    type: types[option.kind],
    ...texts(`option.${option.name}.name`, `option.${option.name}.text`),
    required: option.required,
    choices: values?.map((value) => {
      const label = `choice.${key}.${value}` as WordingKey
      return { name: say('en', label), name_localizations: localized(label), value }
    }),
    autocomplete: option.choices !== undefined && values === undefined ? true : undefined,
    min_value: option.min,
    max_value: option.max,
    max_length: option.kind === 'text' && values === undefined && option.choices === undefined ? 6000 : undefined,
  }
}

function commandOf(command: Command, hideFromMembers: boolean): Record<string, unknown> {
  return {
    type: ApplicationCommandType.ChatInput,
    ...texts(`command.${command.name}.name`, `command.${command.name}.text`),
    options: command.options.map((option) => optionOf(option) as unknown as APIApplicationCommandOption),
    default_member_permissions:
      command.admins && hideFromMembers ? PermissionFlagsBits.ManageGuild.toString() : undefined,
    ...(command.admins ? inServers : everywhere),
  }
}

/**
 * Every command in Discord's form. Admin commands are hidden from members without Manage Server, unless admins are named
 * by id: those could not see them either, and core refuses everyone else.
 */
export function renderCommands(adminsByIdToo: boolean): RESTPostAPIApplicationCommandsJSONBody[] {
  const menus = messageCommands.map((menu) => ({
    type: ApplicationCommandType.Message,
    name: say('en', `menu.${menu.name}.name`),
    name_localizations: localized(`menu.${menu.name}.name`),
    ...everywhere,
  }))
  const all = [...commands.map((command) => commandOf(command, !adminsByIdToo)), ...menus]
  return all.map(tidy) as unknown as RESTPostAPIApplicationCommandsJSONBody[]
}

/**
 * Registers what is not yet registered so: globally, or in the given servers alone, at once there. Of any other server that
 * the bot is in, the first 200, what it has from before goes: it would be refused there, or shown twice.
 */
export async function register(
  api: Api,
  guildIds: readonly string[],
  rendered: RESTPostAPIApplicationCommandsJSONBody[],
  log: Log,
): Promise<void> {
  const application = await api.applicationId()
  const inGuild = rendered.map((command) => {
    const { contexts, integration_types, ...rest } = command
    return rest
  })
  await put(api, Routes.applicationCommands(application), guildIds.length > 0 ? [] : rendered, log)
  for (const guild of guildIds) {
    const route = Routes.applicationGuildCommands(application, guild)
    await put(api, route, inGuild, log).catch((thrown: unknown) => {
      if (!isHopeless(thrown)) throw thrown
      log.error({ guild }, 'DISCORD_GUILD_IDS names a server that the bot is not in; invite it and start again')
    })
  }
  const there = (await api.get(Routes.userGuilds())) as { id: string }[]
  for (const { id } of there.filter((guild) => !guildIds.includes(guild.id))) {
    await put(api, Routes.applicationGuildCommands(application, id), [], log).catch((thrown: unknown) => {
      if (!isHopeless(thrown)) throw thrown
    })
  }
}

async function put(api: Api, route: `/${string}`, wanted: readonly object[], log: Log): Promise<void> {
  const there = (await api.get(route, new URLSearchParams({ with_localizations: 'true' }))) as object[]
  if (fingerprint(there) === fingerprint(wanted)) return
  await api.put(route, wanted)
  log.info({ commands: wanted.length }, 'commands registered with Discord')
}

const compared: ReadonlySet<string> = new Set([
  'type',
  'name',
  'name_localizations',
  'description',
  'description_localizations',
  'options',
  'required',
  'choices',
  'value',
  'autocomplete',
  'min_value',
  'max_value',
  'max_length',
  'default_member_permissions',
])

/** Equal for equal commands, whatever Discord adds to them and in whatever order. */
function fingerprint(list: readonly object[]): string {
  return list
    .map((each) => JSON.stringify(canonical(each)))
    .sort()
    .join('\n')
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
    .filter(([key, each]) => compared.has(key) && !isEmpty(each))
    .map(([key, each]) => [key, key.endsWith('_localizations') ? sorted(each) : canonical(each)] as const)
  return sorted(Object.fromEntries(entries))
}

function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === false ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  )
}

function tidy(value: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value)) as Record<string, unknown>
}
