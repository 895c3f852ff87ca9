import { type Call, type Method, need, Refusal } from './call.ts'
import { messageJson } from './json.ts'
import type { Channel, Json, Message } from './workspace.ts'

const kinds = { channel: 'channels', group: 'groups', im: 'im', mpim: 'mpim' } as const

function readable(call: Call, right: 'history' | 'read'): Channel {
  const channel = call.space.channels.get(need(call, 'channel'))
  if (!channel) throw new Refusal('channel_not_found')
  call.grant(`${kinds[channel.kind]}:${right}`)
  if (right === 'history' && !channel.members.has(call.space.botUser)) {
    throw new Refusal(channel.kind === 'channel' ? 'not_in_channel' : 'channel_not_found')
  }
  return channel
}

/** Cuts a list by `oldest`, `latest`, `limit` and `cursor`. */
function page(call: Call, messages: readonly Message[]): Json {
  const oldest = Number(call.args.oldest ?? 0)
  const newest = Number(call.args.latest ?? Number.MAX_SAFE_INTEGER)
  const inclusive = call.args.inclusive === 'true' || call.args.inclusive === '1'
  const within = messages.filter((each) =>
    inclusive
      ? Number(each.ts) >= oldest && Number(each.ts) <= newest
      : Number(each.ts) > oldest && Number(each.ts) < newest,
  )
  const start = Number(call.args.cursor ?? 0)
  const limit = Math.min(Number(call.args.limit ?? 100), 1000)
  const shown = within.slice(start, start + limit)
  const next = start + limit < within.length ? String(start + limit) : ''
  const withMetadata = call.args.include_all_metadata === 'true' || call.args.include_all_metadata === '1'
  return {
    messages: shown.map((each) => messageJson(call, each, withMetadata)),
    has_more: next !== '',
    response_metadata: { next_cursor: next },
  }
}

const replies: Method = (call) => {
  const channel = readable(call, 'history')
  const thread = call.space.thread(channel.id, need(call, 'ts'))
  if (thread.length === 0) throw new Refusal('thread_not_found')
  return page(call, thread)
}

const history: Method = (call) => {
  const channel = readable(call, 'history')
  const roots = call.space.messages.filter((each) => each.channel === channel.id && !each.deleted && !each.thread)
  return page(call, roots.toReversed())
}

const info: Method = (call) => {
  const channel = readable(call, 'read')
  return {
    channel: {
      id: channel.id,
      name: channel.name,
      is_archived: channel.archived,
      is_member: channel.members.has(call.space.botUser),
      is_ext_shared: channel.shared,
      is_im: channel.kind === 'im',
      is_private: channel.kind !== 'channel',
    },
  }
}

const open: Method = (call) => {
  call.grant('im:write')
  const user = need(call, 'users')
  if (!call.space.users.has(user)) throw new Refusal('user_not_found')
  return { channel: { id: call.space.directChannel(user).id } }
}

const join: Method = (call) => {
  call.grant('channels:join')
  const channel = call.space.channels.get(need(call, 'channel'))
  if (channel?.kind !== 'channel') throw new Refusal('channel_not_found')
  if (channel.archived) throw new Refusal('is_archived')
  channel.members.add(call.space.botUser)
  return { channel: { id: channel.id } }
}

const ofBot: Method = (call) => {
  const asked = (call.args.types ?? 'public_channel').split(',')
  if (asked.includes('public_channel')) call.grant('channels:read')
  if (asked.includes('private_channel')) call.grant('groups:read')
  const mine = [...call.space.channels.values()].filter((each) => each.members.has(call.space.botUser))
  const shown = mine.filter((each) => asked.includes(each.kind === 'group' ? 'private_channel' : 'public_channel'))
  return {
    channels: shown
      .filter((each) => each.kind === 'channel' || each.kind === 'group')
      .map((each) => ({ id: each.id, name: each.name, is_archived: each.archived, is_ext_shared: each.shared })),
    response_metadata: { next_cursor: '' },
  }
}

export const conversationMethods: Readonly<Record<string, Method>> = {
  'conversations.replies': replies,
  'conversations.history': history,
  'conversations.info': info,
  'conversations.open': open,
  'conversations.join': join,
  'users.conversations': ofBot,
}
