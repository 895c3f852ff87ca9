import type { ProblemRule, VideoError } from '../core/errors.ts'
import { mayBeKept } from '../core/kept.ts'
import { isFinal, type Operation } from '../core/operation.ts'
import { say } from '../core/wording.ts'

/** What cannot be changed so and may be made anew. */
const anew: ReadonlySet<ProblemRule> = new Set(['not_with', 'parent_failed'])

/** Whether a change was refused for what the earlier video is, whatever is asked of it. */
export function isOfParent({ problems }: VideoError): boolean {
  return problems.some(({ field }) => field === 'builds')
}

/** Whether what cannot be changed so may be made anew. */
export function mayBeAnew({ problems }: VideoError): boolean {
  return problems.some(({ field, rule }) => field === 'builds' && anew.has(rule))
}

/** What is said of a video that is still being made, or that Google may have still; null of every other. */
export function notYet(parent: Operation, now: number, locale: string): Instead | null {
  if (isFinal(parent.status) && !mayBeKept(parent, now)) return null
  const how = isFinal(parent.status) ? 'kept' : 'early'
  return { title: say(locale, `chat.edit.${how}.title`), text: say(locale, `chat.edit.${how}.text`) }
}

/** What stands above the buttons of what can be had instead of a change. */
export function insteadOf(parent: Operation, locale: string): Instead {
  if (parent.status !== 'error') return { title: say(locale, 'chat.edit.title'), text: say(locale, 'chat.edit.text') }
  const text = say(locale, replacesWords(parent) ? 'chat.edit.refused.text' : 'chat.edit.failed.text')
  return { title: say(locale, 'chat.edit.failed.title'), text }
}

/** The prompt of a video made anew with these words. */
export function anewWith(parent: Operation, words: string): string {
  return replacesWords(parent) ? words : `${parent.request.prompt} ${words}`
}

/** Whether other words come in place of the earlier ones, and not after them: those would be refused again. */
function replacesWords({ errorCode }: Operation): boolean {
  return errorCode === 'blocked_by_safety'
}

/** A title and a text in place of a change. */
export interface Instead {
  readonly title: string
  readonly text: string
}
