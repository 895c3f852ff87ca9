import type { RegisteredCommand, RegisteredOption } from './command-shape.ts'
import type { Endpoint } from './endpoint.ts'
import { pingsOf } from './message-shape.ts'
import { fillModal } from './modal-shape.ts'
import { appPermissions, channelJson, memberJson, messageJson, userJson } from './serialize.ts'
import {
  type Channel,
  type Interaction,
  type StoredAttachment,
  type StoredMessage,
  shown,
  tokenOf,
  uploadLimit,
  type World,
} from './world.ts'

/** Who does it, where, with which client. */
export interface Act {
  readonly user: string
  readonly channel: string
  readonly locale?: string
  /** The upload limit Discord states, in bytes; the place's own unless set. */
  readonly uploadLimit?: number
}
/** A file as a member would attach it; bytes in base64. */
export interface MemberFile {
  readonly name: string
  readonly type: string
  readonly base64: string
}
const repeatable = 1_000
type OptionValue = string | number | boolean | MemberFile

/** What members do in their clients: each hands the app an event, or throws where Discord's client would not let them. */
export interface Member {
  slash(act: Act, command: string, options?: Readonly<Record<string, OptionValue>>): string
  autocomplete(act: Act, command: string, focused: string, options: Readonly<Record<string, string | number>>): string
  contextMenu(act: Act, command: string, messageId: string): string
  press(act: Act, messageId: string, customId: string): string
  choose(act: Act, messageId: string, customId: string, values: readonly string[]): string
  /** A component interaction nobody was offered: what a forged client could send. */
  forge(act: Act, messageId: string, customId: string): string
  /** Fields by their label. */
  submitModal(act: Act, interactionId: string, values: Readonly<Record<string, string | MemberFile>>): string
  write(
    act: Act,
    content: string,
    options?: { files?: readonly MemberFile[]; repliesTo?: string; forwards?: string },
  ): string
  /** Hands the app the same interaction once more. */
  repeat(interactionId: string): void
}

