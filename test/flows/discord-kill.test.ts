import { describe, expect, it } from 'vitest'
import type { Step } from '../../src/core/steps.ts'
import { idOf, textOf, until } from '../discord/house.ts'
import { Killable } from '../discord/killable.ts'

/** A worker that was killed in the middle of a step is waited for until its lease has run out: 20 seconds. */
const soon = 60_000

async function within(act: (killable: Killable) => Promise<void>): Promise<void> {
  const killable = await Killable.open()
  try {
    await act(killable)
  } catch (thrown) {
    const traffic = await killable.discord.controls.traffic()
    console.log(killable.lines.join('\n'), JSON.stringify(traffic.slice(-40)))
    throw thrown
  } finally {
    await killable.close()
  }
}

/** What stands in the channel in the end: one status message, and one message with the video. */
async function ends(killable: Killable) {
  const { controls } = killable.discord
  await until(async () => {
    const messages = await controls.messages(killable.channel)
    const delivered = messages.filter((each) => each.now.content.startsWith('<@'))
    expect(delivered).toHaveLength(1)
    expect(delivered[0]?.pings).toEqual([killable.alice])
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
    within(async (killable) => {
      const { controls } = killable.discord
      await killable.start(step)
      await controls.slash({ user: killable.alice, channel: killable.channel }, 'video', { prompt: 'nine lives' })
      await killable.ended()
      await killable.start()
      await ends(killable)
      expect(killable.google.starts).toHaveLength(1)
      expect((await controls.counts()).exhausted).toBe(0)
    }),
  )

  it.concurrent('and every button works afterwards, on messages and forms from before', () =>
    within(async (killable) => {
      const { controls } = killable.discord
      const act = { user: killable.alice, channel: killable.channel }
      await killable.start()
      await controls.slash(act, 'video', { prompt: 'nine lives' })
      await ends(killable)
      const [video] = (await controls.messages(killable.channel)).filter((each) => each.now.content.startsWith('<@'))
      if (!video) throw new Error('no video')
      const form = await controls.press(act, video.id, idOf(video, 'Edit prompt'))
      await until(async () => expect((await controls.interaction(form))?.modal).not.toBeNull())
      await killable.ended(true)
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
