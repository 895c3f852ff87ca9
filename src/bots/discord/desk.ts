import { type APIInteraction, InteractionResponseType, InteractionType, MessageFlags } from 'discord.js'
import type { Accepted, Person, VideoCommands } from '../../core/ports/commands.ts'
import type { Clock, Log } from '../../core/ports/machine.ts'
import { say } from '../../core/wording.ts'
import type { Api, MessageBody, Sending } from './api.ts'
import type { LargeVideos } from './delivery.ts'
import { asFailure, codeOf, discordCode } from './failure.ts'
import type { Guests } from './guests.ts'
import { hiddenAnswer, placeFor } from './person.ts'
import { refText, threadOf } from './place.ts'
import { notice, refusalBody, statusBody } from './render.ts'
import type { Standing } from './standing.ts'

/** What every handler of an event works with. */
export interface Desk {
  readonly commands: VideoCommands
  readonly api: Api
  readonly clock: Clock
  readonly log: Log
  /** `discord:<user id>`, beside those with Manage Server. */
  readonly adminIds: readonly string[]
  readonly large: LargeVideos
  readonly standing: Standing
  readonly guests: Guests
}

/** A member's interaction with who they are. */
export interface Asked<T = APIInteraction> {
  readonly interaction: T
  readonly person: Person
}

/** The platform's id of an interaction, as an Operation's eventId. */
export function eventIdOf(interaction: APIInteraction): string {
  return `discord:${interaction.id}`
}

/** Where the messages of an Operation go that this interaction asks for. */
export function threadFor(interaction: APIInteraction, alone: boolean): string {
  return threadOf(placeFor(interaction, alone))
}

/** Answers with a message; its id. */
export function reply(desk: Desk, interaction: APIInteraction, data: MessageBody): Promise<string | null> {
  return desk.api.answer(interaction, { type: InteractionResponseType.ChannelMessageWithSource, data })
}

/**
 * Answers the person alone before what takes longer than Discord waits; what it comes to is said by the function that it
 * resolves to. Who sees it has been said by then, so that flags are left out.
 */
export async function answerLater(desk: Desk, interaction: APIInteraction) {
  const data = { flags: MessageFlags.Ephemeral }
  await desk.api.answer(interaction, { type: InteractionResponseType.DeferredChannelMessageWithSource, data })
  return ({ body: { flags: _, ...body }, ...rest }: Sending) =>
    desk.api.patchAnswer(interaction.token, '@original', { ...rest, body })
}

/** Answers by changing the message whose button was pressed. */
export function update(desk: Desk, interaction: APIInteraction, data: MessageBody): Promise<string | null> {
  return desk.api.answer(interaction, { type: InteractionResponseType.UpdateMessage, data })
}

/** Answers with a form. */
export function open(desk: Desk, interaction: APIInteraction, data: MessageBody): Promise<string | null> {
  return desk.api.answer(interaction, { type: InteractionResponseType.Modal, data })
}

/**
 * Shows what was accepted as the answer, and tells core which message that is. The row exists by now: if the answer
 * fails, announce posts the status message by itself. What an earlier event made, perhaps of a process that was killed
 * before it could answer, is announce's alone: two would post it twice.
 */
export async function showAccepted(desk: Desk, asked: Asked, accepted: Accepted, alone: boolean): Promise<void> {
  const { interaction, person } = asked
  const { operation } = accepted
  if (!accepted.created) {
    const text = say(person.locale, 'chat.done.text')
    await reply(desk, interaction, notice(say(person.locale, 'chat.done.title'), text))
    return
  }
  const card = await desk.commands.card(operation, person.locale)
  const hidden = hiddenAnswer(interaction, alone)
  const body = statusBody(card, person.locale)
  const data = hidden ? { ...body, flags: MessageFlags.Ephemeral } : body
  const message = await reply(desk, interaction, data).catch((thrown: unknown) => {
    desk.log.warn({ operation: operation.id, error: String(thrown) }, 'the answer did not reach Discord; announce will')
    return null
  })
  if (message === null) return
  const { channel, token } = placeFor(interaction, alone)
  await desk.commands.posted(operation, refText({ channel: token === null ? channel : null, message }))
}

/** Runs a handler; what it throws is told to the person alone, and what Discord refuses goes to the log. */
export async function guarded(desk: Desk, asked: Asked, handle: () => Promise<unknown>): Promise<void> {
  const { interaction, person } = asked
  try {
    await handle()
  } catch (thrown) {
    const error = codeOf(thrown) === null ? thrown : asFailure(thrown)
    desk.log.info({ interaction: interaction.id, error: String(error) }, 'an interaction was refused')
    if (codeOf(thrown) === discordCode.unknownInteraction) return
    await refuse(desk, interaction, error, person.locale)
  }
}

/** Tells the person alone what went wrong. Where they are still typing there is no room for words: nothing completes. */
async function refuse(desk: Desk, interaction: APIInteraction, error: unknown, locale: string): Promise<void> {
  try {
    if (interaction.type === InteractionType.ApplicationCommandAutocomplete) {
      const type = InteractionResponseType.ApplicationCommandAutocompleteResult
      await desk.api.answer(interaction, { type, data: { choices: [] } })
    } else await reply(desk, interaction, refusalBody(error, locale))
  } catch (thrown) {
    desk.log.warn({ interaction: interaction.id, error: String(thrown) }, 'a refusal could not be told')
  }
}
