import type { SlackApi } from './api.ts'
import type { Whose } from './bucket.ts'

/** A thread, or a channel where there is none. */
export interface Where {
  readonly channel: string
  readonly root: string | null
}

/** A message as the reading methods hand it out; what of it we use. */
export interface Seen {
  readonly ts?: string
  readonly user?: string
  readonly bot_id?: string
  readonly text?: string
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: object }
  readonly files?: readonly SlackFile[]
}

/** A file as events, messages and files.info describe it; what of it we use. */
export interface SlackFile {
  readonly id?: string
  readonly name?: string | null
  readonly title?: string | null
  readonly mimetype?: string
  readonly mode?: string
  readonly size?: number
  readonly is_external?: boolean
  readonly file_access?: string
  readonly url_private?: string
  readonly url_private_download?: string
}

/** What our messages are for, in their metadata. */
export type Purpose = 'dailies_status' | 'dailies_admins' | 'dailies_outcome' | 'dailies_reply'

/** The metadata that a message of ours carries: what it is about is what it is found by. */
export function metadataOf(purpose: Purpose, about: string) {
  return { event_type: purpose, event_payload: { about } }
}

/** What a message of ours with that purpose is about; null for every other message. */
export function aboutOf(message: Seen, purpose: Purpose): string | null {
  if (message.metadata?.event_type !== purpose) return null
  const { about } = (message.metadata.event_payload ?? {}) as { about?: unknown }
  return typeof about === 'string' ? about : null
}

/** A thread of at most so many pages is read. */
const mostPages = 10

/** Slack's clock and ours differ by no more than this. */
export const clockSkewSeconds = 60

/**
 * The messages of a thread, oldest first, or without a root those of the channel itself since `since` (milliseconds),
 * newest first. Throws Slack's own errors.
 */
export async function* messagesIn(api: SlackApi, where: Where, since: number, whose: Whose): AsyncGenerator<Seen> {
  const { channel, root } = where
  let cursor: string | undefined
  for (let page = 0; page < mostPages; page += 1) {
    const more = { include_all_metadata: true, limit: 200, ...(cursor ? { cursor } : {}) }
    const oldest = String(Math.max(0, since / 1000 - clockSkewSeconds))
    const answer =
      root === null
        ? await api.inTurn('conversations.history', 'outcome', whose, () =>
            api.client.conversations.history({ channel, oldest, ...more }),
          )
        : await api.inTurn('conversations.replies', 'outcome', whose, () =>
            api.client.conversations.replies({ channel, ts: root, oldest, ...more }),
          )
    yield* (answer.messages ?? []) as Seen[]
    cursor = answer.response_metadata?.next_cursor || undefined
    if (cursor === undefined) return
  }
}

/** The message among them that is ours and that `wanted` accepts; null where there is none. */
export async function findOwn(
  api: SlackApi,
  where: Where,
  since: number,
  whose: Whose,
  wanted: (message: Seen) => boolean,
): Promise<(Seen & { readonly ts: string }) | null> {
  const { botId, botUser } = await api.identity()
  for await (const message of messagesIn(api, where, since, whose)) {
    const ours = message.bot_id === botId || message.user === botUser
    const { ts } = message
    if (ours && ts && wanted(message)) return { ...message, ts }
  }
  return null
}
