/** Which of Google's services speaks for a model. */
export type Service = 'developer' | 'vertex' | 'omni'
export type AspectRatio = '16:9' | '9:16'
export type Resolution = '360p' | '720p' | '1080p' | '4k'

/** One resolution a model renders: the durations it may have there (seconds) and its price a second (micro-USD). */
export interface Offer {
  readonly resolution: Resolution
  readonly durations: readonly number[]
  readonly microsPerSecond: number
}

/** Prices of what is given to a model, in micro-USD, and how many seconds of a video it reads at most to lengthen it. */
interface Input {
  readonly microsPerSecond: number
  readonly microsPerPicture: number
  readonly contextSeconds: number
}

/** What one model can do, what may go together, what it costs and how long it lives. */
export interface ModelSpec {
  readonly id: string
  /** The name people see. */
  readonly name: string
  readonly service: Service
  readonly aspectRatios: readonly AspectRatio[]
  readonly offers: readonly Offer[]
  /** What Google bills of what is given to the model; null where that is free. Words are too little to count. */
  readonly input: Input | null
  readonly firstFrame: boolean
  /** A last frame always needs a first one. */
  readonly lastFrame: boolean
  /** The longest video between a first and a last frame, in seconds; null for any that the model renders. */
  readonly betweenFramesSeconds: number | null
  /** How many reference images; 0 for none. */
  readonly maxReferences: number
  /** The duration that reference images require; null for any. */
  readonly referenceSeconds: number | null
  /** Lengthening an earlier video: seconds added, at which resolution, and the longest result; null if it cannot. */
  readonly extension: {
    readonly addsSeconds: readonly number[]
    readonly resolution: Resolution
    readonly maxSeconds: number
  } | null
  /** Whether it can change an earlier video by a sentence. */
  readonly edits: boolean
  readonly negativePrompt: boolean
  readonly seed: boolean
  readonly personGeneration: readonly string[]
  readonly promptTokens: number
  /** Whether Google can stop the work once it began. */
  readonly cancels: boolean
  /** The day from which Google may switch it off (YYYY-MM-DD); null where none is announced. */
  readonly retiresOn: string | null
  readonly successor: string | null
}

const veo = {
  aspectRatios: ['16:9', '9:16'],
  input: null,
  firstFrame: true,
  lastFrame: true,
  betweenFramesSeconds: null,
  edits: false,
  negativePrompt: true,
  promptTokens: 1024,
  cancels: false,
} as const
const veoExtension = { addsSeconds: [7], resolution: '720p', maxSeconds: 148 } as const
/** Vertex takes videos of up to 30 seconds to extend. */
const vertexExtension = { ...veoExtension, maxSeconds: 37 } as const

function veoOffers(hd: number, fullHd: number, ultraHd: number | null): readonly Offer[] {
  const offers: Offer[] = [
    { resolution: '720p', durations: [4, 6, 8], microsPerSecond: hd },
    { resolution: '1080p', durations: [8], microsPerSecond: fullHd },
  ]
  if (ultraHd !== null) offers.push({ resolution: '4k', durations: [8], microsPerSecond: ultraHd })
  return offers
}

const standard = {
  name: 'Veo 3.1',
  offers: veoOffers(400_000, 400_000, 600_000),
  maxReferences: 3,
  referenceSeconds: 8,
} as const
const fast = {
  name: 'Veo 3.1 Fast',
  offers: veoOffers(100_000, 120_000, 300_000),
  maxReferences: 3,
  referenceSeconds: 8,
} as const
const lite = {
  name: 'Veo 3.1 Lite',
  offers: veoOffers(50_000, 80_000, null),
  maxReferences: 0,
  referenceSeconds: null,
} as const

const developer = {
  service: 'developer',
  seed: false,
  personGeneration: ['allow_all', 'allow_adult'],
  retiresOn: '2026-10-22',
  successor: 'gemini-omni-1.2-flash',
} as const
const vertex = {
  service: 'vertex',
  seed: true,
  personGeneration: ['allow_adult', 'disallow'],
  successor: 'gemini-omni-1.2-flash',
} as const

