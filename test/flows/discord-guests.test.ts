import { Routes } from 'discord.js'
import { expect, it } from 'vitest'
import { createApi } from '../../src/bots/discord/api.ts'
import { renderCommands } from '../../src/bots/discord/commands.ts'
import { Guests } from '../../src/bots/discord/guests.ts'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../db/memory-store.ts'
import { buttonsOf, deliveries, type House, idOf, openFor, picture, textOf, until } from '../discord/house.ts'
import { type SeenMessage, type StandIn, startDiscord } from '../discord/stand-in/start.ts'

const minutes = 60_000

function apiOf({ token, url }: StandIn) {
  return createApi({ token, apiUrl: url }, systemClock, silentLog)
}

/** Commands everywhere, as Discord shows them for a while after the host has listed servers. */
async function everywhere({ discord }: House): Promise<void> {
  await apiOf(discord).put(Routes.applicationCommands(discord.applicationId), renderCommands(false))
}

/** What the bot wrote in reply to a direct message. */
function told(house: House, user: string, text: string): Promise<SeenMessage> {
  const channel = house.members.dm(user)
  const message = house.members.write(house.act(user, channel), text)
  return until(() => {
    const found = house.members.messages(channel).find((each) => each.repliesTo === message)
    if (!found) throw new Error('no answer')
    return found
  })
}

function looksAt(house: House, user: string): number {
  const path = `/guilds/${house.guild}/members/${user}`
  return house.members.traffic().filter((each) => each.path.endsWith(path)).length
}

it('refuses in words, and for nothing, whoever asks in a server that the host has not listed, or is in none of them', async (context) => {
  const house = await openFor(context, { guildIds: true })
  await everywhere(house)
  const { members } = house
  const own = members.addGuild('Mallory’s own')
  const room = members.addChannel(own)
  const mallory = members.addUser('Mallory')
  members.addMember(own, mallory, { admin: true })
  const act = house.act(mallory, room)
  const shown = members.write(act, 'look', { files: [await picture()] })
  const asked = [
    members.slash(act, 'video', { prompt: 'A cat' }),
    members.slash(act, 'budget', { amount: 'unlimited', whose: 'everyone' }),
    members.contextMenu(act, 'Animate this image', shown),
    members.forge(act, shown, 'd1:page::oaaa|'),
  ]
  for (const id of asked) {
    const answer = await house.answered(id)
    expect(answer.ephemeralFor).toBe(mallory)
    expect(textOf(answer)).toContain('not one of those')
  }
  const completed = members.autocomplete(act, 'video', 'duration', { prompt: 'x', duration: '' })
  expect(await until(() => members.interaction(completed)?.choices ?? Promise.reject(new Error('none')))).toEqual([])
  members.write(act, `<@${house.discord.applicationId}> A cat`)
  await until(() => expect(house.story.join('\n')).toContain('a mention was passed over'))
  expect(members.messages(room).filter((each) => each.ephemeralFor === null)).toHaveLength(2)

  const abroad = members.addChannel(members.addGuild('Strangers', { hasBot: false }))
  const elsewhere = await house.answered(members.slash(house.act(mallory, abroad), 'video', { prompt: 'A cat' }))
  expect(textOf(elsewhere)).toContain('only for members')
  expect(textOf(await told(house, mallory, 'A cat'))).toContain('only for members')
  expect(looksAt(house, mallory)).toBe(1)
  house.advance(11 * minutes)
  await told(house, mallory, 'A cat')
  expect(looksAt(house, mallory)).toBe(2)
  expect((await house.store.list({}, null, 10)).operations).toEqual([])
  expect(await house.store.getSettings(`discord:${own}`)).toBeNull()
})

it('ends for nothing what waits where the host lists nothing any more, and leaves its people what they have', async (context) => {
  const house = await openFor(context, { guildIds: true })
  const { members } = house
  const own = members.addGuild('Mallory’s own')
  const room = members.addChannel(own)
  const [mallory, oscar] = ['Mallory', 'Oscar'].map((name) => members.addUser(name)) as [string, string]
  for (const each of [mallory, oscar]) members.addMember(own, each, { admin: true })
  const direct = members.dm(mallory)
  const ask = async (prompt: string, channel = room, workspace = own) => {
    const person = { id: `discord:${mallory}`, name: 'Mallory', roles: [own], admin: false, locale: 'en' }
    const inside = { ...person, workspace: `discord:${workspace}`, channel: channel === room ? room : null }
    const thread = `discord:${channel}:${channel === room ? own : ''}:::`
    const input = { prompt, model: 'gemini-omni-1.1-flash' }
    const asked = { eventId: `discord:${prompt}`, person: inside, private: channel === direct, thread, input }
    return (await house.commands.submit(asked)).operation.id
  }
  await ask('A cat')
  await ask('A member’s secret', direct, house.guild)
  const running = await ask('rehearse: 60s A boat')
  const [[video], [secret]] = [await deliveries(house, room), await deliveries(house, direct)]
  await until(async () => expect((await house.store.get(running))?.status).toBe('processing'))
  await house.end()
  const waiting = [await ask('A whale'), await ask('A lion', direct, `dm-${mallory}`)]
  await house.begin()
  for (const id of waiting)
    expect(await house.store.get(id)).toMatchObject({ errorCode: 'cancelled', charge: 'released' })
  await until(() => expect(members.messages(room).map(textOf).join()).toContain('listed the places that I work in'))

  if (!video || !secret) throw new Error('no video')
  const press = (on: SeenMessage, label: string, user = mallory) =>
    members.press(house.act(user, on.channelId), on.id, idOf(members.message(on.id) ?? on, label))
  for (const refused of [press(video, 'Again'), press(video, 'Delete', oscar), press(video, 'Download', oscar)])
    expect(textOf(await house.answered(refused))).toContain('Nothing was started')
  await until(async () => {
    const [status] = members.messages(room).filter((each) => textOf(each).includes('A boat'))
    if (!status) throw new Error('no status')
    if ((await house.store.get(running))?.status === 'processing') press(status, 'Cancel')
    expect(textOf(members.message(status.id) ?? status)).toContain('Google was asked to stop')
  })
  const handed = await house.answered(press(video, 'Download'))
  await until(() => expect(textOf(members.message(handed.id) ?? handed)).toContain(video.now.attachments[0]?.url))
  for (const each of [video, secret]) {
    const asked = await house.answered(press(each, 'Delete'))
    press(asked, 'Delete for good')
    await until(() => expect(members.message(each.id)?.deleted).toBe(true))
  }
  await everywhere(house)
  const forgotten = await house.answered(members.slash(house.act(mallory, room), 'forget', { sure: true }))
  await until(() => expect(textOf(members.message(forgotten.id) ?? forgotten)).toContain('3 of your videos'))
  expect(house.rehearsal.starts).toHaveLength(3)
})

