import { hashOf } from '../../files/hash.ts'
import { createSnowflakes, type StandInClock } from './clock.ts'
import type { RegisteredCommand } from './command-shape.ts'
import type { Embed, Row } from './message-shape.ts'
import type { Modal } from './modal-shape.ts'

export interface User {
  id: string
  name: string
  bot: boolean
  /** Refuses direct messages of the bot (50007). */
  dmsBlocked: boolean
}
export interface Member {
  userId: string
  roles: string[]
  /** Permission bits, decimal, as an interaction carries them. */
  permissions: bigint
}
export interface Guild {
  id: string
  name: string
  /** 0 to 3: 10, 10, 50, 100 MiB. */
  premiumTier: number
  hasBot: boolean
  botPermissions: bigint
  members: Member[]
  /** The bot's own is managed, and named like the bot. */
  roles: { id: string; name: string; managed?: boolean; tags?: { bot_id: string } }[]
}
export interface Channel {
  id: string
  /** 0 text, 1 DM with the bot, 3 a DM of others, 11 thread, 12 private thread, 15 forum. */
  type: number
  guildId: string | null
  parentId: string | null
  name: string
  recipientId: string | null
  archived: boolean
  locked: boolean
  /** Bits taken from the bot in this channel. */
  denied: bigint
  deleted: boolean
}
export interface StoredAttachment {
  id: string
  filename: string
  size: number
  contentType: string
  hash: string
  url: string
}
/** What a message showed at one moment. */
export interface Shown {
  at: number
  content: string
  embeds: Embed[]
  components: Row[]
  attachments: StoredAttachment[]
}
export interface StoredMessage {
  id: string
  channelId: string
  authorId: string
  via: 'channel' | 'interaction' | 'follow-up'
  interactionId: string | null
  repliesTo: string | null
  /** The message that it forwards. */
  forwards?: StoredMessage
  /** Users by id, roles as `&id`, `everyone`. */
  pings: string[]
  ephemeralFor: string | null
  nonce: string | null
  createdAt: number
  /** Everything it ever showed, oldest first; the last is what stands there. */
  history: Shown[]
  deleted: boolean
}
const tokenPrefix = 'aW50ZXJhY3Rpb246'

/** The token of an interaction, by its id. */
export function tokenOf(interactionId: string): string {
  return `${tokenPrefix}${interactionId}`
}

/** The interaction that a token belongs to. */
export function interactionWith(world: World, token: string): Interaction | undefined {
  const found = world.interactions.get(token.slice(tokenPrefix.length))
  return found?.token === token ? found : undefined
}

export interface Interaction {
  id: string
  token: string
  type: number
  channelId: string
  userId: string
  createdAt: number
  /** How the app answered: the callback type, or null while it has not. */
  answer: number | null
  answeredAfter: number | null
  messageId: string | null
  /** The message of the pressed component or of the modal's origin. */
  sourceMessageId: string | null
  modal: Modal | null
  choices: { name: string; value: string | number }[] | null
  limit: number
  followUps: string[]
}

/** Everything the stand-in knows, and every change it can make to that. */
export interface World {
  readonly applicationId: string
  readonly botId: string
  readonly token: string
  readonly users: Map<string, User>
  readonly guilds: Map<string, Guild>
  readonly channels: Map<string, Channel>
  readonly messages: Map<string, StoredMessage>
  readonly interactions: Map<string, Interaction>
  readonly files: Map<string, { bytes: Uint8Array; contentType: string }>
  /** By guild, `''` for global. */
  readonly commands: Map<string, RegisteredCommand[]>
  readonly clock: StandInClock
  readonly nextId: () => string
  keepFile(channelId: string, filename: string, bytes: Uint8Array, contentType: string): StoredAttachment
  keepMessage(message: StoredMessage): void
  /** Everything that was ever written in a channel, oldest first. */
  messagesIn(channelId: string): readonly StoredMessage[]
  /** As if it had never been, its files with it: for those who send so much that memory would not hold it. */
  forget(messageId: string): void
}

export const permission = {
  administrator: 1n << 3n,
  manageGuild: 1n << 5n,
  view: 1n << 10n,
  send: 1n << 11n,
  embedLinks: 1n << 14n,
  attachFiles: 1n << 15n,
  readHistory: 1n << 16n,
  manageThreads: 1n << 34n,
  sendInThreads: 1n << 38n,
} as const

export const allPermissions = Object.values(permission).reduce((sum, bit) => sum | bit, 0n)

export function createWorld(
  clock: StandInClock,
  token: string,
  origin: () => string,
  onMessage: (message: StoredMessage) => void = () => {},
): World {
  const nextId = createSnowflakes(clock)
  const applicationId = nextId()
  const byChannel = new Map<string, Set<StoredMessage>>()
  const world: World = {
    applicationId,
    botId: applicationId,
    token,
    users: new Map(),
    guilds: new Map(),
    channels: new Map(),
    messages: new Map(),
    interactions: new Map(),
    files: new Map(),
    commands: new Map(),
    clock,
    nextId,
    keepFile(channelId, filename, bytes, contentType) {
      const id = nextId()
      const safe = filename.replace(/[^\w.-]/g, '_')
      const path = `/attachments/${channelId}/${id}/${safe}`
      world.files.set(path, { bytes, contentType })
      const hash = hashOf(bytes)
      return { id, filename: safe, size: bytes.byteLength, contentType, hash, url: `${origin()}${path}` }
    },
    keepMessage(message) {
      world.messages.set(message.id, message)
      const there = byChannel.get(message.channelId) ?? new Set()
      byChannel.set(message.channelId, there.add(message))
      onMessage(message)
    },
    messagesIn: (channelId) => [...(byChannel.get(channelId) ?? [])],
    forget(messageId) {
      const message = world.messages.get(messageId)
      if (!message) return
      world.messages.delete(messageId)
      byChannel.get(message.channelId)?.delete(message)
      for (const { url } of shown(message).attachments) world.files.delete(new URL(url).pathname)
    },
  }
  world.users.set(world.botId, { id: world.botId, name: 'Dailies', bot: true, dmsBlocked: false })
  return world
}

/** What the message shows now. */
export function shown(message: StoredMessage): Shown {
  const last = message.history.at(-1)
  if (!last) throw new Error('a message shows something from its first moment')
  return last
}

const mebibyte = 1_048_576

/** The upload limit of a place, in bytes. */
export function uploadLimit(world: World, channel: Channel): number {
  const guild = channel.guildId === null ? undefined : world.guilds.get(channel.guildId)
  return (([10, 10, 50, 100] as const)[guild?.premiumTier ?? 0] ?? 10) * mebibyte
}

/** A public or a private one. */
export function isThread({ type }: Pick<Channel, 'type'>): boolean {
  return type === 11 || type === 12
}

/** The bot's permission bits in a channel; 0 where it is not. */
export function botPermissions(world: World, channel: Channel): bigint {
  if (channel.type === 1) return allPermissions
  const guild = channel.guildId === null ? undefined : world.guilds.get(channel.guildId)
  if (!guild?.hasBot) return 0n
  const parent = channel.parentId === null ? undefined : world.channels.get(channel.parentId)
  const denied = channel.denied | (isThread(channel) ? (parent?.denied ?? 0n) : 0n)
  return guild.botPermissions & ~denied
}
