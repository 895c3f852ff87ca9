import { describe, expect, it } from 'vitest'
import type { Step } from '../../src/core/steps.ts'
import { Killable } from '../slack/child.ts'
import { answersIn, textOf, until } from '../slack/house.ts'
import { alice, general } from '../slack/open.ts'

/** A worker that was killed in the middle of a step is waited for until its lease has run out: 20 seconds. */
const soon = 50_000

async function survived(killable: Killable, root: string) {
  const { slack, google } = killable
  await until(() => {
    const [status, video, ...more] = answersIn(slack, general, root)
    expect(video?.files).toHaveLength(1)
    expect(video?.pings).toEqual([alice])
    expect(textOf(status)).toContain('Your video is ready')
    expect(more).toEqual([])
  }, soon)
  expect(google.starts).toHaveLength(1)
  expect(slack.limits.refused).toEqual([])
}

async function within(mode: 'socket' | 'http', act: (killable: Killable) => Promise<void>): Promise<void> {
  const killable = await Killable.open(mode)
  try {
    await act(killable)
  } catch (thrown) {
    console.log(killable.lines.join('\n'), JSON.stringify(killable.slack.requests.slice(-30)))
    throw thrown
  } finally {
    await killable.close()
  }
}

describe('killed without warning, a mention still becomes one video in its thread', { timeout: 100_000 }, () => {
  const moments: readonly (readonly ['socket' | 'http', Step])[] = [
    ['socket', 'accepted'],
    ['http', 'accepted'],
    ['socket', 'delivered'],
    ['http', 'delivery recorded'],
  ]

  it.concurrent.each(moments)('over %s, right after “%s”', (mode, step) =>
    within(mode, async (killable) => {
      await killable.start(step)
      const { message } = killable.slack.people.mention({ channel: general, user: alice, text: 'nine lives' })
      await killable.ended()
      await killable.start()
      await survived(killable, message.ts)
    }),
  )

  it.concurrent('right after the status message was posted: it is found again, and ends with one outcome', () =>
    within('socket', async (killable) => {
      const { slack } = killable
      await killable.start('status posted')
      const { message } = slack.people.mention({ channel: general, user: alice, text: 'nine lives' })
      await killable.ended()
      await killable.start()
      // Whether Google was just being asked when it died is a matter of milliseconds; then it says so.
      await until(() => {
        const [status, outcome, ...more] = answersIn(slack, general, message.ts)
        expect(textOf(status)).toMatch(/Your video is ready|Interrupted while starting/)
        expect(outcome?.pings).toEqual([alice])
        expect(more).toEqual([])
      }, soon)
    }))

  it.concurrent('while Slack’s answer to the finished upload is on its way', () =>
    within('socket', async (killable) => {
      const { slack } = killable
      await killable.start()
      slack.faults.add({ on: 'files.completeUploadExternal', kind: 'lost_answer', times: 1 })
      const { message } = slack.people.mention({ channel: general, user: alice, text: 'nine lives' })
      await until(() =>
        expect(slack.requests.some((each) => each.method === 'files.completeUploadExternal')).toBe(true),
      )
      await killable.ended(true)
      await killable.start()
      await survived(killable, message.ts)
    }))

  it.concurrent('and a button on a message from before works after it', () =>
    within('http', async (killable) => {
      const { slack, google } = killable
      await killable.start()
      const { message } = slack.people.mention({ channel: general, user: alice, text: 'an old one' })
      await survived(killable, message.ts)
      await killable.ended(true)
      await killable.start()
      const [status] = answersIn(slack, general, message.ts)
      if (!status) throw new Error('no status message')
      expect((await slack.people.press(status, 'Again', alice)).acknowledged).toBe(true)
      await until(() => expect(google.starts).toHaveLength(2))
    }))
})
