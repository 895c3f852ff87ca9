import { z } from 'zod'
import { type Handler, nothing, ok } from './asked.ts'
import type { Desk } from './desk.ts'
import { mustNotBeEmpty, parseMessage, pingsOf } from './message-shape.ts'
import { invalid, parseForm, refusals } from './refusal.ts'
import { channelJson, messageJson } from './serialize.ts'
import { botPermissions, type Channel, isThread, permission, uploadLimit, type World } from './world.ts'

/** Everything below /channels, and direct channels. `nonceMs`: how long a nonce is remembered. */
export function channelRoutes(world: World, desk: Desk, nonceMs: number) {
  const { channelOf, messageOf, attach, show, keep, change } = desk
  const nonces = new Map<string, { messageId: string; at: number }>()

  const createMessage: Handler = (asked, channelId = '') => {
    const place = world.channels.get(channelId)
    const channel = channelOf(channelId, place && isThread(place) ? permission.sendInThreads : permission.send)
    if (channel.type === 15) throw refusals.notForText()
    if (channel.locked && (botPermissions(world, channel) & permission.manageThreads) === 0n) throw refusals.locked()
    if (channel.recipientId !== null && world.users.get(channel.recipientId)?.dmsBlocked) throw refusals.cannotDm()
    const body = parseMessage(asked.body, 'create')
    if (body.embeds?.length) channelOf(channelId, permission.embedLinks)
    if (asked.files.size > 0) channelOf(channelId, permission.attachFiles)
    const nonce = body.nonce === undefined || body.nonce === null ? null : String(body.nonce)
    const known = nonce === null ? undefined : nonces.get(nonce)
    if (known && body.enforce_nonce && world.clock.now() - known.at < nonceMs) {
      // Where it was deleted, Discord answers 404/10008 and makes no other (discord-api-docs, pull request 6647).
      const message = world.messages.get(known.messageId)
      if (!message || message.deleted) throw refusals.unknownMessage()
      return ok({ ...messageJson(world, message), nonce })
    }
    const reference = body.message_reference
    if (reference && (botPermissions(world, channel) & permission.readHistory) === 0n) throw refusals.noHistory()
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
    const channel = channelOf(channelId)
    const message = messageOf(channelId, id)
    if (channel.archived) throw refusals.archived()
    if (message.authorId !== world.botId) throw refusals.missingPermissions()
    message.deleted = true
    return nothing
  }

  const listMessages: Handler = (asked, channelId = '') => {
    channelOf(channelId, permission.readHistory)
    const limit = Number(asked.query.get('limit') ?? 50)
    if (!(limit >= 1 && limit <= 100)) throw invalid(['limit'], 'NUMBER_TYPE_MAX', '1 to 100')
    const after = asked.query.get('after')
    const all = world
      .messagesIn(channelId)
      .filter(
        (each) => !each.deleted && each.ephemeralFor === null && (after === null || BigInt(each.id) > BigInt(after)),
      )
    const page = after === null ? all.slice(-limit) : all.slice(0, limit)
    return ok(page.toReversed().map((each) => messageJson(world, each)))
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

  return {
    createMessage,
    editMessage,
    deleteMessage,
    listMessages,
    getMessage,
    patchChannel,
    createThread,
    openDm,
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
