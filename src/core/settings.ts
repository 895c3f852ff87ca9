import { z } from 'zod'

/** US dollars as a person writes them, kept as micros; `unlimited` is null. */
const micros = z.number().int().min(0).nullable()
const names = z.array(z.string().min(1).max(200)).max(200)

/**
 * What admins set in chat for one scope. Scopes, from wide to narrow: `installation`, a workspace (`discord:<guild>`), a
 * channel (`discord:<guild>/<channel>`); what a narrower one leaves out comes from the wider one. An empty list means
 * no limit.
 */
export const settingsShape = z.object({
  /** Nothing new starts; what runs is delivered. Of a channel: nothing new is accepted. */
  paused: z.boolean().optional(),
  defaultModel: z.string().optional(),
  defaultAspectRatio: z.string().optional(),
  defaultResolution: z.string().optional(),
  defaultDurationSeconds: z.number().optional(),
  allowedModels: names.optional(),
  allowedResolutions: names.optional(),
  maxDurationSeconds: z.number().optional(),
  /** Roles, or people by their id, that may use the bot at all. */
  roles: names.optional(),
  /** Roles, or people by their id, that need no approval below the limit; empty for everybody. */
  trustedRoles: names.optional(),
  /** Where the admins are asked to approve, as the platform names the channel; without it only in the thread. */
  adminChannel: z.string().max(200).optional(),
  allowedChannels: names.optional(),
  blockedWords: names.optional(),
  /** Requests a member may make a day. */
  dailyRequests: z.number().int().min(0).nullable().optional(),
  banned: names.optional(),
  approvalAboveMicros: micros.optional(),
  requesterDailyMicros: micros.optional(),
  workspaceMonthlyMicros: micros.optional(),
  /** Daily budgets by role id and by requester; the largest that applies counts. */
  roleDailyMicros: z.record(z.string(), micros).optional(),
  memberDailyMicros: z.record(z.string(), micros).optional(),
})
export type Settings = z.infer<typeof settingsShape>

/** Whether a list of roles names the person, by a role or by themselves: not every platform has roles. */
export function isAmong(person: { readonly id: string; readonly roles: readonly string[] }, roles: readonly string[]) {
  return roles.some((each) => each === person.id || person.roles.includes(each))
}

/** The settings of a scope within a wider one: the narrower wins, but cannot undo a pause, a ban or a blocked word. */
export function merged(wide: Settings, narrow: Settings): Settings {
  const both = { ...wide, ...narrow }
  const union = (field: 'banned' | 'blockedWords') => [...new Set([...(wide[field] ?? []), ...(narrow[field] ?? [])])]
  if (wide.paused) both.paused = true
  if (wide.banned) both.banned = union('banned')
  if (wide.blockedWords) both.blockedWords = union('blockedWords')
  if (wide.roleDailyMicros) both.roleDailyMicros = { ...wide.roleDailyMicros, ...narrow.roleDailyMicros }
  if (wide.memberDailyMicros) both.memberDailyMicros = { ...wide.memberDailyMicros, ...narrow.memberDailyMicros }
  return both
}
