import { describe, expect, it } from 'vitest'
import type { Step } from '../../src/core/steps.ts'
import { answersIn, textOf, until } from '../slack/house.ts'
import { alice, general, type Mode, openSlack, slackEnvironment } from '../slack/open.ts'
import type { Slack } from '../slack/stand-in/index.ts'
import { Killable } from './killable.ts'

/** A worker that was killed in the middle of a step is waited for until its lease has run out: 20 seconds. */
const soon = 50_000

/** A service that can be killed, and a Slack that lives on. */
interface Team {
  readonly killable: Killable
  readonly slack: Slack
}

async function survived({ slack, killable: { google } }: Team, root: string) {
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

async function open(mode: Mode): Promise<Team> {
  const slack = await openSlack(mode)
  const killable = await Killable.beside({
    env: slackEnvironment(slack, mode),
    async reaches(url) {
      if (slack.http) slack.http.url = `${url}/slack/events`
      return slack.http !== null || slack.socket.open > 0
    },
    close: () => slack.stop(),
  })
  return { killable, slack }
}

async function within(mode: Mode, act: (team: Team) => Promise<void>): Promise<void> {
  const team = await open(mode)
  try {
    await act(team)
  } catch (thrown) {
    console.log(team.killable.story, JSON.stringify(team.slack.requests.slice(-30)))
    throw thrown
  } finally {
    await team.killable.close()
  }
}

describe('killed without warning, a mention still becomes one video in its thread', { timeout: 100_000 }, () => {
  // Over a socket the crash matrix kills it at every step.
  const moments: readonly Step[] = ['accepted', 'delivery recorded']

  it.concurrent.each(moments)('over http, right after “%s”', (step) =>
    within('http', async (team) => {
      const { killable, slack } = team
      await killable.start(step)
      const { message } = slack.people.mention({ channel: general, user: alice, text: 'nine lives' })
      await killable.ended()
      await killable.start()
      await survived(team, message.ts)
    }),
  )

  it.concurrent('while Slack’s answer to the finished upload is on its way', () =>
    within('socket', async (team) => {
      const { killable, slack } = team
      await killable.start()
      slack.faults.add({ on: 'files.completeUploadExternal', kind: 'lost_answer', times: 1 })
      const { message } = slack.people.mention({ channel: general, user: alice, text: 'nine lives' })
      await until(() =>
        expect(slack.requests.some((each) => each.method === 'files.completeUploadExternal')).toBe(true),
      )
      await killable.kill()
      await killable.start()
      await survived(team, message.ts)
    }))

  it.concurrent('and a button on a message from before works after it', () =>
    within('http', async (team) => {
      const { killable, slack } = team
      await killable.start()
      const { message } = slack.people.mention({ channel: general, user: alice, text: 'an old one' })
      await survived(team, message.ts)
      await killable.kill()
      await killable.start()
      const [status] = answersIn(slack, general, message.ts)
      if (!status) throw new Error('no status message')
      expect((await slack.people.press(status, 'Again', alice)).acknowledged).toBe(true)
      await until(() => expect(killable.google.starts).toHaveLength(2))
    }))
})
