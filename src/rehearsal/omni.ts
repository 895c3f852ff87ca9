import { setTimeout as sleep } from 'node:timers/promises'
import { invalid, ok, Refusal, record } from './answers.ts'
import type { Call, Received } from './call.ts'
import { fileUri, isShown } from './developer.ts'
import { endingOf } from './faults.ts'
import { models } from './models.ts'
import { readOmni } from './omni-request.ts'
import type { RehearsedOperation } from './operations.ts'
import type { Stage } from './stage.ts'
import { endedBadly } from './veo.ts'

/** The Interactions API with Gemini Omni. */
export function omniCall(received: Received, stage: Stage): Call | null {
  const { method, path } = received
  if (method === 'POST' && path === '/v1beta/interactions') return create(received, stage)
  const [, id, cancel] = /^\/v1beta\/interactions\/([^/]+)(\/cancel)?$/.exec(path) ?? []
  if (id === undefined) return null
  const operation = stage.operations.get(id.replace(/^v1_/, ''))
  const known = operation?.name === id && operation.service === 'omni' && !operation.deleted ? operation : null
  if (method === 'GET' && !cancel) return get(received, known, stage)
  if (method === 'POST' && cancel) return stop(received, known, stage)
  if (method === 'DELETE' && !cancel) return forget(known, stage)
  return null
}

/** The words of an input, before anything is checked. */
function wordsOf(input: unknown): string {
  if (typeof input === 'string') return input
  if (Array.isArray(input)) return input.map(wordsOf).join(' ').trim()
  const { text, content }: { text?: unknown; content?: unknown } = Object(input)
  return typeof text === 'string' ? text : content === undefined ? '' : wordsOf(content)
}

const unknown = () => invalid('Interaction not found: the id is not valid or it was deleted.')

function create({ body, origin }: Received, stage: Stage): Call {
  const asked: unknown = Object(body).model
  const modelId = typeof asked === 'string' ? asked.replace(/^models\//, '') : ''
  return {
    route: 'start',
    subject: { prompt: wordsOf(Object(body).input), model: modelId },
    async run(fault) {
      const model = models.find(({ service, id }) => service === 'omni' && id === modelId)
      if (!model) throw new Refusal('NOT_FOUND', `Model ${modelId} is not found or does not support interactions.`)
      const top = record(body, 'body')
      const casting = await readOmni(top, model, stage)
      const name = (id: string) => `v1_${id}`
      const operation = await stage.begin({ ...casting, name }, endingOf(fault))
      if (top.background !== true) await sleep(Math.max(0, operation.readyAt - Date.now()), undefined, { ref: false })
      return ok(await state(operation, origin, stage, false))
    },
  }
}

function get({ origin }: Received, operation: RehearsedOperation | null, stage: Stage): Call {
  return {
    route: 'check',
    subject: { prompt: operation?.prompt ?? '', model: operation?.model ?? '' },
    async run(fault) {
      if (!operation) throw unknown()
      return ok(await state(operation, origin, stage, fault?.kind === 'inline'))
    },
  }
}

function stop({ origin }: Received, operation: RehearsedOperation | null, stage: Stage): Call {
  return {
    route: 'cancel',
    subject: { prompt: operation?.prompt ?? '', model: operation?.model ?? '' },
    async run() {
      if (!operation) throw unknown()
      if (operation.cancelledAt !== null || Date.now() >= operation.readyAt) {
        throw new Refusal(
          'FAILED_PRECONDITION',
          'Only background interactions that are still running can be cancelled.',
        )
      }
      const stopped = { ...operation, cancelledAt: Date.now(), micros: 0 }
      await stage.operations.put(stopped)
      return ok(await state(stopped, origin, stage, false))
    },
  }
}

function forget(operation: RehearsedOperation | null, stage: Stage): Call {
  return {
    route: 'delete',
    subject: { prompt: operation?.prompt ?? '', model: operation?.model ?? '' },
    async run() {
      if (!operation) throw unknown()
      await stage.operations.put({ ...operation, deleted: true })
      return ok({})
    },
  }
}

/** Above this an answer names a file even where it was asked to carry the video. */
const largestInlineBytes = 4 * 1024 * 1024

async function state(operation: RehearsedOperation, origin: string, stage: Stage, inline: boolean) {
  const { name, model, ending, startedAt } = operation
  const common = {
    id: name,
    object: 'interaction',
    model,
    role: 'model',
    created: new Date(startedAt).toISOString(),
    updated: new Date(Math.min(Date.now(), operation.readyAt)).toISOString(),
  }
  if (operation.cancelledAt !== null) return { ...common, status: 'cancelled' }
  if (Date.now() < operation.readyAt) return { ...common, status: 'in_progress' }
  if (ending.kind === 'error') {
    return { ...common, status: 'failed', errors: [{ code: 'internal', message: endedBadly.internal }] }
  }
  const said = { type: 'user_input', content: [{ type: 'text', text: operation.prompt }] }
  const completed = (content: readonly unknown[]) => ({
    ...common,
    status: 'completed',
    steps: [said, ...(content.length > 0 ? [{ type: 'model_output', content }] : [])],
  })
  switch (ending.kind) {
    case 'video':
      return completed(isShown(operation) ? [await video(operation, origin, stage, inline)] : [])
    case 'safety':
    case 'safety_error':
      return completed([{ type: 'text', text: endedBadly.filtered(ending.supportCode) }])
    case 'empty':
      return completed([])
  }
}

async function video(operation: RehearsedOperation, origin: string, stage: Stage, inline: boolean) {
  const common = { type: 'video', mime_type: 'video/mp4' }
  const asked = inline || operation.delivery.kind === 'inline'
  if (asked && (await stage.film(operation)).bytes <= largestInlineBytes) {
    return { ...common, data: await stage.base64(operation) }
  }
  return { ...common, uri: fileUri(origin, operation.id) }
}
