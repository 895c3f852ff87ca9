import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from '@20minutes/s3rver'
import type { S3Settings } from '../../src/files/s3-client.ts'

/** What the server asks for: of a wrong key it refuses the signature. */
const keys = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER', sessionToken: null }

const ending = '._S3rver_object'

/** A real S3 server with one bucket in a folder of its own. */
export interface S3Server {
  readonly settings: S3Settings
  /** The folder of the bucket. */
  readonly bucket: string
  /** One entry each request, such as `PUT /videos/one/gen_video_a.mp4`. */
  readonly requests: string[]
  /** Answers so many of the coming requests that match with this status instead. */
  fail(match: RegExp, status: number, times: number): void
  /** The names of the objects in the bucket. */
  objects(): Promise<string[]>
  age(key: string): Promise<void>
  close(): Promise<void>
}

/**
 * Starts it with an empty bucket `videos`; as strict as Google Cloud Storage's interface for S3 where it differs from
 * Amazon's, if told.
 */
export async function startS3(like: 'Amazon' | 'Google' = 'Amazon'): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'dailies-s3-'))
  const options = { directory, silent: true, vhostBuckets: false, configureBuckets: [{ name: 'videos' }] }
  const store = new S3rver(options)
  await store.configureBuckets()
  const handle = store.callback()
  const requests: string[] = []
  const together = new Set<string>()
  const written = new Map<string, number>()
  const failures: { match: RegExp; status: number; times: number }[] = []
  const server: Server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`
    requests.push(line)
    const refuse = (status: number, code: string) => {
      drain(request)
      response.writeHead(status).end(request.method === 'HEAD' ? '' : `<Error><Code>${code}</Code></Error>`)
    }
    const failure = failures.find((each) => each.times > 0 && each.match.test(line))
    if (failure) {
      failure.times -= 1
      return refuse(failure.status, failure.status === 403 ? 'AccessDenied' : 'SlowDown')
    }
    const uploadId = new URL(request.url ?? '/', 'http://s3').searchParams.get('uploadId')
    if (request.method === 'POST' && uploadId !== null) {
      // This server dies of putting the same parts together twice.
      if (together.has(uploadId)) return refuse(404, 'NoSuchUpload')
      together.add(uploadId)
    }
    const objection = like === 'Google' ? (googleObjects(request, directory) ?? tooSoon(request, written)) : null
    if (objection) refuse(...objection)
    else handle(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const bucket = join(directory, 'videos')
  return {
    settings: {
      url: 's3://videos/one',
      endpoint: `http://127.0.0.1:${port}`,
      region: like === 'Google' ? 'auto' : 'us-east-1',
      ...keys,
    },
    bucket,
    requests,
    fail: (match, status, times) => void failures.push({ match, status, times }),
    objects: () => objectsIn(bucket),
    async age(key) {
      const then = new Date(Date.now() - 2 * 60 * 60 * 1000)
      const path = join(bucket, pathOfObject(key))
      await stat(path)
      await utimes(path, then, then)
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/**
 * What Google refuses and Amazon takes (its pages on the XML API and on migrating, issues of the AWS libraries): checksums
 * and chunks in its own headers, bodies without a length; and an object that is gone cannot be deleted.
 */
function googleObjects({ method, url = '', headers }: IncomingMessage, directory: string): [number, string] | null {
  const names = Object.keys(headers)
  const foreign = /^x-amz-(checksum|sdk-checksum|trailer|decoded)/
  if (names.some((name) => foreign.test(name)) || headers['content-encoding']) return [400, 'InvalidArgument']
  const sends = method === 'PUT' || method === 'POST'
  if (sends && (headers['transfer-encoding'] || headers['content-length'] === undefined)) return [411, 'LengthRequired']
  const { pathname, searchParams } = new URL(url, 'http://google')
  if (method !== 'DELETE' || searchParams.has('uploadId')) return null
  return existsSync(join(directory, pathOfObject(decodeURIComponent(pathname)))) ? null : [404, 'NoSuchKey']
}

/** Google takes one write a second to one name (its page on quotas). */
function tooSoon({ method, url = '' }: IncomingMessage, written: Map<string, number>): [number, string] | null {
  if (method !== 'PUT' || url.includes('?')) return null
  const now = performance.now()
  const before = written.get(url) ?? Number.NEGATIVE_INFINITY
  if (now - before < 1_000) return [429, 'SlowDown']
  written.set(url, now)
  return null
}

/** The keys of the objects in a bucket that lies in this folder, in order. */
export async function objectsIn(bucket: string): Promise<string[]> {
  const found = await readdir(bucket, { recursive: true })
  return found.flatMap((file) => (file.endsWith(ending) ? [file.slice(0, -ending.length)] : [])).sort()
}

/** Where an object lies in its bucket's folder. */
export function pathOfObject(key: string): string {
  return `${key}${ending}`
}

function drain(request: IncomingMessage): void {
  request.resume()
}
