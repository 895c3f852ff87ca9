import { z } from 'zod'
import { parseCommands, type RegisteredCommand } from './command-shape.ts'
import { type MessageBody, mustNotBeEmpty, parseMessage, pingsOf } from './message-shape.ts'
import { parseModal } from './modal-shape.ts'
import { invalid, parseForm, type Refusal, refusals } from './refusal.ts'
import { channelJson, guildJson, memberJson, messageJson, userJson } from './serialize.ts'
import {
  botPermissions,
  type Channel,
  type Interaction,
  permission,
  type StoredAttachment,
  type StoredMessage,
  shown,
  uploadLimit,
  type World,
} from './world.ts'

/** One request, its body read: JSON or payload_json, and the files of a multipart form. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly authorized: boolean
  readonly body: unknown
  readonly files: ReadonlyMap<string, { readonly name: string; readonly type: string; readonly bytes: Uint8Array }>
}
export interface Answer {
  readonly status: number
  readonly body: unknown
}
type Handler = (asked: Asked, ...parts: string[]) => Answer

/** What the routes need besides the world. */
export interface RouteSettings {
  readonly gatewayUrl: () => string
  readonly answerWithinMs: number
  readonly tokenLifeMs: number
  readonly nonceMs: number
}

const ok = (body: unknown): Answer => ({ status: 200, body })
const nothing: Answer = { status: 204, body: null }

