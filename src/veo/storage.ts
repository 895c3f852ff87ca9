import { VideoError } from '../core/errors.ts'
import type { VideoSource } from '../core/ports/google.ts'
import { googleOrigins, storageOrigin } from './addresses.ts'
import { type Answer, readGoogleError } from './answer.ts'
import type { Budget } from './budget.ts'
import type { CloudAccess } from './cloud.ts'
import type { Wire } from './wire.ts'

export interface StorageSettings {
  /** `gs://bucket/folder`, where Google puts the videos; null where they come inside its answers. */
  readonly storageUri: string | null
  /** Null for Google's own. */
  readonly storageBaseUrl: string | null
}

/** The videos that Google put into a bucket of the host's, over Cloud Storage's JSON API. */
export interface VideoStorage {
  /** How to fetch one; throws `google_error` for what is no address of an object. */
  source(gcsUri: string, token: string): VideoSource
  /** Takes one away; what is gone, or lies outside of the folder that Google was given, is fine. */
  remove(gcsUri: string, signal: AbortSignal): Promise<void>
  /** What the credentials may not do in the bucket of all that is needed there: `storage.objects.get` and the like. */
  missingPermissions(signal: AbortSignal): Promise<readonly string[]>
}

const neededPermissions = ['storage.objects.create', 'storage.objects.get', 'storage.objects.delete']

/** Makes no request before it is asked for something. */
export function createStorage(
  { storageUri, storageBaseUrl }: StorageSettings,
  access: () => Promise<CloudAccess>,
  budget: Budget,
  wire: Wire,
): VideoStorage {
  const base = storageBaseUrl ?? storageOrigin
  const { origin } = new URL(base)
  const asked = { service: 'vertex', model: '', budget } as const

  async function authorization(): Promise<{ authorization: string }> {
    const { token } = await access()
    return { authorization: `Bearer ${token}` }
  }

  return {
    source(gcsUri, token) {
      return {
        kind: 'address',
        uri: `${objectAddress(base, gcsUri)}?alt=media`,
        headers: { authorization: `Bearer ${token}` },
        keyOrigins: [origin],
        allowedOrigins: [...new Set([origin, ...googleOrigins])],
      }
    },

    async remove(gcsUri, signal) {
      if (storageUri === null || !gcsUri.startsWith(`${storageUri}/`)) return
      const settle = (answer: Answer) => (isMissing(answer) ? true : undefined)
      await wire.call<boolean>({ ...asked, action: 'discard', settle }, signal, async () => {
        await wire.remove(objectAddress(base, gcsUri), await authorization())
        return true
      })
    },

    async missingPermissions(signal) {
      if (storageUri === null) return []
      const address = new URL(`${base}/storage/v1/b/${bucketOf(storageUri)}/iam/testPermissions`)
      for (const each of neededPermissions) address.searchParams.append('permissions', each)
      const seen = await wire.call({ ...asked, action: 'list' }, signal, async () =>
        wire.get(address.href, await authorization()),
      )
      const { permissions = [] } = seen as { permissions?: readonly string[] }
      return neededPermissions.filter((each) => !permissions.includes(each))
    },
  }
}

/** Slashes in an object's name are part of the name, which stands in one segment of the path. */
function objectAddress(base: string, gcsUri: string): string {
  const object = /^gs:\/\/[^/]+\/(?!\.{1,2}$)(.+)$/s.exec(gcsUri)?.[1]
  if (object === undefined) throw new VideoError('google_error', 'Google names no object of Cloud Storage')
  return `${base}/storage/v1/b/${bucketOf(gcsUri)}/o/${encodeURIComponent(object)}`
}

function bucketOf(gcsUri: string): string {
  return encodeURIComponent(gcsUri.split('/')[2] ?? '')
}

/** Cloud Storage's own 404; a proxy's says nothing of the object. */
function isMissing({ status, body }: Answer): boolean {
  return status === 404 && readGoogleError(body) !== null
}
