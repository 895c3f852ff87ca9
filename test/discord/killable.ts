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
import { type RemoteDiscord, spawnDiscord } from './stand-in/remote.ts'

/** The real service as a process, to be killed and started again, beside a Discord and a Google that live on. */
export class Killable {
  readonly discord: RemoteDiscord
  readonly google: Rehearsal
  readonly guild: string
  readonly channel: string
  readonly alice: string
  readonly lines: string[] = []
  private readonly folder: string
  private readonly place: Place
  private child: ChildProcess | null = null

  private constructor(discord: RemoteDiscord, google: Rehearsal, folder: string, place: Place, ids: readonly string[]) {
    this.discord = discord
    this.google = google
    this.folder = folder
    this.place = place
    const [guild = '', channel = '', alice = ''] = ids
    this.guild = guild
    this.channel = channel
    this.alice = alice
  }

  static async open(): Promise<Killable> {
    const folder = await mkdtemp(join(tmpdir(), 'dailies-discord-kill-'))
    const google = await startRehearsal({ folder: join(folder, 'google'), seconds: 0.2, video: mp4() })
    const discord = await spawnDiscord({ windowScale: 0.05 })
    const guild = await discord.controls.addGuild('Film club')
    const channel = await discord.controls.addChannel(guild)
    const alice = await discord.controls.addUser('Alice')
    await discord.controls.addMember(guild, alice)
    return new Killable(discord, google, folder, await placeFor(folder), [guild, channel, alice])
  }

  /** Starts it; resolves when it is connected to Discord. With a step it kills itself there, without warning. */
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
        DISCORD_TOKEN: this.discord.token,
        DISCORD_API_URL: this.discord.url,
        ...this.place.env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.child = child
    const registered = /commands registered|invite the bot/
    await new Promise<void>((ready, failed) => {
      child.once('exit', () => failed(new Error(`ended too early:\n${this.lines.join('\n')}`)))
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.lines.push(line)
        if (registered.test(line)) ready()
      })
    })
    // Of several processes one leads: then the killed one's lease has to run out before this one connects.
    const connected = async () => (await this.discord.controls.counts()).connected > 0
    while (child.exitCode === null && child.signalCode === null && !(await connected()))
      await new Promise((resolve) => setTimeout(resolve, 20))
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
    await this.discord.close()
    await this.google.close()
    await this.place.close()
    await rm(this.folder, { recursive: true, force: true })
  }
}
