import { invalid, onlyKnown, record } from './answers.ts'
import { isShown } from './developer.ts'
import { type InputImage, keepPicture, readImage } from './images.ts'
import type { RehearsedModel } from './models.ts'
import type { RehearsedOperation } from './operations.ts'
import type { Casting, Stage } from './stage.ts'
import { readPrompt } from './veo.ts'

const tasks = ['text_to_video', 'image_to_video', 'reference_to_video', 'edit', 'extend'] as const
type Task = (typeof tasks)[number]

interface Input {
  readonly prompt: string
  readonly images: readonly InputImage[]
  /** The Operation of a video given as input. */
  readonly video: RehearsedOperation | null
}

/** Everything of a Casting that stands in a new interaction; throws Refusal for what Google would not take. */
export async function readOmni(top: Record<string, unknown>, model: RehearsedModel, stage: Stage) {
  onlyKnown(top, [
    'model',
    'input',
    'background',
    'store',
    'stream',
    'previous_interaction_id',
    'generation_config',
    'response_format',
    'labels',
  ])
  if (top.background === true && top.store === false) throw invalid('`background` needs `store`.')
  if (top.stream === true) throw invalid('`stream` is not supported for video.')
  const input = await readInput(top.input, stage)
  const continued = readPrevious(top.previous_interaction_id, stage)
  const given = readTask(top.generation_config)
  if (continued && given) throw invalid('previous_interaction_id is not allowed when video task is set.')
  const previous = continued ?? input.video
  const task = continued ? meantBy(input.prompt) : given
  checkTask(task, input, previous, model)
  const format = readFormat(top.response_format, model)
  checkFormat(task, format)
  if (task === 'image_to_video' && input.images.length > 1 && (format.seconds ?? 0) > model.between) {
    throw invalid(`\`duration\` between two frames must be at most ${model.between}s.`)
  }
  const lengthened = task === 'extend' ? previous : null
  const seconds = format.seconds ?? (task === 'edit' && previous ? previous.film.seconds : 8)
  if (lengthened && lengthened.film.seconds + seconds > (model.extension?.longest ?? 0)) {
    throw invalid(`The extended video would be longer than ${model.extension?.longest} seconds.`)
  }
  const first = input.images[0]
  return {
    model,
    prompt: input.prompt,
    resolution: format.resolution,
    aspectRatio: format.aspectRatio ?? previous?.aspectRatio ?? '16:9',
    seconds,
    given: { seconds: readSeconds(task, previous), pictures: input.images.length },
    picture: first ? await keepPicture(stage.folder, first) : (previous?.film.picture ?? null),
    seed: 0,
    sound: true,
    extends: lengthened,
    delivery: () => ({ kind: format.byUri ? 'file' : 'inline' }) as const,
    samples: 1,
  } satisfies Omit<Casting, 'name'>
}

/** What is changed is read as a whole, of what is lengthened the last ten seconds. */
function readSeconds(task: Task | null, previous: RehearsedOperation | null): number {
  const all = previous?.film.seconds ?? 0
  return task === 'extend' ? Math.min(10, all) : all
}

async function readInput(given: unknown, stage: Stage): Promise<Input> {
  if (typeof given === 'string') return { prompt: readPrompt(given), images: [], video: null }
  const listed: readonly unknown[] = Array.isArray(given) ? given : [given]
  const parts = listed.flatMap((part, index) => {
    const step = record(part, `input[${index}]`)
    if (step.type !== 'user_input') return [step]
    return Array.isArray(step.content) ? step.content.map((each) => record(each, 'content')) : []
  })
  const texts: string[] = []
  const images: InputImage[] = []
  let video: RehearsedOperation | null = null
  for (const part of parts) {
    if (part.type === 'text' && typeof part.text === 'string') texts.push(part.text)
    else if (part.type === 'image') images.push(await readPart(part))
    else if (part.type === 'video') video = readVideo(part, stage)
    else throw invalid(`Unsupported content of type ${JSON.stringify(part.type)}.`)
  }
  return { prompt: readPrompt(texts.join(' ')), images, video }
}

function readPart(part: Record<string, unknown>): Promise<InputImage> {
  onlyKnown(part, ['type', 'data', 'mime_type', 'name', 'resolution'])
  return readImage(part.data, part.mime_type, ['image/png', 'image/jpeg', 'image/webp'])
}

function readVideo(part: Record<string, unknown>, stage: Stage): RehearsedOperation {
  const [, id] = /\/files\/([a-z0-9]+)/.exec(String(part.uri)) ?? []
  const operation = stage.operations.get(id ?? '')
  if (!operation || !isShown(operation)) throw invalid('The input video was not found.')
  return operation
}

