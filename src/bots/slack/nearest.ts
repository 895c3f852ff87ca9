import type { types } from '@slack/bolt'
import type { VideoRequestInput } from '../../core/request.ts'
import { say } from '../../core/wording.ts'
import type { Block } from './blocks.ts'

/** What a model that cannot change a finished video can do instead. */
export type Nearest = 'edit_prompt' | 'last_frame'

/** Slack's limit for a button's value. */
const longestValue = 2000

/** What was asked of a video that cannot be changed. */
interface Wanted {
  readonly operationId: string
  /** Words and options, no images: a message that brings some is a request of its own. */
  readonly input: VideoRequestInput
  readonly private: boolean
}

/**
 * Buttons with the nearest things to an edit; each carries the person's words and options, so that it works after a
 * restart. Null where they are too long for that.
 */
export function nearestBlock(wanted: Wanted, lastFrame: boolean, locale: string): Block | null {
  const { operationId: operation, input, private: secret } = wanted
  const button = (relation: Nearest, key: 'chat.edit.again' | 'chat.edit.last_frame'): types.Button => ({
    type: 'button',
    action_id: `v1:nearest:${relation}`,
    text: { type: 'plain_text', text: say(locale, key) },
    value: JSON.stringify({ ...input, operation, private: secret }),
  })
  const elements = [button('edit_prompt', 'chat.edit.again')]
  if (lastFrame) elements.push(button('last_frame', 'chat.edit.last_frame'))
  if (elements.some((each) => (each.value ?? '').length > longestValue)) return null
  return { type: 'actions', block_id: 'v1:nearest', elements }
}

/** What such a button carries; null where it is none of ours. Core checks the options as anybody's. */
export function nearestFrom(value: string): Wanted | null {
  try {
    const {
      operation,
      private: secret,
      ...input
    } = JSON.parse(value) as VideoRequestInput & {
      readonly operation?: unknown
      readonly private?: unknown
    }
    if (typeof operation !== 'string' || typeof input.prompt !== 'string') return null
    return { operationId: operation, input, private: secret === true }
  } catch {
    return null
  }
}
