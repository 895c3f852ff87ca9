import type { Action } from './card.ts'
import type { ErrorCode, Facts, Problem } from './errors.ts'
import { findModel } from './models.ts'
import type { Operation } from './operation.ts'
import type { HistoryEntry } from './ports/commands.ts'
import { priceOf, type VideoRequest } from './request.ts'
import { de } from './wording/de.ts'
import { type Catalogue, en, type WordingKey } from './wording/en.ts'
import { es } from './wording/es.ts'
import { fill } from './wording/fill.ts'
import { fr } from './wording/fr.ts'
import { ja } from './wording/ja.ts'

// What a language does not say yet is said in English; wording.test.ts names it.
const catalogues: Readonly<Record<string, Catalogue>> = {
  en,
  de: { ...en, ...de },
  fr: { ...en, ...fr },
  es: { ...en, ...es },
  ja: { ...en, ...ja },
}

/** The languages that texts exist in, as BCP 47 primary tags. */
export const languages: readonly string[] = Object.keys(catalogues)

function catalogueFor(locale: string): Catalogue {
  return catalogues[locale.slice(0, 2).toLowerCase()] ?? en
}

/** One sentence in the person's language, English where there is none; what a fact is missing for stays empty. */
export function say(locale: string, key: WordingKey, facts: Facts = {}): string {
  return fill(catalogueFor(locale)[key], facts)
}

/** The language that a person of this locale reads, as a BCP 47 primary tag. */
export function languageOf(locale: string): string {
  const tag = locale.slice(0, 2).toLowerCase()
  return languages.includes(tag) ? tag : 'en'
}

/** The sentences whose keys begin with one of these, unfilled, for a front end that says them elsewhere. */
export function sentencesOf(locale: string, prefixes: readonly string[]): Readonly<Record<string, string>> {
  const all = Object.entries(catalogueFor(locale))
  return Object.fromEntries(all.filter(([key]) => prefixes.some((prefix) => key.startsWith(prefix))))
}

/** Whether there is such a sentence. */
export function isKey(key: string): key is WordingKey {
  return key in en
}

/** Micro-USD as people write it: at least cents, a third digit where it matters (`$3.20`, `$0.034`). */
export function money(micros: number): string {
  const digits = micros % 10_000 === 0 ? 2 : 3
  return `${micros < 0 ? '-' : ''}$${(Math.abs(micros) / 1_000_000).toFixed(digits)}`
}

/** A number of bytes as people write it: `9.2 MB`, powers of 1,000. */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let [value, unit] = [bytes, 0]
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}

/** Of what ended by itself, how many of a hundred are finished videos; null before anything has. */
export function successPercent(numbers: { completed: number; failed: number; refused: number }): number | null {
  const ended = numbers.completed + numbers.failed + numbers.refused
  return ended === 0 ? null : Math.round((numbers.completed / ended) * 100)
}

/** A number of seconds as people say it: `48 s`, `2 min 5 s`. */
export function span(seconds: number, locale: string): string {
  if (seconds < 100) return say(locale, 'time.seconds', { seconds })
  return say(locale, 'time.minutes', { minutes: Math.floor(seconds / 60), seconds: seconds % 60 })
}

/** A number of days in words, one of them included: `2 days`, `1 day`. */
export function days(count: number, locale: string): string {
  const language = languageOf(locale)
  let format = dayFormats.get(language)
  if (!format) {
    format = new Intl.NumberFormat(language, { style: 'unit', unit: 'day', unitDisplay: 'long' })
    dayFormats.set(language, format)
  }
  return format.format(count)
}

/** Kept, because making one takes longer than the whole card around it. */
const dayFormats = new Map<string, Intl.NumberFormat>()

