import { OAuth2Scopes, PermissionFlagsBits } from 'discord.js'

/** What the bot needs in a server, and nothing more. */
export const neededPermissions =
  PermissionFlagsBits.ViewChannel |
  PermissionFlagsBits.SendMessages |
  PermissionFlagsBits.SendMessagesInThreads |
  PermissionFlagsBits.EmbedLinks |
  PermissionFlagsBits.AttachFiles |
  PermissionFlagsBits.ReadMessageHistory

/** The address at which a server owner invites the bot with the least permissions. */
export function invitation(applicationId: string): string {
  const query = new URLSearchParams({
    client_id: applicationId,
    scope: [OAuth2Scopes.Bot, OAuth2Scopes.ApplicationsCommands].join(' '),
    permissions: neededPermissions.toString(),
  })
  return `https://discord.com/oauth2/authorize?${query}`
}
