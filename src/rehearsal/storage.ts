import { ok, Refusal } from './answers.ts'
import type { Call, Received } from './call.ts'
import { isShown } from './developer.ts'
import type { RehearsedOperation } from './operations.ts'
import type { Stage } from './stage.ts'

/** Cloud Storage's JSON API: the objects that Vertex put into buckets, and what one may do there. */
export function storageCall(received: Received, stage: Stage): Call | null {
  const { method, rawPath, query } = received
  const [, asked] = /^\/storage\/v1\/b\/([^/]+)\/iam\/testPermissions$/.exec(rawPath) ?? []
  if (method === 'GET' && asked !== undefined) return testPermissions(query)
  const [, bucket, object] = /^\/storage\/v1\/b\/([^/]+)\/o\/([^/]+)$/.exec(rawPath) ?? []
  if (bucket === undefined || object === undefined) return null
  const uri = `gs://${decodeURIComponent(bucket)}/${decodeURIComponent(object)}`
  if (method === 'GET') return getObject(query, uri, stage)
  return method === 'DELETE' ? deleteObject(uri, stage) : null
}

/** The Operation whose video lies there; null where nothing does. */
export function objectAt(stage: Stage, uri: unknown): RehearsedOperation | null {
  const at = ({ delivery }: RehearsedOperation) => delivery.kind === 'bucket' && delivery.uri === uri
  const operation = stage.operations.all().find(at)
  return operation && isShown(operation) ? operation : null
}

function getObject(query: URLSearchParams, uri: string, stage: Stage): Call {
  const operation = objectAt(stage, uri)
  return {
    route: 'download',
    subject: { prompt: operation?.prompt ?? '', model: operation?.model ?? '' },
    async run() {
      if (!operation) throw noObject(uri)
      if (query.get('alt') !== 'media') return ok({ kind: 'storage#object', contentType: 'video/mp4' })
      return stage.film(operation)
    },
  }
}

function deleteObject(uri: string, stage: Stage): Call {
  const operation = objectAt(stage, uri)
  return {
    route: 'delete',
    subject: { prompt: operation?.prompt ?? '', model: operation?.model ?? '' },
    async run() {
      if (!operation) throw noObject(uri)
      await stage.operations.put({ ...operation, deleted: true })
      return { status: 204, body: null }
    },
  }
}

/** Everything is allowed here. */
function testPermissions(query: URLSearchParams): Call {
  const permissions = query.getAll('permissions')
  const answer = { kind: 'storage#testIamPermissionsResponse', permissions }
  return { route: 'models', subject: { prompt: '', model: '' }, run: async () => ok(answer) }
}

const noObject = (uri: string) => new Refusal('NOT_FOUND', `No such object: ${uri.slice('gs://'.length)}`)
