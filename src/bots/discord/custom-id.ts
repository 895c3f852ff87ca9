import { type Action, actions } from '../../core/card.ts'

const version = 'd1'
const longest = 100

/** What the buttons, menus and forms of this bot can mean, beside the actions on an Operation. */
export const verbs = [
  ...actions,
  'delete_yes',
  'edit_with',
  'last_frame_with',
  'edit_suggested',
  'open',
  'page',
  'form',
  'field',
] as const
export type Verb = (typeof verbs)[number]

export interface CustomId {
  readonly verb: Verb
  /** The Operation it is about; empty where it is about none. */
  readonly operationId: string
  /** Whatever else the verb needs. */
  readonly rest: string
}

/** `d1:<verb>:<operation id>[:<rest>]`, at most 100 characters: all that a click needs, so that it works after a restart. */
export function customId(verb: Verb, operationId: string, rest = ''): string {
  const text = `${version}:${verb}:${operationId}${rest === '' ? '' : `:${rest}`}`
  if (text.length > longest) throw new RangeError(`a custom id of ${text.length} characters`)
  return text
}

/** What a custom id means; null for what this version did not write. Nothing in it is believed: core checks the person. */
export function parseCustomId(text: string): CustomId | null {
  const [, verb, operationId, rest] = text.match(/^d1:([a-z_]+):([0-9a-f-]{0,36})(?::(.*))?$/s) ?? []
  const known = verbs.find((each) => each === verb)
  return known && operationId !== undefined ? { verb: known, operationId, rest: rest ?? '' } : null
}

/** Whether the verb is an action on an Operation. */
export function isAction(verb: Verb): verb is Action {
  return actions.some((each) => each === verb)
}

const roomOfPart = longest - `${version}:field::00:`.length

/**
 * Spreads a text over the custom ids of a form's fields, which Discord hands back with what was filled in: a form can so
 * carry an attachment's address without our keeping it. Null where it is too long for that many fields.
 */
export function spread(text: string, fields: number): readonly string[] | null {
  if (text.length > roomOfPart * fields) return null
  return Array.from({ length: fields }, (_, index) =>
    customId('field', '', `${index}${text.slice(index * roomOfPart, (index + 1) * roomOfPart)}`),
  )
}

/** The field's number and the part of the text that its custom id carries; null for any other custom id. */
export function partOf(text: string): { readonly index: number; readonly part: string } | null {
  const parsed = parseCustomId(text)
  if (parsed?.verb !== 'field') return null
  return { index: Number(parsed.rest.slice(0, 1)), part: parsed.rest.slice(1) }
}