function readPrevious(id: unknown, stage: Stage): RehearsedOperation | null {
  if (id === undefined) return null
  const operation = stage.operations.get(String(id).replace(/^v1_/, ''))
  if (operation?.name !== id || operation.service !== 'omni' || operation.deleted) {
    throw invalid('`previous_interaction_id` is not valid.')
  }
  if (!isShown(operation)) throw invalid('The previous interaction has no video.')
  return operation
}

function readTask(config: unknown): Task | null {
  if (config === undefined) return null
  const given = record(config, 'generation_config')
  onlyKnown(given, ['video_config'])
  if (given.video_config === undefined) return null
  const video = record(given.video_config, 'video_config')
  onlyKnown(video, ['task'])
  if (video.task === undefined) return null
  const task = tasks.find((each) => each === video.task)
  if (!task) throw invalid(`\`task\` must be one of ${tasks.join(', ')}.`)
  return task
}

/** Without a task the words alone say what becomes of the video before. */
function meantBy(prompt: string): Task {
  return /^(?:extend|continue)\b/i.test(prompt) ? 'extend' : 'edit'
}

/** What comes of a video has its shape, and what is changed has its length too. */
function checkFormat(task: Task | null, { aspectRatio, seconds }: Format): void {
  if (task !== 'edit' && task !== 'extend') return
  if (aspectRatio !== null) throw invalid(`Aspect ratio cannot be set in response format for ${task} task.`)
  if (task === 'edit' && seconds !== null) throw invalid('Duration cannot be set in response format for edit task.')
}

function checkTask(
  task: Task | null,
  { prompt, images }: Input,
  previous: RehearsedOperation | null,
  model: RehearsedModel,
): void {
  const most = model.references + 2
  if (images.length > most) throw invalid(`At most ${most} images are supported, ${images.length} were given.`)
  if (prompt.includes('<LAST_FRAME>') && !prompt.includes('<FIRST_FRAME>')) {
    throw invalid('<LAST_FRAME> must be used together with <FIRST_FRAME>.')
  }
  const tagged = /<IMAGE_REF_\d+>/.test(prompt)
  switch (task) {
    case 'text_to_video':
      if (images.length > 0) throw invalid('`text_to_video` takes no images.')
      return
    case 'image_to_video':
      if (images.length === 0) throw invalid('`image_to_video` needs an image.')
      if (images.length > 2 && !tagged) throw invalid('`image_to_video` takes a first and a last frame.')
      return
    case 'reference_to_video':
      if (images.length === 0) throw invalid('`reference_to_video` needs a reference image.')
      if (images.length > model.references) throw invalid(`At most ${model.references} reference images are supported.`)
      return
    case 'edit':
    case 'extend':
      if (!previous) throw invalid(`\`${task}\` needs a video: \`previous_interaction_id\` or a video as input.`)
      return
    case null:
  }
}

interface Format {
  readonly resolution: string
  readonly aspectRatio: string | null
  readonly seconds: number | null
  readonly byUri: boolean
}

function readFormat(given: unknown, model: RehearsedModel): Format {
  const only: unknown = Array.isArray(given) && given.length === 1 ? given[0] : (given ?? {})
  const format = record(only, 'response_format')
  onlyKnown(format, ['type', 'aspect_ratio', 'resolution', 'duration', 'delivery'])
  const {
    type = 'video',
    aspect_ratio: aspectRatio = null,
    resolution = '720p',
    duration,
    delivery = 'inline',
  } = format
  if (type !== 'video') throw invalid('`response_format.type` must be video.')
  if (aspectRatio !== null && aspectRatio !== '16:9' && aspectRatio !== '9:16') {
    throw invalid('`aspect_ratio` must be 16:9 or 9:16.')
  }
  const size = typeof resolution === 'string' ? model.sizes[resolution] : undefined
  if (typeof resolution !== 'string' || !size) throw invalid('`resolution` must be 360p, 720p, 1080p or 4k.')
  if (delivery !== 'inline' && delivery !== 'uri') throw invalid('`delivery` must be inline or uri.')
  return { resolution, aspectRatio, seconds: readDuration(duration, size.seconds), byUri: delivery === 'uri' }
}

function readDuration(duration: unknown, allowed: readonly number[]): number | null {
  if (duration === undefined) return null
  const [, digits] = (typeof duration === 'string' ? /^(\d+)s$/.exec(duration) : null) ?? []
  if (digits === undefined) throw invalid('`duration` must be a string of whole seconds such as "8s".')
  if (!allowed.includes(Number(digits))) {
    throw invalid(`\`duration\` must be between ${allowed[0]}s and ${allowed.at(-1)}s.`)
  }
  return Number(digits)
}
