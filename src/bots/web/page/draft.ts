import type { z } from 'zod'
import type { modelBody } from '../schemas.ts'

type Model = z.output<typeof modelBody>

/** A picture that was chosen but not sent yet. */
export interface Picture {
  readonly id: string
  readonly file: File
}

/** What the composer holds. An empty text is what the person has not decided. */
export interface Draft {
  readonly prompt: string
  readonly model: string
  readonly aspect: string
  readonly resolution: string
  readonly duration: number | null
  readonly negative: string
  readonly seed: string
  readonly people: string
  readonly cheapFirst: boolean
  readonly first: Picture | null
  readonly last: Picture | null
  readonly references: readonly Picture[]
}

export const emptyDraft: Draft = {
  prompt: '',
  model: '',
  aspect: '',
  resolution: '',
  duration: null,
  negative: '',
  seed: '',
  people: '',
  cheapFirst: false,
  first: null,
  last: null,
  references: [],
}

/** Where a picture can go. */
export type Slot = 'first' | 'last' | 'reference'

/** What can be chosen together with the rest of the draft. */
export interface Choices {
  readonly model: Model
  readonly aspects: readonly string[]
  readonly resolutions: readonly string[]
  readonly durations: readonly number[]
  /** Where one more picture can go. */
  readonly slots: readonly Slot[]
}

const usualSeconds = 8
const usualResolution = '720p'

/** Whether the model can use the pictures of the draft. */
export function takesPictures(model: Model, draft: Pick<Draft, 'first' | 'last' | 'references'>): boolean {
  if (draft.first && !model.first_frame) return false
  if (draft.last && !model.last_frame) return false
  return draft.references.length <= model.max_references
}

/** The choices that the draft's model and pictures leave; null where no model is offered. */
export function choicesFor(draft: Draft, models: readonly Model[]): Choices | null {
  const wanted = models.find((model) => model.id === draft.model)
  const model = wanted ?? models.find((each) => takesPictures(each, draft)) ?? models[0]
  if (!model) return null
  const needed = draft.references.length > 0 ? model.reference_seconds : null
  const longest = (draft.last ? model.between_frames_seconds : null) ?? Number.POSITIVE_INFINITY
  const possible = (seconds: number) => (needed === null || seconds === needed) && seconds <= longest
  const offers = model.offers
    .map((offer) => ({ ...offer, durations: offer.durations.filter(possible) }))
    .filter((offer) => offer.durations.length > 0)
  const resolutions = offers.map((offer) => offer.resolution)
  const resolution = pick(resolutions, draft.resolution, usualResolution)
  const durations = offers.find((offer) => offer.resolution === resolution)?.durations ?? []
  return { model, aspects: model.aspect_ratios, resolutions, durations, slots: slotsFor(draft, model) }
}

/** A first frame and references exclude each other; a last frame needs a first one. */
function slotsFor(draft: Draft, model: Model): readonly Slot[] {
  const slots: Slot[] = []
  if (model.first_frame && !draft.first && draft.references.length === 0) slots.push('first')
  if (model.last_frame && draft.first && !draft.last) slots.push('last')
  if (!draft.first && draft.references.length < model.max_references) slots.push('reference')
  return slots
}

/** The draft with every choice made, each of them possible: what will be sent. */
export function settled(draft: Draft, choices: Choices): Draft {
  const { model, aspects, resolutions, durations } = choices
  return {
    ...draft,
    model: model.id,
    aspect: pick(aspects, draft.aspect, aspects[0]),
    resolution: pick(resolutions, draft.resolution, usualResolution),
    duration: pick(durations, draft.duration ?? usualSeconds, usualSeconds),
    negative: model.negative_prompt ? draft.negative : '',
    seed: model.seed ? draft.seed : '',
    people: model.person_generation.includes(draft.people) ? draft.people : '',
  }
}

function pick<T>(possible: readonly T[], wanted: T, usual: T | undefined): T {
  if (possible.includes(wanted)) return wanted
  if (usual !== undefined && possible.includes(usual)) return usual
  return possible.at(-1) ?? wanted
}

/** What a settled draft costs, in US dollars; null where the model does not render that. */
export function priceOf(draft: Draft, model: Model): number | null {
  const offer = model.offers.find((each) => each.resolution === draft.resolution)
  if (!offer || draft.duration === null) return null
  const pictures = [draft.first, draft.last, ...draft.references].filter((each) => each !== null)
  return offer.usd_per_second * draft.duration + pictures.length * model.usd_per_picture
}

/** The body for /quote: what would be sent with /generate, and which pictures would come with it. */
export function quoteOf(draft: Draft): object {
  const images = {
    first_frame: draft.first !== null,
    last_frame: draft.last !== null,
    references: draft.references.length,
  }
  return { ...bodyOf(draft), prompt: draft.prompt.trim() || '…', images }
}

/** The body for /generate: only what was decided. */
export function bodyOf(draft: Draft): Record<string, string> {
  const given = {
    prompt: draft.prompt.trim(),
    model: draft.model,
    aspect_ratio: draft.aspect,
    resolution: draft.resolution,
    duration: draft.duration === null ? '' : String(draft.duration),
    negative_prompt: draft.negative.trim(),
    seed: draft.seed.trim(),
    person_generation: draft.people,
    draft: draft.cheapFirst ? 'true' : '',
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''))
}

/** Puts a picture where it was meant to go, or into the first place that is free; unchanged where there is none. */
export function withPicture(draft: Draft, picture: Picture, choices: Choices, meant?: Slot): Draft {
  const slot = meant && choices.slots.includes(meant) ? meant : choices.slots[0]
  if (slot === 'first') return { ...draft, first: picture }
  if (slot === 'last') return { ...draft, last: picture }
  if (slot === 'reference') return { ...draft, references: [...draft.references, picture] }
  return draft
}

/** What is left once the server has taken `sent`: what was written or added meanwhile is the next wish. */
export function withoutSent(draft: Draft, sent: Draft): Draft {
  const pictures = [sent.first, sent.last, ...sent.references].filter((picture) => picture !== null)
  const rest = pictures.reduce((left, { id }) => withoutPicture(left, id), draft)
  return { ...rest, prompt: draft.prompt.trim() === sent.prompt.trim() ? '' : draft.prompt }
}

/** Without that picture; a last frame cannot stay without a first one and becomes it. */
export function withoutPicture(draft: Draft, id: string): Draft {
  if (draft.first?.id === id) return { ...draft, first: draft.last, last: null }
  if (draft.last?.id === id) return { ...draft, last: null }
  return { ...draft, references: draft.references.filter((each) => each.id !== id) }
}
