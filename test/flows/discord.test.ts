import { describe, expect, it } from 'vitest'
import { say } from '../../src/core/wording.ts'
import {
  buttonsOf,
  deliveries,
  formOf,
  type House,
  idOf,
  openFor,
  picture,
  textOf,
  textsOf,
  until,
} from '../discord/house.ts'
import type { SeenMessage } from '../discord/stand-in/start.ts'

async function madeVideo(house: House, prompt = 'A lion at dusk', options: Record<string, string> = {}) {
  house.members.slash(house.act(), 'video', { prompt, ...options })
  const [video] = await deliveries(house)
  if (!video) throw new Error('no video')
  return video
}

/** Words with which the bot is named. */
function named(house: House, text: string): string {
  return `<@${house.discord.applicationId}> ${text}`
}

/** The Operation that a message is about, as its footer says. */
function operationOf({ now }: SeenMessage): string | undefined {
  return now.embeds[0]?.footer?.text
}

/** What the bot wrote in reply to a message. */
function answerTo(house: House, message: string) {
  return until(() => {
    const found = house.members.messages(house.channel).find((each) => each.repliesTo === message)
    if (!found) throw new Error('no answer')
    return found
  })
}

describe.concurrent('what members can do on Discord', () => {
  it('posts the video of /video as a reply that pings its requester alone, and ends the status message as one line', async (context) => {
    const house = await openFor(context)
    const id = house.members.slash(house.act(), 'video', { prompt: 'A lion at dusk' })
    const status = await house.answered(id)
    expect(textsOf(status)[0]).toContain('Accepted')
    expect(textsOf(status)[0]).toContain('$0.80')
    expect(house.members.interaction(id)?.answeredAfter).toBeLessThan(3000)

    const [video] = await deliveries(house)
    if (!video) throw new Error('no video')
    const operation = await house.newest()
    expect(video.now.attachments[0]).toMatchObject({ filename: operation.videoFile, hash: operation.videoHash })
    expect(video.pings).toEqual([house.alice])
    expect(video.repliesTo).toBe(status.id)
    expect(textOf(video)).toContain('A lion at dusk')
    expect(textOf(video)).toContain('Veo 3.1 Fast')
    expect(textOf(video)).toContain('$0.80')
    expect(buttonsOf(video)).toEqual(['Again', 'Edit prompt', 'Animate its last frame', 'Extend', 'Download', 'Delete'])
    const ended = await until(() => {
      const now = house.members.message(status.id)
      expect(now?.now.embeds).toEqual([])
      return now
    })
    expect(ended?.now.content).toMatch(/^Done: Veo 3\.1 Fast.*\/channels\//)
    expect(ended?.now.content.split('\n')).toHaveLength(1)
    expect(ended?.now.components).toEqual([])
  })

  it('cuts a long prompt between characters, never inside an emoji', async (context) => {
    const house = await openFor(context)
    const video = await madeVideo(house, `${'a'.repeat(998)}🦁 and more words`)
    expect(video.now.embeds[0]?.description?.isWellFormed()).toBe(true)
    expect(textOf(video)).toContain('aaa…')
  })

  it('shows each stage in one message, with the expected finish as a time that counts down by itself', async (context) => {
    const house = await openFor(context)
    const id = house.members.slash(house.act(), 'video', { prompt: 'rehearse: 3s A boat' })
    const status = await house.answered(id)
    await deliveries(house)
    const shown = textsOf(house.members.message(status.id) ?? status)
    expect(shown[0]).toContain('Accepted')
    expect(shown.find((text) => text.includes('Google is making your video'))).toMatch(/<t:\d+:R>/)
    expect(house.members.messages(house.channel)).toHaveLength(2)
  })

  it('takes images by their address and fetches them after the answer', async (context) => {
    const house = await openFor(context)
    const id = house.members.slash(house.act(), 'video', { prompt: 'It wakes up', image: await picture() })
    await house.answered(id)
    await deliveries(house)
    const { request } = await house.newest()
    expect(request.firstFrame).toMatchObject({ kind: 'saved', mimeType: 'image/png', width: 320 })
  })

  it('refuses an impossible combination privately, naming what would be accepted', async (context) => {
    const house = await openFor(context)
    const refused = await house.answered(
      house.members.slash(house.act(), 'video', { prompt: 'A lion', resolution: '1080p', duration: 4, model: 'fast' }),
    )
    expect(refused.ephemeralFor).toBe(house.alice)
    expect(textOf(refused)).toContain('8')
    expect(textOf(refused)).toContain('Duration')
    expect((await house.store.list({}, null, 10)).operations).toEqual([])
  })

  it('completes only what can be had, with its price', async (context) => {
    const house = await openFor(context)
    const choices = async (focused: string, options: Record<string, string | number>) => {
      const id = house.members.autocomplete(house.act(), 'video', focused, { prompt: 'x', ...options })
      return until(() => {
        const found = house.members.interaction(id)?.choices
        if (!found) throw new Error('no choices')
        return found
      })
    }
    expect(await choices('duration', { duration: '', resolution: '1080p', model: 'veo-3.1-generate-preview' })).toEqual(
      [{ name: '8 s, 1080p, $3.20', value: 8 }],
    )
    const models = await choices('model', { model: '' })
    expect(models.map((each) => each.name)).toContain('Veo 3.1 Lite, from $0.40')
    expect((await choices('aspect', { aspect: '' })).map((each) => each.value)).toEqual(['16:9', '9:16'])
  })

  it('animates an image of any message through a form', async (context) => {
    const house = await openFor(context)
    const name = `${'a-long-file-name-'.repeat(5)}.png`
    const message = house.members.write(house.act(house.bob), 'look', { files: [await picture(name)] })
    const menu = house.members.contextMenu(house.act(), 'Animate this image', message)
    expect(await formOf(house, menu)).toContain('What should the video show?')
    const sent = house.members.submitModal(house.act(), menu, {
      'What should the video show?': 'The cat yawns',
      'Model, length and price': 'Veo 3.1, 4 s, 720p, $1.60',
      'Wide or upright': '9:16 (upright)',
    })
    await house.answered(sent)
    await deliveries(house)
    const { request } = await house.newest()
    expect(request).toMatchObject({
      prompt: 'The cat yawns',
      model: 'veo-3.1-generate-preview',
      durationSeconds: 4,
      aspectRatio: '9:16',
      firstFrame: { kind: 'saved' },
    })
  })

  it('takes a form that is sent off again, because Discord said that something went wrong, as one video', async (context) => {
    const house = await openFor(context)
    const message = house.members.write(house.act(house.bob), 'look', { files: [await picture()] })
    const menu = house.members.contextMenu(house.act(), 'Animate this image', message)
    await formOf(house, menu)
    const values = { 'What should the video show?': 'The cat yawns' }
    await house.answered(house.members.submitModal(house.act(), menu, values))
    await deliveries(house)
    const again = await house.answered(house.members.submitModal(house.act(), menu, values))
    expect(again.ephemeralFor).toBe(house.alice)
    expect((await house.settled()).map(({ request }) => request.prompt)).toEqual(['The cat yawns'])
  })

  it('uses an image of any message as the last frame, asking for the first', async (context) => {
    const house = await openFor(context)
    const message = house.members.write(house.act(house.bob), 'look', { files: [await picture()] })
    const menu = house.members.contextMenu(house.act(), 'Use as last frame', message)
    await formOf(house, menu)
    const values = {
      'What should the video show?': 'It grows',
      'The picture it begins with': await picture('seed.png'),
    }
    await house.answered(house.members.submitModal(house.act(), menu, values))
    await deliveries(house)
    expect((await house.newest()).request).toMatchObject({
      firstFrame: { kind: 'saved' },
      lastFrame: { kind: 'saved' },
    })
  })

  it('says so where a message has no image', async (context) => {
    const house = await openFor(context)
    const message = house.members.write(house.act(house.bob), 'only words')
    const answer = await house.answered(house.members.contextMenu(house.act(), 'Animate this image', message))
    expect(answer.ephemeralFor).toBe(house.alice)
    expect(textOf(answer)).toContain('No image there')
  })

  it('makes it again, with other words, and longer, from the buttons under a result', async (context) => {
    const house = await openFor(context)
    const video = await madeVideo(house)
    const first = await house.newest()
    const again = await house.answered(house.members.press(house.act(), video.id, idOf(video, 'Again')))
    expect(textsOf(again)[0]).toContain('Accepted')
    expect(await house.newest()).toMatchObject({ parentId: first.id, relation: 'again' })

    const edit = house.members.press(house.act(), video.id, idOf(video, 'Edit prompt'))
    await formOf(house, edit)
    const modal = house.members.interaction(edit)?.modal?.components[0]
    expect(modal).toMatchObject({ component: { value: 'A lion at dusk' } })
    await house.answered(
      house.members.submitModal(house.act(), edit, { 'What should the video show?': 'A lion at dawn' }),
    )
    expect(await house.newest()).toMatchObject({ relation: 'edit_prompt', request: { prompt: 'A lion at dawn' } })

    const extend = house.members.press(house.act(), video.id, idOf(video, 'Extend'))
    await formOf(house, extend)
    expect(house.members.interaction(extend)?.modal?.title).toBe('Make it longer · $0.70')
    await house.answered(house.members.submitModal(house.act(), extend, { 'What happens next?': 'It roars' }))
    expect(await house.newest()).toMatchObject({
      relation: 'extend',
      request: { builds: 'extend', prompt: 'It roars' },
    })
    await deliveries(house, house.channel, 4)

    const onward = house.members.press(house.act(), video.id, idOf(video, 'Animate its last frame'))
    await formOf(house, onward)
    await house.answered(
      house.members.submitModal(house.act(), onward, { 'What should the video show?': 'It turns round' }),
    )
    expect(await house.newest()).toMatchObject({
      relation: 'last_frame',
      request: { prompt: 'It turns round', firstFrame: { kind: 'last_frame_of', operationId: first.id } },
    })
  })

  it('opens no form that would lose the end of a prompt, and says so', async (context) => {
    const house = await openFor(context)
    const video = await madeVideo(house, 'over the hill '.repeat(320))
    const answer = await house.answered(house.members.press(house.act(), video.id, idOf(video, 'Edit prompt')))
    expect(answer.ephemeralFor).toBe(house.alice)
    expect(textOf(answer)).toContain('4000 characters')
  })

  it('deletes after asking once more: the video leaves the channel, the prompt the row', async (context) => {
    const house = await openFor(context)
    const video = await madeVideo(house, 'A secret garden')
    const asked = await house.answered(house.members.press(house.act(), video.id, idOf(video, 'Delete')))
    expect(asked.ephemeralFor).toBe(house.alice)
    expect(house.members.message(video.id)?.deleted).toBe(false)
    house.members.press(house.act(), asked.id, idOf(asked, 'Delete for good'))
    await until(() => {
      expect(house.members.message(video.id)?.deleted).toBe(true)
      const left = house.members.messages(house.channel).map(textOf).join()
      expect(left).not.toContain('A secret garden')
      expect(left).toContain('Removed')
    })
    const operation = await house.newest()
    expect(operation.request.prompt).toBe('')
    expect(await house.files.open(`gen_video_${operation.id}.mp4`)).toBeNull()
  })

  it('gives the way to the file on Download', async (context) => {
    const house = await openFor(context)
    const video = await madeVideo(house)
    const answer = await house.answered(house.members.press(house.act(), video.id, idOf(video, 'Download')))
    expect(answer.ephemeralFor).toBe(house.alice)
    expect(textOf(answer)).toContain(video.now.attachments[0]?.url)
  })

  it('hands a private video over once more on Download from /videos, and says why where it does not fit', async (context) => {
    const house = await openFor(context, { videoBytes: 200_000 })
    const hidden = await house.answered(house.members.slash(house.act(), 'video', { prompt: 'Hidden', private: true }))
    await until(() => expect(house.members.message(hidden.id)?.now.attachments).toHaveLength(1))
    await house.settled()
    const { id, videoHash } = await house.newest()
    const list = await house.answered(house.members.slash(house.act(), 'videos'))
    const chosen = house.members.choose(house.act(), list.id, idOf(list, 'Open one…'), [id])
    const detail = await house.answered(chosen)
    const download = async (more: object) => {
      const pressed = house.members.press({ ...house.act(), ...more }, detail.id, idOf(detail, 'Download'))
      const { id: answer } = await house.answered(pressed)
      return until(() => {
        const message = house.members.message(answer)
        if (!message || message.history.length < 2) throw new Error('still thinking')
        return message
      })
    }
    const anew = await download({})
    expect(anew.ephemeralFor).toBe(house.alice)
    expect(anew.now.attachments).toMatchObject([{ filename: `gen_video_${id}.mp4`, hash: videoHash }])
    const small = await download({ uploadLimit: 100_000 })
    expect(small.now.attachments).toEqual([])
    expect(textOf(small)).toContain('too large for this place')
    await house.files.remove(`gen_video_${id}.mp4`)
    expect(textOf(await download({}))).toContain('Not found')
  })

  it('hands over on Download what could be delivered nowhere', async (context) => {
    const house = await openFor(context)
    await house.answered(house.video('rehearse: 60s Nowhere'))
    await until(() => expect(house.rehearsal.starts).toHaveLength(1))
    house.members.changeChannel(house.channel, { deleted: true })
    house.members.blockDms(house.alice, true)
    await house.rehearsal.finish()
    await until(async () => expect((await house.newest()).deliveryProblem).toBe('gone'))
    const there = house.act(house.alice, house.members.addChannel(house.guild, { name: 'other' }))
    const list = await house.answered(house.members.slash(there, 'videos'))
    const { id, videoHash } = await house.newest()
    const detail = await house.answered(house.members.choose(there, list.id, idOf(list, 'Open one…'), [id]))
    const answer = await house.answered(house.members.press(there, detail.id, idOf(detail, 'Download')))
    await until(() => expect(house.members.message(answer.id)?.now.attachments).toMatchObject([{ hash: videoHash }]))
  })

  it('explains a safety refusal, that it cost nothing, and offers another try', async (context) => {
    const house = await openFor(context)
    house.members.slash(house.act(), 'video', { prompt: 'rehearse: safety' })
    const [failure] = await deliveries(house)
    if (!failure) throw new Error('nothing')
    expect(textOf(failure)).toContain('Google refused this for safety')
    expect(textOf(failure)).toContain('You were not charged')
    expect(textOf(failure)).toContain('nothing was charged')
    expect(failure.pings).toEqual([house.alice])
    expect(buttonsOf(failure)).toEqual(['Edit prompt', 'Delete', 'Try again'])
    house.rehearsal.clearFaults()
    await house.answered(house.members.press(house.act(), failure.id, idOf(failure, 'Try again')))
    expect(await house.newest()).toMatchObject({ relation: 'retry' })
  })

  it('offers to make with the words of a reply what Google refused, or what failed otherwise', async (context) => {
    const house = await openFor(context)
    const model = 'gemini-omni-1.1-flash'
    const failed = async (prompt: string) => {
      const status = await house.answered(house.members.slash(house.act(), 'video', { prompt, model }))
      return until(() => {
        const found = house.members.messages(house.channel).find((each) => each.repliesTo === status.id)
        if (!found) throw new Error('no outcome')
        return found
      })
    }
    const replied = async (prompt: string, text: string) => {
      const failure = await failed(prompt)
      const reply = house.members.write(house.act(), named(house, text), { repliesTo: failure.id })
      const offer = await answerTo(house, reply)
      expect(textOf(offer)).toContain('That video was not made')
      expect(buttonsOf(offer)).toEqual(['Make it anew with them'])
      expect((await house.newest()).request.prompt).toBe(prompt)
      await house.answered(house.members.press(house.act(), offer.id, idOf(offer, 'Make it anew with them')))
      const { request, relation } = await house.newest()
      expect({ model: request.model, relation }).toEqual({ model, relation: 'edit_prompt' })
      return request.prompt
    }
    expect(await replied('rehearse: safety a fight', 'a gentle dance instead')).toBe('a gentle dance instead')
    expect(await replied('rehearse: error A lion', 'at night')).toBe('rehearse: error A lion at night')
    // What Google may have still is not offered anew.
    const failure = await failed('rehearse: error A fox')
    const patch = { handle: 'v1/interactions/one', errorCode: 'timed_out', startedAt: Date.now() } as const
    await house.store.change((await house.newest()).id, {}, patch)
    const wait = await answerTo(
      house,
      house.members.write(house.act(), named(house, 'at dusk'), { repliesTo: failure.id }),
    )
    expect(textOf(wait)).toContain('may still come')
    expect(buttonsOf(wait)).toEqual([])
  })

  it('opens the form with the whole of the words it has suggested, however long they are', async (context) => {
    const prompt = `${'a slow dolly shot through the old market at dawn '.repeat(40)}and out to sea`
    const house = await openFor(context, {
      rewriter: { mostMicros: 0, rewrite: async () => ({ prompt, costMicros: 0 }) },
    })
    house.members.slash(house.act(), 'video', { prompt: 'rehearse: safety' })
    const [failure] = await deliveries(house)
    if (!failure) throw new Error('nothing')
    const suggested = house.members.press(house.act(), failure.id, idOf(failure, 'Suggest other words'))
    const shown = await until(async () => {
      const message = house.members.message((await house.answered(suggested)).id)
      if (!message || buttonsOf(message).length === 0) throw new Error('no suggestion yet')
      return message
    })
    const edit = house.members.press(house.act(), shown.id, idOf(shown, 'Edit prompt'))
    await formOf(house, edit)
    expect(house.members.interaction(edit)?.modal?.components[0]).toMatchObject({ component: { value: prompt } })
  })

  it('lists to a member only their own, and works from a direct message too', async (context) => {
    const house = await openFor(context)
    await madeVideo(house, 'Mine')
    house.members.slash(house.act(house.bob), 'video', { prompt: 'His' })
    await deliveries(house, house.channel, 2)
    const list = await house.answered(house.members.slash(house.act(), 'videos'))
    expect(list.ephemeralFor).toBe(house.alice)
    expect(textOf(list)).toContain('Mine')
    expect(textOf(list)).not.toContain('His')
    expect(textOf(list)).toMatch(/\[video\]\(https:\/\/discord\.com\/channels\/\d+\/\d+\/\d+\)/)
  })

  it('takes a mention with a prompt, an image and options in plain words, and answers as a reply', async (context) => {
    const house = await openFor(context)
    const bot = house.discord.applicationId
    const message = house.members.write(house.act(), `<@${bot}> It wakes up 9:16 6s`, { files: [await picture()] })
    const [video] = await deliveries(house)
    const status = house.members.messages(house.channel).find((each) => each.repliesTo === message)
    expect(status?.history[0]?.embeds[0]?.title).toBeDefined()
    expect(video?.repliesTo).toBe(status?.id)
    expect((await house.newest()).request).toMatchObject({
      prompt: 'It wakes up',
      aspectRatio: '9:16',
      durationSeconds: 6,
      firstFrame: { kind: 'saved' },
    })
  })

  it('animates the picture of the message that a mention replies to, and makes nothing where Discord hides it', async (context) => {
    const house = await openFor(context)
    const bot = house.discord.applicationId
    const files = [await picture()]
    const hidden = house.members.write(house.act(house.bob), 'look', { files })
    for (const words of ['animate this picture', 'make her smile and wave']) {
      const asked = house.members.write(house.act(), named(house, words), { repliesTo: hidden })
      const refusal = textOf(await answerTo(house, asked))
      expect(refusal).toContain('Discord does not show me')
      expect(refusal).toContain('Animate this image')
    }
    expect((await house.store.list({}, null, 10)).operations).toEqual([])

    const shown = house.members.write(house.act(house.bob), `<@${bot}>`, { files })
    house.members.write(house.act(), `<@${bot}> animate this picture`, { repliesTo: shown })
    await deliveries(house)
    expect((await house.newest()).request.firstFrame).toMatchObject({ kind: 'saved' })
  })

  it('refuses a mention with a file that is no picture, also in reply to a clip, and makes nothing', async (context) => {
    const house = await openFor(context)
    const video = await madeVideo(house, 'A harbour', { model: 'gemini-omni-1.1-flash' })
    const files = [{ ...(await picture('cat.mov')), type: 'video/quicktime' }]
    for (const more of [{}, { repliesTo: video.id }]) {
      const text = `<@${house.discord.applicationId}> make it dance`
      const mention = house.members.write(house.act(), text, { files, ...more })
      expect(textOf(await answerTo(house, mention))).toContain('not a PNG, JPEG or WebP')
    }
    expect((await house.store.list({}, null, 10)).operations).toHaveLength(1)
  })

  it('takes three pictures of a mention as what should appear', async (context) => {
    const house = await openFor(context)
    const files = [await picture('a.png'), await picture('b.png'), await picture('c.png')]
    house.members.write(house.act(), `<@${house.discord.applicationId}> they meet`, { files })
    await deliveries(house)
    const { request } = await house.newest()
    expect(request.references.map(({ kind }) => kind)).toEqual(['saved', 'saved', 'saved'])
    expect(request.firstFrame).toBeNull()
  })

  it('answers an empty mention or thanks with an example, and a message that mentions nobody with nothing', async (context) => {
    const house = await openFor(context)
    house.members.write(house.act(), 'A lion at dusk')
    const empty = house.members.write(house.act(), `<@${house.discord.applicationId}>`)
    const thanks = house.members.write(house.act(), `Thanks <@${house.discord.applicationId}>!`)
    for (const message of [empty, thanks]) expect(textOf(await answerTo(house, message))).toContain('for example')
    // Discord's list has the bot and the role of its name: what mentions the role alone comes without its words.
    const role = house.members.write(house.act(), `<@&${house.members.botRole(house.guild)}> a lion at dusk`)
    expect(textOf(await answerTo(house, role))).toContain('Choose the bot itself')
    const told = await house.answered(house.members.slash(house.act(), 'video', { prompt: 'help' }))
    expect(textOf(told)).toContain('Say in a sentence what it should show')
    const other = house.members.addRole(house.guild, 'Crew')
    house.members.write(house.act(), `<@&${other}> <@&${house.guild}> a lion`)
    expect((await house.store.list({}, null, 10)).operations).toEqual([])
  })

  it('speaks the member’s language', async (context) => {
    const house = await openFor(context)
    const german = { ...house.act(), locale: 'de' }
    const status = await house.answered(house.members.slash(german, 'video', { prompt: 'Ein Löwe' }))
    expect(textsOf(status)[0]).toContain(say('de', 'queued.title'))
    expect(say('de', 'queued.title')).not.toBe(say('en', 'queued.title'))
    const [video] = await deliveries(house)
    expect(video && buttonsOf(video)).toContain(say('de', 'action.again'))
    expect(house.members.commands('')).toContainEqual(
      expect.objectContaining({
        name: 'video',
        description_localizations: expect.objectContaining({ de: say('de', 'command.video.text') }),
      }),
    )
  })

  it('makes nothing of a reply to its other messages, and a video of any direct message', async (context) => {
    const house = await openFor(context)
    const refused = await house.answered(house.members.slash(house.act(), 'video', { prompt: 'x', seed: 7 }))
    expect(refused.ephemeralFor).toBe(house.alice)
    house.members.write(house.act(), `<@${house.discord.applicationId}>`)
    const help = await until(() => {
      const found = house.members.messages(house.channel).find((each) => textOf(each).includes('for example'))
      if (!found) throw new Error('no help')
      return found
    })
    house.members.write(house.act(), 'thanks', { repliesTo: help.id })
    const direct = house.members.dm(house.alice)
    house.members.write(house.act(house.alice, direct), 'A boat in the fog 9:16')
    await deliveries(house, direct)
    const shown = house.members.write(house.act(house.alice, direct), '', { files: [await picture()] })
    const example = await until(() => {
      const found = house.members.messages(direct).find((each) => each.repliesTo === shown)
      if (!found) throw new Error('no help')
      return found
    })
    house.members.write(house.act(house.alice, direct), 'make it wave', { repliesTo: shown })
    await deliveries(house, direct, 2)
    expect((await house.newest()).request.firstFrame).toMatchObject({ kind: 'saved' })
    house.members.write(house.act(house.alice, direct), 'A lion at dusk', { repliesTo: example.id })
    await deliveries(house, direct, 3)
    const { operations } = await house.store.list({}, null, 10)
    expect(operations.map((each) => each.request.prompt)).toEqual([
      'A lion at dusk',
      'make it wave',
      'A boat in the fog',
    ])
  })

  it('offers the nearest thing when a finished video of a model that cannot change it is replied to', async (context) => {
    const house = await openFor(context)
    const video = await madeVideo(house)
    const reply = house.members.write(house.act(), named(house, 'make it night'), { repliesTo: video.id })
    const offer = await answerTo(house, reply)
    expect(textOf(offer)).toContain('make it night')
    await house.answered(house.members.press(house.act(), offer.id, idOf(offer, 'Make it anew with them')))
    expect((await house.newest()).request.prompt).toBe('A lion at dusk make it night')
    await house.answered(house.members.press(house.act(), offer.id, idOf(offer, 'Go on from its last frame')))
    expect(await house.newest()).toMatchObject({ relation: 'last_frame', request: { prompt: 'make it night' } })
  })

  it('says to another member, and to words that no field holds, what is not possible, without buttons', async (context) => {
    const house = await openFor(context)
    const video = await madeVideo(house)
    const long = 'make it night and glow '.repeat(50)
    for (const [user, text] of [
      [house.bob, 'make it night'],
      [house.alice, long],
    ] as const) {
      const answer = await answerTo(
        house,
        house.members.write(house.act(user), named(house, text), { repliesTo: video.id }),
      )
      expect(textOf(answer)).toContain('cannot be made')
      expect(buttonsOf(answer)).toEqual([])
    }
  })

  it('says of a clip that is still being made that it is not finished, not that its model cannot change it', async (context) => {
    const house = await openFor(context, { seconds: 60 })
    for (const model of ['gemini-omni-1.1-flash', 'veo-3.1-generate-preview']) {
      const status = await house.answered(house.members.slash(house.act(), 'video', { prompt: 'A harbour', model }))
      const reply = house.members.write(house.act(), named(house, 'make it night'), { repliesTo: status.id })
      expect(textOf(await answerTo(house, reply))).toContain('not finished')
    }
  })

  it('changes a finished clip by a reply where the model can', async (context) => {
    const house = await openFor(context)
    const video = await madeVideo(house, 'A harbour', { model: 'gemini-omni-1.1-flash' })
    house.members.write(house.act(), named(house, 'make it night'), { repliesTo: video.id })
    await deliveries(house, house.channel, 2)
    expect(await house.newest()).toMatchObject({
      relation: 'edit',
      request: { builds: 'edit', prompt: 'make it night' },
    })
    const line = video.repliesTo ?? ''
    await until(() => expect(house.members.message(line)?.now.content).toContain('Done'))
    house.members.fault({ match: '^GET /channels/\\d+/messages/\\d+$', kind: 'status', status: 502, times: 1 })
    const unread = house.members.write(house.act(), named(house, 'make it fog'), { repliesTo: line })
    expect(textOf(await answerTo(house, unread))).toContain('Nothing was started. Please try again in 5 s.')
    house.members.write(house.act(house.bob), named(house, 'make it rain'), { repliesTo: line })
    const [, , rainy] = await deliveries(house, house.channel, 3)
    const { parentId, relation } = await house.newest()
    expect({ parentId, relation }).toEqual({ parentId: operationOf(video), relation: 'edit' })
    await until(() => expect(house.members.message(rainy?.repliesTo ?? '')?.now.content).toContain('Done'))
    house.members.deleteMessage(rainy?.id ?? '')
    const lost = house.members.write(house.act(), named(house, 'and snow'), { repliesTo: rainy?.repliesTo ?? '' })
    expect(textOf(await answerTo(house, lost))).toContain('There is no such video here')
    expect((await house.store.list({}, null, 9)).operations).toHaveLength(3)
  })

  it('works in threads and forum posts, privately, in direct messages and where the bot is no member', async (context) => {
    const house = await openFor(context)
    const forum = house.members.addChannel(house.guild, { type: 15, name: 'forum' })
    const post = house.members.addChannel(house.guild, { type: 11, parent: forum, name: 'a post' })
    house.members.slash(house.act(house.alice, post), 'video', { prompt: 'In a forum' })
    expect((await deliveries(house, post))[0]?.now.attachments).toHaveLength(1)

    const hidden = await house.answered(house.members.slash(house.act(), 'video', { prompt: 'Hidden', private: true }))
    expect(hidden.ephemeralFor).toBe(house.alice)
    await until(() => expect(house.members.message(hidden.id)?.now.attachments).toHaveLength(1))
    expect(textOf(house.members.message(hidden.id) ?? hidden)).toContain('Your video is ready')

    const direct = house.members.dm(house.alice)
    house.members.slash(house.act(house.alice, direct), 'video', { prompt: 'In a direct message' })
    expect((await deliveries(house, direct))[0]?.now.attachments).toHaveLength(1)

    const elsewhere = house.members.addChannel(house.members.addGuild('Strangers', { hasBot: false }))
    const there = await house.answered(
      house.members.slash(house.act(house.alice, elsewhere), 'video', { prompt: 'Abroad' }),
    )
    await until(() => expect(house.members.message(there.id)?.now.attachments).toHaveLength(1))
    expect(house.members.counts().invalid).toBe(0)
  })
})
