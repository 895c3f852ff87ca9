import { type APIGuild, type APIGuildMember, Routes } from 'discord.js'
import type { Finding } from '../bot.ts'
import type { Api } from './api.ts'
import { codeOf } from './failure.ts'
import { invitation, neededPermissions } from './invitation.ts'

/** Token, servers and permissions, one line each. Never rejects. */
export async function examine(api: Api, guildIds: readonly string[]): Promise<readonly Finding[]> {
  try {
    const id = await api.applicationId()
    const token: Finding = { name: 'discord token', ok: true, text: `Discord knows this bot as application ${id}` }
    const intents: Finding = { name: 'discord intents', ok: true, text: 'no privileged intent is needed' }
    const servers = await Promise.all((await guildsOf(api, guildIds)).map((guild) => examineGuild(api, guild, id)))
    return [token, intents, ...servers]
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

async function guildsOf(api: Api, guildIds: readonly string[]): Promise<readonly string[]> {
  if (guildIds.length > 0) return guildIds
  const guilds = (await api.rest.get(Routes.userGuilds())) as { id: string }[]
  return guilds.map((guild) => guild.id)
}

async function examineGuild(api: Api, id: string, application: string): Promise<Finding> {
  try {
    const guild = (await api.rest.get(Routes.guild(id))) as APIGuild
    const me = (await api.rest.get(Routes.guildMember(id, await api.botId()))) as APIGuildMember
    const mine = guild.roles.filter((role) => role.id === guild.id || me.roles.includes(role.id))
    const bits = mine.reduce((sum, role) => sum | BigInt(role.permissions), 0n)
    const administrator = (bits & 8n) !== 0n
    const ok = administrator || (bits & neededPermissions) === neededPermissions
    const name = `discord server ${guild.name}`
    if (ok) return { name, ok, text: 'the bot has what it needs; a channel may still take it away' }
    return { name, ok, text: 'permissions are missing', remedy: `invite it again: ${invitation(application)}` }
  } catch {
    const remedy = `invite it: ${invitation(application)}`
    return { name: `discord server ${id}`, ok: false, text: 'the bot is not there', remedy }
  }
}
