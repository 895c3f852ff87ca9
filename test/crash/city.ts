import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Operation } from '../../src/core/operation.ts'
import type { Step } from '../../src/core/steps.ts'
import { openStore } from '../../src/db/open.ts'
import { silentLog } from '../db/memory-store.ts'
import { type RemoteDiscord, spawnDiscord } from '../discord/stand-in/remote.ts'
import { hashOf } from '../files/hash.ts'
import { mp4 } from '../files/mp4-fixture.ts'
import { type Place, placeFor } from '../place.ts'
import { type RemoteGoogle, spawnGoogle } from '../rehearsal/remote.ts'
import { slackEnvironment } from '../slack/open.ts'
import { type RemoteSlack, spawnSlack } from '../slack/remote.ts'

const main = resolve('src/main.js')
const killer = resolve('test/crash/kill.ts')
const film = mp4({ mediaBytes: 20_000 })

/** The chat platforms that a service may be connected to. */
export const chats = ['discord', 'slack'] as const
export type Chat = (typeof chats)[number]

/** How a process is to end: at a step of an Operation that it accepted itself, or so many milliseconds after its first. */
export type Death = { readonly at: Step } | { readonly after: number } | null

/** What an installation holds when all is over. */
export interface Books {
  readonly operations: readonly Operation[]
  /** Sentences about where ledger, spend and Operations disagree. */
  readonly disagreements: readonly string[]
  /** What is still reserved, in micro-USD. */
  readonly reservedMicros: number
}

/** Everything in a city that outlives the service: three stand-ins, each a process, and the place for rows and files. */
interface Around {
  readonly folder: string
  /** Where rows and files are kept. */
  readonly place: Place
  readonly google: RemoteGoogle
  readonly discord: RemoteDiscord
  readonly slack: RemoteSlack
}

/** One installation among people: Discord, Slack and Google, which outlive every process of the service. */
export class City {
  readonly folder: string
  readonly place: Place
  readonly google: RemoteGoogle
  readonly discord: RemoteDiscord
  readonly slack: RemoteSlack
  /** How many processes of the service, or at its terminal, were killed. */
  kills = 0
  /** How often the bot had connected to Slack when the newest process began. */
  #slackBefore = 0
  readonly #chats: readonly Chat[]
  readonly #env: Record<string, string>
  readonly #node: readonly string[]
  readonly #running = new Set<ChildProcess>()

  private constructor(around: Around, on: readonly Chat[], env: Record<string, string>, node: readonly string[]) {
    this.folder = around.folder
    this.place = around.place
    this.google = around.google
    this.discord = around.discord
    this.slack = around.slack
    this.#chats = on
    this.#env = env
    this.#node = node
  }

  /** Of these chats the service is told. `node`: what Node itself is told of each process of the service. */
  static async open(
    on: readonly Chat[],
    env: Record<string, string> = {},
    node: readonly string[] = [],
  ): Promise<City> {
    const folder = await mkdtemp(join(tmpdir(), 'dailies-city-'))
    const video = join(folder, 'film.mp4')
    await writeFile(video, film)
    // Generous tiers: how the bot keeps to them is another test's matter, and here it would only take time.
    const tiers = { tier2: 6000, tier3: 6000, tier4: 6000, postPerSecond: 100, postBurst: 100 }
    const [place, google, discord, slack] = await Promise.all([
      placeFor(folder),
      spawnGoogle({ folder: join(folder, 'google'), seconds: 0.3, video }),
      spawnDiscord({ windowScale: 0.05 }),
      spawnSlack('socket', {
        tiers,
        times: { retryMilliseconds: [300, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000] },
      }),
    ])
    return new City({ folder, place, google, discord, slack }, on, env, node)
  }

  /**
   * Starts the real service as a process that dies as told; resolves when it says that it is ready. One that dies before,
   * of something that a platform hands it once more, is followed by another.
   */
  async start(death: Death = null): Promise<Life> {
    for (;;) {
      this.#slackBefore = await this.slack.controls.connected()
      const child = this.#spawn([], death)
      const ended = this.#endOf(child)
      const url = await Promise.race([this.#readyAt(child), ended])
      if (typeof url === 'string' && url.startsWith('http'))
        return { pid: child.pid ?? 0, process: child, url, ended, kill: (signal) => void child.kill(signal) }
      if (death === null || url !== 'SIGKILL')
        throw new Error(`ended with ${url} before it was ready; see ${this.folder}`)
    }
  }

  /** The address that the service says it is ready at. */
  #readyAt(child: ChildProcess): Promise<string> {
    const log = createWriteStream(join(this.folder, 'service.log'), { flags: 'a' })
    return new Promise((ready) => {
      createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => {
        log.write(`${line}\n`)
        const { msg, url } = JSON.parse(line) as { msg: string; url?: string }
        if (msg.startsWith('Dailies is ready') && url) ready(url)
      })
    })
  }

