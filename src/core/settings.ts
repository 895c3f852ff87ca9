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
  /** Nothing new starts; what runs is delivered. Only in `installation`. */
  paused: z.boolean().optional(),
  defaultModel: z.string().optional(),
  defaultAspectRatio: z.string().optional(),
  defaultResolution: z.string().optional(),
  defaultDurationSeconds: z.number().optional(),
  allowedModels: names.optional(),
  allowedResolutions: names.optional(),
  maxDurationSeconds: z.number().optional(),
  /** Roles that may use the bot at all. */
  roles: names.optional(),
  /** Roles that need no approval below the limit. */
  trustedRoles: names.optional(),
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