export function createMember(world: World, app: Pick<Endpoint, 'dispatch'>): Member {
  /** The newest of them, to be repeated. */
  const events = new Map<string, unknown>()

  function commandFor(act: Act, name: string, type: number): RegisteredCommand {
    const channel = channelOf(act)
    const guild = channel.guildId === null ? undefined : world.guilds.get(channel.guildId)
    const all = [...(world.commands.get(channel.guildId ?? '') ?? []), ...(world.commands.get('') ?? [])]
    const command = all.find((each) => each.name === name && each.type === type)
    if (!command) throw new Error(`no command ${name} in reach`)
    const context = contextOf(channel)
    if (command.contexts && !command.contexts.includes(context)) throw new Error(`${name} is not offered here`)
    if (!guild?.hasBot && context !== 1 && !command.integration_types?.includes(1))
      throw new Error(`${name} not installed`)
    const needed = BigInt(command.default_member_permissions ?? 0)
    const has = guild?.members.find((each) => each.userId === act.user)?.permissions ?? 0n
    if (guild && (has & needed) !== needed) throw new Error(`${name} is not for this member`)
    return command
  }

  function channelOf(act: Act): Channel {
    const channel = world.channels.get(act.channel)
    if (!channel || channel.deleted) throw new Error(`no channel ${act.channel}`)
    return channel
  }

  function send(act: Act, type: number, data: unknown, source: StoredMessage | null): string {
    const channel = channelOf(act)
    const id = world.nextId()
    const guild = channel.guildId === null ? undefined : world.guilds.get(channel.guildId)
    const interaction: Interaction = {
      id,
      token: tokenOf(id),
      type,
      channelId: channel.id,
      userId: act.user,
      createdAt: world.clock.now(),
      answer: null,
      answeredAfter: null,
      messageId: null,
      sourceMessageId: source?.id ?? null,
      modal: null,
      choices: null,
      limit: act.uploadLimit ?? uploadLimit(world, channel),
      followUps: [],
    }
    world.interactions.set(id, interaction)
    const event = {
      id,
      application_id: world.applicationId,
      type,
      token: interaction.token,
      version: 1,
      channel_id: channel.id,
      channel: channelJson(world, channel),
      app_permissions: appPermissions(world, channel),
      locale: act.locale ?? 'en-US',
      entitlements: [],
      authorizing_integration_owners: guild?.hasBot
        ? { 0: guild.id }
        : channel.type === 1
          ? { 0: '0' }
          : { 1: act.user },
      context: contextOf(channel),
      attachment_size_limit: interaction.limit,
      data,
      ...(source ? { message: messageJson(world, source) } : {}),
      ...(guild
        ? { guild_id: guild.id, guild_locale: 'en-US', member: memberJson(world, guild, act.user) }
        : { user: userJson(world, act.user) }),
    }
    events.set(id, event)
    if (events.size > repeatable) events.delete(events.keys().next().value ?? '')
    app.dispatch('INTERACTION_CREATE', event, 0)
    return id
  }

  function component(act: Act, messageId: string, customId: string, data: object): string {
    const message = world.messages.get(messageId)
    if (!message || message.deleted) throw new Error(`no message ${messageId}`)
    if (message.ephemeralFor !== null && message.ephemeralFor !== act.user)
      throw new Error('not visible to this member')
    const part = shown(message)
      .components.flatMap((row) => row.components)
      .find((each) => each.custom_id === customId)
    if (!part) throw new Error(`the message has no ${customId}`)
    if (part.disabled) throw new Error(`${customId} is disabled`)
    return send(act, 3, { custom_id: customId, component_type: part.type, ...data }, message)
  }

  return {
    slash(act, name, options = {}) {
      const command = commandFor(act, name, 1)
      const attachments: Record<string, unknown> = {}
      const known = command.options ?? []
      for (const each of known) {
        if (each.required && options[each.name] === undefined) throw new Error(`/${name} needs ${each.name}`)
      }
      const filled = Object.entries(options).map(([key, value]) => fill(world, act, known, key, value, attachments))
      const data = { id: command.id, name, type: 1, options: filled, resolved: { attachments } }
      return send(act, 2, data, null)
    },
    autocomplete(act, name, focused, options) {
      const command = commandFor(act, name, 1)
      const filled = Object.entries(options).map(([key, value]) => {
        const option = command.options?.find((each) => each.name === key)
        if (!option) throw new Error(`/${name} has no option ${key}`)
        if (key === focused && !option.autocomplete) throw new Error(`${key} does not complete`)
        return { name: key, type: option.type, value, ...(key === focused ? { focused: true } : {}) }
      })
      return send(act, 4, { id: command.id, name, type: 1, options: filled }, null)
    },
    contextMenu(act, name, messageId) {
      const command = commandFor(act, name, 3)
      const message = world.messages.get(messageId)
      if (!message || message.deleted) throw new Error(`no message ${messageId}`)
      // A context menu shows the app the whole message, whatever its intents.
      const whole = messageJson(world, { ...message, pings: [...message.pings, world.botId] })
      const resolved = { messages: { [messageId]: whole } }
      return send(act, 2, { id: command.id, name, type: 3, target_id: messageId, resolved }, null)
    },
    press: (act, messageId, customId) => component(act, messageId, customId, {}),
    choose(act, messageId, customId, values) {
      return component(act, messageId, customId, { values })
    },
    forge(act, messageId, customId) {
      const message = world.messages.get(messageId)
      if (!message) throw new Error(`no message ${messageId}`)
      return send(act, 3, { custom_id: customId, component_type: 2 }, message)
    },
    submitModal(act, interactionId, values) {
      const origin = world.interactions.get(interactionId)
      if (!origin?.modal || origin.userId !== act.user) throw new Error('no modal is open')
      const source = origin.sourceMessageId === null ? null : (world.messages.get(origin.sourceMessageId) ?? null)
      const attachments: Record<string, unknown> = {}
      const components = fillModal(origin.modal, values, (file) => offer(world, act, file, attachments))
      return send(act, 5, { custom_id: origin.modal.custom_id, components, resolved: { attachments } }, source)
    },
    write(act, content, options = {}) {
      const channel = channelOf(act)
      const source = options.repliesTo === undefined ? undefined : world.messages.get(options.repliesTo)
      const forwarded = world.messages.get(options.forwards ?? '')
      const message: StoredMessage = {
        id: world.nextId(),
        channelId: channel.id,
        authorId: act.user,
        via: 'channel',
        interactionId: null,
        repliesTo: source?.id ?? null,
        ...(forwarded ? { forwards: forwarded } : {}),
        pings: pingsOf({ content }, source?.authorId ?? null),
        ephemeralFor: null,
        nonce: null,
        createdAt: world.clock.now(),
        history: [
          {
            at: world.clock.now(),
            content,
            embeds: [],
            components: [],
            attachments: (options.files ?? []).map((file) => keep(world, act.channel, file)),
          },
        ],
        deleted: false,
      }
      world.keepMessage(message)
      const guild = channel.guildId === null ? undefined : world.guilds.get(channel.guildId)
      if (channel.guildId !== null && !guild?.hasBot) return message.id
      const place = guild ? { guild_id: guild.id, member: memberJson(world, guild, act.user) } : {}
      const event = { ...messageJson(world, message), channel_type: channel.type, ...place }
      app.dispatch('MESSAGE_CREATE', event, guild ? 1 << 9 : 1 << 12)
      return message.id
    },
    repeat(interactionId) {
      app.dispatch('INTERACTION_CREATE', events.get(interactionId), 0)
    },
  }
}

