import { blockProblems } from './block-kit.ts'
import { type Call, type Method, need, parsed, Refusal } from './call.ts'
import { messageJson } from './json.ts'
import { channelToPost, rootOf } from './place.ts'
import type { Json, Message } from './workspace.ts'

function content(call: Call): { text: string; blocks: Json[]; metadata: Json | null } {
  const blocks = parsed<Json[]>(call, 'blocks', [])
  const problems = blocks.length > 0 ? blockProblems(blocks, 'message') : []
  if (problems.length > 0) throw new Refusal('invalid_blocks', { response_metadata: { messages: problems } })
  const text = call.args.text ?? ''
  // Slack only warns; here the fallback for notifications and screen readers is required.
  if (text.trim() === '') throw new Refusal('no_text')
  if (text.length > 40_000) throw new Refusal('msg_too_long')
  const metadata = parsed<Json | null>(call, 'metadata', null)
  if (metadata && (typeof metadata.event_type !== 'string' || typeof metadata.event_payload !== 'object')) {
    throw new Refusal('invalid_metadata_format')
  }
  return { text, blocks, metadata }
}

/** Its own messages a bot reaches in public channels that it left, and in no private one; `closed`: the word for an archived one. */
function ownMessage(call: Call, closed: string): Message {
  const channel = call.space.channels.get(need(call, 'channel'))
  const isSeen = channel?.kind === 'channel' || channel?.members.has(call.space.botUser)
  if (!channel || !isSeen) throw new Refusal('channel_not_found')
  const message = call.space.find(channel.id, need(call, 'ts'))
  if (!message) throw new Refusal('message_not_found')
  if (!message.byBot) throw new Refusal('cant_update_message')
  if (channel.archived) throw new Refusal(closed)
  return message
}

const postMessage: Method = (call) => {
  call.grant('chat:write')
  const channel = channelToPost(call, need(call, 'channel'))
  const { text, blocks, metadata } = content(call)
  const thread = rootOf(call, channel)
  const message = call.space.post({ channel: channel.id, thread, user: call.space.botUser, text, blocks, metadata })
  return { channel: channel.id, ts: message.ts, message: messageJson(call, message, true) }
}

const update: Method = (call) => {
  call.grant('chat:write')
  const message = ownMessage(call, 'is_inactive')
  const { text, blocks } = content(call)
  message.history.push({ at: Date.now(), text, blocks })
  return { channel: message.channel, ts: message.ts, text }
}

const remove: Method = (call) => {
  call.grant('chat:write')
  const message = ownMessage(call, 'is_archived')
  message.deleted = true
  return { channel: message.channel, ts: message.ts }
}

const postEphemeral: Method = (call) => {
  call.grant('chat:write')
  const channel = channelToPost(call, need(call, 'channel'))
  const user = need(call, 'user')
  if (!channel.members.has(user)) throw new Refusal('user_not_in_channel')
  const { text, blocks } = content(call)
  call.space.ephemerals.push({ channel: channel.id, thread: rootOf(call, channel), user, text, blocks })
  return { message_ts: call.space.timestamp() }
}

const getPermalink: Method = (call) => {
  const message = call.space.find(need(call, 'channel'), need(call, 'message_ts'))
  if (!message) throw new Refusal('message_not_found')
  return { permalink: `https://dailies.slack.com/archives/${message.channel}/p${message.ts.replace('.', '')}` }
}

export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.delete': remove,
  'chat.postEphemeral': postEphemeral,
  'chat.getPermalink': getPermalink,
}