/** Discord's REST interface over a world. Throws `Refusal` for what Discord refuses. */
export function createRoutes(world: World, settings: RouteSettings): (asked: Asked) => Answer {
  const nonces = new Map<string, { messageId: string; at: number }>()

  function channelOf(id: string, ...needed: bigint[]): Channel {
    const channel = world.channels.get(id)
    if (!channel || channel.deleted) throw refusals.unknownChannel()
    const bits = botPermissions(world, channel)
    if ((bits & permission.view) === 0n) throw refusals.missingAccess()
    if (needed.some((bit) => (bits & bit) === 0n)) throw refusals.missingPermissions()
    return channel
  }

  function messageOf(channelId: string, id: string): StoredMessage {
    const message = world.messages.get(id)
    if (!message || message.deleted || message.channelId !== channelId || message.ephemeralFor !== null) {
      throw refusals.unknownMessage()
    }
    return message
  }

  function attach(asked: Asked, body: MessageBody, channelId: string, limit: number, kept: StoredAttachment[] = []) {
    const attachments: StoredAttachment[] = []
    for (const file of asked.files.values()) if (file.bytes.byteLength > limit) throw refusals.tooLarge()
    if (asked.files.size > 10) throw invalid(['attachments'], 'BASE_TYPE_MAX_LENGTH', 'too many files')
    const described = body.attachments?.map((each) => String(each.id))
    for (const [key, file] of asked.files) {
      const index = key.match(/^files\[(\d+)\]$/)?.[1]
      if (index === undefined) throw invalid(['attachments'], 'BASE_TYPE_BAD', `part ${key}`)
      if (described && !described.includes(index))
        throw invalid(['attachments'], 'BASE_TYPE_BAD', `file ${index} unnamed`)
      const filename = body.attachments?.find((each) => String(each.id) === index)?.filename ?? file.name
      attachments.push(world.keepFile(channelId, filename, file.bytes, file.type))
    }
    const staying = body.attachments ? kept.filter((each) => described?.includes(each.id)) : kept
    return [...staying, ...attachments]
  }

  function show(body: MessageBody, attachments: StoredAttachment[]) {
    return {
      at: world.clock.now(),
      content: body.content ?? '',
      embeds: body.embeds ?? [],
      components: body.components ?? [],
      attachments,
    }
  }

  function keep(message: Omit<StoredMessage, 'id' | 'createdAt' | 'deleted'>): StoredMessage {
    const made = { ...message, id: world.nextId(), createdAt: world.clock.now(), deleted: false }
    world.messages.set(made.id, made)
    return made
  }

  function change(message: StoredMessage, asked: Asked, limit: number): StoredMessage {
    const body = parseMessage(asked.body, 'edit')
    const before = shown(message)
    const after = {
      at: world.clock.now(),
      content: body.content === undefined ? before.content : (body.content ?? ''),
      embeds: body.embeds === undefined ? before.embeds : (body.embeds ?? []),
      components: body.components === undefined ? before.components : (body.components ?? []),
      attachments: attach(asked, body, message.channelId, limit, before.attachments),
    }
    mustNotBeEmpty(
      { content: after.content, embeds: after.embeds, components: after.components },
      after.attachments.length,
    )
    message.history.push(after)
    return message
  }

  const createMessage: Handler = (asked, channelId = '') => {
    const thread = world.channels.get(channelId)?.type === 11
    const channel = channelOf(channelId, thread ? permission.sendInThreads : permission.send)
    if (channel.type === 15) throw invalid([], 'CHANNEL_TYPE', 'Cannot send messages in a non-text channel')
    if (channel.locked && (botPermissions(world, channel) & permission.manageThreads) === 0n) throw refusals.archived()
    if (channel.recipientId !== null && world.users.get(channel.recipientId)?.dmsBlocked) throw refusals.cannotDm()
    const body = parseMessage(asked.body, 'create')
    if (body.embeds?.length) channelOf(channelId, permission.embedLinks)
    if (asked.files.size > 0) channelOf(channelId, permission.attachFiles)
    const nonce = body.nonce === undefined || body.nonce === null ? null : String(body.nonce)
    const known = nonce === null ? undefined : nonces.get(nonce)
    if (known && body.enforce_nonce && world.clock.now() - known.at < settings.nonceMs) {
      const message = world.messages.get(known.messageId)
      if (message && !message.deleted) return ok({ ...messageJson(world, message), nonce })
    }
    const reference = body.message_reference
    if (reference) channelOf(channelId, permission.readHistory)
    const source = reference ? world.messages.get(reference.message_id) : undefined
    const gone =
      reference && (!source || source.deleted || source.channelId !== channelId || source.ephemeralFor !== null)
    if (gone && reference.fail_if_not_exists !== false) {
      throw invalid(['message_reference'], 'MESSAGE_REFERENCE_UNKNOWN_MESSAGE', 'Unknown message')
    }
    const repliesTo = gone ? null : (source?.id ?? null)
    mustNotBeEmpty(body, asked.files.size)
    const attachments = attach(asked, body, channelId, uploadLimit(world, channel))
    channel.archived = false
    const message = keep({
      channelId,
      authorId: world.botId,
      via: 'channel',
      interactionId: null,
      repliesTo,
      pings: pingsOf(body, repliesTo === null ? null : (source?.authorId ?? null)),
      ephemeralFor: null,
      nonce,
      history: [show(body, attachments)],
    })
    if (nonce !== null) nonces.set(nonce, { messageId: message.id, at: world.clock.now() })
    return ok({ ...messageJson(world, message), nonce })
  }

  const editMessage: Handler = (asked, channelId = '', id = '') => {
    const channel = channelOf(channelId)
    const message = messageOf(channelId, id)
    if (message.authorId !== world.botId) throw refusals.notYourMessage()
    if (channel.archived || channel.locked) throw refusals.archived()
    return ok(messageJson(world, change(message, asked, uploadLimit(world, channel))))
  }

  const deleteMessage: Handler = (_asked, channelId = '', id = '') => {
    channelOf(channelId)
    const message = messageOf(channelId, id)
    if (message.authorId !== world.botId) throw refusals.missingPermissions()
    message.deleted = true
    return nothing
  }

  const listMessages: Handler = (asked, channelId = '') => {
    channelOf(channelId, permission.readHistory)
    const limit = Number(asked.query.get('limit') ?? 50)
    if (!(limit >= 1 && limit <= 100)) throw invalid(['limit'], 'NUMBER_TYPE_MAX', '1 to 100')
    const after = asked.query.get('after')
    const all = [...world.messages.values()].filter(
      (each) =>
        each.channelId === channelId &&
        !each.deleted &&
        each.ephemeralFor === null &&
        (after === null || BigInt(each.id) > BigInt(after)),
    )
    const sorted = all.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1))
    return ok((after === null ? sorted.slice(0, limit) : sorted.slice(-limit)).map((each) => messageJson(world, each)))
  }

  const getMessage: Handler = (_asked, channelId = '', id = '') => {
    channelOf(channelId, permission.readHistory)
    return ok(messageJson(world, messageOf(channelId, id)))
  }

  const patchChannel: Handler = (asked, channelId = '') => {
    const channel = channelOf(channelId, permission.sendInThreads)
    const body = parseForm(z.strictObject({ archived: z.boolean() }), asked.body)
    if (channel.locked && (botPermissions(world, channel) & permission.manageThreads) === 0n) {
      throw refusals.missingPermissions()
    }
    channel.archived = body.archived
    return ok(channelJson(world, channel))
  }

  const createThread: Handler = (asked, channelId = '', messageId?: string) => {
    const parent = channelOf(channelId)
    if (messageId !== undefined) messageOf(channelId, messageId)
    const body = parseForm(z.object({ name: z.string().min(1).max(100) }), asked.body)
    const id = messageId ?? world.nextId()
    const made = { ...parent, id, type: 11, parentId: parent.id, name: body.name, denied: 0n }
    world.channels.set(id, made)
    return { status: 201, body: channelJson(world, made) }
  }

  const openDm: Handler = (asked) => {
    const { recipient_id: recipientId } = parseForm(z.object({ recipient_id: z.string() }), asked.body)
    if (!world.users.has(recipientId)) throw refusals.unknownUser()
    return ok(channelJson(world, dmOf(world, recipientId)))
  }

  function commandsAt(guild: string): RegisteredCommand[] {
    if (guild !== '' && !world.guilds.get(guild)?.hasBot) throw refusals.missingAccess()
    return world.commands.get(guild) ?? []
  }

  const putCommands = (asked: Asked, guild: string): Answer => {
    commandsAt(guild)
    const made = parseCommands(asked.body).map((each) => ({ ...each, id: world.nextId(), version: world.nextId() }))
    world.commands.set(guild, made)
    return ok(made.map((each) => withDefaults(world, each)))
  }

  function openInteraction(token: string): Interaction {
    const interaction = [...world.interactions.values()].find((each) => each.token === token)
    if (!interaction) throw refusals.unknownWebhook()
    if (world.clock.now() - interaction.createdAt > settings.tokenLifeMs) throw refusals.tokenExpired()
    if (interaction.answer === null) throw refusals.unknownWebhook()
    return interaction
  }

  const callback: Handler = (asked, id = '', token = '') => {
    const interaction = world.interactions.get(id)
    if (!interaction || interaction.token !== token) throw refusals.unknownInteraction()
    const after = world.clock.now() - interaction.createdAt
    if (interaction.answer !== null) throw refusals.alreadyAnswered()
    if (after > settings.answerWithinMs) throw refusals.unknownInteraction()
    const body = parseForm(z.object({ type: z.number(), data: z.unknown().optional() }), asked.body)
    const message = answerWith(interaction, body.type, { ...asked, body: body.data ?? {} })
    interaction.answer = body.type
    interaction.answeredAfter = after
    if (message) interaction.messageId = message.id
    if (asked.query.get('with_response') !== 'true') return nothing
    return ok({
      interaction: { id, type: interaction.type, response_message_id: message?.id },
      resource: { type: body.type, ...(message ? { message: messageJson(world, message) } : {}) },
    })
  }

  function answerWith(interaction: Interaction, type: number, asked: Asked): StoredMessage | null {
    const fromMessage = interaction.sourceMessageId !== null
    const mayBe = {
      2: [4, 5, 9],
      3: [4, 5, 6, 7, 9],
      4: [8],
      5: fromMessage ? [4, 5, 6, 7] : [4, 5],
    }[interaction.type]
    if (!mayBe?.includes(type)) throw invalid(['type'], 'BASE_TYPE_CHOICES', `type ${type} not for ${interaction.type}`)
    if (type === 6) return null
    if (type === 9) {
      interaction.modal = parseModal(asked.body)
      return null
    }
    if (type === 8) {
      interaction.choices = parseForm(choices, asked.body).choices
      return null
    }
    if (type === 7) {
      const message = world.messages.get(interaction.sourceMessageId ?? '')
      if (!message || message.deleted) throw refusals.unknownMessage()
      return change(message, asked, interaction.limit)
    }
    if (type === 5) {
      const { flags } = parseForm(z.object({ flags: z.number().optional() }), asked.body)
      return hook(interaction, { flags, content: 'thinking' }, asked, 'interaction')
    }
    const body = parseMessage(asked.body, 'webhook')
    mustNotBeEmpty(body, asked.files.size)
    return hook(interaction, body, asked, 'interaction')
  }

  function hook(interaction: Interaction, body: MessageBody, asked: Asked, via: StoredMessage['via']): StoredMessage {
    const attachments = attach(asked, body, interaction.channelId, interaction.limit)
    return keep({
      channelId: interaction.channelId,
      authorId: world.botId,
      via,
      interactionId: interaction.id,
      repliesTo: null,
      pings: pingsOf(body, null),
      ephemeralFor: ((body.flags ?? 0) & 64) === 64 ? interaction.userId : null,
      nonce: null,
      history: [show(body, attachments)],
    })
  }

  function hookMessage(token: string, id: string): [Interaction, StoredMessage] {
    const interaction = openInteraction(token)
    const wanted = id === '@original' ? interaction.messageId : id
    const message = world.messages.get(wanted ?? '')
    const own = message && (message.interactionId === interaction.id || message.id === interaction.sourceMessageId)
    if (!message || message.deleted || !own) throw refusals.unknownMessage()
    return [interaction, message]
  }

  const followUp: Handler = (asked, _app, token = '') => {
    const interaction = openInteraction(token)
    const body = parseMessage(asked.body, 'webhook')
    if (body.nonce !== undefined || body.message_reference)
      throw invalid(['nonce'], 'BASE_TYPE_BAD', 'not for webhooks')
    mustNotBeEmpty(body, asked.files.size)
    const message = hook(interaction, body, asked, 'follow-up')
    interaction.followUps.push(message.id)
    return ok(messageJson(world, message))
  }

  const guildOf = (id: string) => {
    const guild = world.guilds.get(id)
    if (!guild?.hasBot) throw refusals.unknownGuild()
    return guild
  }
  const application = () =>
    ok({
      id: world.applicationId,
      name: 'Dailies',
      description: '',
      bot_public: true,
      bot_require_code_grant: false,
      flags: 0,
      verify_key: '0'.repeat(64),
      integration_types_config: { 0: {}, 1: {} },
    })

  const table: readonly [string, RegExp, Handler][] = [
    ['GET', /^\/gateway\/bot$/, () => ok(gatewayInfo(settings.gatewayUrl()))],
    ['GET', /^\/users\/@me$/, () => ok(userJson(world, world.botId))],
    [
      'GET',
      /^\/users\/@me\/guilds$/,
      () => ok([...world.guilds.values()].filter((each) => each.hasBot).map(({ id, name }) => ({ id, name }))),
    ],
    ['GET', /^\/applications\/@me$/, application],
    ['GET', /^\/oauth2\/applications\/@me$/, application],
    ['POST', /^\/users\/@me\/channels$/, openDm],
    ['GET', /^\/users\/(\d+)$/, (_asked, id = '') => ok(userJson(world, id))],
    ['GET', /^\/guilds\/(\d+)$/, (_asked, id = '') => ok(guildJson(world, guildOf(id)))],
    ['GET', /^\/guilds\/(\d+)\/roles$/, (_asked, id = '') => ok(guildJson(world, guildOf(id)).roles)],
    ['GET', /^\/guilds\/(\d+)\/channels$/, (_asked, id = '') => ok(guildJson(world, guildOf(id)).channels)],
    [
      'GET',
      /^\/guilds\/(\d+)\/members\/(\d+)$/,
      (_asked, id = '', user = '') => {
        const guild = guildOf(id)
        if (user !== world.botId && !guild.members.some((each) => each.userId === user)) throw refusals.unknownMember()
        return ok(memberJson(world, guild, user))
      },
    ],
    ['PUT', /^\/applications\/\d+\/commands$/, (asked) => putCommands(asked, '')],
    ['GET', /^\/applications\/\d+\/commands$/, () => ok(commandsAt('').map((each) => withDefaults(world, each)))],
    ['PUT', /^\/applications\/\d+\/guilds\/(\d+)\/commands$/, (asked, guild = '') => putCommands(asked, guild)],
    [
      'GET',
      /^\/applications\/\d+\/guilds\/(\d+)\/commands$/,
      (_asked, guild = '') => ok(commandsAt(guild).map((each) => withDefaults(world, each))),
    ],
    ['POST', /^\/interactions\/(\d+)\/([^/]+)\/callback$/, callback],
    ['POST', /^\/webhooks\/(\d+)\/([^/]+)$/, followUp],
    [
      'GET',
      /^\/webhooks\/\d+\/([^/]+)\/messages\/([^/]+)$/,
      (_asked, token = '', id = '') => ok(messageJson(world, hookMessage(token, id)[1])),
    ],
    [
      'PATCH',
      /^\/webhooks\/\d+\/([^/]+)\/messages\/([^/]+)$/,
      (asked, token = '', id = '') => {
        const [interaction, message] = hookMessage(token, id)
        return ok(messageJson(world, change(message, asked, interaction.limit)))
      },
    ],
    [
      'DELETE',
      /^\/webhooks\/\d+\/([^/]+)\/messages\/([^/]+)$/,
      (_asked, token = '', id = '') => {
        hookMessage(token, id)[1].deleted = true
        return nothing
      },
    ],
    ['GET', /^\/channels\/(\d+)$/, (_asked, id = '') => ok(channelJson(world, channelOf(id)))],
    ['PATCH', /^\/channels\/(\d+)$/, patchChannel],
    ['POST', /^\/channels\/(\d+)\/threads$/, (asked, id = '') => createThread(asked, id)],
    ['POST', /^\/channels\/(\d+)\/messages\/(\d+)\/threads$/, createThread],
    ['POST', /^\/channels\/(\d+)\/messages$/, createMessage],
    ['GET', /^\/channels\/(\d+)\/messages$/, listMessages],
    ['GET', /^\/channels\/(\d+)\/messages\/(\d+)$/, getMessage],
    ['PATCH', /^\/channels\/(\d+)\/messages\/(\d+)$/, editMessage],
    ['DELETE', /^\/channels\/(\d+)\/messages\/(\d+)$/, deleteMessage],
  ]
  const open = /^\/(interactions|webhooks)\//

  return (asked) => {
    if (!asked.authorized && !open.test(asked.path)) throw refusals.unauthorized()
    for (const [method, pattern, handler] of table) {
      const found = method === asked.method ? asked.path.match(pattern) : null
      if (found) return handler(asked, ...found.slice(1))
    }
    throw refusals.notFound() satisfies Refusal
  }
}

const choices = z.object({
  choices: z
    .array(z.object({ name: z.string().min(1).max(100), value: z.union([z.string().min(1).max(100), z.number()]) }))
    .max(25),
})

function gatewayInfo(url: string) {
  return { url, shards: 1, session_start_limit: { total: 1000, remaining: 999, reset_after: 1, max_concurrency: 1 } }
}

/** Discord fills in what a registration left out. */
function withDefaults(world: World, command: RegisteredCommand): Record<string, unknown> {
  return {
    application_id: world.applicationId,
    default_member_permissions: null,
    contexts: null,
    integration_types: [0],
    nsfw: false,
    ...command,
    description: command.description ?? '',
  }
}

/** The DM channel of the bot with a user, made at the first need. */
export function dmOf(world: World, userId: string): Channel {
  const known = [...world.channels.values()].find((each) => each.type === 1 && each.recipientId === userId)
  if (known) return known
  const made: Channel = {
    id: world.nextId(),
    type: 1,
    guildId: null,
    parentId: null,
    name: '',
    recipientId: userId,
    archived: false,
    locked: false,
    denied: 0n,
    deleted: false,
  }
  world.channels.set(made.id, made)
  return made
}
