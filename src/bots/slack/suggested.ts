import type { Suggestion } from '../../core/ports/commands.ts'
import { actionLabel, money, say } from '../../core/wording.ts'
import { shorten } from '../shorten.ts'
import { quoteBlock, smallBlock } from './blocks.ts'
import { type Saying, saying } from './reply.ts'
import { plainInMarkdown } from './text.ts'

/** Other words for a refused prompt: the difference, the new words whole, and the way to take them over. */
export function suggested({ operation, prompt, pieces, costMicros }: Suggestion, locale: string): Saying {
  const cost = costMicros > 0 ? ` ${say(locale, 'suggest.cost', { price: money(costMicros) })}` : ''
  const said = saying(say(locale, 'suggest.title'), say(locale, 'suggest.text') + cost)
  const difference = pieces.map(({ kind, text }) => {
    const shown = plainInMarkdown(text, 2000)
    if (kind === 'same' || shown.trim() === '') return shown
    return kind === 'gone' ? `~${shown.trim()}~ ` : `*${shown.trim()}* `
  })
  const take = {
    type: 'button' as const,
    action_id: 'v1:suggested',
    text: { type: 'plain_text' as const, text: shorten(actionLabel('edit_prompt', locale), 75) },
    value: operation.id,
  }
  const blocks = [
    ...said.blocks,
    smallBlock(difference.join('') || ' '),
    quoteBlock(prompt),
    { type: 'actions' as const, block_id: 'v1:suggested', elements: [take] },
  ]
  return { ...said, blocks }
}
