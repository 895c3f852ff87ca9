import { GenerateVideosOperation } from '@google/genai'
import { VideoError } from '../core/errors.ts'
import type { CheckOutcome } from '../core/ports/google.ts'
import type { Answer } from './answer.ts'
import type { Budget } from './budget.ts'
import { type CloudSettings, openCloud } from './cloud.ts'
import { interrupted, parentGone } from './errors.ts'
import { lostOutcome, startWithin, type VideoService, veoConfig, veoImage, veoResult } from './service.ts'
import { createStorage, type StorageSettings } from './storage.ts'
import type { Wire } from './wire.ts'

export type VertexSettings = CloudSettings & StorageSettings

/** Still in preview, so only in v1beta1; for the others v1 works where v1beta1 has failed (python-genai issue 2079). */
const previews: ReadonlySet<string> = new Set(['veo-3.1-lite-generate-001'])

/** Veo on Vertex AI. `budgetOf` gives each model its own request budget, as Google's quota does; '' is for the rest. */
export function createVertexService(
  settings: VertexSettings,
  budgetOf: (model: string) => Budget,
  wire: Wire,
): VideoService {
  const service = 'vertex'
  const access = openCloud(settings, wire)
  const storage = createStorage(settings, access, budgetOf(''), wire)
  const optionsFor = (model: string) => ({ httpOptions: { apiVersion: previews.has(model) ? 'v1beta1' : 'v1' } })

  return {
    async available(ids, signal) {
      const settle = (answer: Answer) => (answer.status === 404 ? false : undefined)
      const known: string[] = []
      for (const model of ids) {
        // Vertex lists a project's own models, not Google's: each is asked for by name.
        const call = { action: 'list', service, model, budget: budgetOf(''), settle } as const
        const there = await wire.call<boolean>(call, signal, async () => {
          const { ai } = await access()
          await ai.models.get({ model, config: optionsFor(model) })
          return true
        })
        if (there) known.push(model)
      }
      return known
    },

    async start(order, signal) {
      const { request, firstFrame, parent } = order
      const { model } = request
      const extended = request.builds === 'extend' ? parent?.sourceUri : null
      if (extended === undefined || (request.builds === 'extend' && !extended?.startsWith('gs://'))) throw parentGone()
      const source = {
        prompt: request.prompt,
        ...(firstFrame ? { image: veoImage(firstFrame) } : {}),
        ...(extended ? { video: { uri: extended, mimeType: 'video/mp4' } } : {}),
      }
      const { httpOptions } = optionsFor(model)
      const within = startWithin(wire, order)
      const config = {
        ...veoConfig(order),
        // Vertex makes up to four; each is paid for.
        numberOfVideos: 1,
        generateAudio: true,
        ...(request.seed === null ? {} : { seed: request.seed }),
        ...(settings.storageUri === null ? {} : { outputGcsUri: settings.storageUri }),
        httpOptions: { ...httpOptions, timeout: within },
      }
      const call = { action: 'start', service, model, budget: budgetOf(model), within } as const
      const operation = await wire.call(call, signal, async () => {
        const { ai } = await access()
        return ai.models.generateVideos({ model, source, config })
      })
      if (!operation.name) throw interrupted('the start was answered without a name')
      return operation.name
    },

    async check(model, handle, signal) {
      const operation = new GenerateVideosOperation()
      operation.name = handle
      const call = { action: 'check', service, model, budget: budgetOf(model), settle: lostOutcome } as const
      return wire.call<CheckOutcome>(call, signal, async () => {
        const { ai, token } = await access()
        const seen = await ai.operations.getVideosOperation({ operation, config: optionsFor(model) })
        if (!seen.done) return { state: 'running' }
        const result = veoResult(seen, model)
        if (result instanceof VideoError) return { state: 'failed', error: result }
        if (result.uri) return { state: 'done', source: storage.source(result.uri, token), sourceUri: result.uri }
        const bytes = Buffer.from(result.videoBytes ?? '', 'base64')
        return { state: 'done', source: { kind: 'bytes', bytes }, sourceUri: null }
      })
    },

    pace: (model) => budgetOf(model).pace(),

    async cancel() {
      return false
    },

    async discard({ sourceUri }, signal) {
      if (sourceUri !== null) await storage.remove(sourceUri, signal)
    },
  }
}
