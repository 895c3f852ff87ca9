import { type Action, actions, type Button, type Card } from './card.ts'
import type { ErrorCode, Facts, Problem } from './errors.ts'
import { findModel } from './models.ts'
import { elapsedSeconds, type Operation, stageOf } from './operation.ts'
import type { HistoryEntry } from './ports/commands.ts'
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

function has(key: string): key is WordingKey {
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

/** A number of days as people say it, one of them included: `2 days`, `1 day`. */
function days(count: number, locale: string): string {
  const format = { style: 'unit', unit: 'day', unitDisplay: 'long' } as const
  return new Intl.NumberFormat(languageOf(locale), format).format(count)
}

/** The sentence about one problem of a request. */
export function describeProblem(problem: Problem, locale: string): string {
  const name = `name.${problem.field}`
  const facts = {
    ...problem.facts,
    field: has(name) ? say(locale, name) : problem.field,
    given: problem.given,
    accepted: problem.accepted.join(', '),
  }
  const bare = problem.rule === 'not_offered' && problem.accepted.length === 0
  return say(locale, bare ? 'problem.not_offered.none' : `problem.${problem.rule}`, facts)
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
    if (has(special)) return special
  }
  if (code === 'model_retired' && !facts.successor) return 'error.model_retired.none.text'
  return `error.${code}.text`
}

