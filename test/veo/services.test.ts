import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { catalogue } from '../../src/core/models.ts'
import { createVideoModel } from '../../src/veo/services.ts'
import { type Google, googleError, startGoogle, token } from './google.ts'
import { impatient, memoryLog, modelOf, orderFor, patient, settingsFor } from './setup.ts'

const never = new AbortController().signal
const everything = ['developer', 'vertex', 'omni'] as const

describe('the services together', () => {
  let google: Google
  beforeEach(async () => {
    google = await startGoogle()
  })
  afterEach(() => google.stop())

  it('offer what Google has of the catalogue, over all pages and services', async () => {
    const ids = catalogue.map((each) => each.id).filter((id) => id !== 'veo-3.1-generate-001')
    google.models.push(...ids, 'gemini-9')
    const model = createVideoModel(settingsFor(everything, google.origin), memoryLog())
    expect([...(await model.available(never))].sort()).toEqual([...ids].sort())
    expect(google.seen.every((each) => each.method === 'GET')).toBe(true)
  })

  it('without credentials for a moment: what Google makes already waits for them, and nothing is begun', async () => {
    const { vertex: usual } = settingsFor(['vertex'], google.origin)
    const vertex = usual && { ...usual, credentials: '/run/secrets/being-replaced.json' }
    const model = createVideoModel(settingsFor(['vertex'], google.origin, { vertex }), memoryLog())
    const handle = 'projects/p/locations/us-central1/publishers/google/models/m/operations/1'
    await expect(model.check(modelOf.vertex, handle, never)).rejects.toMatchObject({ code: 'bad_key', retryable: true })
    await expect(model.start(orderFor('vertex'), never)).rejects.toMatchObject({ code: 'bad_key', retryable: false })
    expect(google.starts()).toEqual([])
  })

  it('offer what still works where one of them fails, with a line in the log', async () => {
    google.models.push(modelOf.developer)
    google.fault('/publishers/', { kind: 'answer', reply: googleError(403, 'PERMISSION_DENIED', 'No.') })
    const log = memoryLog()
    const model = createVideoModel(settingsFor(['developer', 'vertex'], google.origin), log)
    expect(await model.available(never)).toEqual([modelOf.developer])
    expect(log.lines.join()).toContain('"service":"vertex","model":"veo-3.1-fast-generate-001","status":403')
  })

  it.each([
    ['bad_key', googleError(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.')],
    ['google_error', googleError(500, 'INTERNAL', 'Oh.')],
  ])('say why where none works: %s', async (code, reply) => {
    google.fault('/models', { kind: 'answer', reply })
    const model = createVideoModel(settingsFor(['developer'], google.origin), memoryLog())
    await expect(model.available(never)).rejects.toMatchObject({ code })
  })

  it('say that nobody listens where that is so', async () => {
    const model = createVideoModel(settingsFor(everything, 'http://127.0.0.1:9'), memoryLog())
    await expect(model.available(never)).rejects.toMatchObject({ code: 'unreachable' })
  })

  it('speak each for its own models', async () => {
    const model = createVideoModel(settingsFor(everything, google.origin), memoryLog())
    for (const service of everything) await model.start(orderFor(service), never)
    expect(google.starts().map((each) => each.path.split('/')[1])).toEqual(['v1beta', 'v1', 'v1beta'])
    expect(google.starts().map((each) => each.path.includes('interactions'))).toEqual([false, false, true])
  })

  it('ask for credentials where a model’s service has none, and go on once they are back', async () => {
    const model = createVideoModel(settingsFor(['developer'], google.origin), memoryLog())
    await expect(model.start(orderFor('omni'), never)).rejects.toMatchObject({ code: 'bad_key', retryable: false })
    await expect(model.check(modelOf.omni, 'v1_1', never)).rejects.toMatchObject({ code: 'bad_key', retryable: true })
    expect(google.seen).toEqual([])
  })

  it('are refused at once where a configured one has no credentials', () => {
    const settings = settingsFor(['developer'], google.origin, { apiKey: null })
    expect(() => createVideoModel(settings, memoryLog())).toThrow(RangeError)
  })

  it('slow down together after a 429', async () => {
    const model = createVideoModel(settingsFor(['developer'], google.origin, { requestsPerSecond: 16 }), memoryLog())
    const handle = await model.start(orderFor('developer'), never)
    google.fault('/operations/', { kind: 'answer', reply: googleError(429, 'RESOURCE_EXHAUSTED', 'Slower.') })
    await expect(model.check(modelOf.developer, handle, never)).rejects.toMatchObject({ code: 'quota_exceeded' })
    const startedAt = performance.now()
    for (let index = 0; index < 5; index += 1) await model.check(modelOf.developer, handle, never)
    // At the full pace these five take 312 ms at most.
    expect(performance.now() - startedAt).toBeGreaterThan(370)
  })
})

describe('credentials for Vertex', () => {
  let google: Google
  let folder: string
  beforeEach(async () => {
    google = await startGoogle()
    folder = await mkdtemp(join(tmpdir(), 'dailies-veo-'))
  })
  afterEach(async () => {
    await google.stop()
    await rm(folder, { recursive: true })
  })

  /** A file of workload identity, the one kind whose token address can be chosen. */
  const withFile = async (tokenUrl: string, timeOuts = patient) => {
    const subject = join(folder, 'subject')
    const file = join(folder, 'credentials.json')
    await writeFile(subject, 'who I am')
    const content = {
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: tokenUrl,
      credential_source: { file: subject },
    }
    await writeFile(file, JSON.stringify(content))
    return vertexWith(file, timeOuts)
  }
  const vertexWith = (credentials: string, timeOuts = patient) => {
    const { vertex: usual } = settingsFor(['vertex'], google.origin)
    const vertex = usual && { ...usual, credentials }
    return createVideoModel(settingsFor(['vertex'], google.origin, { vertex, timeOuts }), memoryLog())
  }
  const granted = {
    status: 200,
    body: { access_token: token, issued_token_type: 'a', token_type: 'Bearer', expires_in: 3600 },
  }

  // The library sends forms to its token address, which the stand-in would not read.
  const tokenServer = async (answer: 'token' | 'refusal' | 'hang') => {
    const { createServer } = await import('node:http')
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(request.url ?? '')
      if (answer === 'hang') return
      response.writeHead(answer === 'token' ? 200 : 400, { 'content-type': 'application/json' })
      response.end(JSON.stringify(answer === 'token' ? granted.body : { error: 'invalid_grant' }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const stop = () => {
      server.closeAllConnections()
      server.close()
    }
    return { url: `http://127.0.0.1:${port}/token`, asked, stop }
  }

  it('are turned into a token once, for the start and for the checks', async () => {
    const tokens = await tokenServer('token')
    const model = await withFile(tokens.url)
    const handle = await model.start(orderFor('vertex'), never)
    await model.check(modelOf.vertex, handle, never)
    expect(tokens.asked).toHaveLength(1)
    expect(google.seen.map((each) => each.headers.authorization)).toEqual([`Bearer ${token}`, `Bearer ${token}`])
    tokens.stop()
  })

  it('are a bad key where Google grants no token or the file is not there, and nothing was started', async () => {
    const tokens = await tokenServer('refusal')
    const model = await withFile(tokens.url)
    await expect(model.start(orderFor('vertex'), never)).rejects.toMatchObject({ code: 'bad_key', retryable: false })
    const without = vertexWith(join(folder, 'missing.json'))
    await expect(without.start(orderFor('vertex'), never)).rejects.toMatchObject({ code: 'bad_key', retryable: false })
    expect(google.seen).toEqual([])
    tokens.stop()
  })

  it('leave it certain that nothing was started where the token does not come in time', async () => {
    const tokens = await tokenServer('hang')
    const model = await withFile(tokens.url, impatient)
    const started = model.start(orderFor('vertex'), never)
    await vi.waitFor(() => expect(tokens.asked).toHaveLength(1))
    await expect(started).rejects.toMatchObject({ code: 'unreachable', retryable: true })
    expect(google.seen).toEqual([])
    tokens.stop()
  })
})