/** The sentence about one problem of a request. */
export function describeProblem(problem: Problem, locale: string): string {
  const name = `name.${problem.field}`
  const facts = {
    ...problem.facts,
    field: isKey(name) ? say(locale, name) : problem.field,
    given: problem.given,
    accepted: problem.accepted.join(', '),
  }
  const bare = problem.rule === 'not_offered' && problem.accepted.length === 0
  if (bare) return say(locale, 'problem.not_offered.none', facts)
  const own = `problem.${problem.rule}.${problem.field}`
  return say(locale, isKey(own) ? own : `problem.${problem.rule}`, facts)
}

/** What went wrong, as a title and the sentences that say what it means and what to do. */
export function describeError(
  error: { readonly code: ErrorCode; readonly facts: Facts; readonly problems?: readonly Problem[] },
  locale: string,
): { readonly title: string; readonly text: string } {
  const title = say(locale, `error.${error.code}.title`)
  const text = say(locale, textKey(error.code, error.facts), factsFor(error.code, error.facts, locale))
  const problems = (error.problems ?? []).map((problem) => describeProblem(problem, locale))
  return { title, text: [...problems, text].join(' ') }
}

function textKey(code: ErrorCode, facts: Facts): WordingKey {
  if (typeof facts.variant === 'string') {
    const special = `error.${code}.${facts.variant}.text`
    if (isKey(special)) return special
  }
  if (code === 'model_retired' && !facts.successor) return 'error.model_retired.none.text'
  return `error.${code}.text`
}

function factsFor(code: ErrorCode, facts: Facts, locale: string): Facts {
  if (code === 'bad_image') {
    const key = `image.${facts.why ?? 'other'}`
    return { ...facts, reason: say(locale, isKey(key) ? key : 'image.other', facts) }
  }
  if (code === 'blocked_by_safety') {
    const key = `safety.${facts.category ?? 'other'}`
    const reason = say(locale, isKey(key) ? key : 'safety.other')
    return {
      ...facts,
      reason: facts.supportCode ? `${reason} ${say(locale, 'safety.code', { code: facts.supportCode })}` : reason,
    }
  }
  if (code === 'over_budget') {
    const key = `budget.${facts.scope}`
    return {
      ...facts,
      budget: isKey(key) ? say(locale, key) : '',
      limit: money(Number(facts.limitMicros)),
      left: money(Number(facts.leftMicros)),
      price: money(Number(facts.priceMicros)),
    }
  }
  if (code === 'model_retired') {
    return {
      ...facts,
      model: findModel(String(facts.model))?.name ?? facts.model ?? '',
      successor: findModel(String(facts.successor))?.name ?? '',
    }
  }
  return typeof facts.priceMicros === 'number' ? { ...facts, price: money(facts.priceMicros) } : facts
}

/** The label of an action's button; on that Operation it also says what starts at once and at another price than its own. */
export function actionLabel(action: Action, locale: string, on?: Pick<Operation, 'request'>): string {
  const label = say(locale, `action.${action}`)
  const price = action === 'final' && on ? finalPrice(on.request) : null
  return price === null ? label : `${label} · ${price}`
}

/** What the final version of a draft costs; null where its model is no longer what it was. */
function finalPrice(request: VideoRequest): string | null {
  const { draft } = request
  const model = draft === null ? undefined : findModel(draft.model)
  const offer = model?.offers.find(({ resolution }) => resolution === draft?.resolution)
  return model && offer ? money(priceOf({ ...request, resolution: offer.resolution }, model)) : null
}

/** One line of an Operation's history in words; what a newer or older row calls otherwise is shown as it is. */
export function describeHistory({ what, detail }: Pick<HistoryEntry, 'what' | 'detail'>, locale: string): string {
  const key = `history.${what}`
  if (!isKey(key)) return `${what} ${detail}`.trim()
  return say(locale, key, { detail: historyDetail(what, detail, locale), price: money(Number(detail) || 0) })
}

function historyDetail(what: string, detail: string, locale: string): string {
  const key = what === 'error' ? `error.${detail}.title` : what === 'delivery_problem' ? `delivery.${detail}` : ''
  return isKey(key) ? say(locale, key) : detail
}
