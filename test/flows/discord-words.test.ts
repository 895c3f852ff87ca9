import { expect, it } from 'vitest'
import { buttonsOf, deliveries, type House, idOf, openFor, picture, textOf, until } from '../discord/house.ts'

/** Words with which the bot is named. */
function named(house: House, text: string): string {
  return `<@${house.discord.applicationId}> ${text}`
}

it('keeps out of the channel what a reply to a clip asks for with --private, and gives Google no options as words', async (context) => {
  const house = await openFor(context)
  house.members.slash(house.act(), 'video', { prompt: 'A harbour', model: 'gemini-omni-1.1-flash' })
  const [video] = await deliveries(house)
  house.members.write(house.act(), named(house, 'make it night --private'), { repliesTo: video?.id ?? '' })
  await until(async () => expect(await house.newest()).toMatchObject({ relation: 'edit', status: 'completed' }))
  await house.settled()
  expect(house.rehearsal.starts.map(({ prompt }) => prompt)).toEqual(['A harbour', 'Edit this video: make it night'])
  expect(await house.newest()).toMatchObject({ private: true })
  expect(await deliveries(house)).toHaveLength(1)
  await deliveries(house, house.members.dm(house.alice))
})

it('takes a reply to a clip that does not name the bot for talk between people: it costs nothing and gets no answer', async (context) => {
  const house = await openFor(context)
  house.members.slash(house.act(), 'video', { prompt: 'A harbour', model: 'gemini-omni-1.1-flash' })
  const [clip] = await deliveries(house)
  await house.settled()
  const before = house.members.messages(house.channel).length
  house.members.write(house.act(house.bob), 'haha thanks, love it', { repliesTo: clip?.id ?? '' })
  const asked = house.members.write(house.act(), named(house, 'make it night'), { repliesTo: clip?.id ?? '' })
  await deliveries(house, house.channel, 2)
  expect((await house.settled()).map(({ request }) => request.prompt)).toEqual(['make it night', 'A harbour'])
  // Both messages, and a status and a video for the one that named the bot.
  const now = house.members.messages(house.channel)
  expect(now).toHaveLength(before + 4)
  expect(now.find((each) => each.repliesTo === asked)).toBeDefined()
})

it('makes a clip anew with the options that stand in the words of a reply', async (context) => {
  const house = await openFor(context)
  house.video('A lion')
  const [video] = await deliveries(house)
  const reply = house.members.write(house.act(), named(house, 'make it night 9:16 1080p'), {
    repliesTo: video?.id ?? '',
  })
  const offer = await until(() => {
    const found = house.members.messages(house.channel).find((each) => each.repliesTo === reply)
    if (!found) throw new Error('no answer')
    return found
  })
  await house.answered(house.members.press(house.act(), offer.id, idOf(offer, 'Make it anew with them')))
  expect((await house.newest()).request).toMatchObject({
    prompt: 'A lion make it night',
    aspectRatio: '9:16',
    resolution: '1080p',
  })
})

it('shows an admin all of their own with /videos, and with /operations what is of this server', async (context) => {
  const house = await openFor(context)
  for (const user of [house.alice, house.carol]) {
    const direct = house.members.dm(user)
    house.members.slash(house.act(user, direct), 'video', { prompt: 'In private' })
    await deliveries(house, direct)
  }
  for (const user of [house.alice, house.carol]) {
    expect(textOf(await house.answered(house.members.slash(house.act(user), 'videos')))).toContain('In private')
  }
  const all = await house.answered(house.members.slash(house.act(house.carol), 'operations', { member: house.carol }))
  expect(textOf(all)).not.toContain('In private')
})

it('says that it is done to whoever cancels one that they opened from a list, which does not follow its row', async (context) => {
  const house = await openFor(context, { policy: { maxConcurrent: 1 } })
  await house.answered(house.video('rehearse: 60s First'))
  await until(async () => expect((await house.newest()).status).toBe('processing'))
  await house.answered(house.video('Second'))
  const { id } = await house.newest()
  const list = await house.answered(house.members.slash(house.act(house.carol), 'operations'))
  const chosen = house.members.choose(house.act(house.carol), list.id, idOf(list, 'Open one…'), [id])
  const detail = await house.answered(chosen)
  const pressed = house.members.press(house.act(house.carol), detail.id, idOf(detail, 'Cancel'))
  await until(async () => expect((await house.store.get(id))?.errorCode).toBe('cancelled'))
  await house.settled().catch(() => {})
  const { messageId, followUps } = house.members.interaction(pressed) ?? {}
  expect({
    told: messageId ?? followUps?.[0] ?? null,
    versions: house.members.message(detail.id)?.history.length,
  }).not.toEqual({ told: null, versions: 1 })
})

it('animates the picture of a message that was forwarded', async (context) => {
  const house = await openFor(context)
  const source = house.members.write(house.act(house.bob), 'look', { files: [await picture()] })
  const forward = house.members.write(house.act(house.bob), '', { forwards: source })
  const menu = house.members.contextMenu(house.act(), 'Animate this image', forward)
  const modal = await until(() => house.members.interaction(menu)?.modal ?? Promise.reject(new Error('no form')))
  const label = (modal.components[0] as { label: string }).label
  await house.answered(house.members.submitModal(house.act(), menu, { [label]: 'The cat yawns' }))
  await deliveries(house)
  expect((await house.newest()).request).toMatchObject({ firstFrame: { kind: 'saved' } })
})

it('says what it costs before it is pressed: on the button for the final version, and on each form that starts a video', async (context) => {
  const house = await openFor(context)
  const options = { prompt: 'A lion', model: 'veo-3.1-generate-preview', resolution: '4k', duration: 8, draft: true }
  house.members.slash(house.act(), 'video', options)
  const [draft] = await deliveries(house)
  if (!draft) throw new Error('none')
  const { id, priceMicros } = await house.newest()
  const list = await house.answered(house.members.slash(house.act(), 'videos'))
  const chosen = house.members.choose(house.act(), list.id, idOf(list, 'Open one…'), [id])
  for (const message of [draft, await house.answered(chosen)]) {
    expect(buttonsOf(message)).toContain('Final version · $4.80')
  }
  const titles = []
  for (const label of ['Edit prompt', 'Animate its last frame']) {
    const pressed = house.members.press(house.act(), draft.id, idOf(draft, label))
    titles.push(
      await until(() => house.members.interaction(pressed)?.modal?.title ?? Promise.reject(new Error('none'))),
    )
  }
  expect(priceMicros).toBe(185_600)
  expect(titles).toEqual(['Same with other words · $0.186', 'From its last frame · $0.189'])
})

it('gives back what was typed into a form that is refused', async (context) => {
  const house = await openFor(context)
  await house.answered(house.members.slash(house.act(house.carol), 'settings', { blocked_words: 'banana' }))
  house.video('A lion')
  const [video] = await deliveries(house)
  if (!video) throw new Error('none')
  const pressed = house.members.press(house.act(), video.id, idOf(video, 'Edit prompt'))
  const modal = await until(() => house.members.interaction(pressed)?.modal ?? Promise.reject(new Error('no form')))
  const label = (modal.components[0] as { label: string }).label
  const typed = `${'A long and careful description of the scene. '.repeat(40)}With a banana.`
  const sent = house.members.submitModal(house.act(), pressed, { [label]: typed })
  expect(textOf(await house.answered(sent))).toContain('With a banana.')
})
