import {
  allPermissions,
  botPermissions,
  type Channel,
  type Guild,
  isThread,
  type Shown,
  type StoredMessage,
  shown,
  type World,
} from './world.ts'

/** A user as the API shows it. */
export function userJson(world: World, id: string) {
  const user = world.users.get(id)
  return {
    id,
    username: (user?.name ?? 'gone').toLowerCase(),
    global_name: user?.name ?? null,
    discriminator: '0',
    avatar: null,
    bot: user?.bot ?? false,
    flags: 0,
    public_flags: 0,
  }
}

export function memberJson(world: World, guild: Guild, userId: string) {
  const member = guild.members.find((each) => each.userId === userId)
  return {
    user: userJson(world, userId),
    roles: member?.roles ?? [],
    nick: null,
    joined_at: new Date(0).toISOString(),
    premium_since: null,
    deaf: false,
    mute: false,
    flags: 0,
    permissions: (member?.permissions ?? 0n).toString(),
  }
}

export function channelJson(world: World, channel: Channel) {
  const thread = isThread(channel)
  const recipient = channel.recipientId === null ? [] : [userJson(world, channel.recipientId)]
  return {
    id: channel.id,
    type: channel.type,
    name: channel.name,
    ...(channel.guildId === null ? { recipients: recipient } : { guild_id: channel.guildId }),
    parent_id: channel.parentId,
    last_message_id: null,
    flags: 0,
    permissions: allPermissions.toString(),
    ...(thread
      ? {
          owner_id: world.botId,
          message_count: 0,
          member_count: 1,
          thread_metadata: {
            archived: channel.archived,
            locked: channel.locked,
            auto_archive_duration: 1440,
            archive_timestamp: new Date(0).toISOString(),
          },
        }
      : { position: 0, permission_overwrites: overwritesOf(world, channel), topic: null, nsfw: false }),
  }
}

export function guildJson(world: World, guild: Guild) {
  const channels = [...world.channels.values()].filter((each) => each.guildId === guild.id && !each.deleted)
  const everyone = {
    id: guild.id,
    name: '@everyone',
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    position: 0,
    permissions: guild.botPermissions.toString(),
    managed: false,
    mentionable: false,
    flags: 0,
  }
  return {
    id: guild.id,
    name: guild.name,
    owner_id: guild.members[0]?.userId ?? world.botId,
    premium_tier: guild.premiumTier,
    preferred_locale: 'en-US',
    features: [],
    emojis: [],
    stickers: [],
    roles: [everyone, ...guild.roles.map((role, index) => ({ ...everyone, ...role, position: index + 1 }))],
    members: [memberJson(world, guild, world.botId)],
    channels: channels.filter((each) => !isThread(each)).map((each) => channelJson(world, each)),
    threads: channels.filter(isThread).map((each) => channelJson(world, each)),
    voice_states: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    member_count: guild.members.length,
    joined_at: new Date(0).toISOString(),
    large: false,
    unavailable: false,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    mfa_level: 0,
    system_channel_flags: 0,
    nsfw_level: 0,
    premium_progress_bar_enabled: false,
    afk_timeout: 300,
    application_id: null,
    region: 'x',
  }
}

/**
 * A message as the bot gets it. Without the message content intent, what others wrote is empty outside of DMs unless it
 * mentions the bot.
 */
export function messageJson(world: World, message: StoredMessage, nested = false): Record<string, unknown> {
  const now = shown(message)
  const channel = world.channels.get(message.channelId)
  const mine = message.authorId === world.botId
  const visible = mine || channel?.type === 1 || message.pings.includes(world.botId)
  const source = message.repliesTo === null ? undefined : world.messages.get(message.repliesTo)
  const attachments = attachmentsJson(now)
  const users = message.pings.filter((ping) => world.users.has(ping))
  return {
    id: message.id,
    channel_id: message.channelId,
    type: message.repliesTo === null ? (message.via === 'interaction' ? 20 : 0) : 19,
    author: userJson(world, message.authorId),
    content: visible ? now.content : '',
    embeds: visible ? now.embeds : [],
    components: visible ? now.components : [],
    attachments: visible ? attachments : [],
    mentions: users.map((id) => userJson(world, id)),
    mention_roles: message.pings.filter((ping) => ping.startsWith('&')).map((ping) => ping.slice(1)),
    mention_everyone: message.pings.includes('everyone'),
    timestamp: new Date(message.createdAt).toISOString(),
    edited_timestamp: message.history.length > 1 ? new Date(now.at).toISOString() : null,
    tts: false,
    pinned: false,
    flags: message.ephemeralFor === null ? 0 : 64,
    ...(message.repliesTo === null
      ? {}
      : { message_reference: { message_id: message.repliesTo, channel_id: message.channelId } }),
    ...(message.forwards && visible ? forwardJson(message.forwards) : {}),
    ...(nested || message.repliesTo === null
      ? {}
      : { referenced_message: source && !source.deleted ? messageJson(world, source, true) : null }),
  }
}

function attachmentsJson({ attachments }: Shown) {
  return attachments.map(({ contentType, hash, ...rest }) => ({
    ...rest,
    content_type: contentType,
    proxy_url: rest.url,
  }))
}

/** What is forwarded stands in no field of its own message: https://docs.discord.com/developers/resources/message */
function forwardJson(forwarded: StoredMessage) {
  const now = shown(forwarded)
  const message = {
    type: 0,
    content: now.content,
    embeds: now.embeds,
    attachments: attachmentsJson(now),
    timestamp: new Date(forwarded.createdAt).toISOString(),
    edited_timestamp: null,
    flags: 0,
    mentions: [],
    mention_roles: [],
  }
  const reference = { type: 1, message_id: forwarded.id, channel_id: forwarded.channelId }
  return { message_reference: reference, message_snapshots: [{ message }] }
}

/** What an interaction says about the app's own rights where it happened. */
export function appPermissions(world: World, channel: Channel): string {
  const bits = botPermissions(world, channel)
  return (bits === 0n ? (1n << 14n) | (1n << 15n) : bits).toString()
}

/** What a channel takes from the bot, as the overwrite of its own that Discord would show. */
function overwritesOf(world: World, { denied }: Channel) {
  return denied === 0n ? [] : [{ id: world.botId, type: 1, allow: '0', deny: denied.toString() }]
}
