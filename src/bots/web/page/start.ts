import type { Facts } from '../../../core/errors.ts'
import type { WordingKey } from '../../../core/wording/en.ts'
import { fill } from '../../../core/wording/fill.ts'

/** What the server wrote into the page for this person. */
interface Start {
  readonly lang: string
  /** Lets the style elements of the component library pass the Content-Security-Policy. */
  readonly nonce: string
  readonly texts: Readonly<Record<string, string>>
}

type SpokenKey = Extract<
  WordingKey,
  `${'web' | 'choice' | 'action' | 'form' | 'budget' | 'office' | 'suggest'}.${string}`
>

const start = JSON.parse(document.getElementById('start')?.textContent ?? '{}') as Start

export const lang = start.lang
// Where get-nonce, through which Radix locks the scroll position, looks for it.
Object.assign(globalThis, { __webpack_nonce__: start.nonce })

/** One sentence of core's wording in the person's language. */
export function say(key: SpokenKey, facts: Facts = {}): string {
  return fill(start.texts[key] ?? '', facts)
}
