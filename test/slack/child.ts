import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Step } from '../../src/core/steps.ts'
import { type Rehearsal, startRehearsal } from '../../src/rehearsal/server.ts'
import { mp4 } from '../files/mp4-fixture.ts'
import { type Place, placeFor } from '../place.ts'
import { type Mode, openSlack, slackEnvironment } from './open.ts'
import type { Slack } from './stand-in/index.ts'

/** The real service as a process, to be killed and started again, beside a Slack and a Google that live on. */
export class Killable {
  readonly slack: Slack
  readonly google: Rehearsal
  private readonly mode: Mode
  private readonly folder: string
  private readonly place: Place
  private child: ChildProcess | null = null
  readonly lines: string[] = []

  private constructor(slack: Slack, google: Rehearsal, mode: Mode, folder: string, place: Place) {
    this.slack = slack
    this.google = google
    this.mode = mode
    this.folder = folder
    this.place = place
  }

  static async open(mode: Mode): Promise<Killable> {
    const folder = await mkdtemp(join(tmpdir(), 'dailies-slack-kill-'))
    const google = await startRehearsal({ folder: join(folder, 'google'), seconds: 0.2, video: mp4() })
    return new Killable(await openSlack(mode), google, mode, folder, await placeFor(folder))
  }

  /** Starts it; resolves when it is ready. With a step it kills itself there, without warning. */
  async start(killAt?: Step): Promise<void> {
    const preload = killAt === undefined ? [] : ['--import', resolve('test/flows/kill-at.ts')]
    const marked = killAt === undefined ? [] : [`--kill-at=${killAt}`]
    const child = spawn(process.execPath, [...preload, resolve('src/main.js'), ...marked], {
      cwd: this.folder,
      env: {
        PATH: '',
        PORT: '0',
        VIDEO_SERVICE: 'developer',
        GEMINI_API_KEY: 'a-key-that-nobody-may-see',
        GOOGLE_GEMINI_BASE_URL: this.google.url,
        POLL_INTERVAL_SECONDS: '0.1',
        ...slackEnvironment(this.slack, this.mode),
        ...this.place.env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.child = child
    const url = await new Promise<string>((ready, failed) => {
      child.once('exit', () => failed(new Error(`ended too early:\n${this.lines.join('\n')}`)))
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.lines.push(line)
        const { msg, url: at } = JSON.parse(line) as { msg: string; url?: string }
        if (msg.startsWith('Dailies is ready') && at) ready(at)
      })
    })
    if (this.slack.http) this.slack.http.url = `${url}/slack/events`
  }

  /** Resolves when the process has ended; `kill` ends it at once. */
  async ended(kill = false): Promise<void> {
    const { child } = this
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const end = once(child, 'exit')
    if (kill) child.kill('SIGKILL')
    await end
  }

  async close(): Promise<void> {
    await this.ended(true)
    await this.slack.stop()
    await this.google.close()
    await this.place.close()
    await rm(this.folder, { recursive: true, force: true })
  }
}
