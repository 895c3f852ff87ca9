import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { asVideoError } from '../../core/errors.ts'
import type { VideoCommands } from '../../core/ports/commands.ts'
import type { SavedImage, VideoRequestInput } from '../../core/request.ts'
import { describeError } from '../../core/wording.ts'
import { words } from './words.ts'

const options = {
  image: { type: 'string' },
  'last-frame': { type: 'string' },
  reference: { type: 'string', multiple: true },
  aspect: { type: 'string' },
  resolution: { type: 'string' },
  duration: { type: 'string' },
  model: { type: 'string' },
  negative: { type: 'string' },
  seed: { type: 'string' },
  follow: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

/** A command line that cannot be acted upon; the message says why and what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What the command line asks for. `json`: one JSON object as the only output. */
export type Order =
  | { readonly kind: 'help' }
  | { readonly kind: 'follow'; readonly id: string }
  | { readonly kind: 'make'; readonly prompt: string; readonly values: Values }

type Values = ReturnType<typeof parsed>['values']

/** Options that npm knows as well, so that its having them means nothing. */
const alsoNpms: ReadonlySet<string> = new Set(['json', 'help'])

/**
 * Reads the arguments after `video`; throws UsageError. `npmOptions`: what npm took for itself, because it stood before
 * `--`; the values of such options would otherwise end up in the prompt of a video that costs money.
 */
export function orderFrom(argv: readonly string[], npmOptions: readonly string[]): Order {
  const { values, positionals } = parsed(argv)
  if (values.help) return { kind: 'help' }
  const lost = npmOptions.find((name) => name in options && !alsoNpms.has(name))
  if (lost) throw new UsageError(words.lostToNpm(`--${lost}`))
  const prompt = positionals.join(' ').trim()
  if (values.follow === undefined) {
    if (prompt === '') throw new UsageError(words.noPrompt)
    return { kind: 'make', prompt, values }
  }
  if (prompt !== '') throw new UsageError(words.misunderstood(words.promptAndFollow))
  const other = Object.keys(values).find((name) => name !== 'follow' && name !== 'json')
  if (other) throw new UsageError(words.misunderstood(words.optionsAndFollow(`--${other}`)))
  return { kind: 'follow', id: values.follow }
}

/** Whether the arguments ask for JSON, even if the rest of them makes no sense. */
export function wantsJson(argv: readonly string[]): boolean {
  return argv.includes('--json')
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true })
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split(/\.?(?:\n|\. |$)/)
    throw new UsageError(words.misunderstood(reason))
  }
}

/** The request for core, its images checked and kept. Throws UsageError about a file, and what `takeImage` throws. */
export async function inputFrom(
  order: Extract<Order, { kind: 'make' }>,
  commands: Pick<VideoCommands, 'takeImage'>,
  locale: string,
): Promise<VideoRequestInput> {
  const { values } = order
  const take = (option: string, file: string | undefined) =>
    file === undefined ? null : takeFile(option, file, commands, locale)
  const references: SavedImage[] = []
  const firstFrame = await take('--image', values.image)
  const lastFrame = await take('--last-frame', values['last-frame'])
  for (const file of values.reference ?? []) references.push(await takeFile('--reference', file, commands, locale))
  return {
    prompt: order.prompt,
    model: values.model,
    aspectRatio: values.aspect,
    resolution: values.resolution,
    durationSeconds: values.duration,
    negativePrompt: values.negative,
    seed: values.seed,
    firstFrame,
    lastFrame,
    references,
  }
}

async function takeFile(
  option: string,
  file: string,
  commands: Pick<VideoCommands, 'takeImage'>,
  locale: string,
): Promise<SavedImage> {
  const there = await stat(file).catch(() => null)
  if (!there?.isFile()) throw new UsageError(words.noFile(option, file))
  try {
    return await commands.takeImage(createReadStream(file))
  } catch (thrown) {
    const error = asVideoError(thrown)
    if (error.code !== 'bad_image') throw error
    throw new UsageError(words.about(option, file, describeError(error, locale).text))
  }
}
