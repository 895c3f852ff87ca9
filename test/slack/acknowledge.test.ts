import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Bot } from '../../src/bots/bot.ts'
import { createSlack } from '../../src/bots/slack/index.ts'
import { systemClock } from '../../src/core/clock.ts'
import { VideoError } from '../../src/core/errors.ts'
import type { Operation } from '../../src/core/operation.ts'
import type { Submission, VideoCommands } from '../../src/core/ports/commands.ts'
import { say } from '../../src/core/wording.ts'
import { silentLog } from '../db/memory-store.ts'
import { until } from './house.ts'
import { alice, general, type Mode, modes, openSlack } from './open.ts'
import { type Slack, signingSecret, tokens } from './stand-in/index.ts'

/** Core with a hand on the moment at which a row is written. */
function heldCommands(submit: (submission: Submission) => Promise<void>): VideoCommands {
  const known: Partial<VideoCommands> = {
    offers: async () => [],
    submit: async (submission) => {
      await submit(submission)
      return {} as Awaited<ReturnType<VideoCommands['submit']>>
    },
  }
  return known as VideoCommands
}

async function connect(mode: Mode, slack: Slack, commands: VideoCommands): Promise<() => Promise<void>> {
  const bot: Bot = createSlack(
    {
      botToken: tokens.bot,
      appToken: mode === 'socket' ? tokens.app : null,
      signingSecret: mode === 'http' ? signingSecret : null,
      apiUrl: slack.apiUrl,
      adminIds: [],
    },
    { commands, log: silentLog, clock: systemClock, player: () => null },
  )
  await bot.start()
  const server = createServer((request, response) => void bot.mounts[0]?.handler(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  if (slack.http) slack.http.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`
  return async () => {
    await bot.stop()
    server.closeAllConnections()
    server.close()
  }
}

describe.each(modes)('what is acknowledged over %s', (mode) => {
  const endings: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end()
  })

  async function open(submit: (submission: Submission) => Promise<void>): Promise<Slack> {
    const slack = await openSlack(mode, { times: { acknowledgeMilliseconds: 1000, retryMilliseconds: [50, 50, 50] } })
    endings.push(() => slack.stop())
    endings.push(await connect(mode, slack, heldCommands(submit)))
    return slack
  }

  it('is stored first: an event or command is not acknowledged while its row is not written', async () => {
    const { promise: written, resolve: write } = Promise.withResolvers<void>()
    const arrived: string[] = []
    const slack = await open(async ({ eventId }) => {
      arrived.push(eventId)
      await written
    })
    const told = slack.people.mention({ channel: general, user: alice, text: 'first the row' })
    const command = slack.people.slash({ command: '/video', text: 'a wish', channel: general, user: alice })
    await until(() => expect(arrived).toHaveLength(2))
    const [event, slash] = slack.deliveries.all
    expect([event, slash].map((each) => each?.attempts[0]?.acknowledgedAfter)).toEqual([null, null])
    write()
    expect((await told.outcomes)[0]?.acknowledged).toBe(true)
    expect((await command).acknowledged).toBe(true)
    expect(event?.attempts).toHaveLength(1)
    expect(arrived).toContain(`slack:T0DAILIES:${general}:${told.message.ts}`)
  })

  it('is taken as soon as Slack can be reached, where it could not when the bot started', async () => {
    const slack = await openSlack(mode)
    endings.push(() => slack.stop())
    slack.beginOutage()
    const names: string[] = []
    const submit = async ({ eventId }: Submission) => void names.push(eventId)
    endings.push(await connect(mode, slack, heldCommands(submit)))
    slack.endOutage()
    const told = slack.people.mention({ channel: general, user: alice, text: 'here I am' })
    expect((await told.outcomes)[0]?.acknowledged).toBe(true)
    expect(names).toHaveLength(1)
  })

  it('is sent again where the row could not be written in time, under the same name', async () => {
    const names: string[] = []
    const slack = await open(async ({ eventId }) => {
      names.push(eventId)
      if (names.length < 3) throw new VideoError('unreachable', 'not yet', { retryable: true })
    })
    const told = slack.people.mention({ channel: general, user: alice, text: 'third time lucky' })
    expect((await told.outcomes)[0]?.acknowledged).toBe(true)
    expect(told.deliveries[0]?.attempts.map((each) => each.retry)).toEqual([0, 1, 2])
    expect(new Set(names).size).toBe(1)
  })

  it.each([
    ['Cancel', 'cancel', 'processing'],
    ['Delete', 'remove', 'completed'],
  ] as const)('says in time that it heard %s, which may take longer, and then why not', async (label, verb, status) => {
    const slack = await openSlack(mode)
    endings.push(() => slack.stop())
    const { promise: refused, reject: refuse } = Promise.withResolvers<never>()
    const operation = { id: 'a', status, statusMessage: null, removedAt: null } as Operation
    const commands: Partial<VideoCommands> = { get: async () => operation, [verb]: () => refused }
    endings.push(await connect(mode, slack, commands as VideoCommands))
    const button = { type: 'button', action_id: `v1:${verb === 'remove' ? 'delete' : verb}`, value: 'a' }
    const blocks = [
      { type: 'actions', block_id: 'x', elements: [{ ...button, text: { type: 'plain_text', text: label } }] },
    ]
    const message = { channel: general, thread: null, user: slack.space.botUser, text: 'status', blocks }
    expect((await slack.people.press(slack.space.post(message), label, alice)).acknowledged).toBe(true)
    refuse(new VideoError('forbidden', 'not theirs'))
    await until(() => expect(slack.space.ephemerals).toHaveLength(1))
    expect(JSON.stringify(slack.space.ephemerals)).toContain(say('en', 'error.forbidden.text'))
  })
})
