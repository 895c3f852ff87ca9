import type { Card } from '../../core/card.ts'
import { elapsedSeconds, type Operation } from '../../core/operation.ts'
import { span } from '../../core/wording.ts'
import { words } from './words.ts'

/** Where text goes; a terminal says so, and how wide it is (0 where it does not know). */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

const clearLine = '\r\u001b[2K'

/** Shows an Operation on its way: one line that is rewritten at a terminal, a line for each change elsewhere. */
export class Screen {
  readonly #out: Output
  readonly #locale: string
  #live = false
  #shownVersion: number | null = null

  constructor(out: Output, locale: string) {
    this.#out = out
    this.#locale = locale
  }

  /** Text that stays: one line each. */
  print(...lines: readonly string[]): void {
    this.#endLive()
    for (const line of lines.filter((each) => each !== '')) this.#out.write(`${printable(line)}\n`)
  }

  /** The whole card. */
  card(card: Card): void {
    this.print(card.title, card.text, card.fields.map(({ label, value }) => `${label}: ${value}`).join(' · '))
  }

  /** Where it stands at `now`. */
  progress(operation: Operation, card: Card, now: number): void {
    const line = printable([card.title, ...this.#times(operation, card, now)].join(' · '))
    if (this.#out.isTTY) {
      this.#out.write(`${clearLine}${line.slice(0, (this.#out.columns || 80) - 1)}`)
      this.#live = true
    } else if (this.#shownVersion !== operation.version) {
      this.#out.write(`${line}\n`)
    }
    this.#shownVersion = operation.version
  }

  #times(operation: Operation, { expectedAt }: Card, now: number): string[] {
    const elapsed = span(elapsedSeconds(operation, now), this.#locale)
    if (expectedAt === null) return [elapsed]
    const time = new Date(expectedAt).toLocaleTimeString(this.#locale, { timeStyle: 'medium', hourCycle: 'h23' })
    const left = Math.round((expectedAt - now) / 1000)
    return [elapsed, left > 0 ? words.expected(time, span(left, this.#locale)) : words.overdue(time)]
  }

  #endLive(): void {
    if (this.#live) this.#out.write(clearLine)
    this.#live = false
  }
}

/** Without control characters: a name from elsewhere must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ')
}