function factsFor(code: ErrorCode, facts: Facts, locale: string): Facts {
  if (code === 'bad_image') {
    const key = `image.${facts.why ?? 'other'}`
    return { ...facts, reason: say(locale, has(key) ? key : 'image.other', facts) }
  }
  if (code === 'blocked_by_safety') {
    const key = `safety.${facts.category ?? 'other'}`
    const reason = say(locale, has(key) ? key : 'safety.other')
    return {
      ...facts,
      reason: facts.supportCode ? `${reason} ${say(locale, 'safety.code', { code: facts.supportCode })}` : reason,
    }
  }
  if (code === 'over_budget') {
    const key = `budget.${facts.scope}`
    return {
      ...facts,
      budget: has(key) ? say(locale, key) : '',
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

/** What only the running service knows about an Operation and its card needs. */
export interface CardContext {
  readonly now: number
  /** How many start before it; null where it does not wait. */
  readonly position: number | null
  /** When it is expected to be finished; null where nothing can be promised. */
  readonly expectedAt: number | null
  /** What the chain of Operations that led here has cost with it, in micros; null where it has no parent. */
  readonly chainMicros: number | null
  readonly retentionDays: number
  /** An admin has paused new videos in its place. */
  readonly paused: boolean
  /** Other words can be suggested for what Google refused. */
  readonly suggests: boolean
}

/** What a thread shows of an Operation now. */
export function cardOf(operation: Operation, context: CardContext, locale: string = operation.locale): Card {
  const { title, text } = titleAndText(operation, context, locale)
  const label = (action: Action): Button => ({
    action,
    label: say(locale, `action.${action}`),
    danger: action === 'delete' || action === 'decline',
  })
  return {
    operationId: operation.id,
    tone: toneOf(operation),
    title,
    text,
    prompt: operation.request.prompt,
    fields: operation.removedAt === null ? fieldsOf(operation, context, locale) : [],
    expectedAt: context.expectedAt,
    buttons: possibleActions(operation, context.suggests)
      .filter((action) => action !== 'deliver_again')
      .map(label),
  }
}

/** What the admins' own message about an Operation says now: who asks for it, or what became of that. */
export function adminCardOf(operation: Operation, locale: string = operation.locale): Card {
  const held = operation.status === 'pending' && operation.hold === 'approval'
  const declined = operation.errorCode === 'declined'
  const which = held ? 'asked' : operation.decidedBy === null ? 'over' : declined ? 'declined' : 'approved'
  const facts = {
    name: operation.requesterName,
    admin: operation.decidedBy ?? '',
    price: costOf(operation, locale),
  }
  const context = {
    now: 0,
    position: null,
    expectedAt: null,
    chainMicros: null,
    retentionDays: 0,
    paused: false,
    suggests: false,
  }
  const card = cardOf(operation, context, locale)
  return {
    ...card,
    tone: held ? 'waiting' : declined ? 'failed' : 'done',
    title: say(locale, `admin.${which}.title`, facts),
    text: say(locale, `admin.${which}.text`, facts),
    buttons: card.buttons.filter(({ action }) => action === 'approve' || action === 'decline'),
  }
}

/** The label of an action's button. */
export function actionLabel(action: Action, locale: string): string {
  return say(locale, `action.${action}`)
}

/** One line about an Operation, for lists and for what a status message ends as. */
export function summaryOf(operation: Operation, now: number, locale: string): string {
  const model = findModel(operation.request.model)?.name ?? operation.request.model
  const facts = {
    model,
    resolution: operation.request.resolution,
    seconds: operation.request.durationSeconds,
    price: money(operation.priceMicros),
    elapsed: span(elapsedSeconds(operation, now), locale),
  }
  if (operation.status === 'completed') return say(locale, 'summary.completed', facts)
  const context = {
    now,
    position: null,
    expectedAt: null,
    chainMicros: null,
    retentionDays: 0,
    paused: false,
    suggests: false,
  }
  const { title } = titleAndText(operation, context, locale)
  return operation.status === 'error'
    ? say(locale, 'summary.error', { title })
    : say(locale, 'list.line', { ...facts, title })
}

function toneOf(operation: Operation): Card['tone'] {
  if (operation.status === 'completed') return 'done'
  if (operation.status === 'error') return 'failed'
  return operation.status === 'processing' ? 'working' : 'waiting'
}

function titleAndText(operation: Operation, context: CardContext, locale: string): { title: string; text: string } {
  if (operation.removedAt !== null) return { title: say(locale, 'removed.title'), text: say(locale, 'removed.text') }
  const facts: Facts = {
    price: costOf(operation, locale),
    position: (context.position ?? 0) + 1,
    elapsed: span(
      elapsedSeconds({ ...operation, createdAt: operation.startedAt ?? operation.createdAt }, context.now),
      locale,
    ),
    days: days(context.retentionDays, locale),
  }
  const pair = (name: 'held' | 'starting' | 'queued' | 'generating' | 'saving', variant: WordingKey | null) => ({
    title: say(locale, `${name}.title`),
    text: say(locale, variant ?? (`${name}.text` as WordingKey), facts),
  })
  const troubled = operation.attempts > 0
  switch (stageOf(operation)) {
    case 'held':
      return pair('held', null)
    case 'queued':
      if (context.paused) return pair('queued', 'queued.paused.text')
      if (troubled) return pair('queued', 'queued.retry.text')
      return pair('queued', context.position ? 'queued.behind.text' : 'queued.next.text')
    case 'starting':
      return pair('starting', null)
    case 'generating':
      return pair('generating', troubled ? 'generating.retry.text' : null)
    case 'saving':
      return pair('saving', troubled ? 'saving.retry.text' : null)
    case 'error': {
      const code = operation.errorCode ?? 'internal'
      return describeError({ code, facts: { priceMicros: operation.priceMicros, ...operation.errorFacts } }, locale)
    }
    case 'completed': {
      if (operation.retiredAt !== null) {
        const how = isGone(operation) ? 'gone' : 'retired'
        return { title: say(locale, `completed.${how}.title`), text: say(locale, `completed.${how}.text`, facts) }
      }
      const whole = { ...facts, elapsed: span(elapsedSeconds(operation, context.now), locale) }
      const text = say(locale, operation.charge === 'none' ? 'completed.free.text' : 'completed.text', whole)
      return {
        title: say(locale, 'completed.title'),
        text: [text, elsewhere(operation, locale)].filter(Boolean).join(' '),
      }
    }
  }
}

/** Whether its file went before it was delivered: nobody has seen the video. */
function isGone({ thread, retiredAt, deliveredAt }: Operation): boolean {
  return thread !== null && retiredAt !== null && (deliveredAt === null || deliveredAt >= retiredAt)
}

function elsewhere(operation: Operation, locale: string): string {
  if (operation.deliveryProblem === null) return ''
  const key = `delivery.${operation.deliveryProblem}`
  return say(locale, 'delivery.elsewhere', { problem: say(locale, has(key) ? key : 'delivery.other') })
}

function fieldsOf(operation: Operation, context: CardContext, locale: string): Card['fields'] {
  const { request } = operation
  const format = { resolution: request.resolution, aspect: request.aspectRatio, seconds: request.durationSeconds }
  const fields = [
    { label: say(locale, 'field.model'), value: findModel(request.model)?.name ?? request.model },
    { label: say(locale, 'field.format'), value: say(locale, 'value.format', format) },
    {
      label: say(locale, operation.status === 'completed' ? 'field.cost' : 'field.price'),
      value: costOf(operation, locale),
    },
  ]
  if (request.negativePrompt) fields.push({ label: say(locale, 'form.negative.label'), value: request.negativePrompt })
  if (request.seed !== null) fields.push({ label: say(locale, 'name.seed'), value: String(request.seed) })
  if (context.chainMicros !== null)
    fields.push({ label: say(locale, 'field.chain'), value: money(context.chainMicros) })
  if (operation.decidedBy !== null) fields.push({ label: say(locale, 'field.decided'), value: operation.decidedBy })
  return fields
}

function costOf(operation: Operation, locale: string): string {
  const price = money(operation.priceMicros)
  if (operation.charge === 'none') return say(locale, 'value.free', { price })
  if (operation.charge === 'released') return say(locale, 'value.nothing')
  return operation.charge === 'uncertain' ? say(locale, 'value.perhaps', { price }) : price
}

/** What the row's state allows, whoever asks; who may is access.ts's matter. `suggests`: as in CardContext. */
export function possibleActions(operation: Operation, suggests: boolean): readonly Action[] {
  if (operation.removedAt !== null) return []
  const model = findModel(operation.request.model)
  const has = operation.status === 'completed' && operation.retiredAt === null
  const can: Readonly<Record<Action, boolean>> = {
    cancel: operation.status === 'pending' || (operation.status === 'processing' && operation.seenDoneAt === null),
    again: operation.status === 'completed',
    edit_prompt: operation.status === 'completed' || operation.status === 'error',
    last_frame: has,
    // As checkBuildable: Veo extends a file of its own.
    extend: has && model?.extension != null && (model.service === 'omni' || operation.sourceUri !== null),
    final: operation.status === 'completed' && operation.request.draft !== null,
    download: has,
    delete: operation.status === 'completed' || operation.status === 'error',
    retry: operation.status === 'error',
    suggest: suggests && operation.errorCode === 'blocked_by_safety',
    approve: operation.status === 'pending' && operation.hold === 'approval',
    decline: operation.status === 'pending' && operation.hold === 'approval',
    deliver_again: has && operation.thread !== null,
  }
  return actions.filter((action) => can[action])
}

/** One line of an Operation's history in words; what a newer or older row calls otherwise is shown as it is. */
export function describeHistory({ what, detail }: Pick<HistoryEntry, 'what' | 'detail'>, locale: string): string {
  const key = `history.${what}`
  if (!has(key)) return `${what} ${detail}`.trim()
  return say(locale, key, { detail: historyDetail(what, detail, locale), price: money(Number(detail) || 0) })
}

function historyDetail(what: string, detail: string, locale: string): string {
  const key = what === 'error' ? `error.${detail}.title` : what === 'delivery_problem' ? `delivery.${detail}` : ''
  return has(key) ? say(locale, key) : detail
}
