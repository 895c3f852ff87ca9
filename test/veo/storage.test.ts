import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asVideoError, type VideoError } from '../../src/core/errors.ts'
import type { CheckOutcome, VideoModel } from '../../src/core/ports/google.ts'
import { createVideoModel, createVideoStorage } from '../../src/veo/services.ts'
import { mp4 } from '../files/mp4-fixture.ts'
import { type Opened, openTemporaryFiles } from '../files/setup.ts'
import { type Google, googleError, startGoogle, token } from './google.ts'
import { memoryLog, modelOf, orderFor, settingsFor } from './setup.ts'

const never = new AbortController().signal
const storageUri = 'gs://bucket/videos of ours'
const gcsUri = `${storageUri}/17/sample_0.mp4`
const key = 'bucket/videos of ours/17/sample_0.mp4'
const path = '/storage/v1/b/bucket/o/videos%20of%20ours%2F17%2Fsample_0.mp4'

describe('a video that Vertex puts into a bucket', () => {
  let google: Google
  let model: VideoModel
  let opened: Opened
  beforeEach(async () => {
    google = await startGoogle()
    google.objects.set(key, mp4())
    model = createVideoModel(settingsFor(['vertex'], google.origin, { vertex: vertexSettings() }), memoryLog())
    opened = await openTemporaryFiles({ privateOrigins: [google.origin] })
  })
  afterEach(async () => {
    await opened.close()
    await google.stop()
  })

  const vertexSettings = () => {
    const { vertex } = settingsFor(['vertex'], google.origin)
    if (!vertex) throw new Error('no settings')
    return { ...vertex, storageUri, storageBaseUrl: google.origin }
  }
  const finished = async (uri = gcsUri): Promise<Extract<CheckOutcome, { state: 'done' }>> => {
    const handle = await model.start(orderFor('vertex'), never)
    google.finish(handle, { response: { videos: [{ gcsUri: uri, mimeType: 'video/mp4' }] } })
    const outcome = await model.check(modelOf.vertex, handle, never)
    if (outcome.state !== 'done') throw new Error('not done')
    return outcome
  }
  const save = async () => opened.files.saveVideo('one', (await finished()).source, never)
  const discard = (uri = gcsUri) => model.discard({ model: modelOf.vertex, handle: null, sourceUri: uri }, never)
  const refusalOf = (asked: Promise<unknown>): Promise<VideoError> =>
    asked.then(() => Promise.reject(new Error('it was done')), asVideoError)
  const asked = (method: string) => google.seen.filter((each) => each.method === method && each.path.startsWith(path))

  it('is asked for there, read from there as it streams, and then gone from there', async () => {
    expect((await finished()).sourceUri).toBe(gcsUri)
    expect(google.starts()[0]?.body).toMatchObject({ parameters: { storageUri } })
    expect((await save()).bytes).toBe(mp4().length)
    expect(asked('GET').map((each) => [each.path, each.headers.authorization])).toEqual([
      [`${path}?alt=media`, `Bearer ${token}`],
    ])
    await discard()
    expect(asked('DELETE')).toHaveLength(1)
    expect(google.objects.size).toBe(0)
    expect(await refusalOf(save())).toMatchObject({ code: 'bad_video', retryable: false, facts: { why: 'gone' } })
  })

  it('takes the token to nobody else, wherever it is sent', async () => {
    const seen: (string | undefined)[] = []
    const elsewhere = createServer((request, response) => {
      seen.push(request.headers.authorization)
      response.end(mp4())
    })
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
    const origin = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`
    const moved = { status: 302, body: null, headers: { location: `${origin}/film.mp4` } }
    google.fault(path, { kind: 'answer', reply: moved })
    expect(await refusalOf(save())).toMatchObject({ code: 'bad_video', facts: { why: 'untrusted_address' } })
    google.fault(path, { kind: 'answer', reply: moved })
    const { source } = await finished()
    if (source.kind !== 'address') throw new Error('no address')
    const allowed = { ...source, allowedOrigins: [...source.allowedOrigins, origin] }
    const wide = await openTemporaryFiles({ privateOrigins: [google.origin, origin] })
    await wide.files.saveVideo('two', allowed, never)
    expect(seen).toEqual([undefined])
    await wide.close()
    await new Promise((resolve) => elsewhere.close(resolve))
  })

  it('waits there while the account may not read it, or Cloud Storage is busy', async () => {
    google.permissions.delete('storage.objects.get')
    expect(await refusalOf(save())).toMatchObject({ code: 'bad_video', retryable: true, facts: { why: 'forbidden' } })
    google.permissions.add('storage.objects.get')
    google.fault(path, { kind: 'answer', reply: googleError(503, 'UNAVAILABLE', 'Later.') })
    expect(await refusalOf(save())).toMatchObject({ code: 'unreachable', retryable: true })
    expect((await save()).bytes).toBe(mp4().length)
  })

  it('is taken away as often as wished, and stays where that is not possible now', async () => {
    google.permissions.delete('storage.objects.delete')
    expect(await refusalOf(discard())).toMatchObject({ code: 'bad_key', retryable: true })
    google.permissions.add('storage.objects.delete')
    for (const reply of [
      googleError(503, 'UNAVAILABLE', 'Later.'),
      { status: 404, body: '<html>a proxy that knows nothing</html>' },
    ]) {
      google.fault(path, { kind: 'answer', reply })
      expect((await refusalOf(discard())).retryable).toBe(true)
    }
    expect(google.objects.size).toBe(1)
    await discard()
    await discard()
    expect(google.objects.size).toBe(0)
  })

  it.each([
    'gs://bucket/of others/17/sample_0.mp4',
    'gs://bucket/videos of ours',
    'gs://others/videos of ours/17/sample_0.mp4',
    'https://generativelanguage.googleapis.com/v1beta/files/abc:download?alt=media',
  ])('is the only thing that is ever taken away: not %s', async (uri) => {
    await discard(uri)
    expect(google.seen).toEqual([])
  })

  it.each(['gs://bucket', 'gs://bucket/', 'gs://bucket/..', 'https://evil.example/film.mp4', 'film.mp4'])(
    'is no video where Google says that it lies at %s',
    async (uri) => {
      expect(await refusalOf(finished(uri))).toMatchObject({ code: 'google_error', retryable: false })
    },
  )

  it('is extended from there', async () => {
    const { sourceUri } = await finished()
    const parent = { handle: 'projects/p/operations/1', sourceUri }
    await model.start(orderFor('vertex', { builds: 'extend', durationSeconds: 7 }, { parent }), never)
    expect(google.starts().at(-1)?.body).toMatchObject({
      instances: [{ video: { gcsUri, mimeType: 'video/mp4' } }],
      parameters: { storageUri },
    })
  })

  it('needs what the account may do there, which doctor asks for', async () => {
    const storage = createVideoStorage(vertexSettings(), memoryLog())
    expect(await storage.missingPermissions(never)).toEqual([])
    google.permissions.clear()
    expect(await storage.missingPermissions(never)).toEqual([
      'storage.objects.create',
      'storage.objects.get',
      'storage.objects.delete',
    ])
  })
})
