import { Refusal } from './answers.ts'

export type Service = 'developer' | 'vertex' | 'omni'

/** What the stand-in knows of a model: only what Google's pages say, kept apart from the product's own table on purpose. */
export interface RehearsedModel {
  readonly id: string
  readonly service: Service
  readonly name: string
  /** Per resolution: the durations in seconds, and micro-USD a second. */
  readonly sizes: Readonly<Record<string, { readonly seconds: readonly number[]; readonly micros: number }>>
  /** Micro-USD a second of video and a picture that are given to it. */
  readonly input: { readonly second: number; readonly picture: number }
  readonly references: number
  /** How many seconds may lie between a first and a last frame at the most. */
  readonly between: number
  /** How many seconds an extension may add and how long the result may be; null where there is none. */
  readonly extension: { readonly adds: readonly number[]; readonly longest: number } | null
}

const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index)

function veo(service: Service, id: string, name: string, prices: readonly [number, number, number | null]) {
  const [hd, fullHd, ultraHd] = prices
  return {
    id,
    service,
    name,
    sizes: {
      '720p': { seconds: [4, 6, 8], micros: hd },
      '1080p': { seconds: [8], micros: fullHd },
      ...(ultraHd === null ? {} : { '4k': { seconds: [8], micros: ultraHd } }),
    },
    input: { second: 0, picture: 0 },
    references: ultraHd === null ? 0 : 3,
    between: 8,
    extension: extensionOf(service, ultraHd !== null),
  }
}

/** On Vertex every Veo 3.1 extends what has at most 30 s; on the Developer API Lite extends nothing. */
function extensionOf(service: Service, large: boolean): RehearsedModel['extension'] {
  if (service === 'vertex') return { adds: [7], longest: 37 }
  return large ? { adds: [7], longest: 148 } : null
}

const standard = [400_000, 400_000, 600_000] as const
const fast = [100_000, 120_000, 300_000] as const
const lite = [50_000, 80_000, null] as const

function omni(
  id: string,
  name: string,
  [clip, film]: readonly [number, number],
  prices: readonly [number, number, number, number],
) {
  const seconds = from(3, clip)
  const [draft, hd, fullHd, ultraHd] = prices
  const sizes = {
    '360p': { seconds, micros: draft },
    '720p': { seconds, micros: hd },
    '1080p': { seconds, micros: fullHd },
    '4k': { seconds, micros: ultraHd },
  }
  const extension = { adds: from(3, 10), longest: film }
  const input = { second: 8_688, picture: 3_060 }
  return { id, service: 'omni', name, sizes, input, references: 6, between: 10, extension } satisfies RehearsedModel
}

/** Every model that speaks here. */
export const models: readonly RehearsedModel[] = [
  veo('developer', 'veo-3.1-generate-preview', 'Veo 3.1', standard),
  veo('developer', 'veo-3.1-fast-generate-preview', 'Veo 3.1 Fast', fast),
  veo('developer', 'veo-3.1-lite-generate-preview', 'Veo 3.1 Lite', lite),
  veo('vertex', 'veo-3.1-generate-001', 'Veo 3.1', standard),
  veo('vertex', 'veo-3.1-fast-generate-001', 'Veo 3.1 Fast', fast),
  veo('vertex', 'veo-3.1-lite-generate-001', 'Veo 3.1 Lite', lite),
  omni('gemini-omni-1.1-flash', 'Gemini Omni 1.1', [10, 40], [34_000, 101_000, 152_000, 304_000]),
  omni('gemini-omni-1.2-flash', 'Gemini Omni 1.2', [15, 30], [23_200, 70_000, 105_000, 210_000]),
]

/** The model of that service, or Google's 404. */
export function modelOf(service: Service, id: string): RehearsedModel {
  const found = models.find((model) => model.service === service && model.id === id)
  if (found) return found
  throw service === 'vertex'
    ? new Refusal('NOT_FOUND', `Publisher Model \`${id}\` was not found or your project does not have access to it.`)
    : new Refusal(
        'NOT_FOUND',
        `models/${id} is not found for API version v1beta, or is not supported for predictLongRunning. Call ListModels to see the list of available models and their supported methods.`,
      )
}

const frames: Readonly<Record<string, readonly [number, number]>> = {
  '360p': [640, 360],
  '720p': [1280, 720],
  '1080p': [1920, 1080],
  '4k': [3840, 2160],
}

/** Width and height in pixels of a resolution in a ratio that both exist. */
export function pixels(resolution: string, aspectRatio: string): { readonly width: number; readonly height: number } {
  const [long, short] = frames[resolution] ?? [1280, 720]
  return aspectRatio === '9:16' ? { width: short, height: long } : { width: long, height: short }
}
