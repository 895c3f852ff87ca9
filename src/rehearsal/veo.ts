import { invalid, onlyKnown, record } from './answers.ts'
import { type InputImage, keepPicture, readImage } from './images.ts'
import type { RehearsedModel } from './models.ts'
import type { RehearsedOperation } from './operations.ts'
import type { Casting } from './stage.ts'

/** Where the two services that speak Veo's body differ. */
export interface Dialect {
  readonly parameters: readonly string[]
  readonly top: readonly string[]
  readonly imageTypes: readonly string[]
  /** Which personGeneration goes with text alone, and which with images. */
  readonly persons: { readonly text: readonly string[]; readonly images: readonly string[] }
  readonly mostSamples: number
  /** The Operation (or the length in seconds) of the video to lengthen; refuses what it cannot find. */
  earlier(video: Record<string, unknown>): RehearsedOperation | number
}

export const commonParameters = [
  'aspectRatio',
  'resolution',
  'durationSeconds',
  'negativePrompt',
  'personGeneration',
  'sampleCount',
  'enhancePrompt',
] as const

/** Everything of a Casting that stands in Veo's body; throws Refusal for what Google would not take. */
export async function readVeo(body: unknown, model: RehearsedModel, dialect: Dialect, folder: string) {
  const top = record(body, 'body')
  onlyKnown(top, ['instances', 'parameters', ...dialect.top])
  const instances = top.instances
  if (!Array.isArray(instances) || instances.length !== 1) throw invalid('Exactly one instance is required.')
  const instance = record(instances[0], 'instances[0]')
  onlyKnown(instance, ['prompt', 'image', 'lastFrame', 'referenceImages', 'video'])
  const parameters = record(top.parameters ?? {}, 'parameters')
  onlyKnown(parameters, dialect.parameters)

  const prompt = readPrompt(instance.prompt)
  const images = await readImages(instance, model, dialect)
  const size = readSize(parameters, model)
  const earlier = instance.video === undefined ? null : dialect.earlier(record(instance.video, 'video'))
  if (images.references > 0 && size.seconds !== 8) throw outOfBound('durationSeconds', '8 with reference images')
  if (earlier !== null) checkExtension(model, earlier, size, images)
  checkPerson(parameters.personGeneration, dialect, images.any)
  checkRest(parameters, dialect)

  const first = images.first ?? images.reference
  return {
    model,
    prompt,
    resolution: size.resolution,
    aspectRatio: size.aspectRatio ?? (typeof earlier === 'object' && earlier ? earlier.aspectRatio : '16:9'),
    seconds: earlier === null ? size.seconds : 7,
    given: { seconds: 0, pictures: 0 },
    picture: first ? await keepPicture(folder, first) : null,
    seed: typeof parameters.seed === 'number' ? parameters.seed : 0,
    sound: parameters.generateAudio !== false,
    extends: earlier,
    samples: typeof parameters.sampleCount === 'number' ? parameters.sampleCount : 1,
  } satisfies Omit<Casting, 'name' | 'delivery'>
}

const mostTokens = 1024

/** Not empty, and no more tokens than Veo reads, by the rule of thumb that four letters make one. */
export function readPrompt(prompt: unknown): string {
  if (typeof prompt !== 'string' || prompt.trim() === '') throw invalid('The prompt is missing or empty.')
  if ([...prompt].length / 4 > mostTokens) throw invalid(`The prompt is too long: at most ${mostTokens} tokens.`)
  return prompt
}

async function readImages(instance: Record<string, unknown>, model: RehearsedModel, dialect: Dialect) {
  const read = async (value: unknown, field: string): Promise<InputImage> => {
    const image = record(value, field)
    onlyKnown(image, ['bytesBase64Encoded', 'mimeType'])
    return readImage(image.bytesBase64Encoded, image.mimeType, dialect.imageTypes)
  }
  const first = instance.image === undefined ? null : await read(instance.image, 'image')
  if (instance.lastFrame !== undefined) {
    if (!first) throw invalid('`lastFrame` needs `image`: give the first frame too.')
    await read(instance.lastFrame, 'lastFrame')
  }
  const given = instance.referenceImages ?? []
  if (!Array.isArray(given)) throw invalid('`referenceImages` needs to be a list.')
  if (given.length > 0 && model.references === 0) onlyKnown({ referenceImages: given }, [])
  if (given.length > model.references) {
    throw invalid(`At most ${model.references} reference images are supported, ${given.length} were given.`)
  }
  if (given.length > 0 && first) throw invalid('`image` and `referenceImages` are not supported together.')
  let reference: InputImage | null = null
  for (const [index, value] of given.entries()) {
    const entry = record(value, `referenceImages[${index}]`)
    onlyKnown(entry, ['image', 'referenceType'])
    if (String(entry.referenceType).toLowerCase() !== 'asset') throw invalid('`referenceType` must be `asset`.')
    const image = await read(entry.image, `referenceImages[${index}].image`)
    reference ??= image
  }
  return { first, reference, references: given.length, any: first !== null || given.length > 0 }
}

