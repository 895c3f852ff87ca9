import type { SavedImage, VideoRequestInput } from '../../core/request.ts'
import type { GenerateBody } from './schemas.ts'

/** The images that came with a request, checked and kept, or, for a price, as if they had. */
export interface TakenImages {
  readonly image: SavedImage | null
  readonly last_frame: SavedImage | null
  readonly reference: readonly SavedImage[]
}

const isOn = (value: boolean | 'true' | 'false' | undefined) => value === true || value === 'true'

/** Whether the body asks that nobody else may see it. */
export function isPrivate(body: GenerateBody): boolean {
  return isOn(body.private)
}

/** Core's input out of an HTTP body; only what was given stands in it. */
export function inputOf(body: GenerateBody, images: TakenImages | null = null): VideoRequestInput {
  const given = {
    prompt: body.prompt,
    model: body.model,
    aspectRatio: body.aspect_ratio,
    resolution: body.resolution,
    durationSeconds: body.duration,
    negativePrompt: body.negative_prompt,
    seed: body.seed,
    personGeneration: body.person_generation,
    draft: body.draft === undefined ? undefined : isOn(body.draft),
    firstFrame: images?.image ?? undefined,
    lastFrame: images?.last_frame ?? undefined,
    references: images && images.reference.length > 0 ? images.reference : undefined,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as VideoRequestInput
}

/** The name in HTTP bodies of a field of core's input. */
export const fieldNames: Readonly<Record<string, string>> = {
  aspectRatio: 'aspect_ratio',
  durationSeconds: 'duration',
  negativePrompt: 'negative_prompt',
  personGeneration: 'person_generation',
  firstFrame: 'image',
  lastFrame: 'last_frame',
  references: 'reference',
}