function contextOf(channel: Channel): number {
  if (channel.guildId !== null) return 0
  return channel.type === 1 ? 1 : 2
}

function keep(world: World, channel: string, file: MemberFile): StoredAttachment {
  return world.keepFile(channel, file.name, Buffer.from(file.base64, 'base64'), file.type)
}

/** Uploads a file as an interaction carries it; its id. */
function offer(world: World, act: Act, file: MemberFile, attachments: Record<string, unknown>): string {
  const { contentType, hash, ...kept } = keep(world, act.channel, file)
  attachments[kept.id] = { ...kept, content_type: contentType, proxy_url: kept.url, ephemeral: true }
  return kept.id
}

function fill(
  world: World,
  act: Act,
  options: readonly RegisteredOption[],
  key: string,
  value: OptionValue,
  attachments: Record<string, unknown>,
) {
  const option = options.find((each) => each.name === key)
  if (!option) throw new Error(`there is no option ${key}`)
  if (typeof value === 'object') {
    if (option.type !== 11) throw new Error(`${key} takes no file`)
    return { name: key, type: 11, value: offer(world, act, value, attachments) }
  }
  const fits = { 3: 'string', 4: 'number', 5: 'boolean', 6: 'string', 7: 'string', 8: 'string', 10: 'number' }[
    option.type
  ]
  if (fits !== typeof value) throw new Error(`${key} is not a ${typeof value}`)
  if (option.choices && !option.choices.some((choice) => choice.value === value)) {
    throw new Error(`${key} does not offer ${value}`)
  }
  if (typeof value === 'string' && value.length > (option.max_length ?? 6000)) throw new Error(`${key} is too long`)
  if (typeof value === 'number') {
    if (value < (option.min_value ?? -Infinity) || value > (option.max_value ?? Infinity))
      throw new Error(`${key} range`)
    if (option.type === 4 && !Number.isInteger(value)) throw new Error(`${key} is whole`)
  }
  return { name: key, type: option.type, value }
}
