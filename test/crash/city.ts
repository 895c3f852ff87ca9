import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Operation } from '../../src/core/operation.ts'
import type { Log } from '../../src/core/ports/machine.ts'
import type { Step } from '../../src/core/steps.ts'
import { openStore } from '../../src/db/open.ts'
import { type Rehearsal, startRehearsal } from '../../src/rehearsal/server.ts'
import { type StandIn, startDiscord } from '../discord/stand-in/start.ts'
import { mp4 } from '../files/mp4-fixture.ts'
import { openSlack, slackEnvironment } from '../slack/house.ts'
import type { Slack } from '../slack/stand-in/index.ts'

const main = resolve('src/main.ts')
const killer = resolve('test/crash/kill.ts')
const film = mp4({ mediaBytes: 20_000 })
const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** How a service is to end: at a step of an Operation that it accepted itself, or so many milliseconds after its first. */
export type Death = { readonly at: Step } | { readonly after: number } | null

/** What an installation holds when all is over. */
export interface Books {
  readonly operations: readonly Operation[]
  /** Sentences about where ledger, spend and Operations disagree. */
  readonly disagreements: readonly string[]
  /** What is still reserved, in micro-USD. */
  readonly reservedMicros: number
}

/** One installation among people: Discord, Slack and Google, which outlive every process of the service. */
export class City {
  readonly folder: string
  readonly google: Rehearsal
  readonly discord: StandIn
  readonly slack: Slack
  /** How many processes of the service were killed. */
  kills = 0
  /** How often the bot had connected to Slack when the newest process began. */
  #slackBefore = 0
  readonly #env: Record<string, string>
  readonly #running = new Set<ChildProcess>()

  private constructor(folder: string, google: Rehearsal, discord: StandIn, slack: Slack, env: Record<string, string>) {
    this.folder = folder
    this.google = google
    this.discord = discord
    this.slack = slack
    this.#env = env
  }

  static async open(env: Record<string, string> = {}): Promise<City> {
    const folder = await mkdtemp(join(tmpdir(), 'dailies-city-'))
    const google = await startRehearsal({ folder: join(folder, 'google'), seconds: 0.3, video: film })
    const discord = await startDiscord({ windowScale: 0.05 })
    // Generous tiers: how the bot keeps to them is another test's matter, and here it would only take time.
    const tiers = { tier2: 6000, tier3: 6000, tier4: 6000, postPerSecond: 100, postBurst: 100 }
    const slack = await openSlack('socket', { tiers, times: { retryMilliseconds: [300, 1000, 3000, 5000, 10_000] } })
    return new City(folder, google, discord, slack, env)
  }

  /** Starts the real service as a process that dies as told; resolves when it says that it is ready. */
  async start(death: Death = null): Promise<Life> {
    const mark = death === null ? [] : 'at' in death ? [`--kill-at=${death.at}`] : [`--kill-after=${death.after}`]
    this.#slackBefore = this.slack.socket.connected
    const child = spawn(process.execPath, ['--import', killer, main, ...mark], {
      cwd: this.folder,
      env: {
        PATH: '',
        NODE_COMPILE_CACHE: join(tmpdir(), 'dailies-compiled'),
        PORT: '0',
        VIDEO_SERVICE: 'developer',
        GEMINI_API_KEY: 'a-key-that-nobody-may-see',
        GOOGLE_GEMINI_BASE_URL: this.google.url,
        POLL_INTERVAL_SECONDS: '0.1',
        MAX_CONCURRENT: '100',
        MAX_IN_FLIGHT_PER_REQUESTER: 'unlimited',
        BUDGET_REQUESTER_DAILY_USD: 'unlimited',
        BUDGET_WORKSPACE_MONTHLY_USD: 'unlimited',
        BUDGET_TOTAL_MONTHLY_USD: 'unlimited',
        DISCORD_TOKEN: this.discord.token,
        DISCORD_API_URL: this.discord.url,
        ...slackEnvironment(this.slack, 'socket'),
        ...this.#env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#running.add(child)
    const ended = once(child, 'exit').then(([code, signal]) => {
      this.#running.delete(child)
      if (signal === 'SIGKILL') this.kills += 1
      return (signal ?? code) as string | number
    })
    child.stderr?.pipe(createWriteStream(join(this.folder, 'stderr.log'), { flags: 'a' }))
    const log = createWriteStream(join(this.folder, 'service.log'), { flags: 'a' })
    const url = await new Promise<string>((ready, failed) => {
      void ended.then((how) => failed(new Error(`ended with ${how} before it was ready; see ${this.folder}`)))
      createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => {
        log.write(`${line}\n`)
        const { msg, url: at } = JSON.parse(line) as { msg: string; url?: string }
        if (msg.startsWith('Dailies is ready') && at) ready(at)
      })
    })
    return { pid: child.pid ?? 0, url, ended, kill: (signal) => void child.kill(signal) }
  }

  /** Whether every chat platform reaches the service now. */
  get connected(): boolean {
    const { controls } = this.discord
    const discord = controls.counts().connected > 0 && controls.commands('').length > 0
    return discord && this.slack.socket.connected > this.#slackBefore
  }

  /** Rows and books, read by another process than the service. */
  async books(): Promise<Books> {
    const store = await openStore(`file:${join(this.folder, 'data', 'dailies.db')}`, { log: silent })
    try {
      const operations: Operation[] = []
      let cursor: string | null = null
      do {
        const page = await store.list({}, cursor, 100)
        operations.push(...page.operations)
        cursor = page.next
      } while (cursor !== null)
      const { reservedMicros } = await store.statistics(null)
      return { operations, disagreements: await store.auditBooks(), reservedMicros }
    } finally {
      await store.close()
    }
  }

  /** Every file below the outputs folder, unfinished ones among them. */
  async files(): Promise<string[]> {
    const folder = join(this.folder, 'outputs')
    const found = await readdir(folder, { recursive: true, withFileTypes: true })
    return found.filter((each) => each.isFile()).map((each) => each.name)
  }

  /** Makes every file as old as if it had lain there for a day: what nobody owns is swept at the next start. */
  async age(): Promise<void> {
    const yesterday = new Date(Date.now() - 86_400_000)
    const folder = join(this.folder, 'outputs')
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) await utimes(join(entry.parentPath, entry.name), yesterday, yesterday)
    }
  }

  async close(): Promise<void> {
    const ends = [...this.#running].map((child) => once(child, 'exit'))
    for (const child of this.#running) child.kill('SIGKILL')
    await Promise.all(ends)
    await Promise.all([this.slack.stop(), this.discord.close(), this.google.close()])
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** One process of the service. */
export interface Life {
  readonly pid: number
  readonly url: string
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<string | number>
  kill(signal: 'SIGTERM' | 'SIGKILL'): void
}

/** Hex SHA-256 of the video that Google has for one start: each is another. */
export function hashOfFilm(id: string): string {
  const box = Buffer.alloc(8 + id.length)
  box.writeUInt32BE(box.length)
  box.write(`free${id}`, 4, 'latin1')
  return createHash('sha256').update(film).update(box).digest('hex')
}
