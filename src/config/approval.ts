import type { Values } from './variables.ts'

/** Where a request above APPROVAL_ABOVE_USD waits, holding its budget, for an approval that nobody gives or is asked for. */
export function* unapproved(values: Values): Generator<string> {
  if (values.APPROVAL_ABOVE_USD === null) return
  if (values.WEB_ACCESS_TOKEN && !values.WEB_ADMIN_TOKEN) {
    yield 'APPROVAL_ABOVE_USD: on the web page nobody can approve what waits; set WEB_ADMIN_TOKEN.'
  }
  const asked = values.DISCORD_GUILD_IDS.length > 0 || values.ADMIN_IDS.some((id) => id.startsWith('discord:'))
  if (values.DISCORD_TOKEN && !asked) {
    yield 'APPROVAL_ABOVE_USD: nobody is asked to approve what waits in Discord’s direct messages; name yourself in ADMIN_IDS as discord:<user id>, or list your servers in DISCORD_GUILD_IDS.'
  }
}
