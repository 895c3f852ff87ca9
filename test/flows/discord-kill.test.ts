import { describe, expect, it } from 'vitest'
import type { Step } from '../../src/core/steps.ts'
import { idOf, textOf, until } from '../discord/house.ts'
import { type RemoteDiscord, spawnDiscord } from '../discord/stand-in/remote.ts'
import { Killable } from './killable.ts'

/** A worker that was killed in the middle of a step is waited for until its lease has run out: 20 seconds. */
const soon = 60_000

/** A service that can be killed, and a member in a channel of a Discord that lives on. */
interface Club {
  readonly killable: Killable
  readonly discord: RemoteDiscord
  readonly channel: string
  readonly alice: string
}

async function open(): Promise<Club> {
  const discord = await spawnDiscord({ windowScale: 0.05 })
  const { controls, token, url } = discord
  const guild = await controls.addGuild('Film club')
  const channel = await controls.addChannel(guild)
  const alice = await controls.addUser('Alice')
  await controls.addMember(guild, alice)
  const killable = await Killable.beside({
    env: { DISCORD_TOKEN: token, DISCORD_API_URL: url },
    reaches: async () => (await controls.counts()).connected > 0 && (await controls.commands('')).length > 0,
    close: () => discord.close(),
  })
  return { killable, discord, channel, alice }
}

async function within(act: (club: Club) => Promise<void>): Promise<void> {
  const club = await open()
  try {
    await act(club)
  } catch (thrown) {
    const traffic = await club.discord.controls.traffic()
    console.log(club.killable.story, JSON.stringify(traffic.slice(-40)))
    throw thrown
  } finally {
    await club.killable.close()
  }
}

/** What stands in the channel in the end: one status message, and one message with the video. */
async function ends({ discord: { controls }, channel, alice }: Club) {
  await until(async () => {
    const messages = await controls.messages(channel)
    const delivered = messages.filter((each) => each.now.content.startsWith('<@'))
    expect(delivered).toHaveLength(1)
    expect(delivered[0]?.pings).toEqual([alice])
    expect(delivered[0]?.now.attachments).toHaveLength(1)
    const status = messages.filter((each) => !delivered.includes(each))
    expect(status).toHaveLength(1)
    expect(status[0]?.now.embeds).toEqual([])
    expect(status[0]?.now.content).toContain('Done')
  }, soon)
}

describe('killed without warning, a /video still ends once in its thread', { timeout: 120_000 }, () => {
  /** The steps that Discord sees; the ones between core and Google are killed at by the restart flow. */
  const moments: readonly Step[] = ['accepted', 'delivered', 'delivery recorded']

  it.concurrent.each(moments)('right after “%s”', (step) =>
    within(async (club) => {
      const { killable, channel, alice } = club
      const { controls } = club.discord
      await killable.start(step)
      await controls.slash({ user: alice, channel }, 'video', { prompt: 'nine lives' })
      await killable.ended()
      await killable.start()
      await ends(club)
      expect(killable.google.starts).toHaveLength(1)
      expect((await controls.counts()).exhausted).toBe(0)
    }),
  )

  it.concurrent('and every button works afterwards, on messages and forms from before', () =>
    within(async (club) => {
      const { killable, channel, alice } = club
      const { controls } = club.discord
      const act = { user: alice, channel }
      await killable.start()
      await controls.slash(act, 'video', { prompt: 'nine lives' })
      await ends(club)
      const [video] = (await controls.messages(channel)).filter((each) => each.now.content.startsWith('<@'))
      if (!video) throw new Error('no video')
      const form = await controls.press(act, video.id, idOf(video, 'Edit prompt'))
      await until(async () => expect((await controls.interaction(form))?.modal).not.toBeNull())
      await killable.kill()
      await killable.start()
      const sent = await controls.submitModal(act, form, { 'What should the video show?': 'ten lives' })
      const again = await controls.press(act, video.id, idOf(video, 'Again'))
      for (const id of [sent, again]) {
        const answer = await until(async () => {
          const message = (await controls.interaction(id))?.messageId ?? null
          if (message === null) throw new Error('not answered')
          return controls.message(message)
        })
        expect(answer && textOf(answer)).toContain('lives')
      }
      await until(() => expect(killable.google.starts).toHaveLength(3), soon)
    }))
})
