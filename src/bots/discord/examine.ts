import {
  type APIApplication,
  type APIGuild,
  type APIGuildMember,
  ApplicationIntegrationType,
  ChannelType,
  type APIGuildChannel as GuildChannelOf,
  type GuildChannelType,
  OverwriteType,
  PermissionFlagsBits,
  Routes,
} from 'discord.js'
import type { Finding } from '../bot.ts'
import type { Api } from './api.ts'
import { codeOf } from './failure.ts'
import { invitation, neededPermissions } from './invitation.ts'

type APIGuildChannel = GuildChannelOf<GuildChannelType>

/** The settings that Discord's own have to agree with. */
export interface Examined {
  readonly guildIds: readonly string[]
  /** The application's key, where events come over HTTP; null for a gateway. */
  readonly publicKey: string | null
}

/**
 * Token, who may bring the bot along, where Discord sends what people do, servers, permissions and channels, one line
 * each. Never rejects.
 */
export async function examine(api: Api, { guildIds, publicKey }: Examined): Promise<readonly Finding[]> {
  try {
    const application = (await api.get(Routes.currentApplication())) as APIApplication
    const { id } = application
    const token: Finding = { name: 'discord token', ok: true, text: `Discord knows this bot as application ${id}` }
    const intents: Finding = { name: 'discord intents', ok: true, text: 'no privileged intent is needed' }
    const servers = await Promise.all((await guildsOf(api, guildIds)).map((guild) => examineGuild(api, guild, id)))
    const interactions = interactionsFinding(application, publicKey)
    return [token, intents, guestsFinding(application, guildIds), interactions, ...servers]
  } catch (thrown) {
    return [tokenFinding(thrown)]
  }
}

function tokenFinding(thrown: unknown): Finding {
  const refused = codeOf(thrown) !== null
  return {
    name: 'discord token',
    ok: false,
    text: refused ? 'Discord does not accept the token' : 'Discord cannot be reached',
    remedy: refused
      ? 'copy the token anew from the application’s Bot page into DISCORD_TOKEN'
      : 'check the network, a proxy, and DISCORD_API_URL',
  }
}

/** Whoever adds a bot to a server of their own is an admin there, and so sets its budgets and needs no approval. */
function guestsFinding(application: APIApplication, guildIds: readonly string[]): Finding {
  const name = 'discord guests'
  if (guildIds.length > 0) return { name, ok: true, text: 'only the servers in DISCORD_GUILD_IDS are served' }
  if (!application.bot_public) return { name, ok: true, text: 'nobody but you can add this bot to a server' }
  const accounts = application.integration_types_config?.[ApplicationIntegrationType.UserInstall] ? ' or account' : ''
  return {
    name,
    ok: false,
    text: `anybody can add this bot to a server of their own${accounts} and spend your money there`,
    remedy:
      'set Install Link to None on the application’s Installation page and switch Public Bot off on its Bot page, or list your servers in DISCORD_GUILD_IDS',
  }
}

/** Discord sends what people do to one place only: to the address that the application names, or else over the gateway. */
function interactionsFinding(application: APIApplication, publicKey: string | null): Finding {
  const name = 'discord interactions'
  const { interactions_endpoint_url: address, verify_key: key } = application
  const page = 'on the application’s General Information page'
  if (publicKey === null) {
    if (!address) return { name, ok: true, text: 'commands and buttons come over the gateway' }
    const text = `Discord sends commands and buttons to ${address}, and the bot listens to the gateway`
    return { name, ok: false, text, remedy: `empty Interactions Endpoint URL ${page}, or set DISCORD_PUBLIC_KEY` }
  }
  if (publicKey.toLowerCase() !== key) {
    const text = 'DISCORD_PUBLIC_KEY is not this application’s, so that nothing of Discord’s is believed'
    return { name, ok: false, text, remedy: `copy Public Key ${page} into DISCORD_PUBLIC_KEY` }
  }
  if (address) return { name, ok: true, text: `commands and buttons come to ${address}` }
  const text =
    'with DISCORD_PUBLIC_KEY the bot listens over HTTP, and Discord sends commands and buttons over the gateway'
  const remedy = `while Dailies runs, write https://<your address>/discord/interactions into Interactions Endpoint URL ${page}, or take DISCORD_PUBLIC_KEY out`
  return { name, ok: false, text, remedy }
}

async function guildsOf(api: Api, guildIds: readonly string[]): Promise<readonly string[]> {
  if (guildIds.length > 0) return guildIds
  const guilds = (await api.get(Routes.userGuilds())) as { id: string }[]
  return guilds.map((guild) => guild.id)
}

async function examineGuild(api: Api, id: string, application: string): Promise<Finding> {
  try {
    const guild = (await api.get(Routes.guild(id))) as APIGuild
    const me = (await api.get(Routes.guildMember(id, await api.botId()))) as APIGuildMember
    const mine = guild.roles.filter((role) => role.id === guild.id || me.roles.includes(role.id))
    const bits = mine.reduce((sum, role) => sum | BigInt(role.permissions), 0n)
    const administrator = (bits & PermissionFlagsBits.Administrator) !== 0n
    const name = `discord server ${guild.name}`
    if (!administrator && (bits & neededPermissions) !== neededPermissions) {
      return { name, ok: false, text: 'permissions are missing', remedy: `invite it again: ${invitation(application)}` }
    }
    const closed = administrator ? [] : await closedChannels(api, guild.id, [guild.id, me.user.id, ...me.roles], bits)
    if (closed.length === 0) return { name, ok: true, text: 'the bot has what it needs, in every channel' }
    const text = `the bot has what it needs, but not in ${closed.join(', ')}: what is asked for there is answered directly`
    return { name, ok: true, text }
  } catch {
    const remedy = `invite it: ${invitation(application)}`
    return { name: `discord server ${id}`, ok: false, text: 'the bot is not there', remedy }
  }
}

const shownAtMost = 10

/** The channels whose own settings take something from the bot that it needs, by name. */
async function closedChannels(api: Api, guild: string, ids: readonly string[], bits: bigint): Promise<string[]> {
  const channels = (await api.get(Routes.guildChannels(guild))) as APIGuildChannel[]
  const written: readonly ChannelType[] = [ChannelType.GuildText, ChannelType.GuildAnnouncement, ChannelType.GuildForum]
  const closed = channels
    .filter((channel) => written.includes(channel.type))
    .filter((channel) => (bitsIn(channel, guild, ids, bits) & neededPermissions) !== neededPermissions)
    .map((channel) => `#${channel.name}`)
  const more = closed.length - shownAtMost
  return more > 0 ? [...closed.slice(0, shownAtMost), `${more} more`] : closed
}

/** In Discord's order: everyone's overwrite, then those of the roles together, then the member's own. */
function bitsIn(channel: APIGuildChannel, guild: string, ids: readonly string[], bits: bigint): bigint {
  const overwrites = (channel.permission_overwrites ?? []).filter((each) => ids.includes(each.id))
  const layers = [
    overwrites.filter((each) => each.id === guild),
    overwrites.filter((each) => each.type === OverwriteType.Role && each.id !== guild),
    overwrites.filter((each) => each.type === OverwriteType.Member),
  ]
  return layers.reduce((sum, layer) => {
    const denied = layer.reduce((all, each) => all | BigInt(each.deny), 0n)
    const allowed = layer.reduce((all, each) => all | BigInt(each.allow), 0n)
    return (sum & ~denied) | allowed
  }, bits)
}
