import { VideoError } from '../../core/errors.ts'
import type { Operation } from '../../core/operation.ts'
import type { SlackApi } from './api.ts'
import type { Whose } from './bucket.ts'
import { asSlackError, slackWord } from './errors.ts'
import { messageAt } from './place.ts'
import { messagesIn, type Where } from './thread.ts'

/** With these Slack says that there is nothing to take away. */
const gone: ReadonlySet<string> = new Set(['file_deleted', 'file_not_found', 'message_not_found'])

/**
 * Takes away what was delivered of an Operation: what stands `where` it was posted, however often, and the message of that
 * name, whose video can be deleted in places where the bot is no more. Throws what may pass, retryable, and `not_now`
 * where Slack keeps the message, video and all.
 */
export async function withdrawIn(
  api: SlackApi,
  operation: Operation,
  name: string,
  where: Where,
  whose: Whose,
): Promise<void> {
  const { client } = api
  try {
    // First: a message whose file is gone tells no more of what it was.
    for await (const { ts, files = [] } of messagesIn(api, where, operation.createdAt, whose)) {
      const ours = files.filter((each) => each.name?.includes(operation.id) === true)
      for (const { id = '' } of ours) await isGone(() => client.files.delete({ file: id }))
      if (ts && ours.length > 0) await isGone(() => client.chat.delete({ channel: where.channel, ts }))
    }
  } catch (thrown) {
    // A place that cannot be read, now or ever, may keep what was posted before; what has a name is taken away by it. Not a
    // video that is to be delivered again: unread, its place takes no other.
    const error = asSlackError(thrown)
    const isReplaced = operation.status === 'completed' && operation.removedAt === null
    if (error.retryable && (isReplaced || slackWord(thrown) !== 'missing_scope')) throw error
  }
  const { channel, ts, file } = messageAt(name)
  const fileGone = file !== null && (await isGone(() => client.files.delete({ file })))
  const messageGone = ts !== '' && (await isGone(() => client.chat.delete({ channel, ts })))
  if (!fileGone && !messageGone) throw new VideoError('not_now', 'slack: a message of ours still stands')
}

/** Whether what that call takes away is gone, by it or before. Throws what may pass, retryable. */
export async function isGone(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call()
    return true
  } catch (thrown) {
    const error = asSlackError(thrown)
    if (error.retryable) throw error
    return gone.has(slackWord(thrown) ?? '')
  }
}
