import { expect, it } from 'vitest'
import { answersIn, delivered, newChannel, openHouse, until } from './house.ts'
import { alice } from './open.ts'

it.concurrent('a video that waited for Slack’s limits comes as soon as they let it, and no thread is asked about what was never sent', async () => {
  const house = await openHouse('socket')
  try {
    const { slack } = house
    const channel = newChannel(slack)
    slack.faults.add({ on: 'files.getUploadURLExternal', kind: 'rate_limited', retryAfter: 4, times: 1 })
    const told = slack.people.mention({ channel, user: alice, text: 'a patient one' })
    const calls = (method: string) => slack.requests.filter((each) => each.method === method)
    await until(() => expect(calls('files.getUploadURLExternal')).toHaveLength(1))
    await delivered(slack, channel, told.message.ts)
    const [refused, taken] = calls('files.getUploadURLExternal').map(({ at }) => at)
    expect((taken ?? 0) - (refused ?? 0)).toBeGreaterThanOrEqual(4_000)
    // A busy machine may take its time; a lease that ran out would take ten seconds more.
    expect((taken ?? 0) - (refused ?? 0)).toBeLessThan(9_000)
    expect(calls('conversations.replies')).toEqual([])
    expect(answersIn(slack, channel, told.message.ts)).toHaveLength(2)
  } finally {
    await house.close()
  }
}, 20_000)

it.concurrent('why an answer comes directly is said once, also where the answer itself has to wait for Slack’s limits', async () => {
  const house = await openHouse('socket', { slack: { tiers: { postBurst: 1, postPerSecond: 0.2 } } })
  try {
    const { slack } = house
    const channel = newChannel(slack, { refuses: 'restricted_action' })
    slack.people.mention({ channel, user: alice, text: 'somewhere else' })
    const direct = slack.space.directChannel(alice).id
    const said = () => slack.space.messages.filter((each) => each.channel === direct && each.byBot)
    await until(() => expect(said().flatMap(({ files }) => files)).toHaveLength(1), 25_000)
    const purposes = said().map(({ metadata }) => metadata?.event_type)
    expect(purposes.filter((each) => each === 'dailies_reply')).toHaveLength(1)
    expect(purposes.filter((each) => each === 'dailies_status')).toHaveLength(1)
    expect(slack.limits.refused).toContain('chat.postMessage')
  } finally {
    await house.close()
  }
}, 30_000)
