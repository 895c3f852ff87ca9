import type { IncomingHttpHeaders } from 'node:http'
import { invalid, ok, Refusal, record } from './answers.ts'
import { type Call, page, type Received } from './call.ts'
import { endingOf, type Faults } from './faults.ts'
import { modelOf, models } from './models.ts'
import type { RehearsedOperation } from './operations.ts'
import type { Stage } from './stage.ts'
import { objectAt } from './storage.ts'
import { commonParameters, type Dialect, endedBadly, promptOf, readVeo } from './veo.ts'

const parent = /^\/v1(?:beta1)?\/(projects\/[^/]+\/locations\/([^/]+)\/publishers\/google\/models\/([^/:]+)):(\w+)$/

/** Vertex AI: Veo and its models. */
export function vertexCall(received: Received, stage: Stage, faults: Faults): Call | null {
  const { method, path } = received
  const [, resource = '', location, model = '', verb] = parent.exec(path) ?? []
  if (method === 'POST' && verb === 'predictLongRunning') return start(received, resource, location, model, stage)
  if (method === 'POST' && verb === 'fetchPredictOperation') return check(received, resource, model, stage)
  const [, listed] = /^\/v1(?:beta1)?\/publishers\/google\/models\/([^/:]+)$/.exec(path) ?? []
  if (method === 'GET' && listed !== undefined) return getModel(listed)
  if (method === 'GET' && /^\/v1(?:beta1)?\/publishers\/google\/models$/.test(path)) return listModels(received, faults)
  return null
}

function start(
  { body }: Received,
  resource: string,
  location: string | undefined,
  modelId: string,
  stage: Stage,
): Call {
  return {
    route: 'start',
    subject: { prompt: promptOf(body), model: modelId },
    async run(fault) {
      // Veo lives in us-central1 only; elsewhere Google answers as if it did not exist.
      const model = modelOf('vertex', location === 'us-central1' ? modelId : `${modelId} in ${location}`)
      const casting = await readVeo(body, model, dialect(stage), stage.folder)
      const storage = readStorage(record(Object(body).parameters ?? {}, 'parameters').storageUri)
      const delivery = (id: string): RehearsedOperation['delivery'] =>
        storage === null ? { kind: 'inline' } : { kind: 'bucket', uri: `${storage}/${id}/sample_0.mp4` }
      const name = (id: string) => `${resource}/operations/${id}`
      const operation = await stage.begin({ ...casting, name, delivery }, endingOf(fault))
      return ok({ name: operation.name })
    },
  }
}

function readStorage(uri: unknown): string | null {
  if (uri === undefined) return null
  if (typeof uri === 'string' && /^gs:\/\/[a-z0-9._-]+(\/.*)?$/.test(uri)) return uri.replace(/\/+$/, '')
  throw invalid('`storageUri` must be a Cloud Storage address such as gs://bucket/folder.')
}

const dialect = (stage: Stage): Dialect => ({
  parameters: [
    ...commonParameters,
    'storageUri',
    'fps',
    'seed',
    'pubsubTopic',
    'generateAudio',
    'compressionQuality',
    'resizeMode',
  ],
  top: ['labels'],
  imageTypes: ['image/png', 'image/jpeg'],
  persons: { text: ['allow_adult', 'disallow'], images: ['allow_adult', 'disallow'] },
  mostSamples: 4,
  earlier(video) {
    if (video.mimeType !== 'video/mp4') throw invalid('`video.mimeType` must be video/mp4.')
    if (typeof video.bytesBase64Encoded === 'string') return secondsOf(Buffer.from(video.bytesBase64Encoded, 'base64'))
    const operation = objectAt(stage, video.gcsUri)
    if (!operation) throw invalid('The input video was not found in Cloud Storage.')
    return operation
  },
})

/** The length of an MP4 by its movie header; refuses what is none. */
function secondsOf(video: Buffer): number {
  const header = video.indexOf('mvhd', 0, 'latin1')
  if (video.toString('latin1', 4, 8) !== 'ftyp' || header < 0 || header + 24 > video.length) {
    throw invalid('Unable to process input video.')
  }
  return Math.round(video.readUInt32BE(header + 20) / video.readUInt32BE(header + 16))
}

function check({ body }: Received, resource: string, model: string, stage: Stage): Call {
  const name: unknown = Object(body).operationName
  const operation = stage.operations.get(String(name).split('/').at(-1) ?? '')
  const known = operation?.service === 'vertex' && operation.name === name ? operation : null
  return {
    route: 'check',
    subject: { prompt: known?.prompt ?? '', model: known?.model ?? model },
    async run() {
      if (typeof name !== 'string' || !name.startsWith(`${resource}/operations/`)) {
        throw invalid('`operationName` must name an operation of this model.')
      }
      if (!known) throw new Refusal('NOT_FOUND', 'The Operation was not found.')
      return ok(await state(known, stage))
    },
  }
}

async function state(operation: RehearsedOperation, stage: Stage): Promise<Record<string, unknown>> {
  const { name, ending, delivery } = operation
  if (Date.now() < operation.readyAt) return { name }
  const done = (response: Record<string, unknown>) => ({
    name,
    done: true,
    response: { '@type': 'type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse', ...response },
  })
  switch (ending.kind) {
    case 'video': {
      const where =
        delivery.kind === 'bucket' ? { gcsUri: delivery.uri } : { bytesBase64Encoded: await stage.base64(operation) }
      const videos = Array.from({ length: operation.samples }, () => ({ ...where, mimeType: 'video/mp4' }))
      return done({ raiMediaFilteredCount: 0, videos })
    }
    case 'safety':
      return done({ raiMediaFilteredCount: 1, raiMediaFilteredReasons: [endedBadly.filtered(ending.supportCode)] })
    case 'safety_error':
      return { name, done: true, error: { code: 3, message: endedBadly.filtered(ending.supportCode) } }
    case 'error':
      return { name, done: true, error: { code: 13, message: endedBadly.internal } }
    case 'empty':
      return done({})
  }
}

function getModel(id: string): Call {
  return {
    route: 'models',
    subject: { prompt: '', model: id },
    run: async () => ok(described(modelOf('vertex', id).id)),
  }
}

function listModels({ query }: Received, faults: Faults): Call {
  return {
    route: 'models',
    subject: { prompt: '', model: '' },
    async run() {
      const shown = models.filter(({ service, id }) => service === 'vertex' && !faults.retires(id))
      return ok(
        page(
          'publisherModels',
          shown.map(({ id }) => described(id)),
          query,
        ),
      )
    },
  }
}

const described = (id: string) => ({ name: `publishers/google/models/${id}`, versionId: '001', launchStage: 'GA' })

/** Any bearer token or key will do, none will not. */
export function requireBearer(headers: IncomingHttpHeaders): void {
  if (headers.authorization?.startsWith('Bearer ') || headers['x-goog-api-key']) return
  throw new Refusal(
    'UNAUTHENTICATED',
    'Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
  )
}
