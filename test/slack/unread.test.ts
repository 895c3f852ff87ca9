import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createSlack } from '../../src/bots/slack/index.ts'
import { Installations } from '../../src/bots/slack/installations.ts'
import { systemClock } from '../../src/core/clock.ts'
import { VideoError } from '../../src/core/errors.ts'
import type { VideoCommands } from '../../src/core/ports/commands.ts'
import { silentLog } from '../db/memory-store.ts'
import { alice, general, openSlack } from './open.ts'
import { type Slack, signingSecret, tokens } from './stand-in/index.ts'

const secret = 'a-secret-of-the-host-that-is-long-enough'

/** A workspace's token that cannot be read at times; what was submitted. */
async function open(slack: Slack, trouble: () => void, teams: readonly string[] | null = null) {
  const kept = new Map<string, string | null>()
  const store = {
    async kept(name: string) {
      trouble()
      return kept.get(name) ?? null
    },
    async keep(name: string, value: string | null) {
      kept.set(name, value)
    },
    dropKept: async (name: string, value: string) => kept.get(name) === value && kept.delete(name),
  }
  const installations = new Installations(store, secret, teams)
  const { team, botUser, bot } = slack.space
  const url = 'https://dailies.slack.com/'
  await installations.keep({ team, enterprise: null, botUser, botId: bot, url, botToken: tokens.bot })
  const submitted: string[] = []
  let left: (workspace: string) => boolean = () => false
  let reason = ''
  let back: (workspace: string) => Promise<boolean> = async () => false
  const commands: Partial<VideoCommands> = {
    async leave(gone, variant) {
      left = gone
      reason = variant
    },
    async comeBack(here) {
      back = here
    },
    offers: async () => [],
    async submit({ eventId }) {
      submitted.push(eventId)
      return {} as Awaited<ReturnType<VideoCommands['submit']>>
    },
  }
  const front = createSlack(
    {
      botToken: '',
      appToken: null,
      signingSecret,
      apiUrl: slack.apiUrl,
      adminIds: [],
      install: { clientId: '1.2', clientSecret: 'x', secret, publicUrl: 'https://videos.example.org', installations },
    },
    { commands: commands as VideoCommands, log: silentLog, clock: systemClock, player: () => null },
  )
  await front.start()
  const server = createServer((request, response) => void front.mounts[0]?.handler(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  if (slack.http) slack.http.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`
  return {
    submitted,
    left: (workspace: string) => left(workspace),
    reason: () => reason,
    back: (workspace: string) => back(workspace),
    async close() {
      await front.stop()
      server.closeAllConnections()
      server.close()
    },
  }
}

describe('an event of a workspace whose token cannot be read, or which is no longer let in', () => {
  const endings: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end()
  })

  it('because the database does not answer is not lost: Slack brings it again', async () => {
    const slack = await openSlack('http', { times: { retryMilliseconds: [20, 20, 20] } })
    endings.push(() => slack.stop())
    let troubles = 2
    const { submitted, close } = await open(slack, () => {
      if (troubles === 0) return
      troubles -= 1
      throw new VideoError('storage', 'the database does not answer', { retryable: troubles === 0 })
    })
    endings.push(close)
    const told = slack.people.mention({ channel: general, user: alice, text: 'patience' })
    expect(await told.outcomes).toEqual([{ acknowledged: true, answer: null }])
    expect(told.deliveries[0]?.attempts.map(({ status }) => status)).toEqual([500, 500, 200])
    expect(submitted).toEqual([`slack:T0DAILIES:${general}:${told.message.ts}`])
  })

  it('ends at the start what waits for a workspace that the host has taken off the list, and nothing else', async () => {
    const slack = await openSlack('http')
    endings.push(() => slack.stop())
    const { left, reason, back, close } = await open(slack, () => {}, ['T0STAYS'])
    endings.push(close)
    expect(['slack:T0DAILIES', 'slack:T0STAYS', 'discord:7', 'web'].filter(left)).toEqual(['slack:T0DAILIES'])
    // The app is still there.
    expect(reason()).toBe('unlisted')
    expect(await back('slack:T0DAILIES')).toBe(false)
  })

  it('tells at the start what could not be told in a workspace that is on the list again, and in no other', async () => {
    const slack = await openSlack('http')
    endings.push(() => slack.stop())
    const { back, close } = await open(slack, () => {}, ['T0DAILIES', 'T0STAYS'])
    endings.push(close)
    const there = ['slack:T0DAILIES', 'slack:T0STAYS', 'discord:7', 'web'].map(back)
    expect(await Promise.all(there)).toEqual([true, false, false, false])
  })
})
