import { type APIMessageComponentInteraction, ButtonStyle, ComponentType, InteractionResponseType } from 'discord.js'
import type { Operation } from '../../core/operation.ts'
import { say } from '../../core/wording.ts'
import { customId } from './custom-id.ts'
import { type Asked, type Desk, reply, update } from './desk.ts'
import { liveToken, parseRef, tokenMilliseconds } from './place.ts'
import { notice, plain, rows, statusBody } from './render.ts'

type Click = Asked<APIMessageComponentInteraction>

/** “Delete”: asks once more, the person alone. Who may is asked before. */
export async function askToDelete(desk: Desk, { person, interaction }: Click, id: string): Promise<void> {
  const { locale } = person
  const yes = {
    type: ComponentType.Button,
    style: ButtonStyle.Danger,
    label: say(locale, 'chat.delete.yes'),
    custom_id: customId('delete_yes', id),
  } as const
  const body = notice(say(locale, 'chat.delete.title'), plain(say(locale, 'chat.delete.text')), 'failed')
  await reply(desk, interaction, { ...body, components: rows([yes]) })
}

/** “Delete for good”: takes it away and says so, or what is left for the person to do. */
export async function remove(desk: Desk, { person, interaction }: Click, id: string): Promise<void> {
  const { locale } = person
  const removed = await desk.commands.remove(id, person)
  await desk.api.answer(interaction, { type: InteractionResponseType.DeferredMessageUpdate })
  const card = await desk.commands.card(removed, locale)
  const { flags, ...stays } = notice(say(locale, 'chat.delete.stays.title'), say(locale, 'chat.delete.stays'), 'failed')
  const body = (await isOutOfReach(desk, removed)) ? { ...stays, components: [] } : statusBody(card, locale)
  await desk.api.patchAnswer(interaction.token, '@original', { body })
}

/** A press, whoever’s, under a message about what was removed: it is emptied, also where nothing else reaches it any more. */
export async function showRemoved(desk: Desk, { person, interaction }: Click, removed: Operation): Promise<void> {
  // Of a message that only this press could reach the card would say that it still stands.
  const card = await desk.commands.card({ ...removed, deliveryProblem: null }, person.locale)
  await update(desk, interaction, { ...statusBody(card, person.locale), attachments: [] })
  const kept = keptByDiscord(removed)
  if (kept !== null && parseRef(kept).message === interaction.message.id) await desk.commands.emptied(removed, kept)
}

/** The name of the message that stands where one of what was removed does; null where the row has none. */
function keptByDiscord({ statusMessage, deliveredMessage }: Operation): string | null {
  // Where only the token reached the status message, the outcome stands in it, or was sent directly and could be taken away.
  const byToken = statusMessage !== null && parseRef(statusMessage).channel === null
  return byToken ? statusMessage : deliveredMessage
}

/** Whether the message with the video stands there still, for announce cannot change it either. */
async function isOutOfReach(desk: Desk, removed: Operation): Promise<boolean> {
  const shown = removed.deliveredMessage ?? removed.statusMessage
  if (shown === null || liveToken(removed, desk.clock.now()) !== null) return false
  // A status message is no video's, but where it came by the token.
  if (parseRef(shown).channel !== null && shown === removed.statusMessage) return false
  const signal = AbortSignal.timeout(tokenMilliseconds)
  // What may pass, announce tries again.
  return !(await desk.standing.takeAway(removed, shown, signal).catch(() => true))
}
