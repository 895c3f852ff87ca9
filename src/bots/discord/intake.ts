import {
  type APIApplicationCommandInteractionDataBasicOption,
  type APIChatInputApplicationCommandInteraction,
  type APIInteraction,
  ApplicationCommandType,
  type GatewayMessageCreateDispatchData,
  InteractionType,
} from 'discord.js'
import { VideoError } from '../../core/errors.ts'
import type { Person } from '../../core/ports/commands.ts'
import { type CommandName, findCommand } from '../command.ts'
import { isOffice } from '../office.ts'
import { onClick } from './clicks.ts'
import { isAction, parseCustomId, type Verb } from './custom-id.ts'
import { type Asked, type Desk, guarded } from './desk.ts'
import { withoutPlace } from './guests.ts'
import { givenOf } from './input.ts'
import { onList } from './lists.ts'
import { onMention } from './mention.ts'
import { onOffice } from './office.ts'
import { authorOf, personOf } from './person.ts'
import { onAutocomplete, onForm, onMenu, onVideo } from './video.ts'

/** Discord's events as core's input, and nothing else. Neither method ever rejects. */
export interface Intake {
  interaction(interaction: APIInteraction): Promise<void>
  message(message: GatewayMessageCreateDispatchData): Promise<void>
}

/** What the gateway's cache knows of a channel or server. */
export interface Surroundings {
  /** The bot's own user id; null before the first connection. */
  me(): string | null
  /** The role that a server made for the bot, which its members can mention in its stead; null where none is known. */
  roleIn(guild: string): string | null
  parentOf(channel: string): string | null
  localeOf(guild: string): string
}

type Slash = Asked<APIChatInputApplicationCommandInteraction>
type SlashHandler = (desk: Desk, asked: Slash) => Promise<void>

/** One entry a command; what office.ts answers the same way everywhere needs none. */
const slashes: Readonly<Partial<Record<CommandName, SlashHandler>>> = {
  video: (desk, asked) => onVideo(desk, asked, commandOf('video')),
  videos: (desk, asked) => onList(desk, asked, 'videos', given(asked, 'videos')),
  operations: (desk, asked) => onList(desk, asked, 'operations', given(asked, 'operations')),
}

export function createIntake(desk: Desk, around: Surroundings): Intake {
  return {
    async interaction(interaction) {
      const person = personOf(interaction, desk.adminIds)
      if (!person) return
      const asked = { interaction, person }
      await guarded(desk, asked, async () => {
        await route(desk, interaction, { interaction, person: await admitted(desk, asked) })
      })
    },
    async message(message) {
      const botId = around.me()
      if (botId === null || message.author.bot) return
      const role = message.guild_id === undefined ? null : around.roleIn(message.guild_id)
      const byRole = role !== null && message.mention_roles.includes(role)
      const named = byRole || message.mentions.some((each) => each.id === botId)
      if (message.guild_id !== undefined && !named) return
      if (message.guild_id !== undefined && !desk.guests.serves(message.guild_id)) {
        desk.log.info(
          { guild: message.guild_id },
          'a mention was passed over: DISCORD_GUILD_IDS does not name its server',
        )
        return
      }
      const locale = message.guild_id === undefined ? 'en' : around.localeOf(message.guild_id)
      const person = authorOf(message, around.parentOf(message.channel_id), locale, desk.adminIds)
      await onMention(desk, { message, person, botId, role: byRole ? role : null })
    },
  }
}

/** What only stops, hands over or takes away a video. */
const forItsPerson: ReadonlySet<Verb> = new Set(['cancel', 'download', 'delete', 'delete_yes'])

/**
 * The person as they are served here. Throws for guests, but where they only want to have, to stop or to take away what is
 * theirs, or to empty a message that shows it still.
 */
async function admitted({ guests, commands }: Desk, { interaction, person }: Asked): Promise<Person> {
  const { type, data } = interaction
  if (type === InteractionType.ApplicationCommand && data.name === 'forget') return person
  try {
    return await guests.admit(person)
  } catch (refusal) {
    const pressed = type === InteractionType.MessageComponent ? parseCustomId(data.custom_id) : null
    if (pressed === null) throw refusal
    const { verb, operationId } = pressed
    const guest = withoutPlace(person)
    if (isAction(verb) && (await commands.removed(operationId)) !== null) return guest
    if (forItsPerson.has(verb) && (await commands.get(operationId, guest).catch(() => null)) !== null) return guest
    throw refusal
  }
}

async function route(desk: Desk, interaction: APIInteraction, { person }: Asked): Promise<void> {
  switch (interaction.type) {
    case InteractionType.ApplicationCommandAutocomplete:
      return onAutocomplete(desk, { interaction, person })
    case InteractionType.MessageComponent:
      return onClick(desk, { interaction, person })
    case InteractionType.ModalSubmit:
      return onForm(desk, { interaction, person })
    case InteractionType.ApplicationCommand: {
      if (interaction.data.type === ApplicationCommandType.Message) {
        return onMenu(desk, { interaction: interaction as Parameters<typeof onMenu>[1]['interaction'], person })
      }
      const slash = { interaction: interaction as APIChatInputApplicationCommandInteraction, person }
      const { name } = commandOf(interaction.data.name)
      const handle = slashes[name]
      if (handle) return handle(desk, slash)
      if (isOffice(name)) return onOffice(desk, slash, name, given(slash, name))
      throw new VideoError('not_found', `nothing to do for ${name}`)
    }
  }
}

function commandOf(name: string) {
  const command = findCommand(name)
  if (!command) throw new VideoError('not_found', `no command ${name}`)
  return command
}

function given({ interaction }: Slash, name: CommandName) {
  const options = interaction.data.options as APIApplicationCommandInteractionDataBasicOption[] | undefined
  return givenOf(commandOf(name), options, interaction.data.resolved)
}
