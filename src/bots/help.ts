import { usual } from '../core/fit.ts'
import type { ModelSpec } from '../core/models.ts'
import { isNamed } from '../core/request.ts'
import { say } from '../core/wording.ts'

/** How to ask in a sentence, with an example, and which options of the offered models may stand at its end. */
export function helpIn(locale: string, offers: readonly ModelSpec[]): string {
  const sentences = [say(locale, 'chat.help.text', { example: say(locale, 'chat.help.example') })]
  const options = optionsOf(offers).join(', ')
  if (options !== '') sentences.push(say(locale, 'chat.help.options', { options }))
  const model = offers.length > 1 ? wordForOne(offers) : undefined
  if (model !== undefined) sentences.push(say(locale, 'chat.help.model', { model }))
  if (offers.some((each) => each.negativePrompt)) sentences.push(say(locale, 'chat.help.no'))
  return sentences.join(' ')
}

function optionsOf(offers: readonly ModelSpec[]): readonly string[] {
  const sizes = offers.flatMap((model) => model.offers)
  const seconds = sizes.some(({ durations }) => durations.includes(usual.seconds)) ? [`${usual.seconds}s`] : []
  return [
    ...new Set([
      ...offers.flatMap(({ aspectRatios }) => aspectRatios),
      ...sizes.map(({ resolution }) => resolution),
      ...seconds,
    ]),
  ]
}

/** A word of a name that only one of them has. */
function wordForOne(offers: readonly ModelSpec[]): string | undefined {
  const words = offers.flatMap(({ name }) => name.toLowerCase().split(' ')).filter((word) => /[a-z]/.test(word))
  return words.find((word) => offers.filter((model) => isNamed(model, word)).length === 1)
}
