import { type Call, Refusal } from './call.ts'
import type { Channel } from './workspace.ts'

/** The channel a message goes to: a user's id means the direct channel. Throws what Slack would answer. */
export function channelToPost(call: Call, id: string): Channel {
  const user = call.space.users.get(id)
  const channel = user ? call.space.directChannel(id) : call.space.channels.get(id)
  if (!channel) throw new Refusal('channel_not_found')
  if (channel.archived) throw new Refusal('is_archived')
  if (!channel.members.has(call.space.botUser)) {
    throw new Refusal(channel.kind === 'channel' ? 'not_in_channel' : 'channel_not_found')
  }
  if (channel.refuses) throw new Refusal(channel.refuses)
  return channel
}

/** The root of the thread that a post names; it must be a root that is there. */
export function rootOf(call: Call, channel: Channel): string | null {
  const ts = call.args.thread_ts
  if (!ts) return null
  const root = call.space.find(channel.id, ts)
  if (!root || (root.thread !== null && root.thread !== root.ts)) throw new Refusal('thread_not_found')
  return ts
}
