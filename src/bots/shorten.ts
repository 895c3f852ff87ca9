import { VideoError } from '../core/errors.ts'

/** Cuts a text to that many characters, with an ellipsis, and no surrogate pair in halves. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text
  const cut = text.slice(0, most - 1)
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`
}

/** The text as it is, for a form's field that takes that many characters; throws `not_now` rather than lose its end. */
export function whole(text: string, most: number): string {
  if (text.length <= most) return text
  throw new VideoError('not_now', 'longer than a form takes', { facts: { variant: 'long_prompt', limit: most } })
}
