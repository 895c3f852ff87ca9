import { hasItsSources, possibleActions } from './actions.ts'
import type { Action, Button, Card } from './card.ts'
import type { Facts } from './errors.ts'
import { isDoubtful, mayBeKept } from './kept.ts'
import { findModel } from './models.ts'
import { elapsedSeconds, type Operation, placesCounted, stageOf } from './operation.ts'
import type { WordingKey } from './wording/en.ts'
import { actionLabel, days, describeError, isKey, money, say, span } from './wording.ts'

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

/** For what is said of an Operation without asking the running service. */
const unknown: CardContext = {
  now: 0,
  position: null,
  expectedAt: null,
  chainMicros: null,
  retentionDays: 0,
  paused: false,
  suggests: false,
}

/** What a thread shows of an Operation now. */
export function cardOf(operation: Operation, context: CardContext, locale: string = operation.locale): Card {
  const { title, text } = titleAndText(operation, context, locale)
  return {
    operationId: operation.id,
    tone: toneOf(operation),
    title,
    text,
    prompt: operation.request.prompt,
    fields: operation.removedAt === null ? fieldsOf(operation, context, locale) : [],
    expectedAt: context.expectedAt,
    buttons: buttonsOf(
      possibleActions(operation, context.suggests, context.now).filter((action) => action !== 'deliver_again'),
      operation,
      locale,
    ),
  }
}

/** The buttons with which these actions are offered on an Operation. */
export function buttonsOf(offered: readonly Action[], operation: Operation, locale: string): Button[] {
  return offered.map((action) => ({
    action,
    label: actionLabel(action, locale, operation),
    danger: action === 'delete' || action === 'decline',
  }))
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
  const card = cardOf(operation, unknown, locale)
  return {
    ...card,
    tone: held ? 'waiting' : declined ? 'failed' : 'done',
    title: say(locale, `admin.${which}.title`, facts),
    text: say(locale, `admin.${which}.text`, facts),
    buttons: card.buttons.filter(({ action }) => action === 'approve' || action === 'decline'),
  }
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
  const { title } = titleAndText(operation, { ...unknown, now }, locale)
  return operation.status === 'error'
    ? say(locale, 'summary.error', { title })
    : say(locale, 'list.line', { ...facts, title })
}

function queuedText(before: number): WordingKey {
  if (before >= placesCounted) return 'queued.crowd.text'
  return before > 0 ? 'queued.behind.text' : 'queued.next.text'
}

function toneOf(operation: Operation): Card['tone'] {
  if (operation.status === 'completed') return 'done'
  if (operation.status === 'error') return 'failed'
  return operation.status === 'processing' ? 'working' : 'waiting'
}

function titleAndText(operation: Operation, context: CardContext, locale: string): { title: string; text: string } {
  if (operation.removedAt !== null) {
    const stays = operation.deliveryProblem === 'stays' ? ` ${say(locale, 'delivery.stays')}` : ''
    return { title: say(locale, 'removed.title'), text: `${say(locale, 'removed.text')}${stays}` }
  }
  const facts: Facts = {
    price: costOf(operation, locale),
    position: (context.position ?? 0) + 1,
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
      if (operation.errorFacts.refusals) return pair('queued', 'queued.quota.text')
      if (troubled) return pair('queued', 'queued.retry.text')
      return pair('queued', queuedText(context.position ?? 0))
    case 'starting':
      return pair('starting', operation.errorFacts.unwanted ? 'starting.unwanted.text' : null)
    case 'generating':
      if (troubled) return pair('generating', 'generating.retry.text')
      return pair('generating', context.expectedAt === null ? 'generating.late.text' : null)
    case 'saving':
      return pair('saving', troubled ? 'saving.retry.text' : null)
    case 'error': {
      const code = operation.errorCode ?? 'internal'
      const facts = { priceMicros: operation.priceMicros, ...operation.errorFacts }
      const { title, text } = describeError({ code, facts }, locale)
      const added = [chargeOf(operation), nextOf(operation, context.now)].filter((key) => key !== null)
      return { title, text: [text, ...added.map((key) => say(locale, key))].join(' ') }
    }
    case 'completed': {
      if (operation.retiredAt !== null) {
        const how = isGone(operation) ? 'gone' : 'retired'
        const next = say(locale, hasItsSources(operation) ? 'completed.again' : 'completed.not_again')
        const text = `${say(locale, `completed.${how}.text`, facts)} ${next}`
        return { title: say(locale, `completed.${how}.title`), text }
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

/** What is to be added to why it failed where nobody knows what that cost: an admin may have settled it since. */
function chargeOf(operation: Operation): WordingKey | null {
  return isDoubtful(operation) && operation.charge === 'uncertain' ? 'error.perhaps' : null
}

/** What can be done about it. */
function nextOf(operation: Operation, now: number): WordingKey | null {
  if (mayBeKept(operation, now)) return 'error.kept'
  if (!hasItsSources(operation)) return 'completed.not_again'
  return isDoubtful(operation) ? 'error.anew' : null
}

/** Whether its file went before it was delivered: nobody has seen the video. */
function isGone({ thread, retiredAt, deliveredAt, deliveryProblem }: Operation): boolean {
  if (thread === null || retiredAt === null) return false
  // Without either its thread is about to hear of it; given up, it was among its person's videos until then.
  return deliveredAt === null ? deliveryProblem === null : deliveredAt >= retiredAt
}

function elsewhere(operation: Operation, locale: string): string {
  const { thread, deliveredMessage, announceAttempts } = operation
  if (operation.deliveryProblem === null) {
    return thread !== null && deliveredMessage === null && announceAttempts > 0 ? say(locale, 'delivery.later') : ''
  }
  const key = `delivery.${operation.deliveryProblem}`
  return say(locale, 'delivery.elsewhere', { problem: say(locale, isKey(key) ? key : 'delivery.other') })
}

function fieldsOf(operation: Operation, context: CardContext, locale: string): Card['fields'] {
  const { request } = operation
  const format = { resolution: request.resolution, aspect: request.aspectRatio, seconds: request.durationSeconds }
  const fields: Card['fields'][number][] = [
    { label: say(locale, 'field.model'), value: findModel(request.model)?.name ?? request.model },
    { label: say(locale, 'field.format'), value: say(locale, 'value.format', format) },
    {
      label: say(locale, operation.status === 'completed' ? 'field.cost' : 'field.price'),
      value: costOf(operation, locale),
      kind: 'cost',
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
