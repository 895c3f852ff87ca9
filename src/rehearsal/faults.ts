import { invalid } from './answers.ts'
import type { Ending } from './operations.ts'

export const faultRoutes = ['start', 'check', 'download', 'file', 'models', 'cancel', 'delete', 'suggest'] as const
export type FaultRoute = (typeof faultRoutes)[number]

/** Instead of the answer, and before anything happened. */
const refusals = [
  'quota',
  'daily_quota',
  'server_error',
  'unavailable',
  'billing',
  'bad_key',
  'key_refused',
  'retired',
  'lost',
] as const
/** What happens to the connection or to the answer. */
const transports = ['reset_before', 'reset_after', 'hang', 'hang_after', 'nameless', 'html', 'slow'] as const
/** How the started Operation ends. */
const endings = ['safety', 'safety_error', 'error', 'empty'] as const
/** What happens to the bytes of a video. */
const distortions = ['truncated', 'short', 'wrong_length', 'stalled', 'redirect'] as const
/** A check that carries the video in the answer; a file that is not ready yet. */
const peculiarities = ['inline', 'processing'] as const

export const faultKinds = [...refusals, ...transports, ...endings, ...distortions, ...peculiarities] as const
export type FaultKind = (typeof faultKinds)[number]

/** Where a kind makes sense, for those that do not everywhere. */
const places: Partial<Record<FaultKind, readonly FaultRoute[]>> = {
  safety: ['start'],
  safety_error: ['start'],
  error: ['start'],
  empty: ['start'],
  truncated: ['download'],
  short: ['download'],
  wrong_length: ['download'],
  stalled: ['download'],
  inline: ['check'],
  processing: ['file'],
  retired: ['start', 'models'],
}

/** One way to misbehave, on one kind of route. */
export interface Fault {
  readonly route: FaultRoute
  readonly kind: FaultKind
  /** Only for Operations whose prompt contains this. */
  readonly match?: string
  readonly model?: string
  /** How often; 1 unless told. */
  readonly times?: number | 'forever'
  /** How many calls pass first; 0 unless told. */
  readonly after?: number
  /** Of `quota`: the RetryInfo (3 unless told). Of `slow`: the delay (1 unless told). */
  readonly seconds?: number
  /** Of `redirect`: where to. */
  readonly to?: string
  /** Of `safety` and `safety_error`: Google's support code; 64151117 unless told. */
  readonly supportCode?: string
}

/** What a call is about, as far as faults can tell calls apart. */
export interface Subject {
  readonly prompt: string
  readonly model: string
}

/** What a person who tries it out may write into a prompt, such as `rehearse: safety`. */
const spoken: Readonly<Record<string, readonly Fault[]>> = {
  safety: [{ route: 'start', kind: 'safety', times: 'forever' }],
  error: [{ route: 'start', kind: 'error', times: 'forever' }],
  empty: [{ route: 'start', kind: 'empty', times: 'forever' }],
  quota: [{ route: 'start', kind: 'quota', times: 2 }],
  daily: [{ route: 'start', kind: 'daily_quota', times: 'forever' }],
  busy: [{ route: 'start', kind: 'unavailable', times: 2 }],
  billing: [{ route: 'start', kind: 'billing', times: 'forever' }],
  key: [{ route: 'start', kind: 'bad_key', times: 'forever' }],
  retired: [{ route: 'start', kind: 'retired', times: 'forever' }],
  reset: [{ route: 'start', kind: 'reset_after', times: 1 }],
  lost: [{ route: 'check', kind: 'lost', times: 'forever' }],
  outage: [{ route: 'check', kind: 'server_error', times: 5 }],
  truncated: [{ route: 'download', kind: 'truncated', times: 1 }],
  html: [{ route: 'download', kind: 'html', times: 1 }],
}

/** Seconds asked for by a prompt, such as `rehearse: 90s`, `rehearse: slow` (ten times as long), `rehearse: stuck`. */
export function spokenSeconds(prompt: string, usual: number): number {
  const word = spokenWord(prompt)
  if (word === 'slow') return usual * 10
  if (word === 'stuck') return 365 * 24 * 3600
  return word?.endsWith('s') && Number.parseFloat(word) >= 0 ? Number.parseFloat(word) : usual
}

function spokenWord(prompt: string): string | null {
  return /\brehearse:\s*(\d+(?:\.\d+)?s\b|[a-z]+)/i.exec(prompt)?.[1]?.toLowerCase() ?? null
}

interface Armed {
  readonly fault: Fault
  passing: number
  left: number
}

const arm = (fault: Fault): Armed => ({
  fault,
  passing: fault.after ?? 0,
  left: fault.times === 'forever' ? Number.POSITIVE_INFINITY : (fault.times ?? 1),
})

const rememberedPrompts = 1000

/** The faults that wait for their calls. */
export class Faults {
  #armed: Armed[] = []
  readonly #byPrompt = new Map<string, Armed[]>()

  /** Throws Refusal for a fault that could never show. */
  add(fault: Fault): void {
    const routes = places[fault.kind] ?? faultRoutes
    if (!routes.includes(fault.route)) throw invalid(`${fault.kind} makes sense on ${routes.join(', ')} only.`)
    if (fault.kind === 'redirect' && fault.to === undefined) throw invalid('A redirect needs `to`.')
    this.#armed.push(arm(fault))
  }

  clear(): void {
    this.#armed = []
    this.#byPrompt.clear()
  }

  /** What still waits. */
  list(): Fault[] {
    return this.#armed.map(({ fault }) => fault)
  }

  /** The fault for this call, counted down; null where it may succeed. */
  take(route: FaultRoute | 'control', subject: Subject): Fault | null {
    for (const armed of [...this.#armed, ...this.#spoken(subject.prompt)]) {
      const { fault } = armed
      if (fault.route !== route || armed.left <= 0) continue
      if (fault.match !== undefined && !subject.prompt.includes(fault.match)) continue
      if (fault.model !== undefined && fault.model !== subject.model) continue
      if (armed.passing > 0) {
        armed.passing -= 1
        continue
      }
      armed.left -= 1
      this.#armed = this.#armed.filter(({ left }) => left > 0)
      return fault
    }
    return null
  }

  /** Whether a model has been retired for good, so that lists leave it out. */
  retires(model: string): boolean {
    return this.#armed.some(
      ({ fault }) => fault.kind === 'retired' && fault.times === 'forever' && (fault.model ?? model) === model,
    )
  }

  #spoken(prompt: string): readonly Armed[] {
    const word = spokenWord(prompt)
    const faults = word === null ? undefined : spoken[word]
    if (!faults) return []
    const known = this.#byPrompt.get(prompt)
    if (known) return known
    if (this.#byPrompt.size >= rememberedPrompts) this.#byPrompt.clear()
    const armed = faults.map(arm)
    this.#byPrompt.set(prompt, armed)
    return armed
  }
}

/** How an Operation started under this fault will end. */
export function endingOf(fault: Fault | null): Ending {
  switch (fault?.kind) {
    case 'safety':
    case 'safety_error':
      return { kind: fault.kind, supportCode: fault.supportCode ?? '64151117' }
    case 'error':
    case 'empty':
      return { kind: fault.kind }
    default:
      return { kind: 'video' }
  }
}
