import { GenerateVideosOperation } from '@google/genai'
import { VideoError } from '../core/errors.ts'
import type { CheckOutcome } from '../core/ports/google.ts'
import { geminiOrigin, geminiSource } from './addresses.ts'
import { interrupted, parentGone } from './errors.ts'
import { type GeminiAccess, listedModels } from './gemini.ts'
import { lostOutcome, startWithin, type VideoService, veoConfig, veoImage, veoResult } from './service.ts'
import type { Wire } from './wire.ts'

/** Veo on the Gemini Developer API. */
export function createDeveloperService(access: GeminiAccess, wire: Wire): VideoService {
  const { ai, apiKey, baseUrl, budget } = access
  const service = 'developer'
  return {
    available: (ids, signal) => listedModels(access, wire, service, ids, signal),

    async start(order, signal) {
      const { request, firstFrame, parent } = order
      const extends_ = request.builds === 'extend'
      const uri = parent?.sourceUri
      if (extends_ && !uri) throw parentGone()
      const source = {
        prompt: request.prompt,
        ...(firstFrame ? { image: veoImage(firstFrame) } : {}),
        ...(extends_ && uri ? { video: { uri, mimeType: 'video/mp4' } } : {}),
      }
      const { model } = request
      const within = startWithin(wire, order)
      const operation = await wire.call({ action: 'start', service, model, budget, within }, signal, () =>
        ai.models.generateVideos({
          model,
          source,
          config: { ...veoConfig(order), httpOptions: { timeout: within } },
        }),
      )
      if (!operation.name) throw interrupted('the start was answered without a name')
      return operation.name
    },

    async check(model, handle, signal) {
      return wire.call<CheckOutcome>(
        { action: 'check', service, model, budget, settle: lostOutcome },
        signal,
        async () => {
          const address = `${baseUrl ?? geminiOrigin}/v1beta/${handle}`
          const seen = (await wire.get(address, { 'x-goog-api-key': apiKey })) as Record<string, unknown>
          if (!seen.done) return { state: 'running' }
          const operation = new GenerateVideosOperation()._fromAPIResponse({ apiResponse: seen, _isVertexAI: false })
          const result = veoResult(operation as GenerateVideosOperation, model)
          if (result instanceof VideoError) return { state: 'failed', error: result }
          return { state: 'done', ...geminiSource(result.uri ?? '', access) }
        },
      )
    },

    pace: () => budget.pace(),

    async cancel() {
      return false
    },
  }
}
