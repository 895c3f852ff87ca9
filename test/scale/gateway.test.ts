import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { until } from '../discord/house.ts'
import { type RemoteDiscord, spawnDiscord } from '../discord/stand-in/remote.ts'
import { mp4 } from '../files/mp4-fixture.ts'
import { Installation, type Running } from '../flows/service.ts'
import { provideServers } from '../place.ts'
import { startServers } from '../servers.ts'

/** So soon after its leader was killed or frozen an installation is connected again. */
const handOverMilliseconds = 15_000
/** What is left at least of a leader's lease when it stops: whoever waited for its end would take longer. */
const leaseLeftMilliseconds = 6_000

let stopServers = async () => {}
beforeAll(async () => {
  const { servers, stop } = await startServers()
  provideServers(servers)
  stopServers = stop
})
afterAll(() => stopServers())

/** Some instances of one installation, and the Discord they share. */
class Crowd {
  readonly discord: RemoteDiscord
  readonly installation: Installation
  readonly #story: Running[] = []
  readonly #ids: { readonly channel: string; readonly alice: string }

  private constructor(discord: RemoteDiscord, installation: Installation, ids: { channel: string; alice: string }) {
    this.discord = discord
    this.installation = installation
    this.#ids = ids
  }

  /** Closed after the test, its story told if it fails. */
  static async openFor(context: TestContext): Promise<Crowd> {
    const [discord, installation] = await Promise.all([
      spawnDiscord({ windowScale: 0.05 }),
      Installation.open(0.2, mp4()),
    ])
    const { controls } = discord
    const guild = await controls.addGuild('Film club')
    const [channel, alice] = await Promise.all([controls.addChannel(guild), controls.addUser('Alice')])
    await controls.addMember(guild, alice)
    const crowd = new Crowd(discord, installation, { channel, alice })
    context.onTestFinished(() => crowd.close())
    context.onTestFailed(() => console.log(crowd.#story.flatMap(({ lines }) => lines).join('\n')))
    return crowd
  }

  /** One more instance; it leads if nobody does. */
  async add(): Promise<Running> {
    const { token, url } = this.discord
    const env = { DISCORD_TOKEN: token, DISCORD_API_URL: url, MAX_IN_FLIGHT_PER_REQUESTER: 'unlimited' }
    const running = await this.installation.start({ env })
    this.#story.push(running)
    return running
  }

  /** Resolves when Discord has seen so many connections in all, with the milliseconds that it took. */
  async connections(identified: number): Promise<number> {
    const from = Date.now()
    await until(async () => expect(await this.discord.controls.counts()).toMatchObject({ identified }), 40_000)
    return Date.now() - from
  }

  /** Alice types /video. */
  command(prompt: string): Promise<string> {
    const { alice: user, channel } = this.#ids
    return this.discord.controls.slash({ user, channel }, 'video', { prompt })
  }

  /** Alice mentions the bot, which needs the gateway. */
  mention(text: string): Promise<string> {
    const { alice: user, channel } = this.#ids
    return this.discord.controls.write({ user, channel }, `<@${this.discord.applicationId}> ${text}`)
  }

  /** Resolves when Discord shows each of these videos once, asked of Google once, and so many words beside them. */
  async shows(prompts: readonly string[], words = 0): Promise<void> {
    await until(async () => {
      const messages = await this.discord.controls.messages(this.#ids.channel)
      const ours = messages.filter((each) => each.authorId === this.discord.applicationId)
      const videos = ours.flatMap((each) => each.now.attachments.map(({ hash }) => hash))
      expect(new Set(videos).size).toBe(prompts.length)
      expect(ours).toHaveLength(prompts.length * 2 + words)
    }, 40_000)
    expect(this.installation.google.starts.map(({ prompt }) => prompt).sort()).toEqual([...prompts].sort())
  }

  async close(): Promise<void> {
    await this.installation.close()
    await this.discord.close()
  }
}

describe.concurrent('of several instances one is connected to Discord', { timeout: 120_000 }, () => {
  it('and another within 15 seconds after it was killed, at once after it was stopped', async (context) => {
    const crowd = await Crowd.openFor(context)
    const first = await crowd.add()
    await crowd.connections(1)
    const second = await crowd.add()
    await crowd.command('while the first leads')
    await crowd.shows(['while the first leads'])
    await first.kill('SIGKILL')
    expect(await crowd.connections(2)).toBeLessThan(handOverMilliseconds)
    await crowd.command('while the second leads')
    await crowd.mention('beside it')
    await crowd.add()
    const stopped = second.kill('SIGTERM')
    expect(await crowd.connections(3)).toBeLessThan(leaseLeftMilliseconds)
    await crowd.command('while the third leads')
    await crowd.shows(['while the first leads', 'while the second leads', 'beside it', 'while the third leads'])
    expect(await stopped).toBe(0)
    expect((await crowd.discord.controls.counts()).connected).toBe(1)
  })

  it('and another within 15 seconds after it was frozen: when it thaws it answers nothing twice, and lets go', async (context) => {
    const crowd = await Crowd.openFor(context)
    const first = await crowd.add()
    await crowd.connections(1)
    await crowd.add()
    first.freeze()
    expect(await crowd.connections(2)).toBeLessThan(handOverMilliseconds)
    // Discord tells both of these events: the frozen one hears of them when it thaws.
    await crowd.command('heard by both')
    await crowd.mention('read by both')
    await crowd.mention('')
    await crowd.shows(['heard by both', 'read by both'], 1)
    first.thaw()
    await until(async () => expect((await crowd.discord.controls.counts()).connected).toBe(1), 40_000)
    await crowd.command('heard by one')
    await crowd.shows(['heard by both', 'read by both', 'heard by one'], 1)
  })
})
