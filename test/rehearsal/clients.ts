import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GenerateVideosOperation, GoogleGenAI } from '@google/genai'
import { OAuth2Client } from 'google-auth-library'
import { onTestFinished } from 'vitest'
import { type Rehearsal, type RehearsalOptions, startRehearsal } from '../../src/rehearsal/server.ts'

/** A folder that goes when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
  return folder
}

/** A rehearsal whose videos are ready at once, and which closes when the test ends. */
export async function rehearse(options: Partial<RehearsalOptions> = {}): Promise<Rehearsal> {
  const folder = options.folder ?? (await temporaryFolder())
  const rehearsal = await startRehearsal({ seconds: 0, ...options, folder })
  onTestFinished(() => rehearsal.close())
  return rehearsal
}

/** The smallest thing that passes for a video where no test looks inside. */
export const stub: Uint8Array = Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isommp42', 'latin1')

export const developer = 'veo-3.1-fast-generate-preview'
export const vertex = 'veo-3.1-fast-generate-001'
export const omni = 'gemini-omni-1.1-flash'

/** The real client, speaking to the Developer API. */
export function developerClient({ url }: { url: string }): GoogleGenAI {
  return new GoogleGenAI({ apiKey: 'a key', vertexai: false, httpOptions: { baseUrl: url, apiVersion: 'v1beta' } })
}

/** The real client, speaking to Vertex AI with a token. */
export function vertexClient({ url }: { url: string }, location = 'us-central1'): GoogleGenAI {
  const authClient = new OAuth2Client({ credentials: { access_token: 'a token', expiry_date: Date.now() + 3_600_000 } })
  const googleAuthOptions = { authClient, projectId: 'a-project' }
  return new GoogleGenAI({
    vertexai: true,
    project: 'a-project',
    location,
    googleAuthOptions,
    httpOptions: { baseUrl: url },
  })
}

/** An operation known by nothing but its name, as after a restart. */
export function operationNamed(name: string): GenerateVideosOperation {
  const operation = new GenerateVideosOperation()
  operation.name = name
  return operation
}

/** Asks once for the state of an operation. */
export function check(client: GoogleGenAI, operation: GenerateVideosOperation): Promise<GenerateVideosOperation> {
  return client.operations.getVideosOperation({ operation: operationNamed(operation.name ?? '') })
}

/** The body of a Google error, as the client gives it. */
export async function refusal(call: Promise<unknown>): Promise<{ status: number; code: string; message: string }> {
  const error: unknown = await call.then(
    () => new Error('the call succeeded'),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof Error) || !('status' in error)) throw error
  const { error: body } = JSON.parse(error.message.slice(error.message.indexOf('{')))
  return { status: Number(error.status), code: body.status, message: body.message }
}

export function get(url: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { headers: { 'x-goog-api-key': 'a key', ...headers } })
}
