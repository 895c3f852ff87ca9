import type { Interactions } from '@google/genai'
import { VideoError } from '../core/errors.ts'
import type { CheckOutcome, ImageBytes, StartOrder } from '../core/ports/google.ts'
import { fileIdOf, geminiSource } from './addresses.ts'
import type { Answer } from './answer.ts'
import { blocked, interrupted, isUnknown, operationError, parentGone } from './errors.ts'
import { type GeminiAccess, listedModels } from './gemini.ts'
import { base64, lostOutcome, noVideo, startWithin, type VideoService } from './service.ts'
import type { Wire } from './wire.ts'

/** Gemini Omni over the Interactions API. */
export function createOmniService(access: GeminiAccess, wire: Wire): VideoService {
  const { ai, budget } = access
  const service = 'omni'
  // Without this the SDK sends up to five times. Looks have no time-out of the SDK's: it would keep a timer for each.
  const once = { maxRetries: 0 }
  const unstoppable = ({ status }: Answer) => (status === 400 || status === 404 ? false : undefined)
  const gone = (answer: Answer) => isUnknown(answer) || undefined

  /** Whether Google has the file ready; an address that is no file of the API's has nothing to wait for. */
  async function fileState(model: string, uri: string, signal: AbortSignal): Promise<string> {
    const name = fileIdOf(uri)
    if (name === null) return 'ACTIVE'
    // Not every proxy before Google serves this route; the download itself tells whether the file is there.
    const settle = ({ status }: Answer) => ([400, 403, 404, 405, 501].includes(status) ? 'ACTIVE' : undefined)
    const call = { action: 'check', service, model, budget, settle } as const
    return wire.call<string>(call, signal, async () => (await ai.files.get({ name })).state ?? 'ACTIVE')
  }

  async function outcomeOf(seen: Finished, model: string, signal: AbortSignal): Promise<CheckOutcome> {
    const video = seen.video
    if (!video) return { state: 'failed', error: failureOf(seen, model) }
    if (!video.uri) {
      const bytes = Buffer.from(video.data ?? '', 'base64')
      return { state: 'done', source: { kind: 'bytes', bytes }, sourceUri: null }
    }
    const state = await fileState(model, video.uri, signal)
    if (state === 'PROCESSING') return { state: 'running' }
    if (state === 'FAILED') return { state: 'failed', error: noVideo() }
    return { state: 'done', ...geminiSource(video.uri, access) }
  }

  return {
    available: (ids, signal) => listedModels(access, wire, service, ids, signal),

    async start(order, signal) {
      const { model, builds } = order.request
      if (builds && !order.parent) throw parentGone()
      const within = startWithin(wire, order)
      const interaction = await wire.call({ action: 'start', service, model, budget, within }, signal, () =>
        ai.interactions.create(bodyOf(order), { ...once, timeout: within }),
      )
      if (!interaction.id) throw interrupted('the start was answered without an id')
      return interaction.id
    },

    async check(model, handle, signal) {
      const call = { action: 'check', service, model, budget, settle: lostOutcome } as const
      const seen = await wire.call<Finished | CheckOutcome>(call, signal, async () => {
        const interaction = await ai.interactions.get(handle, {}, once)
        if (!interaction.id && !interaction.status) throw emptyAnswer()
        const seen = finishedOf(interaction)
        return isFinished(seen) ? seen : { state: 'running' }
      })
      return 'state' in seen ? seen : outcomeOf(seen, model, signal)
    },

    pace: () => budget.pace(),

    async cancel(model, handle, signal) {
      const call = { service, model, budget, settle: unstoppable } as const
      const stopped = await wire.call<boolean>({ ...call, action: 'cancel' }, signal, async () => {
        const { status } = await ai.interactions.cancel(handle, {}, once)
        return status === 'cancelled'
      })
      if (stopped) return true
      // What was stopped before is refused too: by another instance, or by a call whose answer was lost.
      return wire.call<boolean>({ ...call, action: 'check' }, signal, async () => {
        const { status } = await ai.interactions.get(handle, {}, once)
        return status === 'cancelled'
      })
    },

    async discard({ model, handle }, signal) {
      if (handle === null) return
      const call = { action: 'discard', service, model, budget, settle: gone } as const
      await wire.call<boolean>(call, signal, async () => {
        await ai.interactions.delete(handle, {}, once)
        return true
      })
    },
  }
}