it('holds what a listed server’s admins decided in its members’ direct messages too, which stay private', async (context) => {
  const house = await openFor(context, { guildIds: true })
  await everywhere(house)
  const { members } = house
  const role = members.addRole(house.guild, 'crew')
  const dave = members.addUser('Dave')
  members.addMember(house.guild, dave, { roles: [role] })
  members.fault({ match: 'GET /guilds/\\d+/members', kind: 'status', status: 500, times: 1 })
  expect(textOf(await told(house, dave, 'A cat'))).toContain('Too busy')

  await house.answered(members.slash(house.act(house.carol), 'settings', { role }))
  expect(textOf(await told(house, house.bob, 'A cat'))).toContain('Not allowed')
  const direct = members.dm(dave)
  members.write(house.act(dave, direct), 'A cat')
  const [video] = await deliveries(house, direct)
  if (!video) throw new Error('no video')
  await house.answered(members.press(house.act(dave, direct), video.id, idOf(video, 'Again')))
  const abroad = members.addChannel(members.addGuild('Strangers', { hasBot: false }))
  await house.answered(members.slash(house.act(dave, abroad), 'video', { prompt: 'A dog' }))
  expect(looksAt(house, dave)).toBe(2)
  const hidden = { workspace: `discord:${house.guild}`, requester: `discord:${dave}`, private: true }
  expect((await house.settled()).map(({ request }) => request.prompt)).toEqual(['A dog', 'A cat', 'A cat'])
  for (const each of await house.settled()) expect(each).toMatchObject(hidden)

  const office = members.addChannel(house.guild, { name: 'office' })
  const asks = { approval_above: '0', admin_channel: office }
  await house.answered(members.slash(house.act(house.carol), 'settings', asks))
  members.write(house.act(dave, direct), 'A whale')
  await until(() => expect(members.messages(office).map(textOf).join()).toContain('Dave asks for a video'))

  const banned = await house.answered(members.slash(house.act(house.carol), 'ban', { person: dave }))
  expect(textOf(banned)).toContain('here')
  expect(textOf(await told(house, dave, 'A lion'))).toContain('Not allowed')
  const pressed = await house.answered(members.press(house.act(dave, direct), video.id, idOf(video, 'Again')))
  expect(textOf(pressed)).toContain('Not allowed')
  expect(buttonsOf(pressed)).toEqual([])
  expect(await house.settled()).toHaveLength(4)

  // A day after its person was forgotten whoever sees the message may empty it, a guest too.
  const dog = await until(() => {
    const [found] = members.messages(abroad).filter((each) => each.now.attachments.length > 0)
    return found ?? Promise.reject(new Error('no video'))
  })
  house.advance(20 * minutes)
  await house.answered(members.slash(house.act(dave, abroad), 'forget', { sure: true }))
  const wishes = await until(async () => {
    for (const each of await house.settled()) expect(each.removedAt).not.toBeNull()
    return house.store.forgettings()
  })
  for (const wish of wishes) expect(await house.store.forget(wish)).toBe(true)
  const guest = members.addUser('Mallory')
  members.press(house.act(guest, abroad), dog.id, idOf(dog, 'Again'))
  await until(() => expect(members.message(dog.id)?.now.attachments).toEqual([]))
  expect(await house.settled()).toHaveLength(4)
})

it('counts somebody in a direct conversation to the first listed server that they are in, whatever is listed before', async (context) => {
  const discord = await startDiscord()
  context.onTestFinished(() => discord.close())
  const { controls } = discord
  const [away, other, first, second] = [
    controls.addGuild('Away', { hasBot: false }),
    ...['O', 'F', 'S'].map((name) => controls.addGuild(name)),
  ]
  const dave = controls.addUser('Dave')
  controls.addMember(first ?? '', dave, { roles: ['7'] })
  controls.addMember(second ?? '', dave)
  const guests = new Guests(apiOf(discord), [away, other, first, second].map(String), systemClock)
  const direct = { workspace: `discord:dm-${dave}`, channel: null, roles: [], direct: true }
  const asker = { id: `discord:${dave}`, name: 'Dave', admin: false, locale: 'en', ...direct }
  expect(await guests.admit(asker)).toEqual({ ...asker, workspace: `discord:${first}`, roles: [first, '7'] })
})
