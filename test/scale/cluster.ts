import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { request } from 'undici'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { openStore } from '../../src/db/open.ts'
import { type Rehearsal, startRehearsal } from '../../src/rehearsal/server.ts'
import { silentLog } from '../db/memory-store.ts'
import { type PostgresServer, startPostgres } from '../db/postgres-server.ts'
import { mp4 } from '../files/mp4-fixture.ts'
import { type S3Server, startS3 } from '../files/s3-server.ts'
import { openThreads, type Threads } from './threads.ts'

const program = resolve('test/scale/instance.ts')

/** A time in which an instance could not do its part: killed, or frozen and thawed. */
export interface Disturbance {
  readonly instance: string
  readonly how: 'killed' | 'frozen'
  readonly from: number
  readonly to: number
}

interface Instance {
  readonly name: string
  readonly child: ChildProcess
  readonly url: string
  frozen: boolean
}

/** Several instances on one PostgreSQL and one bucket, with a Google and threads that outlive them all. */
export class Cluster {
  readonly store: OperationStore
  readonly google: Rehearsal
  readonly threads: Threads
  readonly disturbances: Disturbance[] = []
  readonly #folder: string
  readonly #postgres: PostgresServer
  readonly #s3: S3Server
  readonly #env: Record<string, string>
  readonly #tell: (line: string) => void
  readonly #instances = new Map<string, Instance>()
  #made = 0

  private constructor(parts: {
    folder: string
    postgres: PostgresServer
    s3: S3Server
    google: Rehearsal
    threads: Threads
    store: OperationStore
    env: Record<string, string>
    tell: (line: string) => void
  }) {
    this.#folder = parts.folder
    this.#postgres = parts.postgres
    this.#s3 = parts.s3
    this.#env = parts.env
    this.#tell = parts.tell
    this.google = parts.google
    this.threads = parts.threads
    this.store = parts.store
  }

  /** `tell` hears what the instances warn of. */
  static async open(given: Record<string, string>, tell: (line: string) => void): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), 'dailies-scale-'))
    const [postgres, s3, threads] = await Promise.all([startPostgres(), startS3(), openThreads()])
    const video = mp4({ mediaBytes: 5_000 })
    const google = await startRehearsal({ folder: join(folder, 'google'), seconds: 0.3, video })
    const url = await postgres.database()
    const env = {
      PATH: '',
      NODE_COMPILE_CACHE: join(tmpdir(), 'dailies-compiled'),
      DATABASE_URL: url,
      OUTPUTS_URL: s3.settings.url,
      S3_ENDPOINT: s3.settings.endpoint ?? '',
      AWS_ACCESS_KEY_ID: s3.settings.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.settings.secretAccessKey,
      VIDEO_SERVICE: 'developer',
      GEMINI_API_KEY: 'a-key',
      GOOGLE_GEMINI_BASE_URL: google.url,
      POLL_INTERVAL_SECONDS: '0.1',
      MAX_IN_FLIGHT_PER_REQUESTER: 'unlimited',
      BUDGET_REQUESTER_DAILY_USD: 'unlimited',
      BUDGET_WORKSPACE_MONTHLY_USD: 'unlimited',
      BUDGET_TOTAL_MONTHLY_USD: 'unlimited',
      THREAD_SERVER: threads.url,
      ...given,
    }
    const store = await openStore(url, { log: silentLog, connections: 4 })
    return new Cluster({ folder, postgres, s3, google, threads, store, env, tell })
  }

  /** Starts one more instance; resolves when it takes requests. */
  async add(): Promise<string> {
    this.#made += 1
    const name = `i${this.#made}`
    const env = { ...this.#env, INSTANCE: name }
    const child = spawn(process.execPath, [program], { cwd: this.#folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    createInterface({ input: child.stderr ?? process.stdin }).on('line', this.#tell)
    const lines = createInterface({ input: child.stdout ?? process.stdin })
    const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${name} ended before it was ready`)))
    ended.catch(() => undefined)
    const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string]
    const { url } = JSON.parse(line) as { url: string }
    this.#instances.set(name, { name, child, url, frozen: false })
    return name
  }

  /** Names of the instances that are there and not frozen. */
  awake(): string[] {
    return [...this.#instances.values()].filter((each) => !each.frozen).map((each) => each.name)
  }

  async kill(name: string): Promise<void> {
    const instance = this.#instances.get(name)
    if (!instance) return
    this.#instances.delete(name)
    instance.child.kill('SIGKILL')
    this.disturbances.push({ instance: name, how: 'killed', from: Date.now(), to: Number.POSITIVE_INFINITY })
    await once(instance.child, 'exit')
  }

  /** Stops the process where it is, and lets it go on after so many milliseconds as if nothing had been. */
  async freeze(name: string, milliseconds: number): Promise<void> {
    const instance = this.#instances.get(name)
    if (!instance) return
    const from = Date.now()
    instance.frozen = true
    instance.child.kill('SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    instance.child.kill('SIGCONT')
    instance.frozen = false
    this.disturbances.push({ instance: name, how: 'frozen', from, to: Date.now() })
  }

  /** Asks whichever instance is up until one answers, as a balancer and a platform that tries again do. */
  async ask(event: string, who: string, prompt: string): Promise<{ status: number; code?: string }> {
    for (;;) {
      const awake = [...this.#instances.values()].filter((each) => !each.frozen)
      const instance = awake[Math.floor(Math.random() * awake.length)]
      const answer = instance && (await post(instance.url, { event, who, prompt }))
      if (answer && answer.status !== 503) return answer
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async close(): Promise<void> {
    const ends = [...this.#instances.values()].map(({ child }) => once(child, 'exit'))
    for (const { child } of this.#instances.values()) {
      child.kill('SIGCONT')
      child.kill('SIGKILL')
    }
    await Promise.all(ends)
    await this.store.close()
    await Promise.all([this.google.close(), this.threads.close(), this.#s3.close(), this.#postgres.close()])
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** Null where nobody answered. */
async function post(url: string, body: object): Promise<{ status: number; code?: string } | null> {
  try {
    const answer = await request(url, {
      method: 'POST',
      body: JSON.stringify(body),
      headersTimeout: 5_000,
      bodyTimeout: 5_000,
    })
    return { status: answer.statusCode, ...((await answer.body.json()) as object) }
  } catch {
    return null
  }
}
