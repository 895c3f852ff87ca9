import { describe, expect, it } from 'vitest'
import { deliveries, openFor, until } from '../discord/house.ts'

describe.concurrent('where Discord’s messages stand', () => {
  it('sends what was asked for in a private thread directly once that is locked, and nothing to the channel above', async (context) => {
    const house = await openFor(context)
    const thread = house.members.addChannel(house.guild, { type: 12, parent: house.channel, name: 'mods only' })
    await house.answered(house.video('rehearse: 60s The secret plan', thread))
    await until(() => expect(house.rehearsal.starts).toHaveLength(1))
    house.members.changeChannel(thread, { archived: true, locked: true })
    await house.rehearsal.finish()
    const [done] = await deliveries(house, house.members.dm(house.alice))
    expect(done?.now.attachments).toHaveLength(1)
    await house.settled()
    expect((await house.newest()).deliveryProblem).toBe('sent_as_dm')
    expect(house.members.messages(house.channel)).toEqual([])
  })
})
