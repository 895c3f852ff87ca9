import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  answersIn,
  buttonsOf,
  delivered,
  type House,
  newChannel,
  openHouse,
  rowsOf,
  startsOf,
  textOf,
  until,
} from '../slack/house.ts'
import { beginInstall, comeBack, openInstallable } from '../slack/installed.ts'
import { alice, type Mode, modes } from '../slack/open.ts'

/** A house with a second instance on the same database, both behind the app's one address or with the one app token. */
async function openPair(mode: Mode): Promise<House> {
  const house = await openHouse(mode, {
    slack: { times: { acknowledgeMilliseconds: 1_000, retryMilliseconds: [20, 100] } },
  })
  const other = await house.second()
  house.slack.http?.others.push(`${other.url}/slack/events`)
  if (mode === 'socket') await until(() => expect(house.slack.socket.open).toBe(2))
  return house
}

describe.each(modes)('two instances over %s', (mode) => {
  let house: House
  beforeAll(async () => {
    house = await openPair(mode)
  })
  afterAll(() => house.close())

  /** Loses what the app says to the next so many things. */
  const lose = (count: number) => {
    const { http, socket } = house.slack
    if (http) http.losing = count
    else socket.losing = count
  }

  it('share the events between them, and make one video of each', async () => {
    const { slack } = house
    const texts = Array.from({ length: 4 }, (_, index) => `wish ${index} over ${mode}`)
    const told = texts.map((text) => slack.people.mention({ channel: newChannel(slack), user: alice, text }))
    const outcomes = (await Promise.all(told.map((each) => each.outcomes))).flat()
    expect(outcomes.every(({ acknowledged }) => acknowledged)).toBe(true)
    const went = told.flatMap(({ deliveries }) =>
      deliveries.flatMap((each) => each.attempts.map((try_) => try_.instance)),
    )
    expect(new Set(went)).toEqual(new Set([0, 1]))
    for (const { message } of told) await delivered(slack, message.channel, message.ts)
    for (const text of texts) expect(startsOf(house, text)).toHaveLength(1)
    for (const { message } of told) expect(answersIn(slack, message.channel, message.ts)).toHaveLength(2)
  })

  it('take an event once that Slack brings to the other one after a lost answer', async () => {
    const { slack } = house
    const channel = newChannel(slack)
    lose(1)
    const told = slack.people.mention({ channel, user: alice, text: `twice told over ${mode}` })
    expect(await told.outcomes).toEqual([{ acknowledged: true, answer: null }])
    const attempts = told.deliveries[0]?.attempts.map(({ retry, instance }) => ({ retry, instance })) ?? []
    expect(attempts.map(({ retry }) => retry).slice(0, 2)).toEqual([0, 1])
    expect(new Set(attempts.map(({ instance }) => instance)).size).toBe(2)
    await delivered(slack, channel, told.message.ts)
    expect(startsOf(house, `twice told over ${mode}`)).toHaveLength(1)
    expect(answersIn(slack, channel, told.message.ts)).toHaveLength(2)
  })

  it('answer a message that asks for nothing once, whichever of them hears it again', async () => {
    const { slack } = house
    const channel = newChannel(slack)
    lose(1)
    const told = slack.people.mention({ channel, user: alice, text: ' ' })
    expect(await told.outcomes).toEqual([{ acknowledged: true, answer: null }])
    expect(told.deliveries[0]?.attempts.length).toBeGreaterThan(1)
    expect(answersIn(slack, channel, told.message.ts).map(textOf)).toEqual([expect.stringContaining('example')])
  })

  it('have buttons that work on either', async () => {
    const { slack } = house
    const channel = newChannel(slack)
    const told = slack.people.mention({ channel, user: alice, text: `pressed over ${mode}` })
    await delivered(slack, channel, told.message.ts)
    const ready = () =>
      answersIn(slack, channel, told.message.ts).filter(
        (each) => each.files.length === 0 && buttonsOf(each).includes('Again'),
      )
    const before = slack.deliveries.all.length
    for (const time of [1, 2]) {
      // The newest: on the same message it would be the double click that is meant once.
      const status = await until(() => {
        expect(ready()).toHaveLength(time)
        return ready()[time - 1]
      })
      if (!status) throw new Error('no message')
      expect(await slack.people.press(status, 'Again', alice)).toMatchObject({ acknowledged: true })
    }
    await until(() => expect(ready()).toHaveLength(3))
    const presses = slack.deliveries.all.slice(before).filter(({ type }) => type === 'interactive')
    expect(presses.map((each) => each.attempts.at(-1)?.instance).sort()).toEqual([0, 1])
  })
})

describe('two instances of an app that workspaces install by themselves', () => {
  it('let the installation begin at one and end at the other, and both know of it at once', async () => {
    const { house, abroad } = await openInstallable()
    try {
      const other = await house.second()
      house.slack.http?.others.push(`${other.url}/slack/events`)
      const { address, cookie } = await beginInstall(house.service.url)
      const back = house.slack.decide(address, abroad.space, { user: abroad.admin })
      expect((await comeBack(other.url, back, cookie)).status).toBe(303)
      const ask = (text: string) => abroad.people.mention({ channel: abroad.channel, user: abroad.user, text })
      const told = [ask('one'), ask('two')]
      for (const each of told) expect(await each.outcomes).toEqual([{ acknowledged: true, answer: null }])
      await until(async () =>
        expect((await rowsOf(house)).map(({ status }) => status)).toEqual(['completed', 'completed']),
      )
      await house.slack.uninstall(abroad.people)
      for (const each of [ask('three'), ask('four')]) {
        expect(await each.outcomes).toEqual([{ acknowledged: false, answer: null }])
      }
    } finally {
      await house.close()
    }
  })
})