  /** What somebody at the host's terminal does: `npm run video` as a process that dies as told. */
  type(argv: readonly string[], death: Death = null): Typed {
    const child = this.#spawn(['video', ...argv], death)
    let text = ''
    const read = createInterface({ input: child.stdout ?? process.stdin })
    read.on('line', (line) => {
      text += `${line}\n`
    })
    const ended = Promise.all([this.#endOf(child), once(read, 'close')]).then(([how]) => how)
    const line = (wanted: RegExp) =>
      new Promise<string | null>((found) => {
        const look = () => {
          const match = wanted.exec(text)?.[1]
          if (match !== undefined) found(match)
        }
        read.on('line', look)
        look()
        void ended.then(() => found(wanted.exec(text)?.[1] ?? null))
      })
    return { ended, line, interrupt: () => void child.kill('SIGINT'), said: () => text }
  }

  #spawn(argv: readonly string[], death: Death): ChildProcess {
    const mark = death === null ? [] : 'at' in death ? [`--kill-at=${death.at}`] : [`--kill-after=${death.after}`]
    const child = spawn(process.execPath, [...this.#node, '--import', killer, main, ...argv, ...mark], {
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
        APPROVAL_ABOVE_USD: '1',
        ...(this.#chats.includes('discord') && {
          DISCORD_TOKEN: this.discord.token,
          DISCORD_API_URL: this.discord.url,
        }),
        ...(this.#chats.includes('slack') && slackEnvironment(this.slack, 'socket')),
        ...this.place.env,
        ...this.#env,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.#running.add(child)
    child.stderr?.pipe(createWriteStream(join(this.folder, 'stderr.log'), { flags: 'a' }))
    return child
  }

  async #endOf(child: ChildProcess): Promise<string | number> {
    const [code, signal] = await once(child, 'exit')
    this.#running.delete(child)
    if (signal === 'SIGKILL') this.kills += 1
    return signal ?? code
  }

  /** Whether every chat platform that the service is told of reaches it now. */
  async connected(): Promise<boolean> {
    const { controls } = this.discord
    if (this.#chats.includes('slack') && (await this.slack.controls.connected()) === this.#slackBefore) return false
    if (!this.#chats.includes('discord')) return true
    const { connected } = await controls.counts()
    return connected > 0 && (await controls.commands('')).length > 0
  }

  /** Rows and books, read by another process than the service. */
  async books(): Promise<Books> {
    const store = await openStore(this.place.databaseUrl, { log: silentLog })
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

  /** The name of every file that is kept, unfinished ones among them. */
  files(): Promise<readonly string[]> {
    return this.place.outputs()
  }

  /** Makes every file as old as if it had lain there for a day: what nobody owns is swept at the next start. */
  age(): Promise<void> {
    return this.place.age()
  }

  async close(): Promise<void> {
    const ends = [...this.#running].map((child) => once(child, 'exit'))
    for (const child of this.#running) child.kill('SIGKILL')
    await Promise.all(ends)
    await Promise.all([this.slack.close(), this.discord.close(), this.google.close()])
    await this.place.close()
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** One process of the service. */
export interface Life {
  readonly pid: number
  readonly process: ChildProcess
  readonly url: string
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<string | number>
  kill(signal: 'SIGTERM' | 'SIGKILL'): void
}

/** One command at the terminal. */
export interface Typed {
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<string | number>
  /** The first group of what is looked for, once it is printed; null if it ended without. */
  line(wanted: RegExp): Promise<string | null>
  /** Ctrl-C. */
  interrupt(): void
  said(): string
}

/** The hash of the video that Google has for one start: each is another. */
export function hashOfFilm(id: string): string {
  const box = Buffer.alloc(8 + id.length)
  box.writeUInt32BE(box.length)
  box.write(`free${id}`, 4, 'latin1')
  return hashOf(Buffer.concat([film, box]))
}
