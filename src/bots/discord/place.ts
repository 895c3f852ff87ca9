import type { Operation } from '../../core/operation.ts'
import type { Person } from '../../core/ports/commands.ts'

/** Where an Operation's messages go, as its `thread` keeps it. */
export interface Place {
  readonly channel: string
  /** Null in direct messages and where the bot is no member. */
  readonly guild: string | null
  /** The message that asked, to reply to; null where there is none. */
  readonly replyTo: string | null
  /** The largest upload that Discord stated for this place, in bytes. */
  readonly uploadLimit: number | null
  /**
   * Set where the bot's own token does not reach: a private answer, or a channel the bot is not in. It works for 15
   * minutes, for nothing but answering that one interaction, and is stored because a restart must not lose the answer.
   */
  readonly token: string | null
}

/** `discord:<channel>:<guild>:<message>:<upload limit>:<interaction token>`, empty where there is none. */
export function threadOf(place: Place): string {
  const { channel, guild, replyTo, uploadLimit, token } = place
  return ['discord', channel, guild ?? '', replyTo ?? '', uploadLimit ?? '', token ?? ''].join(':')
}

/** The place that a thread names. */
export function placeOf(thread: string): Place {
  const [, channel = '', guild, replyTo, limit, ...token] = thread.split(':')
  return {
    channel,
    guild: guild || null,
    replyTo: replyTo || null,
    uploadLimit: limit ? Number(limit) : null,
    token: token.join(':') || null,
  }
}

/** A message of ours: in a channel, or (`channel` null) reached only through the interaction's token. */
export interface MessageRef {
  readonly channel: string | null
  readonly message: string
}

/** As `statusMessage` and `deliveredMessage` keep it: `<channel>/<message>` or `token/<message>`. */
export function refText(ref: MessageRef): string {
  return `${ref.channel ?? 'token'}/${ref.message}`
}

export function parseRef(text: string): MessageRef {
  const [channel = 'token', message = ''] = text.split('/')
  return { channel: channel === 'token' ? null : channel, message }
}

/** Address of a message in Discord's client; null where only the requester's own client knows it. */
export function linkOf(
  operation: Pick<Operation, 'thread' | 'deliveryProblem'>,
  message: string | null,
): string | null {
  if (message === null || operation.thread === null) return null
  const ref = parseRef(message)
  const place = placeOf(operation.thread)
  if (ref.channel === null) return null
  // A direct message is addressed under @me, whatever server it began in.
  const inServer = ref.channel === place.channel || operation.deliveryProblem === 'sent_to_channel'
  const home = inServer ? (place.guild ?? '@me') : '@me'
  return `https://discord.com/channels/${home}/${ref.channel}/${ref.message}`
}

/** As `linkOf`; null also where it leads into direct messages of somebody else, which nobody can follow. */
export function linkFor({ id }: Pick<Person, 'id'>, operation: Operation, message: string | null): string | null {
  const link = linkOf(operation, message)
  return link?.includes('/@me/') && id !== operation.requester ? null : link
}

/** The message that a text leads to at its end, as `linkOf` writes it; null where it leads to none. */
export function linkedIn(text: string): { readonly channel: string; readonly message: string } | null {
  const [, channel, message] = /https:\/\/discord\.com\/channels\/(?:\d+|@me)\/(\d+)\/(\d+)$/.exec(text) ?? []
  return channel !== undefined && message !== undefined ? { channel, message } : null
}

/** How long Discord takes what comes with an interaction's token. */
export const tokenMilliseconds = 15 * 60_000
const margin = 20_000

/** The interaction token, while it works; Discord counts 15 minutes from the interaction. */
export function liveToken(operation: Pick<Operation, 'thread' | 'createdAt'>, now: number): string | null {
  if (operation.thread === null) return null
  return now < operation.createdAt + tokenMilliseconds - margin ? placeOf(operation.thread).token : null
}
