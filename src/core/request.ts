import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { type Problem, VideoError } from './errors.ts'
import { offersFor, problemsOfText, problemsWith, show, usual, usualSecondsOf } from './fit.ts'
import { type AspectRatio, type Fed, type ModelSpec, type Offer, priceMicros, type Resolution } from './models.ts'

/** An image as the platform named it, not yet fetched: the row is written before the worker fetches it. */
export interface RemoteImage {
  readonly kind: 'remote'
  readonly url: string
  /** As the platform declared them; never believed. */
  readonly declaredType: string | null
  readonly declaredBytes: number | null
  readonly name: string
  /** The workspace with whose rights it is fetched; left out where the address alone is enough. */
  readonly workspace?: string
}

/** An image that lies, checked, in our own files. */
export interface SavedImage {
  readonly kind: 'saved'
  /** `uploads/input_<uuid>.<ext>` */
  readonly file: string
  readonly mimeType: 'image/png' | 'image/jpeg' | 'image/webp'
  readonly width: number
  readonly height: number
}

/** The last frame of an earlier Operation's video; the worker cuts it out. */
export interface LastFrameOf {
  readonly kind: 'last_frame_of'
  readonly operationId: string
}

export type ImageSource = RemoteImage | SavedImage | LastFrameOf

/** What Google will be asked for, every rule already checked. */
export interface VideoRequest {
  readonly prompt: string
  readonly model: string
  readonly aspectRatio: AspectRatio
  readonly resolution: Resolution
  /** Seconds of video that Google will be paid for; of an extension, the seconds added. */
  readonly durationSeconds: number
  readonly negativePrompt: string | null
  readonly seed: number | null
  readonly personGeneration: string | null
  readonly firstFrame: ImageSource | null
  readonly lastFrame: ImageSource | null
  readonly references: readonly ImageSource[]
  /** `extend` lengthens, `edit` changes an earlier Operation's video; null for a video of its own. */
  readonly builds: 'extend' | 'edit' | null
  /** The Operation whose video `builds` is about. */
  readonly buildsOn: string | null
  /** Of a draft, a cheap rendering to judge by: what the final version will be; null for any other. */
  readonly draft: { readonly model: string; readonly resolution: Resolution } | null
}

const image = z.custom<ImageSource>((value) => typeof value === 'object' && value !== null && 'kind' in value)
const blankIsMissing = (value: unknown) => (typeof value === 'string' && value.trim() === '' ? undefined : value)
/**
 * Halves of characters and control signs are no text: PostgreSQL keeps neither, and no model reads them. Forms send a line
 * break as CR LF, which is one all the same.
 */
const readable = (value: unknown) =>
  typeof value === 'string'
    ? value
        .toWellFormed()
        .replace(/\r\n?/g, '\n')
        .replace(/[^\P{Cc}\n\t]/gu, ' ')
    : value
const text = z.preprocess((value) => blankIsMissing(readable(value)), z.string().trim().optional().nullable())
const number = z.preprocess(
  (value) =>
    typeof value === 'string' ? (value.trim() === '' ? undefined : Number(value.trim().replace(/\s*s$/i, ''))) : value,
  z.number().optional().nullable(),
)

type Given<T> = T | null | undefined

/** What a front end may hand over; nothing in it is believed. Numbers may come as text, such as `8` or `8s`. */
export interface VideoRequestInput {
  readonly prompt?: Given<string>
  /** A model id, a name, or one of its words such as `fast`. */
  readonly model?: Given<string>
  readonly aspectRatio?: Given<string>
  readonly resolution?: Given<string>
  readonly durationSeconds?: Given<number | string>
  readonly negativePrompt?: Given<string>
  readonly seed?: Given<number | string>
  readonly personGeneration?: Given<string>
  readonly firstFrame?: Given<ImageSource>
  readonly lastFrame?: Given<ImageSource>
  readonly references?: Given<readonly ImageSource[]>
  readonly builds?: Given<'extend' | 'edit'>
  readonly buildsOn?: Given<string>
  readonly draft?: Given<boolean>
}

const videoRequestInput = z.object({
  prompt: text,
  model: text,
  aspectRatio: text,
  resolution: text,
  durationSeconds: number,
  negativePrompt: text,
  seed: number,
  personGeneration: text,
  firstFrame: image.optional().nullable(),
  lastFrame: image.optional().nullable(),
  references: z.array(image).optional().nullable(),
  builds: z.enum(['extend', 'edit']).optional().nullable(),
  buildsOn: text,
  draft: z.boolean().optional().nullable(),
})
/** An input of the right shape. */
export type Asked = z.output<typeof videoRequestInput>

/** What an input asks for, its texts cleaned and its numbers numbers, as `parseRequest` reads it; null where it is malformed. */
export function askedOf(input: unknown): Asked | null {
  return videoRequestInput.safeParse(input).data ?? null
}

export const maxReferences = 3
/**
 * Checks an input against what `offered` (in order of preference) can do and fills in what was left open. Without a
 * model it takes the first that can do everything asked for. Throws `invalid_request` with all problems at once.
 */
