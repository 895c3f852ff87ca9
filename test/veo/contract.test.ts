import type { Service } from '../../src/core/models.ts'
import { createVideoModel } from '../../src/veo/services.ts'
import { type ModelFault, type ModelStage, modelContract } from '../contracts/model.ts'
import { type Fault, googleError, startGoogle } from './google.ts'
import { impatient, memoryLog, modelOf, orderFor, patient, settingsFor } from './setup.ts'

const retryInfo = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '17s' }
const faults: Readonly<Record<ModelFault, Fault>> = {
  reset_before: { kind: 'reset', effect: false },
  reset_after: { kind: 'reset', effect: true },
  hang: { kind: 'hang' },
  server_error: { kind: 'answer', reply: googleError(500, 'INTERNAL', 'An internal error has occurred.') },
  too_many: { kind: 'answer', reply: googleError(429, 'RESOURCE_EXHAUSTED', 'Too many.', [retryInfo]) },
  overloaded: { kind: 'answer', reply: googleError(503, 'UNAVAILABLE', 'The model is overloaded.') },
}

const paths: Readonly<Record<Service, { start: string; check: string }>> = {
  developer: { start: ':predictLongRunning', check: '/operations/' },
  vertex: { start: ':predictLongRunning', check: ':fetchPredictOperation' },
  omni: { start: '/interactions', check: '/interactions/' },
}

const video = Buffer.from('\0\0\0\u0018ftypmp42').toString('base64')
const refusal = 'Sorry, I cannot make that video. Support codes: 15236754'
const filtered = { raiMediaFilteredCount: 1, raiMediaFilteredReasons: [refusal] }
const said = (content: object) => ({ status: 'completed', steps: [{ type: 'model_output', content: [content] }] })
const results: Readonly<Record<Service, { video: object; refusal: object }>> = {
  developer: {
    video: {
      response: {
        generateVideoResponse: {
          generatedSamples: [
            { video: { uri: 'https://generativelanguage.googleapis.com/v1beta/files/abc:download?alt=media' } },
          ],
        },
      },
    },
    refusal: { response: { generateVideoResponse: filtered } },
  },
  vertex: {
    video: { response: { raiMediaFilteredCount: 0, videos: [{ bytesBase64Encoded: video, mimeType: 'video/mp4' }] } },
    refusal: { response: filtered },
  },
  omni: {
    video: said({ type: 'video', data: video, mime_type: 'video/mp4' }),
    refusal: said({ type: 'text', text: refusal }),
  },
}

async function stageOf(service: Service): Promise<ModelStage> {
  const google = await startGoogle()
  google.models.push('gemini-9', 'other', 'another', modelOf[service])
  const timeOuts = { ...patient }
  const model = createVideoModel(settingsFor([service], google.origin, { timeOuts }), memoryLog())
  return {
    model,
    order: orderFor(service),
    refusedOrder: orderFor(service),
    cancels: service === 'omni',
    keeps: service === 'omni',
    starts: () => google.starts().length,
    fault(step, fault) {
      if (fault === 'hang') Object.assign(timeOuts, impatient)
      google.fault(paths[service][step], faults[fault])
    },
    finish: (handle, how) => google.finish(handle, results[service][how]),
    stop: () => google.stop(),
  }
}

modelContract('Veo on the Developer API', () => stageOf('developer'))
modelContract('Veo on Vertex AI', () => stageOf('vertex'))
modelContract('Gemini Omni', () => stageOf('omni'))
