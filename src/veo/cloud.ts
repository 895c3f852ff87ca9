import { GoogleGenAI } from '@google/genai'
import { type AuthClient, GoogleAuth, OAuth2Client } from 'google-auth-library'
import { credentialsError } from './errors.ts'
import type { Wire } from './wire.ts'

export interface CloudSettings {
  readonly project: string
  /** Veo lives in `us-central1`; not in `global`, which the SDK would take. */
  readonly location: string
  /** Vertex AI's address; null for Google's own. */
  readonly baseUrl: string | null
  /**
   * A credentials file of any kind Google knows; null looks where Google's libraries do (GOOGLE_APPLICATION_CREDENTIALS,
   * gcloud, the machine's own account). `{ token }` is sent as it is: for stand-ins.
   */
  readonly credentials: string | { readonly token: string } | null
}

/** What a call to Google Cloud needs. */
export interface CloudAccess {
  readonly ai: GoogleGenAI
  /** Good for some minutes at least. */
  readonly token: string
}

const scopes = ['https://www.googleapis.com/auth/cloud-platform']

/** The SDK's client with a valid token, fetched here so that its failure is told apart from the service's. */
export function openCloud(settings: CloudSettings, wire: Wire): () => Promise<CloudAccess> {
  const { project, location, credentials } = settings
  const host = location === 'global' ? 'aiplatform' : `${location}-aiplatform`
  const baseUrl = settings.baseUrl ?? `https://${host}.googleapis.com`
  let known: { ai: GoogleGenAI; client: AuthClient } | null = null

  return async () => {
    try {
      if (!known) {
        const client = await authClient(credentials)
        const googleAuthOptions = { authClient: client, scopes }
        const httpOptions = { baseUrl, fetch: wire.fetch }
        known = { client, ai: new GoogleGenAI({ vertexai: true, project, location, googleAuthOptions, httpOptions }) }
      }
      const { token } = await known.client.getAccessToken()
      if (!token) throw new Error('the credentials give no token')
      return { ai: known.ai, token }
    } catch (thrown) {
      throw credentialsError(thrown)
    }
  }
}

async function authClient(credentials: CloudSettings['credentials']): Promise<AuthClient> {
  if (credentials !== null && typeof credentials === 'object') {
    const client = new OAuth2Client()
    client.setCredentials({ access_token: credentials.token })
    return client
  }
  return new GoogleAuth({ scopes, ...(credentials === null ? {} : { keyFilename: credentials }) }).getClient()
}
