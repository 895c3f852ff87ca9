import { type Problem, VideoError } from '../core/errors.ts'
import { catalogue, type ModelSpec } from '../core/models.ts'
import type { VideoRequestInput } from '../core/request.ts'

/** What a sentence with options in plain words means. */
export interface Understood {
  readonly input: VideoRequestInput
  readonly private: boolean
  /** The images that came along are references, not first and last frame. */
  readonly references: boolean
}

type Writable = { -readonly [Key in keyof VideoRequestInput]: VideoRequestInput[Key] }

interface Reading {
  readonly input: Writable
  readonly problems: Problem[]
  /** How long videos can be here. */
  readonly seconds: ReadonlySet<number>
  private: boolean
  references: boolean
}

/** Flags that take a value, and the field it is for. */
const fields: Readonly<Record<string, keyof VideoRequestInput>> = {
  no: 'negativePrompt',
  negative: 'negativePrompt',
  seed: 'seed',
  model: 'model',
  aspect: 'aspectRatio',
  ratio: 'aspectRatio',
  resolution: 'resolution',
  duration: 'durationSeconds',
  person: 'personGeneration',
}
const switches = ['draft', 'private', 'references'] as const

const shapes: readonly (readonly [RegExp, keyof VideoRequestInput])[] = [
  [/^\d{1,2}:\d{1,2}$/, 'aspectRatio'],
  [/^(?:\d{3,4}p|4k)$/i, 'resolution'],
  [/^\d{1,3}s(?:ec)?$/i, 'durationSeconds'],
]

/**
 * Reads a prompt with options at its end, such as `a lion at dusk 9:16 1080p 8s fast --no cartoon --seed 7`. A model's
 * word counts only beside another option, so that "a car driving fast" stays a prompt. Throws `invalid_request` that
 * names every flag it does not know.
 */
export function readWords(text: string, offers: readonly ModelSpec[]): Understood {
  const seconds = new Set(offers.flatMap((model) => model.offers.flatMap((offer) => offer.durations)))
  const reading: Reading = { input: {}, problems: [], seconds, private: false, references: false }
  // Phones turn two hyphens into a dash.
  const [head = '', ...flags] = ` ${text}`.replace(/\s[—–](?=[a-z])/g, ' --').split(/\s--(?=[a-z])/i)
  const prompt = peel(head, reading, flags.length > 0)
  for (const flag of flags) readFlag(flag, reading)
  if (reading.problems.length > 0) {
    throw new VideoError('invalid_request', 'flags that are not known', { problems: reading.problems })
  }
  return { input: { ...reading.input, prompt }, private: reading.private, references: reading.references }
}

/** Whether a text speaks of a picture that it does not bring along ("animate the picture above"). */
export function speaksOfPicture(text: string): boolean {
  return /\b(?:picture|image|photo|pic|drawing|foto|bild|imagen?|dibujo)\b|画像|写真|絵/i.test(text)
}

/** The words of all models, so that one which is not offered is refused and no part of a prompt. */
const modelWords: ReadonlySet<string> = new Set(
  catalogue.flatMap(({ id, name }) => [id, ...name.toLowerCase().split(' ')]).filter((word) => /[a-z]/.test(word)),
)

function set(reading: Reading, field: keyof VideoRequestInput, value: string): void {
  Object.assign(reading.input, { [field]: field === 'durationSeconds' ? value.replace(/s(?:ec)?$/i, '') : value })
}

function isDecade([field, word]: readonly [string, string], { seconds }: Reading): boolean {
  return field === 'durationSeconds' && !seconds.has(Number.parseInt(word, 10))
}

/** Takes options off the end of a text; what is left. */
function peel(text: string, reading: Reading, beside: boolean): string {
  const words = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
  let start = words.length
  let model: string | null = null
  const found: (readonly [keyof VideoRequestInput, string])[] = []
  while (start > 0) {
    const word = (words[start - 1] ?? '').replace(/^[,;|(]+|[,;|).]+$/g, '')
    const field = shapes.find(([shape]) => shape.test(word))?.[1]
    if (field && !found.some(([taken]) => taken === field)) found.unshift([field, word])
    else if (model === null && modelWords.has(word.toLowerCase())) model = word
    else if (word !== '') break
    start -= 1
  }
  // Without another option at its side, a model's word belongs to the sentence, and so does "the 80s".
  const [only] = found
  const doubtful = only === undefined ? model !== null : found.length === 1 && model === null && isDecade(only, reading)
  if (doubtful && !beside) return text.trim()
  for (const [field, word] of found) set(reading, field, word)
  if (model !== null) set(reading, 'model', model)
  return words
    .slice(0, start)
    .join(' ')
    .replace(/[,;|]+$/, '')
    .trim()
}

function readFlag(flag: string, reading: Reading): void {
  const [, name = '', rest = ''] = /^([a-z_-]+)[=\s]*([\s\S]*)$/i.exec(flag.trim()) ?? []
  const key = name.toLowerCase()
  const kind = switches.find((each) => each === key)
  const field = fields[key]
  if (kind) readSwitch(kind, rest, reading)
  else if (field === undefined || rest.trim() === '') misread(reading, `--${flag}`)
  else if (field === 'negativePrompt') set(reading, 'negativePrompt', peel(rest, reading, false))
  else readValue(field, rest, reading)
}

function readSwitch(kind: (typeof switches)[number], rest: string, reading: Reading): void {
  if (kind === 'draft') reading.input.draft = true
  else reading[kind] = true
  readRest(rest, reading)
}

function readValue(field: keyof VideoRequestInput, rest: string, reading: Reading): void {
  const [value = '', ...more] = rest.trim().split(/\s+/)
  set(reading, field, value)
  readRest(more.join(' '), reading)
}

/** After a flag only more options may follow. */
function readRest(rest: string, reading: Reading): void {
  const left = peel(rest, reading, true)
  if (left !== '') misread(reading, left)
}

function misread(reading: Reading, given: string): void {
  reading.problems.push({ field: 'request', given: given.trim().slice(0, 80), accepted: [], rule: 'malformed' })
}