const unfinished: ReadonlySet<string> = new Set(['queued', 'in_progress'])
const ended: ReadonlySet<string> = new Set([
  'completed',
  'failed',
  'cancelled',
  'incomplete',
  'budget_exceeded',
  'requires_action',
])

/** Under a status of later days (the SDK of 2026 names `requires_continuation` already) it is over once there is a video. */
function isFinished({ status, video }: Finished): boolean {
  return ended.has(status) || (video !== null && !unfinished.has(status))
}

function emptyAnswer(): VideoError {
  return new VideoError('google_error', 'Google answered with nothing about the interaction', { retryable: true })
}

/** What an interaction that has ended holds. */
interface Finished {
  readonly status: string
  readonly video: { readonly uri?: string | undefined; readonly data?: string | undefined } | null
  /** What the model wrote in the video's stead. */
  readonly text: string
  readonly error: { readonly code: number; readonly message: string } | null
}

function finishedOf(interaction: Interactions.Interaction): Finished {
  const steps = (interaction.steps ?? []).filter((step) => step.type === 'model_output')
  const contents = steps.flatMap((step) => step.content ?? [])
  const video = contents.filter((each) => each.type === 'video').find((each) => each.uri || each.data)
  const text = contents.filter((each) => each.type === 'text').map((each) => each.text ?? '')
  const error = [...steps.map((step) => step.error), ...(interaction.errors ?? [])].find((each) => each?.message)
  return {
    status: interaction.status,
    video: video ?? null,
    text: text.join(' ').trim(),
    error: error ? { code: Number(error.code ?? 0), message: String(error.message) } : null,
  }
}

/** Why there is no video. A refusal has no status of its own: it is `completed` with the model's excuse for a text. */
function failureOf({ status, text, error }: Finished, model: string): VideoError {
  if (status === 'cancelled') {
    return new VideoError('cancelled', 'Google stopped the work', { facts: { variant: 'running' } })
  }
  if (status === 'budget_exceeded') return new VideoError('billing', 'Google says that the budget is exceeded')
  if (error) return operationError(error.code, error.message, model)
  if (status === 'completed' && text !== '') return blocked(text)
  if (status === 'completed' || status === 'incomplete') return noVideo()
  return new VideoError('google_error', `the interaction ended as ${status}`)
}

function bodyOf(order: StartOrder) {
  const { request, firstFrame, lastFrame, references, parent } = order
  const { model, builds, resolution } = request
  const common = { model, background: true, ...(builds && parent ? { previous_interaction_id: parent.handle } : {}) }
  const duration = `${request.durationSeconds}s`
  const format = { type: 'video' as const, resolution, delivery: 'uri' as const }
  // Beside the interaction to build on Google refuses a task, the shape, and for a change the length (measured by several
  // in August and September 2026: "previous_interaction_id is not allowed when video task is set"): the words tell it.
  if (builds === 'edit') return { ...common, input: `Edit this video: ${request.prompt}`, response_format: format }
  if (builds === 'extend') {
    return { ...common, input: `Extend this video: ${request.prompt}`, response_format: { ...format, duration } }
  }
  const images = [firstFrame, lastFrame, ...references].filter((each) => each !== null)
  const task = references.length > 0 ? 'reference_to_video' : taskOf(firstFrame)
  return {
    ...common,
    input:
      images.length > 0 ? [...images.map(imagePart), { type: 'text' as const, text: promptOf(order) }] : request.prompt,
    generation_config: { video_config: { task } },
    response_format: { ...format, aspect_ratio: request.aspectRatio, duration },
  }
}

/** Omni is told by tags in the prompt what each image is for, in their order (Google's Omni page, September 2026). */
function promptOf({ request, lastFrame, references }: StartOrder): string {
  const roles = lastFrame ? ['<FIRST_FRAME>', '<LAST_FRAME>'] : references.map((_, index) => `<IMAGE_REF_${index}>`)
  return [...roles, request.prompt].join(' ')
}

function taskOf(firstFrame: ImageBytes | null): 'image_to_video' | 'text_to_video' {
  return firstFrame ? 'image_to_video' : 'text_to_video'
}

function imagePart(image: ImageBytes) {
  return { type: 'image' as const, data: base64(image), mime_type: image.mimeType }
}