interface Size {
  readonly resolution: string
  /** Null where it was left open. */
  readonly aspectRatio: string | null
  readonly seconds: number
  /** Whether the body named a duration. */
  readonly said: boolean
}

function readSize(parameters: Record<string, unknown>, model: RehearsedModel): Size {
  const { aspectRatio = null, resolution = '720p', durationSeconds = 8 } = parameters
  if (aspectRatio !== null && aspectRatio !== '16:9' && aspectRatio !== '9:16') {
    throw invalid(`\`aspectRatio\` must be 16:9 or 9:16, not ${JSON.stringify(aspectRatio)}.`)
  }
  const size = typeof resolution === 'string' ? model.sizes[resolution] : undefined
  if (typeof resolution !== 'string' || !size) {
    throw invalid(`\`resolution\` ${JSON.stringify(resolution)} is not supported by this model.`)
  }
  if (typeof durationSeconds !== 'number') {
    throw invalid('The value type for `durationSeconds` needs to be a number.')
  }
  if (!size.seconds.includes(durationSeconds)) {
    throw outOfBound('durationSeconds', `one of ${size.seconds.join(', ')} at ${resolution}`)
  }
  return { resolution, aspectRatio, seconds: durationSeconds, said: parameters.durationSeconds !== undefined }
}

function checkExtension(
  model: RehearsedModel,
  earlier: RehearsedOperation | number,
  size: Size,
  images: { readonly any: boolean },
): void {
  if (!model.extension) onlyKnown({ video: true }, [])
  if (images.any) throw invalid('`video` is not supported together with images.')
  if (size.resolution !== '720p') throw invalid('Only 720p is supported for video extension.')
  if (size.said && size.seconds !== 8) throw outOfBound('durationSeconds', '8 for video extension')
  const before = typeof earlier === 'number' ? earlier : earlier.film.seconds
  if (before + 7 > (model.extension?.longest ?? 0)) throw invalid('The video is too long to be extended.')
  if (typeof earlier === 'number') return
  if (earlier.resolution !== '720p') throw invalid('Only videos of 720p can be extended.')
  if (size.aspectRatio !== null && size.aspectRatio !== earlier.aspectRatio) {
    throw invalid("`aspectRatio` differs from the video's own.")
  }
}

function checkPerson(person: unknown, { persons }: Dialect, withImages: boolean): void {
  const allowed = withImages ? persons.images : persons.text
  if (person === undefined || (typeof person === 'string' && allowed.includes(person))) return
  throw invalid(`\`personGeneration\` ${JSON.stringify(person)} is not supported. Allowed: ${allowed.join(', ')}.`)
}

function checkRest(parameters: Record<string, unknown>, { mostSamples }: Dialect): void {
  const { sampleCount, negativePrompt, enhancePrompt, seed, generateAudio, fps, compressionQuality, resizeMode } =
    parameters
  if (sampleCount !== undefined && !isInteger(sampleCount, 1, mostSamples)) {
    throw outOfBound('sampleCount', `between 1 and ${mostSamples}`)
  }
  if (seed !== undefined && !isInteger(seed, 0, 4_294_967_295)) throw outOfBound('seed', 'between 0 and 4294967295')
  if (negativePrompt !== undefined && typeof negativePrompt !== 'string') {
    throw invalid('The value type for `negativePrompt` needs to be a string.')
  }
  if (enhancePrompt !== undefined && enhancePrompt !== true) throw invalid('`enhancePrompt` cannot be switched off.')
  if (generateAudio !== undefined && typeof generateAudio !== 'boolean') {
    throw invalid('The value type for `generateAudio` needs to be a boolean.')
  }
  if (fps !== undefined && fps !== 24) throw outOfBound('fps', '24')
  oneOf('compressionQuality', compressionQuality, ['optimized', 'lossless'])
  oneOf('resizeMode', resizeMode, ['pad', 'crop'])
}

function oneOf(field: string, value: unknown, allowed: readonly string[]): void {
  if (value === undefined || (typeof value === 'string' && allowed.includes(value.toLowerCase()))) return
  throw invalid(`\`${field}\` must be one of ${allowed.join(', ')}.`)
}

const isInteger = (value: unknown, least: number, most: number) =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most

const outOfBound = (field: string, bounds: string) =>
  invalid(`The number value for \`${field}\` is out of bound. Please provide a value: ${bounds}.`)

/** Google's words for an Operation that ended without a video. */
export const endedBadly = {
  internal: 'Video generation failed due to an internal server issue. Please try again in a few minutes.',
  filtered: (supportCode: string) =>
    `We encountered an issue with your prompt, which violates Google's Responsible AI practices. Try rephrasing the prompt. If you think this was an error, send feedback. Support codes: ${supportCode}`,
} as const

/** A request's prompt for matching faults, before anything is checked. */
export function promptOf(body: unknown): string {
  const instances: unknown = Object(body).instances
  const prompt: unknown = Array.isArray(instances) ? Object(instances[0]).prompt : undefined
  return typeof prompt === 'string' ? prompt : ''
}
