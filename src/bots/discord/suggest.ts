import { type APIMessageComponentInteraction, ButtonStyle, ComponentType } from 'discord.js'
import type { Suggestion } from '../../core/ports/commands.ts'
import { actionLabel, money, say } from '../../core/wording.ts'
import { shorten } from '../shorten.ts'
import type { MessageBody } from './api.ts'
import { customId } from './custom-id.ts'
import { type Asked, answerLater, type Desk } from './desk.ts'
import { notice, plain, refusalBody, rows } from './render.ts'

const fieldShows = 1_024

/** Other words for what Google refused: a text model takes longer than Discord waits, so it is answered first. */
export async function suggest(desk: Desk, asked: Asked<APIMessageComponentInteraction>, id: string): Promise<void> {
  const { interaction, person } = asked
  const send = await answerLater(desk, interaction)
  const body = await desk.commands.suggest(id, person).then(
    (suggestion) => suggestionBody(suggestion, person.locale),
    (thrown: unknown) => refusalBody(thrown, person.locale),
  )
  await send({ body })
}

/** The difference, and the new words in a field, as far as one shows them: the button below takes them whole from the row. */
function suggestionBody({ operation, prompt, pieces, costMicros }: Suggestion, locale: string): MessageBody {
  const difference = pieces.map(({ kind, text }) => {
    const shown = plain(text)
    if (kind === 'same' || shown.trim() === '') return shown
    return kind === 'gone' ? `~~${shown.trim()}~~ ` : `**${shown.trim()}** `
  })
  const cost = costMicros > 0 ? ` ${say(locale, 'suggest.cost', { price: money(costMicros) })}` : ''
  const text = `${plain(say(locale, 'suggest.text') + cost)}\n\n${difference.join('')}`
  const body = notice(say(locale, 'suggest.title'), text)
  const [embed] = body.embeds as object[]
  const field = { name: say(locale, 'name.prompt'), value: shorten(prompt, fieldShows) }
  const button = {
    type: ComponentType.Button,
    style: ButtonStyle.Secondary,
    label: actionLabel('edit_prompt', locale),
    custom_id: customId('edit_suggested', operation.id),
  } as const
  return { ...body, embeds: [{ ...embed, fields: [field] }], components: rows([button]) }
}

/** The words that a message of ours quotes in its first field, for its own buttons to use. */
export function quotedIn({ message }: APIMessageComponentInteraction): string {
  return message.embeds[0]?.fields?.[0]?.value ?? ''
}
