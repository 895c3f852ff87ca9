import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { request } from 'undici'
import type { Step } from '../../src/core/steps.ts'
import { type Rehearsal, startRehearsal } from '../../src/rehearsal/server.ts'
import { mp4 } from '../files/mp4-fixture.ts'
import { type Place, placeFor } from '../place.ts'

const main = resolve('src/main.js')
const killer = resolve('test/crash/kill.ts')

/** What the API says of an Operation, as far as the flows look. */
export interface Shown {
  readonly operation_id: string
  readonly status: string
  readonly error_code?: string | null
  readonly title?: string
  readonly text?: string
  readonly video_url?: string
}

/** One installation: a folder, database and outputs, and a Google of its own that outlives the service. */
export class Installation {
  readonly folder: string
  readonly google: Rehearsal
  private readonly place: Place
  private readonly running = new Set<ChildProcess>()

  private constructor(folder: string, place: Place, google: Rehearsal) {
    this.folder = folder
    this.place = place
    this.google = google
  }

  /** Google takes so many seconds, and gives this film to everybody; `rendered`: to each their own, for who looks at it. */
  static async open(seconds = 0.2, film: Uint8Array | 'rendered' = mp4()): Promise<Installation> {
    const folder = await mkdtemp(join(tmpdir(), 'dailies-flow-'))
    const video = film === 'rendered' ? {} : { video: film }
    const google = await startRehearsal({ folder: join(folder, 'google'), seconds, ...video })
    return new Installation(folder, await placeFor(folder), google)
  }

  /** Starts the real service as a process; resolves when it says that it is ready. */
  async start(options: { killAt?: Step; env?: Record<string, string> } = {}): Promise<Running> {
    return this.#ready(this.spawn([], options.env ?? {}, options.killAt))
  }

  /** The same by `npm start`, npm and service in a process group of their own, as in a terminal. */
  async npmStart(): Promise<Running> {
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: { start: string } }
    // In the installation's own folder, so that no `.env` of this checkout is read.
    const start = scripts.start.replace('src/main.js', main)
    await writeFile(join(this.folder, 'package.json'), JSON.stringify({ scripts: { start } }))
    const PATH = `${dirname(process.execPath)}:${process.env.PATH}`
    return this.#ready(this.#spawn('npm', ['start', '--silent'], { PATH, HOME: this.folder }))
  }

  async #ready(child: ChildProcess): Promise<Running> {
    const lines: string[] = []
    const url = await new Promise<string>((ready, failed) => {
      child.once('exit', (code, signal) => failed(new Error(`ended with ${code ?? signal}:\n${lines.join('\n')}`)))
      createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => {
        lines.push(line)
        const { msg, url: at } = JSON.parse(line) as { msg: string; url?: string }
        if (msg.startsWith('Dailies is ready') && at) ready(at)
      })
    })
    return new Running(child, url, lines)
  }

  /** The service's process with these arguments, on this installation's database, outputs and Google. */
  spawn(argv: readonly string[], env: Record<string, string> = {}, step?: Step): ChildProcess {
    const preload = step === undefined ? [] : ['--import', killer]
    const marked = step === undefined ? argv : [...argv, `--kill-at=${step}`]
    return this.#spawn(process.execPath, [...preload, main, ...marked], env)
  }

  #spawn(program: string, argv: readonly string[], env: Record<string, string>): ChildProcess {
    const child = spawn(program, argv, {
      cwd: this.folder,
      env: {
        PATH: '',
        PORT: '0',
        VIDEO_SERVICE: 'developer',
        GEMINI_API_KEY: 'a-key-that-nobody-may-see',
        GOOGLE_GEMINI_BASE_URL: this.google.url,
        POLL_INTERVAL_SECONDS: '0.1',
        ...this.place.env,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: program === 'npm',
    })
    this.running.add(child)
    child.once('exit', () => this.running.delete(child))
    return child
  }

  /** Names of all files that the installation keeps for people; what a kill left half-written is swept an hour later. */
  async outputs(): Promise<string[]> {
    return (await this.place.outputs()).filter((file) => !file.includes('.part_'))
  }

  async close(): Promise<void> {
    const ends = [...this.running].map((child) => once(child, 'exit'))
    for (const child of this.running) {
      if (child.spawnfile === 'npm') process.kill(-(child.pid ?? Number.NaN), 'SIGKILL')
      else child.kill('SIGKILL')
    }
    await Promise.all(ends)
    await Promise.all([this.google.close(), this.place.close()])
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** A running service, as a person at its web front end meets it. */
export class Running {
  readonly url: string
  readonly lines: readonly string[]
  private readonly child: ChildProcess
  private readonly ended: Promise<unknown[]>

  constructor(child: ChildProcess, url: string, lines: readonly string[]) {
    this.child = child
    this.url = url
    this.lines = lines
    this.ended = once(child, 'exit')
  }

  /** POST of a request under a key of the person's own; null where the connection broke before the answer. */
  async ask(body: object, key: string): Promise<{ status: number; shown: Shown } | null> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key }
    try {
      const answer = await request(`${this.url}/api/video_chat/generate`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      })
      return { status: answer.statusCode, shown: (await answer.body.json()) as Shown }
    } catch {
      return null
    }
  }

  async look(id: string): Promise<Shown> {
    const answer = await request(`${this.url}/api/video_chat/operations/${id}`)
    return (await answer.body.json()) as Shown
  }

  /** Resolves with the exit signal or code. */
  async end(): Promise<string | number> {
    const [code, signal] = await this.ended
    return (signal ?? code) as string | number
  }

  kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<string | number> {
    this.child.kill(signal)
    return this.end()
  }

  /** From now on nobody takes its log: each line is refused with EPIPE. */
  stopReading(): void {
    this.child.stdout?.destroy()
  }

  /** To it and everything it started, as Ctrl-C in a terminal. */
  killGroup(signal: 'SIGINT'): Promise<string | number> {
    process.kill(-(this.child.pid ?? Number.NaN), signal)
    return this.end()
  }

  /** Stops the process where it is, until it is thawed as if nothing had been. */
  freeze(): void {
    this.child.kill('SIGSTOP')
  }

  thaw(): void {
    this.child.kill('SIGCONT')
  }
}
