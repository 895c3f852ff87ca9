import { describe, expect, it } from 'vitest'
import { buttonsOf, deliveries, type House, idOf, openFor, textOf, until } from '../discord/house.ts'

const minutes = 60_000
const days = 86_400_000

function linkTo({ guild, channel }: House, message = ''): string {
  return `https://discord.com/channels/${guild}/${channel}/${message}`
}

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

  it('delivers after a refusal that passes, as in an outage of what stands before Discord', async (context) => {
    const house = await openFor(context)
    await house.answered(house.video('rehearse: 60s A boat'))
    await until(() => expect(house.rehearsal.starts).toHaveLength(1))
    house.members.fault({ match: 'POST /channels/\\d+/messages', kind: 'status', status: 403, code: 'page', times: 1 })
    await house.rehearsal.finish()
    const [done] = await deliveries(house)
    expect(done?.now.attachments).toHaveLength(1)
    await house.settled()
    expect((await house.newest()).deliveryProblem).toBeNull()
  })

  it('says in the status message that a video is kept where nothing new can be posted any more', async (context) => {
    const house = await openFor(context)
    const status = await house.answered(house.video('rehearse: 60s Stuck'))
    await until(() => expect(house.rehearsal.starts).toHaveLength(1))
    house.members.changeChannel(house.channel, { denied: String(1n << 11n) })
    house.members.blockDms(house.alice, true)
    await house.rehearsal.finish()
    await until(() => {
      const now = house.members.message(status.id)
      expect(now && textOf(now)).toContain('the place is gone or closed to the bot; you find it among your videos')
      expect(now && buttonsOf(now)).toContain('Download')
    })
    await house.settled()
    expect(await house.newest()).toMatchObject({ status: 'completed', deliveryProblem: 'gone' })
  })

  it('hands the video over on Download where the message that had it has none', async (context) => {
    const house = await openFor(context)
    const { members } = house
    await house.answered(house.video('A lion'))
    const [video] = await deliveries(house)
    await house.settled()
    const list = await house.answered(members.slash(house.act(), 'videos'))
    const { id } = await house.newest()
    const detail = await house.answered(members.choose(house.act(), list.id, idOf(list, 'Open one…'), [id]))
    const download = async () => {
      const pressed = members.press(house.act(), detail.id, idOf(detail, 'Download'))
      return until(() => {
        const now = members.message(members.interaction(pressed)?.messageId ?? '')
        if (!now || textOf(now) === 'thinking') throw new Error('not answered')
        return now
      })
    }
    expect(textOf(await download())).toContain(`It is attached to this message: ${linkTo(house, video?.id)}`)
    members.deleteMessage(video?.id ?? '')
    const handed = await download()
    expect(handed.now.attachments).toHaveLength(1)
    expect(handed.ephemeralFor).toBe(house.alice)
  })

  it('shows what Cancel did also where the token has ended that alone reached the message', async (context) => {
    const house = await openFor(context, { policy: { maxConcurrent: 1 } })
    const { members } = house
    const model = 'gemini-omni-1.1-flash'
    const hidden = { prompt: 'rehearse: 60s Hidden', private: true, model }
    const running = await house.answered(members.slash(house.act(), 'video', hidden))
    await until(() => expect(textOf(members.message(running.id) ?? running)).toContain('Google is making'))
    const waiting = await house.answered(members.slash(house.act(), 'video', hidden))
    await house.settled()
    house.advance(20 * minutes)
    members.blockDms(house.alice, true)
    for (const { id } of [waiting, running]) {
      const seen = members.message(id)
      if (seen) members.press(house.act(), id, idOf(seen, 'Cancel'))
      await until(() => expect(members.message(id)?.now.embeds[0]?.title).toBe('Cancelled'))
    }
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

  it('takes away after the token’s end what only that reached, or says what empties it', async (context) => {
    const house = await openFor(context)
    const { members } = house
    const poor = members.addChannel(house.guild, { name: 'no history' })
    members.changeChannel(poor, { denied: String(1n << 16n) })
    const abroad = members.addChannel(members.addGuild('Strangers', { hasBot: false }))
    const videos = [
      await house.answered(house.video('Personal', poor)),
      await house.answered(house.video('Far', abroad)),
    ]
    const kept = await house.answered(house.video('Far too', abroad))
    // Nobody else ever sees these two, and they go from the screen by themselves: nobody is sent to an admin for them.
    const alone = (prompt: string) => members.slash(house.act(), 'video', { prompt, private: true })
    videos.push(await house.answered(alone('Hidden')))
    const closed = members.addChannel(house.guild, { name: 'closed later' })
    house.video('Closed', closed)
    await deliveries(house, closed)
    const late = await house.answered(house.video('rehearse: 60s Late', abroad))
    await house.answered(alone('rehearse: 60s Hidden too'))
    await until(() => expect(house.rehearsal.starts).toHaveLength(7))
    for (const { id } of [...videos, kept])
      await until(() => expect(members.message(id)?.now.attachments).toHaveLength(1))
    await house.settled()
    house.advance(20 * minutes)
    const now = ({ id }: { id: string }) => members.message(id) as NonNullable<ReturnType<typeof members.message>>
    await house.rehearsal.finish()
    const sent = await deliveries(house, members.dm(house.alice), 2)
    await house.settled()
    const told: string[] = []
    for (const video of videos) {
      const act = house.act(house.alice, video.channelId)
      const asked = await house.answered(members.press(act, video.id, idOf(now(video), 'Delete')))
      members.press(act, asked.id, idOf(asked, 'Delete for good'))
      told.push(
        await until(() => {
          expect(buttonsOf(now(asked))).toEqual([])
          return textOf(now(asked))
        }),
      )
    }
    await house.settled()
    const [here, there] = videos.map(now)
    expect(told[0]).toContain('removed on request')
    expect(here?.deleted).toBe(true)
    for (const each of told.slice(1)) expect(each).toContain('Press any button under that message')
    if (!there) throw new Error('nothing')
    members.press(house.act(house.alice, abroad), there.id, idOf(there, 'Again'))
    await until(() => expect(now(there).now.attachments).toEqual([]))
    expect(textOf(now(there))).not.toContain('Far')
    expect(textOf(now(there))).not.toContain('still stands')
    const standing = async () => {
      const stays = (await house.settled()).filter((each) => each.deliveryProblem === 'stays')
      return stays.map(({ statusMessage }) => statusMessage?.split('/')[0])
    }
    await until(async () => expect(await standing()).toEqual([]))
    members.changeChannel(closed, { denied: String(1n << 10n) })
    const forget = async () => {
      const forgotten = await house.answered(members.slash(house.act(), 'forget', { sure: true }))
      return until(() => {
        expect(textOf(now(forgotten))).toContain('Your name')
        return textOf(now(forgotten))
      })
    }
    // Of the late one the video went and its status message stands.
    const first = await forget()
    expect(first).toContain('4 of your videos')
    expect(first).toContain('still stand there: 3.')
    for (const each of sent) expect(now(each).deleted).toBe(true)
    members.press(house.act(house.alice, abroad), late.id, idOf(now(late), 'Cancel'))
    await until(() => expect(textOf(now(late))).toContain('removed on request'))
    await until(async () => expect(await standing()).toEqual([closed, 'token']))
    expect(await forget()).toContain('still stand there: 2.')

    for (const wish of await house.store.forgettings()) expect(await house.store.forget(wish)).toBe(true)
    // By now nobody is its person any more: whoever sees the message may press.
    expect(now(kept).now.attachments).toHaveLength(1)
    members.press(house.act(house.bob, abroad), kept.id, idOf(now(kept), 'Again'))
    await until(() => expect(now(kept).now.attachments).toEqual([]))
    expect(textOf(now(kept))).toContain('removed on request')
    expect(textOf(now(kept))).not.toContain('Far too')
    expect(house.rehearsal.starts).toHaveLength(7)
  })
})
