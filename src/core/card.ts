/** What a person may press on an Operation. The same words are the actions of every front end. */
export const actions = [
  'cancel',
  'again',
  'edit_prompt',
  'last_frame',
  'extend',
  'final',
  'download',
  'delete',
  'retry',
  'suggest',
  'approve',
  'decline',
  'deliver_again',
] as const
export type Action = (typeof actions)[number]

/** One button: what it does and what it says. */
export interface Button {
  readonly action: Action
  readonly label: string
  /** Destructive or costly: rendered as such, and asked again where the platform can. */
  readonly danger: boolean
}

/**
 * What a thread shows of an Operation at one moment, in the person's language, as plain text: each messenger escapes it
 * for its platform. Card is all that a messenger knows about the wording.
 */
export interface Card {
  readonly operationId: string
  readonly tone: 'waiting' | 'working' | 'done' | 'failed'
  /** One line: what is the case. */
  readonly title: string
  /** One or two sentences: what it means and what happens next or can be done. */
  readonly text: string
  /** The prompt, whole; a messenger shortens it to its platform's limit. Empty once removed. */
  readonly prompt: string
  /** `cost`: what this Operation costs or cost, whatever other sums stand beside it. */
  readonly fields: readonly { readonly label: string; readonly value: string; readonly kind?: 'cost' }[]
  /** When it is expected to be finished, milliseconds since 1970; null where nothing can be promised. */
  readonly expectedAt: number | null
  readonly buttons: readonly Button[]
}
