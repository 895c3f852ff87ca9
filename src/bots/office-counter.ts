import { VideoError } from '../core/errors.ts'
import type { Person, VideoCommands } from '../core/ports/commands.ts'
import type { WordingKey } from '../core/wording/en.ts'
import { money, say } from '../core/wording.ts'
import type { OptionName } from './command.ts'

/** How a platform shows things; each returns its own markup, escaped. */
export interface Screen {
  plain(text: string): string
  /** `id` as in Person. */
  person(id: string): string
  role(id: string): string
  channel(id: string): string
  moment(milliseconds: number): string
}

/** The options that were given: people as in Person.id, roles and channels by the platform's ids. */
export type Given = Readonly<Partial<Record<OptionName, string | number | boolean>>>

/** What the person alone is shown, already in the platform's markup. */
export interface Notice {
  readonly title: string
  readonly lines: readonly string[]
  readonly tone: 'done' | 'working'
  /** A text file that comes along. */
  readonly file?: { readonly name: string; readonly text: string }
}

/** Everything that a command of the office works with. */
export interface Counter {
  readonly commands: VideoCommands
  readonly person: Person
  readonly given: Given
  readonly screen: Screen
}

/** A notice whose title and lines are sentences of ours. */
export function noticeOf({ person, screen }: Counter, title: WordingKey, lines: readonly string[]): Notice {
  return { title: screen.plain(say(person.locale, title)), lines, tone: 'working' }
}

/** A limit as people read it. */
export function limitText(micros: number | null | undefined, locale: string): string {
  if (micros === undefined) return say(locale, 'office.budget.default')
  return micros === null ? say(locale, 'office.budget.none') : money(micros)
}

/** US dollars as people write them, in micros; null for `unlimited`, undefined for `default`. Throws `invalid_request`. */
export function microsFrom(given: string | number | boolean): number | null | undefined {
  const text = String(given).trim().toLowerCase()
  if (text === 'unlimited') return null
  if (text === 'default') return undefined
  const [, units, decimals = ''] = /^\$?(\d{1,9})(?:[.,](\d{1,6}))?$/.exec(text) ?? []
  if (units !== undefined) return Number(units) * 1_000_000 + Number(decimals.padEnd(6, '0'))
  const accepted = ['5', '2.50', '0', 'unlimited', 'default']
  const problem = { field: 'amount', given: text.slice(0, 80), accepted, rule: 'not_offered' as const }
  throw new VideoError('invalid_request', 'not an amount', { problems: [problem] })
}
