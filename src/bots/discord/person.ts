import {
  type APIGuildMember,
  type APIInteraction,
  type APIUser,
  ApplicationIntegrationType,
  InteractionContextType,
  PermissionFlagsBits,
} from 'discord.js'
import { ownPlaceOf } from '../../core/access.ts'
import type { Person } from '../../core/ports/commands.ts'
import type { Place } from './place.ts'

/** Whether the bot itself is a member of where this happened, or it is the bot's own direct channel. */
function botIsThere(interaction: APIInteraction): boolean {
  if (interaction.context === InteractionContextType.BotDM) return true
  return interaction.authorizing_integration_owners[ApplicationIntegrationType.GuildInstall] !== undefined
}

const needed =
  PermissionFlagsBits.ViewChannel |
  PermissionFlagsBits.EmbedLinks |
  PermissionFlagsBits.AttachFiles |
  PermissionFlagsBits.ReadMessageHistory
const threadTypes: ReadonlySet<number> = new Set([10, 11, 12])

/** Whether the bot may post and be found again in the interaction's channel with its own token. */
function botMayPost(interaction: APIInteraction): boolean {
  if (!botIsThere(interaction)) return false
  if (interaction.context === InteractionContextType.BotDM) return true
  const bits = BigInt(interaction.app_permissions)
  const thread = threadTypes.has(interaction.channel?.type ?? 0)
  const send = thread ? PermissionFlagsBits.SendMessagesInThreads : PermissionFlagsBits.SendMessages
  const all = needed | send
  return (bits & PermissionFlagsBits.Administrator) !== 0n || (bits & all) === all
}

/** Where the answer to an interaction goes. `alone`: only the requester may see it. */
export function placeFor(interaction: APIInteraction, alone: boolean): Place {
  const direct = interaction.context === InteractionContextType.BotDM
  const reach = botMayPost(interaction) && (!alone || direct)
  return {
    channel: interaction.channel?.id ?? '',
    guild: botIsThere(interaction) ? (interaction.guild_id ?? null) : null,
    replyTo: null,
    uploadLimit: interaction.attachment_size_limit,
    token: reach ? null : interaction.token,
  }
}

/** Whether an answer can be for one person alone only by Discord's own means: a direct channel is private anyway. */
export function hiddenAnswer(interaction: APIInteraction, alone: boolean): boolean {
  return alone && interaction.context !== InteractionContextType.BotDM
}

/** Direct messages and places where the bot is no member are a workspace of each person's own; guests.ts may know better. */
export function workspaceOf(guild: string | undefined, user: string): string {
  return guild === undefined ? ownPlaceOf(`discord:${user}`) : `discord:${guild}`
}

function nameOf(user: APIUser, member: { nick?: string | null } | undefined): string {
  return member?.nick ?? user.global_name ?? user.username
}

/** A member's roles. @everyone, which can be chosen where a role is asked for, has the server's id and is listed nowhere. */
export function rolesOf(
  guild: string | undefined,
  member: { roles?: readonly string[] } | undefined,
): readonly string[] {
  return guild === undefined ? [] : [guild, ...(member?.roles ?? [])]
}

/** The person behind an interaction, as Discord vouches for them. */
export function personOf(interaction: APIInteraction, adminIds: readonly string[]): Person | null {
  const user = interaction.member?.user ?? interaction.user
  if (!user) return null
  const guild = botIsThere(interaction) ? interaction.guild_id : undefined
  const bits = BigInt(guild === undefined ? 0 : (interaction.member?.permissions ?? 0))
  const manages = (bits & (PermissionFlagsBits.ManageGuild | PermissionFlagsBits.Administrator)) !== 0n
  const channel = interaction.channel
  const parent = channel && threadTypes.has(channel.type) && 'parent_id' in channel ? channel.parent_id : null
  return {
    id: `discord:${user.id}`,
    name: nameOf(user, interaction.member),
    workspace: workspaceOf(guild, user.id),
    direct: guild === undefined,
    channel: guild === undefined ? null : (parent ?? channel?.id ?? null),
    roles: rolesOf(guild, interaction.member),
    admin: manages || adminIds.includes(`discord:${user.id}`),
    appointed: adminIds.includes(`discord:${user.id}`),
    locale: 'locale' in interaction ? interaction.locale : 'en',
  }
}

/** The author of a message. Discord says neither their permissions nor their language: no admin by role, server's language. */
export function authorOf(
  message: { author: APIUser; guild_id?: string; channel_id: string; member?: Partial<APIGuildMember> },
  parent: string | null,
  locale: string,
  adminIds: readonly string[],
): Person {
  const { author } = message
  return {
    id: `discord:${author.id}`,
    name: nameOf(author, message.member),
    workspace: workspaceOf(message.guild_id, author.id),
    direct: message.guild_id === undefined,
    channel: message.guild_id === undefined ? null : (parent ?? message.channel_id),
    roles: rolesOf(message.guild_id, message.member),
    admin: adminIds.includes(`discord:${author.id}`),
    appointed: adminIds.includes(`discord:${author.id}`),
    locale,
  }
}
