import { expect, it } from 'vitest'
import { answersIn, delivered, newChannel, openHouse, until } from './house.ts'
import { alice } from './open.ts'

it('a video that waited for Slack’s limits comes as soon as they let it, and no thread is asked about what was never sent', async () => {
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
    expect((taken ?? 0) - (refused ?? 0)).toBeLessThan(4_400)
    expect(calls('conversations.replies')).toEqual([])
    expect(answersIn(slack, channel, told.message.ts)).toHaveLength(2)
  } finally {
    await house.close()
  }
}, 20_000)
