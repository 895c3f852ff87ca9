import { VideoError } from '../../core/errors.ts'
import type { Operation } from '../../core/operation.ts'
import type { SlackApi } from './api.ts'
import type { Whose } from './bucket.ts'
import { asSlackError, slackWord } from './errors.ts'
import { messageAt } from './place.ts'
import { messagesIn, type SlackFile, type Where } from './thread.ts'

/** With these Slack says that there is nothing to take away. */
const gone: ReadonlySet<string> = new Set(['file_deleted', 'file_not_found', 'message_not_found'])

/**
 * Takes away the message of that name, its video first: that can be done in places where the bot is no more. False where
 * Slack keeps both. Throws what may pass, retryable.
 */
export async function takeAway({ client }: SlackApi, name: string): Promise<boolean> {
  const { channel, ts, file } = messageAt(name)
  const fileGone = file !== null && (await isGone(() => client.files.delete({ file })))
  const messageGone = ts !== '' && (await isGone(() => client.chat.delete({ channel, ts })))
  return fileGone || messageGone
}

/**
 * Takes away what was delivered of an Operation, however often; `where` it stands. Throws what may pass, retryable, and
 * `not_now` where Slack keeps it.
 */
export async function withdrawIn(
  api: SlackApi,
  operation: Operation,
  name: string,
  where: Where,
  whose: Whose,
): Promise<void> {
  const named = (file: SlackFile) => file.id !== undefined && file.name?.includes(operation.id) === true
  // First: a message that is gone tells its file no more. A place that cannot be read may keep what was posted before.
  await isGone(async () => {
    for await (const seen of messagesIn(api, where, operation.createdAt, whose)) {
      for (const { id } of (seen.files ?? []).filter(named))
        await isGone(() => api.client.files.delete({ file: id ?? '' }))
    }
  })
  if (!(await takeAway(api, name))) throw new VideoError('not_now', 'slack: a message of ours still stands')
}

async function isGone(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call()
    return true
  } catch (thrown) {
    const error = asSlackError(thrown)
    if (error.retryable) throw error
    return gone.has(slackWord(thrown) ?? '')
  }
}