function seconds(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

function omniOffers(longest: number, prices: readonly [number, number, number, number]): readonly Offer[] {
  const durations = seconds(3, longest)
  const [draft, hd, fullHd, ultraHd] = prices
  return [
    { resolution: '360p', durations, microsPerSecond: draft },
    { resolution: '720p', durations, microsPerSecond: hd },
    { resolution: '1080p', durations, microsPerSecond: fullHd },
    { resolution: '4k', durations, microsPerSecond: ultraHd },
  ]
}

/** Omni's page: 3 to 10 seconds are added, 40 at the most altogether. */
const omniExtension = { addsSeconds: seconds(3, 10), resolution: '720p', maxSeconds: 40 } as const
/** With a key 30 altogether; 40 are Vertex's (apidog.com on both of Google's pages, runware.ai; November 2026). */
const newestExtension = { ...omniExtension, maxSeconds: 30 } as const

const omni = {
  service: 'omni',
  aspectRatios: ['16:9', '9:16'],
  // $1.50 a million tokens: 5,792 a second of video, 2,040 a picture (runware.ai, evolink.ai, inference.sh), and of what is
  // lengthened the last ten seconds (Google's page on extending videos); November 2026.
  input: { microsPerSecond: 8_688, microsPerPicture: 3_060, contextSeconds: 10 },
  firstFrame: true,
  lastFrame: true,
  // 15 seconds are Omni 1.2's from words or one picture alone (muapi.ai, runware.ai; November 2026).
  betweenFramesSeconds: 10,
  maxReferences: 3,
  referenceSeconds: null,
  edits: true,
  negativePrompt: false,
  seed: false,
  personGeneration: [],
  // Google publishes no figure for Omni; Veo's limit is kept.
  promptTokens: 1024,
  cancels: true,
  retiresOn: null,
} as const

/**
 * The one table of models. Rules, prices and dates: Google's model and pricing pages as of November 2026. The Vertex prices
 * are those of their Developer API siblings. Order is the default preference.
 *
 * Omni 1.2: generally available since 5 November 2026, and the default of Google's own libraries since their releases of 10
 * November (java-genai 2.1.0). Google's pages on it could not be read: its prices are those that two resellers pass on
 * (inference.sh $0.0232/0.0695/0.1043/0.2085, muapi $0.023/0.07/0.105/0.21), of which the higher one counts.
 */
export const catalogue: readonly ModelSpec[] = [
  { ...veo, ...fast, ...developer, id: 'veo-3.1-fast-generate-preview', extension: veoExtension },
  { ...veo, ...standard, ...developer, id: 'veo-3.1-generate-preview', extension: veoExtension },
  { ...veo, ...lite, ...developer, id: 'veo-3.1-lite-generate-preview', extension: null },
  { ...veo, ...fast, ...vertex, id: 'veo-3.1-fast-generate-001', extension: vertexExtension, retiresOn: '2026-11-17' },
  { ...veo, ...standard, ...vertex, id: 'veo-3.1-generate-001', extension: vertexExtension, retiresOn: '2026-11-17' },
  { ...veo, ...lite, ...vertex, id: 'veo-3.1-lite-generate-001', extension: vertexExtension, retiresOn: null },
  {
    ...omni,
    id: 'gemini-omni-1.2-flash',
    name: 'Gemini Omni 1.2',
    offers: omniOffers(15, [23_200, 70_000, 105_000, 210_000]),
    extension: newestExtension,
    successor: null,
  },
  {
    ...omni,
    id: 'gemini-omni-1.1-flash',
    name: 'Gemini Omni 1.1',
    offers: omniOffers(10, [34_000, 101_000, 152_000, 304_000]),
    extension: omniExtension,
    successor: 'gemini-omni-1.2-flash',
  },
]

/** A text model that can suggest other words, and its prices in micro-USD a million tokens. */
export interface TextModel {
  readonly id: string
  readonly inputMicrosPerMillion: number
  /** Thinking included. */
  readonly outputMicrosPerMillion: number
}

/**
 * The text models whose prices are known: Google's pricing page as of October 2026, of 3.1 as of March 2026. 3.6 Flash, which took
 * the place of 3.5 Flash on 8 October (Google's changelog), costs half of this until the end of 2026.
 */
export const textModels: readonly TextModel[] = [
  { id: 'gemini-3.5-flash-lite', inputMicrosPerMillion: 300_000, outputMicrosPerMillion: 2_500_000 },
  { id: 'gemini-3.1-flash-lite', inputMicrosPerMillion: 250_000, outputMicrosPerMillion: 1_500_000 },
  { id: 'gemini-3.6-flash', inputMicrosPerMillion: 1_500_000, outputMicrosPerMillion: 7_500_000 },
  { id: 'gemini-2.5-flash-lite', inputMicrosPerMillion: 100_000, outputMicrosPerMillion: 400_000 },
]

/** The text model of that id, or undefined. */
export function findTextModel(id: string): TextModel | undefined {
  return textModels.find((model) => model.id === id)
}

/** The model of that id, or undefined. */
export function findModel(id: string): ModelSpec | undefined {
  return catalogue.find((model) => model.id === id)
}

/** What is given to a model besides words: how many seconds of video it reads, and how many pictures. */
export interface Fed {
  readonly seconds: number
  readonly pictures: number
}

/**
 * What that many seconds at that resolution cost, in micro-USD, with what is given to the model; throws if the model does
 * not render it.
 */
export function priceMicros(
  { id, offers, input }: ModelSpec,
  resolution: Resolution,
  durationSeconds: number,
  fed: Fed = { seconds: 0, pictures: 0 },
): number {
  const offer = offers.find((each) => each.resolution === resolution)
  if (!offer) throw new RangeError(`${id} does not render ${resolution}`)
  const read = input ? fed.seconds * input.microsPerSecond + fed.pictures * input.microsPerPicture : 0
  return offer.microsPerSecond * durationSeconds + read
}

/** Every resolution that some model can do. */
export const everyResolution: readonly string[] = [
  ...new Set(catalogue.flatMap(({ offers }) => offers.map(({ resolution }) => resolution))),
]
