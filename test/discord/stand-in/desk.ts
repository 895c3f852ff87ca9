import type { Asked } from './asked.ts'
import { type MessageBody, mustNotBeEmpty, parseMessage } from './message-shape.ts'
import { invalid, refusals } from './refusal.ts'
import {
  botPermissions,
  type Channel,
  permission,
  type StoredAttachment,
  type StoredMessage,
  shown,
  type World,
} from './world.ts'

/** What routes of several kinds do to a world: find, keep and change, or refuse. */
export interface Desk {
  /** The channel, if the bot sees it and has these permissions there. */
  channelOf(id: string, ...needed: bigint[]): Channel
  /** A message that the channel's own routes reach. */
  messageOf(channelId: string, id: string): StoredMessage
  attach(
    asked: Asked,
    body: MessageBody,
    channelId: string,
    limit: number,
    kept?: StoredAttachment[],
  ): StoredAttachment[]
  show(body: MessageBody, attachments: StoredAttachment[]): StoredMessage['history'][number]
  keep(message: Omit<StoredMessage, 'id' | 'createdAt' | 'deleted'>): StoredMessage
  change(message: StoredMessage, asked: Asked, limit: number): StoredMessage
}

export function createDesk(world: World): Desk {
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
    world.keepMessage(made)
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

  return { channelOf, messageOf, attach, show, keep, change }
}
