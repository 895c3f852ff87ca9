import { createHash } from 'node:crypto'
import { type APIMessage, ChannelType } from 'discord.js'
import type { Operation } from '../../core/operation.ts'
import type { Clock } from '../../core/ports/machine.ts'
import { type Api, recentAtMost } from './api.ts'
import { isHopeless } from './failure.ts'
import { placeOf } from './place.ts'

/** A channel in which something may be posted, and the delivery problem it means when it is not where it was asked for. */
export interface Spot {
  readonly channel: string
  readonly problem: 'sent_to_channel' | 'sent_as_dm' | null
}

/** Discord's user id of the requester. */
export function requesterOf(operation: Pick<Operation, 'requester'>): string {
  return operation.requester.replace(/^discord:/, '')
}

/**
 * Where an Operation's messages may go, best first: where it was asked for, the channel above a thread, a direct message.
 * What is private never goes to a server's channel: a direct message is its place. Later ones are looked up only when
 * the earlier ones failed.
 */
export async function* spotsFor(operation: Operation, api: Api, signal: AbortSignal): AsyncGenerator<Spot> {
  const place = placeOf(operation.thread ?? '')
  const hidden = operation.private && place.guild !== null
  if (place.token === null && !hidden) {
    yield { channel: place.channel, problem: null }
    const parent = operation.private ? null : await parentOf(place.channel, api, signal)
    if (parent !== null) yield { channel: parent, problem: 'sent_to_channel' }
  }
  const direct = await api.directChannel(requesterOf(operation), signal)
  const wanted = hidden && place.token === null
  if (direct !== place.channel) yield { channel: direct, problem: wanted ? null : 'sent_as_dm' }
}

/** The channel above a thread, where that takes messages; null for a private thread: more people read what is above it. */
async function parentOf(channel: string, api: Api, signal: AbortSignal): Promise<string | null> {
  try {
    const found = await api.channel(channel, signal)
    if (found.type === ChannelType.PrivateThread) return null
    const parent = 'thread_metadata' in found && 'parent_id' in found ? (found.parent_id ?? null) : null
    if (parent === null) return null
    // A forum takes posts and no messages: the whole video would be sent there only to be refused.
    const { type } = await api.channel(parent, signal)
    return type === ChannelType.GuildForum || type === ChannelType.GuildMedia ? null : parent
  } catch (thrown) {
    if (isHopeless(thrown)) return null
    throw thrown
  }
}

/**
 * The nonce of one message of an Operation in one channel, 24 characters. Discord returns the message that exists for a
 * nonce seen "in the past few minutes", whatever its channel.
 */
export function nonceOf(operationId: string, what: string, channel: string): string {
  return createHash('sha256').update(`${operationId}:${what}:${channel}`).digest('base64url').slice(0, 24)
}

const discordEpoch = 1_420_070_400_000
/** Clocks differ. */
const slackMilliseconds = 60_000

function snowflakeAt(milliseconds: number): string {
  return (BigInt(Math.max(0, milliseconds - discordEpoch)) << 22n).toString()
}

/** The Operation whose card a message of ours shows; null where it shows none. */
export function operationShownBy(message: Pick<APIMessage, 'embeds'>): string | null {
  const text = message.embeds[0]?.footer?.text ?? ''
  return /^[0-9a-f-]{36}$/.test(text) ? text : null
}

/** Discord remembers a nonce for "the past few minutes": what may be older is looked for before it is posted. */
export const nonceMilliseconds = 60_000
const forgetAbove = 1_000
/** A look that was not taken up again for so many milliseconds goes where there are more than that. */
const forgetAfter = 600_000

/** What is looked for: a delivery pings somebody, a status message nobody. */
interface Wanted {
  readonly operationId: string
  readonly delivery: boolean
  readonly since: number
  /** Of those that look alike the ones that it is not, by Discord's ids. */
  readonly others?: readonly string[]
  /** It is to go: nothing that is posted after a look is told by its nonce, and a second look begins at once. */
  readonly toGo?: true
}

/** Finds our own message about an Operation in a channel; null where there is none but what its nonce keeps from being doubled. */
export type Finder = (channel: string, wanted: Wanted, signal: AbortSignal) => Promise<string | null>

/** How far a look for one message came, and when it was taken up (milliseconds since 1970). */
interface Look {
  readonly at: number
  /** The last message that it read; null where it came to the end. */
  readonly after: string | null
}

/**
 * Looks again only after a minute: in a burst, who is sent away and comes back would ask more than it posts. A look that
 * Discord's limits cut short throws `busy`, and the next one goes on from there: later messages have later ids.
 */
export function createFinder(api: Api, clock: Clock): Finder {
  const looks = new Map<string, Look>()
  return async (channel, wanted, signal) => {
    // With the time: how far the look for an earlier outcome came says nothing of a later one's.
    const key = `${wanted.operationId} ${wanted.delivery} ${wanted.since} ${wanted.others} ${channel}`
    const now = clock.now()
    const last = looks.get(key)
    // Whatever was posted after that look is within its nonce's memory.
    if (last?.after === null && now - last.at < nonceMilliseconds && !wanted.toGo) return null
    if (looks.size > forgetAbove) for (const [each, { at }] of looks) if (now - at >= forgetAfter) looks.delete(each)
    const me = await api.botId()
    let after = last?.after ?? snowflakeAt(wanted.since - slackMilliseconds)
    for (;;) {
      const messages = await api.recent(channel, after, signal)
      const ours = messages.find((each) => each.author.id === me && isWanted(each, wanted))
      if (ours) return ours.id
      const newest = messages[0]?.id
      if (messages.length < recentAtMost || newest === undefined) break
      after = newest
      looks.set(key, { at: now, after })
    }
    looks.set(key, { at: now, after: null })
    return null
  }
}

function isWanted(message: APIMessage, { operationId, delivery, others }: Wanted): boolean {
  const tells = operationShownBy(message) === operationId && !others?.includes(message.id)
  return tells && message.content.startsWith('<@') === delivery
}