export function parseRequest(input: unknown, offered: readonly ModelSpec[]): VideoRequest {
  const shape = videoRequestInput.safeParse(input)
  if (!shape.success) {
    const problems = shape.error.issues.map((issue): Problem => {
      const field = String(issue.path[0] ?? 'request')
      const given = show((input as Record<string, unknown> | null | undefined)?.[field])
      return {
        field,
        given,
        accepted: [],
        rule: field === 'durationSeconds' || field === 'seed' ? 'not_a_number' : 'malformed',
      }
    })
    throw refusal(problems)
  }
  const asked = shape.data
  const candidates = asked.model ? offered.filter((model) => isNamed(model, asked.model ?? '')) : offered
  if (candidates.length === 0) {
    const problem = {
      field: 'model',
      given: show(asked.model),
      accepted: offered.map((each) => each.id),
      rule: 'not_offered',
    } as const
    throw refusal([...problemsOfText(asked, offered[0]), problem])
  }
  const attempts = candidates.map((model) => ({ model, problems: problemsWith(asked, model) }))
  const able = attempts.filter((attempt) => attempt.problems.length === 0).map((attempt) => attempt.model)
  const [chosen] = able
  if (!chosen) throw refusal(fewest(attempts))
  const request = complete(asked, chosen)
  return asked.draft ? draftOf(request, asked, offered) : request
}

/** The cheapest rendering of the same wish, its size and model apart: what a draft is. */
function draftOf(final: VideoRequest, asked: Asked, offered: readonly ModelSpec[]): VideoRequest {
  const wish: Asked = { ...asked, model: null, resolution: null, durationSeconds: final.durationSeconds }
  const choices = offered
    .filter((model) => problemsWith(wish, model).length === 0)
    .flatMap((model) => model.offers.map((offer) => ({ model, resolution: offer.resolution })))
    .filter(({ model, resolution }) => problemsWith({ ...wish, resolution }, model).length === 0)
    .map(({ model, resolution }) => ({ model, request: complete({ ...wish, resolution }, model) }))
    .sort((a, b) => priceOf(a.request, a.model) - priceOf(b.request, b.model))
  const cheapest = choices[0]?.request ?? final
  return { ...cheapest, draft: { model: final.model, resolution: final.resolution } }
}

/** The price of a checked request, in micro-USD. */
export function priceOf(request: VideoRequest, model: ModelSpec): number {
  return priceMicros(model, request.resolution, request.durationSeconds, fedTo(model, request))
}

function fedTo(model: ModelSpec, request: VideoRequest): Fed {
  const { builds, durationSeconds, firstFrame, lastFrame, references } = request
  // What is changed keeps the length of its film.
  const read = { extend: model.input?.contextSeconds ?? 0, edit: durationSeconds }
  const frames = [firstFrame, lastFrame].filter((each) => each !== null)
  return { seconds: builds === null ? 0 : read[builds], pictures: frames.length + references.length }
}

function fewest(attempts: readonly { problems: readonly Problem[] }[]): readonly Problem[] {
  const sorted = attempts.map((attempt) => attempt.problems).sort((a, b) => a.length - b.length)
  return sorted[0] ?? []
}

function refusal(problems: readonly Problem[]): VideoError {
  const message = `refused: ${problems.map((each) => `${each.field} ${each.rule}`).join(', ')}`
  return new VideoError('invalid_request', message, { problems })
}

/** Whether that is what somebody calls the model: its id, its name or a word of it. */
export function isNamed(model: ModelSpec, wanted: string): boolean {
  const given = wanted.toLowerCase()
  if (model.id.toLowerCase() === given || model.name.toLowerCase() === given) return true
  return model.name.toLowerCase().split(' ').includes(given)
}

function complete(asked: Asked, model: ModelSpec): VideoRequest {
  const offers = offersFor(asked, model)
  const fits = (each: Offer) =>
    (!asked.resolution || each.resolution === asked.resolution.toLowerCase()) &&
    (typeof asked.durationSeconds !== 'number' || each.durations.includes(asked.durationSeconds))
  const able = offers.filter(fits)
  const offer = able.find((each) => each.resolution === usual.resolution) ?? able[0]
  if (!offer) throw new RangeError(`no offer of ${model.id} fits a request that was found good`)
  return {
    prompt: asked.prompt ?? '',
    model: model.id,
    aspectRatio: (asked.aspectRatio ?? model.aspectRatios[0]) as AspectRatio,
    resolution: offer.resolution,
    durationSeconds: asked.durationSeconds ?? usualSecondsOf(offer),
    negativePrompt: asked.negativePrompt ?? null,
    seed: asked.seed ?? null,
    personGeneration: asked.personGeneration ?? null,
    firstFrame: asked.firstFrame ?? null,
    lastFrame: asked.lastFrame ?? null,
    references: asked.references ?? [],
    builds: asked.builds ?? null,
    buildsOn: asked.buildsOn ?? null,
    draft: null,
  }
}

/** Names of the files of ours that its pictures are. */
export function pictureFiles(given: Pick<VideoRequestInput, 'firstFrame' | 'lastFrame' | 'references'>): string[] {
  const pictures = [given.firstFrame, given.lastFrame, ...(given.references ?? [])]
  return pictures.flatMap((each) => (each?.kind === 'saved' ? [each.file] : []))
}

/** Whether two requests ask for the same apart from their images, which may have been taken in meanwhile. */
export function isSameWish(one: VideoRequest, other: VideoRequest): boolean {
  const images = { firstFrame: null, lastFrame: null, references: [] }
  return isDeepStrictEqual({ ...one, ...images }, { ...other, ...images })
}
