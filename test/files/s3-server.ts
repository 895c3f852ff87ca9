import { mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import S3rver from '@20minutes/s3rver'
import type { S3Settings } from '../../src/files/s3-client.ts'

/** What the server asks for: of a wrong key it refuses the signature. */
const keys = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER', sessionToken: null }

/** A real S3 server with one bucket in a folder of its own. */
export interface S3Server {
  readonly settings: S3Settings
  /** One entry each request, such as `PUT /videos/one/gen_video_a.mp4`. */
  readonly requests: string[]
  /** Answers so many of the coming requests that match with this status instead. */
  fail(match: RegExp, status: number, times: number): void
  /** The names of the objects in the bucket. */
  objects(): Promise<string[]>
  age(key: string): Promise<void>
  close(): Promise<void>
}

/** Starts it with an empty bucket `videos`. */
export async function startS3(): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'dailies-s3-'))
  const options = { directory, silent: true, vhostBuckets: false, configureBuckets: [{ name: 'videos' }] }
  const store = new S3rver(options)
  await store.configureBuckets()
  const handle = store.callback()
  const requests: string[] = []
  const failures: { match: RegExp; status: number; times: number }[] = []
  const server: Server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`
    requests.push(line)
    const failure = failures.find((each) => each.times > 0 && each.match.test(line))
    if (!failure) return void handle(request, response)
    failure.times -= 1
    drain(request)
    response.writeHead(failure.status).end('<Error><Code>SlowDown</Code></Error>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const bucket = join(directory, 'videos')
  const files = async () => {
    const found = await readdir(bucket, { recursive: true })
    return found.filter((file) => file.endsWith('._S3rver_object'))
  }
  return {
    settings: { url: 's3://videos/one', endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', ...keys },
    requests,
    fail: (match, status, times) => void failures.push({ match, status, times }),
    objects: async () => (await files()).map((file) => file.replace('._S3rver_object', '')).sort(),
    async age(key) {
      const then = new Date(Date.now() - 2 * 60 * 60 * 1000)
      const path = join(bucket, `${key}._S3rver_object`)
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

function drain(request: IncomingMessage): void {
  request.resume()
}
