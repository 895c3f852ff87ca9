import type { types } from '@slack/bolt'
import { say } from '../../core/wording.ts'
import type { Block } from './blocks.ts'

/** What a model that cannot change a finished video can do instead. */
export type Nearest = 'edit_prompt' | 'last_frame'

/** Slack's limit for a button's value. */
const longestValue = 2000

/**
 * Buttons with the nearest things to an edit; each carries the person's words, so that it works after a restart. Null where
 * the words are too long for that.
 */
export function nearestBlock(operationId: string, prompt: string, lastFrame: boolean, locale: string): Block | null {
  const button = (relation: Nearest, key: 'chat.edit.again' | 'chat.edit.last_frame'): types.Button => ({
    type: 'button',
    action_id: `v1:nearest:${relation}`,
    text: { type: 'plain_text', text: say(locale, key) },
    value: JSON.stringify({ operation: operationId, prompt }),
  })
  const elements = [button('edit_prompt', 'chat.edit.again')]
  if (lastFrame) elements.push(button('last_frame', 'chat.edit.last_frame'))
  if (elements.some((each) => (each.value ?? '').length > longestValue)) return null
  return { type: 'actions', block_id: 'v1:nearest', elements }
}

/** What such a button carries; null where it is none of ours. */
export function nearestFrom(value: string): { readonly operation: string; readonly prompt: string } | null {
  try {
    const { operation, prompt } = JSON.parse(value) as { operation?: unknown; prompt?: unknown }
    return typeof operation === 'string' && typeof prompt === 'string' ? { operation, prompt } : null
  } catch {
    return null
  }
}
