import { z } from 'zod'
import { type Asked, type Handler, nothing, ok } from './asked.ts'
import type { Desk } from './desk.ts'
import { type MessageBody, mustNotBeEmpty, parseMessage, pingsOf } from './message-shape.ts'
import { parseModal } from './modal-shape.ts'
import { invalid, parseForm, refusals } from './refusal.ts'
import { messageJson } from './serialize.ts'
import { type Interaction, interactionWith, type StoredMessage, type World } from './world.ts'

const choices = z.object({
  choices: z
    .array(z.object({ name: z.string().min(1).max(100), value: z.union([z.string().min(1).max(100), z.number()]) }))
    .max(25),
})

/** Answers to interactions and what their tokens reach: one answer, in time; then follow-ups until the token expires. */
export function interactionRoutes(
  world: World,
  desk: Desk,
  settings: { readonly answerWithinMs: number; readonly tokenLifeMs: number },
) {
  const { attach, show, keep, change } = desk

  function openInteraction(token: string): Interaction {
    const interaction = interactionWith(world, token)
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
    // What is deferred so is an edit of the pressed component's own message, `@original` from then on.
    if (body.type === 6) interaction.messageId = interaction.sourceMessageId
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

  return { callback, followUp, hookMessage }
}
