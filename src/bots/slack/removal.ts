import { VideoError } from '../../core/errors.ts'
import type { Operation } from '../../core/operation.ts'
import type { SlackApi } from './api.ts'
import type { Whose } from './bucket.ts'
import { asSlackError, slackWord } from './errors.ts'
import { messageAt } from './place.ts'
import { aboutOf, messagesIn, type Where } from './thread.ts'

/** With these Slack says that there is nothing to take away. */
const gone: ReadonlySet<string> = new Set(['file_deleted', 'file_not_found', 'message_not_found'])

/**
 * Takes away what was delivered of an Operation: what stands `where` it was posted, however often, and the message of that
 * name, whose video can be deleted in places where the bot is no more. What was posted anew stays, and so does the video
 * before it where that is none in its place. Throws what may pass, retryable, and `not_now` where the message stays, video
 * and all.
 */
export async function withdrawIn(
  api: SlackApi,
  operation: Operation,
  name: string,
  where: Where,
  whose: Whose,
): Promise<void> {
  const { client } = api
  const { channel, ts, file } = messageAt(name)
  const anew = postedAnew(operation)
  const isMatched =
    anew === null || operation.deliveryProblem === null || (anew.channel === channel && anew.file !== null)
  if (!isMatched && file !== null) throw new VideoError('not_now', 'slack: no video took the place of the one before')
  // First: a message whose file is gone tells no more of what it was.
  if (isMatched) await sweep(api, operation, where, whose, anew)
  const fileGone = file !== null && (await isGone(() => client.files.delete({ file })))
  const messageGone = ts !== '' && (await isGone(() => client.chat.delete({ channel, ts })))
  if (!fileGone && !messageGone) throw new VideoError('not_now', 'slack: a message of ours still stands')
}

/**
 * Takes away what outcomes of an Operation stand there, but the one that was posted anew; whether there was any. Throws what
 * may pass, retryable.
 */
export async function sweep(
  api: SlackApi,
  operation: Operation,
  where: Where,
  whose: Whose,
  anew: ReturnType<typeof messageAt> | null = null,
): Promise<boolean> {
  let swept = false
  try {
    for await (const message of messagesIn(api, where, operation.createdAt, whose)) {
      const { ts, files = [] } = message
      const ours = files.filter((each) => each.name?.includes(operation.id) === true && each.id !== anew?.file)
      for (const { id = '' } of ours) await isGone(() => api.client.files.delete({ file: id }))
      const tells = aboutOf(message, 'dailies_outcome') === operation.id && ts !== anew?.ts
      if (!ts || (ours.length === 0 && !tells)) continue
      swept = true
      await isGone(() => api.client.chat.delete({ channel: where.channel, ts }))
    }
  } catch (thrown) {
    // A place that cannot be read, now or ever, may keep what was posted before; what has a name is taken away by it.
    const error = asSlackError(thrown)
    if (error.retryable && slackWord(thrown) !== 'missing_scope') throw error
  }
  return swept
}

/** The message that was posted anew, for which the one before it goes; null where all goes. */
function postedAnew({ deliveredMessage, deliveredAt, removedAt }: Operation): ReturnType<typeof messageAt> | null {
  return removedAt === null && deliveredAt !== null && deliveredMessage !== null ? messageAt(deliveredMessage) : null
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
