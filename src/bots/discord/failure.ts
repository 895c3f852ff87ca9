import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js'
import { VideoError } from '../../core/errors.ts'
import { busy } from '../busy.ts'

/** Discord's JSON error codes that mean something to us. */
export const discordCode = {
  unknownChannel: 10003,
  unknownGuild: 10004,
  unknownMember: 10007,
  unknownMessage: 10008,
  unknownUser: 10013,
  unknownWebhook: 10015,
  explicit: 20009,
  unknownInteraction: 10062,
  tooLarge: 40005,
  alreadyAnswered: 40060,
  missingAccess: 50001,
  notYourMessage: 50005,
  emptyMessage: 50006,
  cannotDm: 50007,
  notForText: 50008,
  missingPermissions: 50013,
  tokenExpired: 50027,
  invalidForm: 50035,
  archived: 50083,
  noMutualServer: 50278,
  noHistory: 160002,
  locked: 160005,
  moderated: 200000,
  harmfulLink: 240000,
  uploadsLimited: 400001,
} as const

const hopeless: ReadonlySet<number> = new Set([
  discordCode.unknownChannel,
  discordCode.missingAccess,
  discordCode.missingPermissions,
  discordCode.cannotDm,
  discordCode.archived,
  discordCode.locked,
  discordCode.noHistory,
  discordCode.notForText,
  discordCode.unknownWebhook,
  discordCode.tokenExpired,
  discordCode.noMutualServer,
  // Of what stands in it: another place may take it.
  discordCode.explicit,
  discordCode.moderated,
  discordCode.harmfulLink,
  discordCode.uploadsLimited,
])

/** No waiting helps. Whatever else is refused may pass: in an outage Discord, or what stands before it, says 400 and 403. */
const final: ReadonlySet<number> = new Set([
  ...hopeless,
  discordCode.unknownMessage,
  discordCode.unknownUser,
  discordCode.unknownInteraction,
  discordCode.tooLarge,
  discordCode.alreadyAnswered,
  discordCode.notYourMessage,
  discordCode.emptyMessage,
  discordCode.invalidForm,
])

/** Discord's JSON code of a refusal; null where it did not refuse. */
export function codeOf(thrown: unknown): number | null {
  if (thrown instanceof HTTPError && thrown.status === 413) return discordCode.tooLarge
  if (!(thrown instanceof DiscordAPIError)) return null
  // A page of somebody before Discord has none.
  return thrown.status === 413 ? discordCode.tooLarge : Number(thrown.code) || 0
}

/** The place is not there or closed to us, now and later: try the next best. */
export function isHopeless(thrown: unknown): boolean {
  return hopeless.has(codeOf(thrown) ?? 0)
}

/** The message, or the channel it stood in, is not there any more. */
export function isAbsent(thrown: unknown): boolean {
  const code = codeOf(thrown)
  return code === discordCode.unknownMessage || code === discordCode.unknownChannel
}

/** The message we wanted to change is not there any more, or closed to us. */
export function isGone(thrown: unknown): boolean {
  return isAbsent(thrown) || isHopeless(thrown)
}

const noMember: ReadonlySet<number> = new Set([
  discordCode.unknownGuild,
  discordCode.unknownMember,
  discordCode.unknownUser,
  discordCode.missingAccess,
])

/** Asked for a member of a server: they are none, or the bot is not there to see them. */
export function isNoMember(thrown: unknown): boolean {
  return noMember.has(codeOf(thrown) ?? 0)
}

/** Anything thrown by a call to Discord as core's error. Texts of Discord's go to the log only. */
export function asFailure(thrown: unknown): VideoError {
  if (thrown instanceof VideoError) return thrown
  if (thrown instanceof RateLimitError) return busy('discord: rate limited', thrown.timeToReset, thrown)
  if (thrown instanceof DiscordAPIError) {
    const code = codeOf(thrown) ?? 0
    const retryable = thrown.status === 401 || !final.has(code)
    // 401 with our own token: Discord's trouble or a changed token; waiting long keeps far from the ban.
    const waits = thrown.status === 401 ? { retryAfterSeconds: 60 } : {}
    return new VideoError('forbidden', `Discord ${thrown.status} ${code}: ${thrown.message}`, {
      facts: { why: 'gone', discord: code },
      retryable,
      ...waits,
    })
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new VideoError('unreachable', `Discord: ${message}`, { retryable: true, cause: thrown })
}

/** Whether Discord does not know this token, so that no waiting helps. */
export function isTokenRefused(thrown: unknown): boolean {
  if (thrown instanceof DiscordAPIError) return thrown.status === 401
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'TokenInvalid'
}
