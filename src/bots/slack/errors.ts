import { webApi } from '@slack/bolt'
import { VideoError } from '../../core/errors.ts'
import { busy } from '../busy.ts'

/** Slack's words for a place that cannot be written to, and ours. */
const placeProblems: Readonly<Record<string, string>> = {
  not_in_channel: 'not_in_channel',
  channel_not_found: 'unseen',
  is_archived: 'archived',
  is_inactive: 'archived',
  invalid_channel: 'gone',
  thread_not_found: 'gone',
  cannot_reply_to_message: 'gone',
  message_not_found: 'gone',
  user_not_in_channel: 'gone',
  user_not_found: 'gone',
  user_disabled: 'gone',
  cannot_dm_bot: 'gone',
  messages_tab_disabled: 'gone',
  restricted_action: 'restricted',
  restricted_action_read_only_channel: 'restricted',
  restricted_action_thread_only_channel: 'restricted',
  restricted_action_non_threadable_channel: 'restricted',
  restricted_action_thread_locked: 'restricted',
  posting_to_channel_denied: 'restricted',
  access_denied: 'restricted',
  team_access_not_granted: 'restricted',
}

/** What a workspace takes as no file from anybody, in whatever place: words still reach people there. */
const filesRefused: ReadonlySet<string> = new Set([
  'file_uploads_disabled',
  'file_uploads_except_images_disabled',
  'file_upload_size_restricted',
  'file_type_not_allowed',
])

/** What an admin has to mend: it is tried again, seldom. */
const forAdmins: ReadonlySet<string> = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'missing_scope',
  'no_permission',
  'storage_limit_reached',
  'ekm_access_denied',
])

const passing: ReadonlySet<string> = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'org_login_required',
  'file_update_failed',
  'ratelimited',
  'rate_limited',
])

/** Slack's own word for what it refused; null where it was another kind of failure. */
export function slackWord(thrown: unknown): string | null {
  if (!(thrown instanceof webApi.WebAPIPlatformError)) return null
  const word = thrown.data.error
  return typeof word === 'string' && /^[a-z_]{1,60}$/.test(word) ? word : 'unreadable'
}

/** Our word for a place that cannot be written to; null where the place is not the trouble. */
export function placeProblem(thrown: unknown): string | null {
  return placeProblems[slackWord(thrown) ?? ''] ?? null
}

/** Whether the workspace takes no such file, wherever it is shared. */
export function refusesFile(thrown: unknown): boolean {
  return filesRefused.has(slackWord(thrown) ?? '')
}

/** Whether Slack refuses until an admin mends it, and an app that was removed for good. */
export function isForAdmins(thrown: unknown): boolean {
  return forAdmins.has(slackWord(thrown) ?? '')
}

/**
 * A failed call as core understands it. Retryable: the network, 5xx, 429 (`busy`, with Slack's own time to wait), Slack's
 * hiccups, and what an admin can mend. Final: a place that is gone or closed (fact `why`), and what Slack refuses.
 */
export function asSlackError(thrown: unknown): VideoError {
  if (thrown instanceof VideoError) return thrown
  if (thrown instanceof webApi.WebAPIRateLimitedError) {
    return busy('slack: rate limited', thrown.retryAfter * 1000, thrown)
  }
  const word = slackWord(thrown)
  if (word === null) return later(`slack: ${thrown instanceof Error ? thrown.message : 'no answer'}`, thrown)
  if (isForAdmins(thrown)) return later(`slack: ${word}`, thrown, 120)
  // An answer that is no JSON is a proxy's or an outage's page.
  if (passing.has(word) || word === 'unreadable') return later(`slack: ${word}`, thrown)
  const why = placeProblems[word] ?? 'other'
  return new VideoError('not_now', `slack: ${word}`, { facts: { why }, cause: thrown })
}

/**
 * The same of what a person is owed. A word that we do not know may pass as well, so it is asked again, seldom; and a place
 * that is closed has no sentence of its own here, because those say that it was sent to the person directly.
 */
export function asOwed(thrown: unknown): VideoError {
  const error = asSlackError(thrown)
  const { why } = error.facts
  if (why === 'other') return later(error.message, thrown, 120)
  if (why === undefined || why === 'gone') return error
  return new VideoError(error.code, error.message, { facts: { why: 'other' }, cause: thrown })
}

/** Slack did not do it; in `seconds` it may. */
export function later(message: string, cause: unknown, seconds?: number): VideoError {
  const wait = seconds === undefined ? {} : { retryAfterSeconds: seconds }
  return new VideoError('unreachable', message, { retryable: true, cause, ...wait })
}
