import { describe, expect, it } from 'vitest'
import { deliveries, openFor, textOf, until } from '../discord/house.ts'

const days = 86_400_000

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

  it('leaves an archived thread closed when a video is tidied away, and opens it to take away what its person deletes', async (context) => {
    const house = await openFor(context)
    const thread = house.members.addChannel(house.guild, { type: 11, parent: house.channel })
    const status = await house.answered(house.video('A private matter', thread))
    const [video] = await deliveries(house, thread)
    await until(() => expect(house.members.message(status.id)?.now.content).toContain('Done'))
    await house.settled()
    await house.end()
    house.members.changeChannel(thread, { archived: true })
    house.advance(3 * days)
    await house.begin()
    await until(async () => expect((await house.newest()).retiredAt).not.toBeNull())
    await house.settled()
    const opened = () =>
      house.members.traffic().filter(({ method, path }) => method === 'PATCH' && path.endsWith(`/channels/${thread}`))
    expect(opened()).toEqual([])
    const alice = { id: `discord:${house.alice}`, workspace: `discord:${house.guild}`, roles: [], admin: false }
    const person = { ...alice, name: 'Alice', channel: house.channel, locale: 'en' }
    await house.commands.remove((await house.newest()).id, person)
    await house.settled()
    expect(house.members.message(video?.id ?? '')?.deleted).toBe(true)
    expect(textOf(house.members.message(status.id) ?? status)).toContain('removed on request')
  })
})
