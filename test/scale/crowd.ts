import { expect, type TestContext } from 'vitest'
import { until } from '../discord/house.ts'
import { type RemoteDiscord, spawnDiscord } from '../discord/stand-in/remote.ts'
import { Installation, type Running } from '../flows/service.ts'

const unlimited = {
  MAX_CONCURRENT: '100',
  GOOGLE_REQUESTS_PER_SECOND: '200',
  MAX_IN_FLIGHT_PER_REQUESTER: 'unlimited',
  BUDGET_REQUESTER_DAILY_USD: 'unlimited',
  BUDGET_WORKSPACE_MONTHLY_USD: 'unlimited',
  BUDGET_TOTAL_MONTHLY_USD: 'unlimited',
}
/** A busy machine, and leases that have to run out. */
const patience = 40_000

/** Some instances of one installation, each a process, and the Discord they share, another one. */
export class Crowd {
  readonly discord: RemoteDiscord
  readonly #installation: Installation
  readonly #instances: Running[] = []
  readonly #channels: readonly string[]
  readonly #alice: string

  private constructor(discord: RemoteDiscord, installation: Installation, channels: readonly string[], alice: string) {
    this.discord = discord
    this.#installation = installation
    this.#channels = channels
    this.#alice = alice
  }

  /** Closed after the test, its story told if it fails. */
  static async openFor(context: TestContext, { channels = 1, windowScale = 0.05 } = {}): Promise<Crowd> {
    const [discord, installation] = await Promise.all([spawnDiscord({ windowScale }), Installation.open()])
    const { controls } = discord
    const guild = await controls.addGuild('Film club')
    const alice = await controls.addUser('Alice')
    await controls.addMember(guild, alice)
    const rooms = await Promise.all(Array.from({ length: channels }, () => controls.addChannel(guild)))
    const crowd = new Crowd(discord, installation, rooms, alice)
    context.onTestFinished(() => crowd.#close())
    context.onTestFailed(() => console.log(crowd.#instances.flatMap(({ lines }) => lines).join('\n')))
    return crowd
  }

  /** Starts one more instance. */
  async add(env: Record<string, string> = {}): Promise<Running> {
    const { token, url } = this.discord
    const discord = { DISCORD_TOKEN: token, DISCORD_API_URL: url }
    const running = await this.#installation.start({ env: { ...discord, ...unlimited, ...env } })
    this.#instances.push(running)
    return running
  }

  /** Resolves when Discord has seen so many connections in all, with the milliseconds that it took. */
  async connections(identified: number): Promise<number> {
    const from = Date.now()
    await until(async () => expect(await this.discord.controls.counts()).toMatchObject({ identified }), patience)
    return Date.now() - from
  }

  /** Resolves when so many connections are there now. */
  async connected(connected: number): Promise<void> {
    await until(async () => expect(await this.discord.controls.counts()).toMatchObject({ connected }), patience)
  }

  /** Resolves when Discord knows the commands. */
  async registered(): Promise<void> {
    await until(async () => expect(await this.discord.controls.commands('')).not.toHaveLength(0), patience)
  }

  /** Alice types /video in a channel. */
  command(prompt: string, channel = 0): Promise<string> {
    return this.discord.controls.slash(this.#act(channel), 'video', { prompt })
  }

  /** Alice mentions the bot, which reaches it through the gateway alone. */
  mention(text: string): Promise<string> {
    return this.discord.controls.write(this.#act(0), `<@${this.discord.applicationId}> ${text}`)
  }

  /** Resolves when Discord shows each of these videos once, asked of Google once, and so many words beside them. */
  async shows(prompts: readonly string[], words = 0): Promise<void> {
    await until(async () => {
      const messages = await this.discord.controls.botMessages()
      const videos = messages.flatMap((each) => each.now.attachments.map(({ hash }) => hash))
      expect(new Set(videos).size).toBe(prompts.length)
      // A status message and the video's own.
      expect(messages).toHaveLength(prompts.length * 2 + words)
    }, patience)
    expect(this.#installation.google.starts.map(({ prompt }) => prompt).sort()).toEqual([...prompts].sort())
  }

  #act(channel: number) {
    return { user: this.#alice, channel: this.#channels[channel] ?? '' }
  }

  async #close(): Promise<void> {
    await this.#installation.close()
    await this.discord.close()
  }
}
