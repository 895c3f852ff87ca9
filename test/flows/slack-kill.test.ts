import { describe, expect, it } from 'vitest'
import type { Step } from '../../src/core/steps.ts'
import { answersIn, textOf, until } from '../slack/house.ts'
import { alice, general, type Mode, openSlack, slackEnvironment } from '../slack/open.ts'
import type { Slack } from '../slack/stand-in/index.ts'
import type { Message } from '../slack/stand-in/workspace.ts'
import { Installation, type Running } from './service.ts'

/** A worker that was killed in the middle of a step is waited for until its lease has run out: 20 seconds. */
const soon = 50_000

/** The real service as a process, to be killed and started again, beside a Slack and a Google that live on. */
class Team {
  readonly slack: Slack
  readonly google: Installation['google']
  readonly #mode: Mode
  readonly #installation: Installation
  readonly #lives: Running[] = []

  private constructor(mode: Mode, slack: Slack, installation: Installation) {
    this.slack = slack
    this.google = installation.google
    this.#mode = mode
    this.#installation = installation
  }

  /** One team for one test: closed whatever happens, its story told if the test fails. */
  static async within(mode: Mode, act: (team: Team) => Promise<void>): Promise<void> {
    const team = new Team(mode, await openSlack(mode), await Installation.open())
    try {
      await act(team)
    } catch (thrown) {
      console.log(team.#lives.flatMap(({ lines }) => lines).join('\n'), JSON.stringify(team.slack.requests.slice(-30)))
      throw thrown
    } finally {
      await team.#installation.close()
      await team.slack.stop()
    }
  }

  /** Starts the service; resolves when Slack reaches it. With a step it kills itself there, without warning. */
  async start(killAt?: Step): Promise<Running> {
    const env = slackEnvironment(this.slack, this.#mode)
    const life = await this.#installation.start({ env, ...(killAt ? { killAt } : {}) })
    this.#lives.push(life)
    if (this.slack.http) this.slack.http.url = `${life.url}/slack/events`
    else await until(() => expect(this.slack.socket.open).toBeGreaterThan(0), soon)
    return life
  }

  /** Resolves with the status message, once the one video stands in the thread and nothing else. */
  async survived(root: string): Promise<Message> {
    const first = await until(() => {
      const [status, video, ...more] = answersIn(this.slack, general, root)
      expect(video?.files).toHaveLength(1)
      expect(video?.pings).toEqual([alice])
      expect(textOf(status)).toContain('Your video is ready')
      expect(more).toEqual([])
      return status as Message
    }, soon)
    expect(this.google.starts).toHaveLength(1)
    expect(this.slack.limits.refused).toEqual([])
    return first
  }
}

describe('killed without warning, a mention still becomes one video in its thread', { timeout: 100_000 }, () => {
  // Over a socket the crash matrix kills it at every step.
  const overHttp = (step: Step, then: (team: Team, status: Message) => Promise<void>) =>
    Team.within('http', async (team) => {
      const life = await team.start(step)
      const { message } = team.slack.people.mention({ channel: general, user: alice, text: 'nine lives' })
      expect(await life.end()).toBe('SIGKILL')
      await team.start()
      await then(team, await team.survived(message.ts))
    })

  it.concurrent('over http, right after “accepted”', () => overHttp('accepted', async () => {}))

  it.concurrent('over http, right after “delivery recorded”; and a button on the message from before works after it', () =>
    overHttp('delivery recorded', async ({ slack, google }, status) => {
      expect((await slack.people.press(status, 'Again', alice)).acknowledged).toBe(true)
      await until(() => expect(google.starts).toHaveLength(2))
    }))

  it.concurrent('while Slack’s answer to the finished upload is on its way', () =>
    Team.within('socket', async (team) => {
      const { slack } = team
      const life = await team.start()
      slack.faults.add({ on: 'files.completeUploadExternal', kind: 'lost_answer', times: 1 })
      const { message } = slack.people.mention({ channel: general, user: alice, text: 'nine lives' })
      await until(() =>
        expect(slack.requests.some((each) => each.method === 'files.completeUploadExternal')).toBe(true),
      )
      await life.kill('SIGKILL')
      await team.start()
      await team.survived(message.ts)
    }))
})
