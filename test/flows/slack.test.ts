import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  answersIn,
  buttonsOf,
  delivered,
  type House,
  inHouse,
  modalOf,
  newChannel,
  openedFromHome,
  openHouse,
  picture,
  rowsOf,
  startsOf,
  textOf,
  until,
  whispersTo,
} from '../slack/house.ts'
import { alice, bob, carol, modes } from '../slack/open.ts'
import { latest } from '../slack/stand-in/workspace.ts'

describe.each(modes)('what people can do on Slack, over %s', (mode) => {
  let house: House

  beforeAll(async () => {
    house = await openHouse(mode, { env: { PUBLIC_URL: 'https://videos.example.org' } })
  })
  afterAll(() => house.close())
  const mention = (channel: string, text: string, more: object = {}) =>
    house.slack.people.mention({ channel, user: alice, text, ...more })

  describe.concurrent('one after the other and all at once', () => {
    it('a mention becomes one status message and the video in its thread, mentioning whoever asked', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const told = mention(channel, 'a lion at dusk')
      expect((await told.outcomes)[0]?.acknowledged).toBe(true)
      const { status, video } = await delivered(slack, channel, told.message.ts)
      expect(video.pings).toEqual([alice])
      expect(status.pings).toEqual([])
      expect(video.files[0]).toMatchObject({
        mimetype: 'video/mp4',
        name: expect.stringMatching(/^gen_video_.*\.mp4$/),
      })
      expect(status.history.length).toBeGreaterThan(1)
      expect(textOf(status)).toContain('a lion at dusk')
      expect(buttonsOf(status)).toEqual(expect.arrayContaining(['Again', 'Edit prompt', 'Download', 'Delete']))
      expect(answersIn(slack, channel, told.message.ts)).toHaveLength(2)
    })

    it('an attached image is animated; a second one is the last frame', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const one = mention(channel, 'the sun rises', { files: [await picture(slack, alice)] })
      const files = [await picture(slack, alice), await picture(slack, alice)]
      const two = mention(channel, 'the sun sets', { files })
      await delivered(slack, channel, one.message.ts)
      await delivered(slack, channel, two.message.ts)
      expect(startsOf(house, 'the sun rises')[0]?.film.picture).not.toBeNull()
      expect(startsOf(house, 'the sun sets')[0]?.film.picture).not.toBeNull()
      for (const each of [...one.message.files, ...files]) {
        expect(slack.downloads).toContainEqual({ id: each.id, allowed: true })
      }
    })

    it('options in plain words are followed and echoed as understood', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const told = mention(channel, 'a tall tower 9:16 1080p 8s lite --no cartoon')
      const { status } = await delivered(slack, channel, told.message.ts)
      expect(textOf(status)).toContain('1080p, 9:16, 8 s')
      expect(textOf(status)).toContain('Veo 3.1 Lite')
      expect(textOf(status)).toContain('cartoon')
      expect(startsOf(house, 'a tall tower')[0]).toMatchObject({ resolution: '1080p', aspectRatio: '9:16' })
    })

    it('what cannot be understood gets one helpful reply with an example, and nothing is started', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const empty = mention(channel, '@bot', { events: 3 })
      const odd = mention(channel, 'a lion --speed 3')
      await Promise.all([empty.outcomes, odd.outcomes])
      const [help, ...more] = answersIn(slack, channel, empty.message.ts)
      expect(more).toEqual([])
      expect(textOf(help)).toContain('a lion at dusk, slow camera 9:16 8s')
      const [refusal] = answersIn(slack, channel, odd.message.ts)
      expect(textOf(refusal)).toContain('--speed 3')
      expect(startsOf(house, 'a lion')).toEqual([])
    })

    it('a greeting, thanks and a call for help get the help, and nothing is started', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const said = [
        slack.people.dm({ user: bob, text: 'hi' }),
        // As Slack writes a thumb.
        slack.people.dm({ user: bob, text: ':+1:' }),
        mention(channel, 'help'),
        mention(channel, 'thanks @bot!'),
      ]
      for (const { message, outcomes } of said) {
        await outcomes
        const answers = answersIn(slack, message.channel, message.ts)
        expect(answers.map(textOf)).toEqual([expect.stringContaining('a lion at dusk, slow camera 9:16 8s')])
      }
      await slack.people.slash({ command: '/video', text: 'help', channel, user: alice })
      expect(textOf(whispersTo(slack, alice, channel).at(-1))).toContain('a lion at dusk, slow camera 9:16 8s')
      expect(['hi', 'help', 'thanks !'].flatMap((prompt) => startsOf(house, prompt))).toEqual([])
    })

    it('a message that is changed after it was accepted is told once that the first version counts', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const told = mention(channel, 'a lino in the rain')
      const alone = slack.people.dm({ user: bob, text: 'a bote in the rain' })
      for (const { message, outcomes } of [told, alone]) {
        await outcomes
        const text = message === told.message ? 'a lion in the rain' : 'a boat in the rain'
        for (const each of [text, `${text} 9:16`, `${text} --foo`]) await slack.people.edit(message, each).outcome
        const answers = () => answersIn(slack, message.channel, message.ts)
        await until(() => expect(answers().filter((each) => each.files.length > 0)).toHaveLength(1))
        const said = answers().map(textOf)
        expect(said.filter((each) => each.includes('I took the first version'))).toHaveLength(1)
        expect(said.join()).not.toContain('Nothing was started')
        expect(startsOf(house, text)).toEqual([])
      }
    })

    it('a message that was refused is answered anew each time it is changed, and starts once it can be made', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const { message, outcomes } = mention(channel, 'a gazelle --foo bar')
      await outcomes
      await slack.people.edit(message, 'a gazelle 9s 4:3').outcome
      const said = () => answersIn(slack, channel, message.ts).map(textOf)
      expect(said()).toEqual([expect.stringContaining('--foo bar'), expect.stringContaining('Possible: ')])
      // By now it begins a thread; what reads like a picture further up is no more one than in a new message.
      const good = slack.people.edit(message, 'a photo album opens 9:16')
      await good.outcome
      await slack.people.event(good.payload.event as Record<string, unknown>, false).outcome
      await until(() => expect(startsOf(house, 'a photo album opens')).toHaveLength(1))
      expect(said().join()).not.toContain('first version')
    })

    it('a combination that no model can do is refused with what would be accepted', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const told = mention(channel, 'a whale 1080p 4s fast')
      await told.outcomes
      expect(textOf(answersIn(slack, channel, told.message.ts)[0])).toContain('Possible: ')
    })

    it('works the same in a direct message', async () => {
      const { slack } = house
      const told = slack.people.dm({ user: bob, text: 'a boat in the fog' })
      const { status, video } = await delivered(slack, told.message.channel, told.message.ts)
      expect(video.pings).toEqual([bob])
      expect(textOf(status)).toContain('a boat in the fog')
    })

    it('what is asked for with --private in a channel is answered directly, and stands nowhere else', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const june = slack.space.addUser({ id: 'U0JUNE', name: 'june' }).id
      slack.space.channels.get(channel)?.members.add(june)
      const told = mention(channel, 'a surprise party --private', { user: june })
      await until(() => {
        const direct = slack.space.directChannel(june).id
        const video = slack.space.messages.find((each) => each.channel === direct && each.files.length > 0)
        expect(video?.pings).toEqual([june])
      })
      expect(answersIn(slack, channel, told.message.ts)).toEqual([])
    })

    it('inside a thread, the picture above can be animated', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const root = slack.people.write({ channel, user: bob, text: 'my drawing', files: [await picture(slack, bob)] })
      const told = mention(channel, 'animate the picture above', { thread: root.ts })
      await delivered(slack, channel, root.ts)
      expect(told.message.thread).toBe(root.ts)
      expect(startsOf(house, 'animate the picture above')[0]?.film.picture).not.toBeNull()
      const none = slack.people.write({ channel, user: bob, text: 'no picture here' })
      await mention(channel, 'animate the picture above', { thread: none.ts }).outcomes
      expect(textOf(answersIn(slack, channel, none.ts)[0])).toContain('no picture further up')
    })

    it('/video with words goes straight, and the video stands in the thread of the status message', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const outcome = await slack.people.slash({ command: '/video', text: 'a red kite 16:9', channel, user: alice })
      expect(outcome.acknowledged).toBe(true)
      const video = await until(() => {
        const found = slack.space.messages.find((each) => each.channel === channel && each.files.length > 0)
        expect(found).toBeDefined()
        return found
      })
      const status = slack.space.messages.find((each) => each.channel === channel && each.thread === null)
      expect(video?.thread).toBe(status?.ts)
      expect(video?.pings).toEqual([alice])
    })

    it('/video opens a form with every option whose price follows the choices; sending it off starts one video', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      await slack.people.slash({ command: '/video', channel, user: 'U0BOB' })
      const form = await until(() => modalOf(slack, bob))
      expect(JSON.stringify(form.view)).toContain('Price: $0.80')
      await slack.people.choose(form, 'v1:form:model', 'veo-3.1-generate-preview', { prompt: 'a blue door' })
      await until(() => expect(JSON.stringify(form.view)).toContain('Price: $3.20'))
      expect(JSON.stringify(form.view)).toContain('a blue door')
      const image = await picture(slack, bob)
      const empty = await slack.people.submitView(form, { prompt: '   ' })
      expect(empty.answer).toMatchObject({ response_action: 'errors', errors: { prompt: expect.any(String) } })
      await slack.people.submitView(form, { prompt: 'a blue door', first: [image], options: [] })
      await slack.people.submitView(form, { prompt: 'a blue door', first: [image], options: [] })
      await until(() => expect(startsOf(house, 'a blue door')).toHaveLength(1))
      expect(startsOf(house, 'a blue door')[0]).toMatchObject({ model: 'veo-3.1-generate-preview' })
      expect((await rowsOf(house)).filter((each) => each.prompt === 'a blue door')).toHaveLength(1)
    })

    it('“Animate this image” on a message opens the form with that image', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const message = slack.people.write({ channel, user: alice, text: 'look', files: [await picture(slack, alice)] })
      await slack.people.messageShortcut('v1:animate', carol, message)
      const form = await until(() => modalOf(slack, carol))
      await slack.people.submitView(form, { prompt: 'it comes alive' })
      const { video } = await delivered(slack, channel, message.ts)
      expect(video.pings).toEqual([carol])
      expect(startsOf(house, 'it comes alive')[0]?.film.picture).not.toBeNull()
      const bare = slack.people.write({ channel, user: alice, text: 'nothing' })
      await slack.people.messageShortcut('v1:animate', carol, bare)
      await until(() => expect(JSON.stringify(whispersTo(slack, carol, channel))).toContain('no picture'))
    })

    it('“New video” anywhere goes to the person alone', async () => {
      const { slack } = house
      const dave = slack.space.addUser({ id: 'U0DAVE', name: 'dave' }).id
      await slack.people.shortcut('v1:new', dave)
      const form = await until(() => modalOf(slack, dave))
      await slack.people.submitView(form, { prompt: 'a secret garden' })
      const video = await until(() => {
        const found = slack.space.messages.find((each) => each.files.length > 0 && each.pings.includes(dave))
        expect(found).toBeDefined()
        return found
      })
      expect(video?.channel).toBe(slack.space.directChannel(dave).id)
    })

    it('buttons under the result: again, other words, download and delete', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const told = mention(channel, 'a green frog --model veo-3.1-generate-preview')
      const { status, video } = await delivered(slack, channel, told.message.ts)
      await Promise.all([slack.people.press(status, 'Again', alice), slack.people.press(status, 'Again', alice)])
      await until(() => expect(startsOf(house, 'a green frog')).toHaveLength(2))
      await slack.people.press(status, 'Edit prompt', alice)
      const form = await until(() => modalOf(slack, alice))
      expect(JSON.stringify(form.view)).toContain('a green frog')
      await slack.people.submitView(form, { prompt: 'a purple frog' })
      await until(() => expect(startsOf(house, 'a purple frog')).toHaveLength(1))
      await slack.people.press(status, 'Extend', alice)
      const longer = await until(() => modalOf(slack, alice))
      expect(JSON.stringify(longer.view)).toMatch(/\$2\.80.*Veo 3\.1 {2}·.*7 s/)
      await slack.people.submitView(longer, { prompt: 'the frog leaps' })
      await until(async () => {
        const made = (await rowsOf(house)).find((each) => each.prompt === 'the frog leaps')
        expect(made).toMatchObject({ model: 'veo-3.1-generate-preview', duration_seconds: 7, price_usd: 2.8 })
      })
      await slack.people.press(status, 'Download', alice)
      await until(() => expect(JSON.stringify(whispersTo(slack, alice, channel))).toContain('/archives/'))
      await slack.people.press(status, 'Delete', bob)
      await until(() => expect(JSON.stringify(whispersTo(slack, bob, channel))).toContain('may not do this'))
      for (const who of [alice, bob]) expect(whispersTo(slack, who, channel).at(-1)?.thread).toBe(told.message.ts)
      await slack.people.press(status, 'Delete', alice)
      await until(() => expect(textOf(status)).toContain('Removed'))
      expect(textOf(status)).not.toContain('green frog')
      await until(() => expect(video.deleted).toBe(true))
      expect(slack.space.files.has(video.files[0]?.id ?? '')).toBe(false)
    })

    it('a safety refusal says why, that nothing was charged, and offers another try', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const told = mention(channel, 'rehearse: safety')
      const refused = await until(() => {
        const [status, outcome] = answersIn(slack, channel, told.message.ts)
        expect(outcome?.pings).toEqual([alice])
        expect(textOf(status)).toContain('You were not charged')
        return status
      })
      expect(buttonsOf(refused)).toEqual(expect.arrayContaining(['Try again', 'Edit prompt']))
      expect(answersIn(slack, channel, told.message.ts)).toHaveLength(2)
    })

    it('a reply in a finished video’s thread changes that clip where the model can', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const told = mention(channel, 'a harbour 720p omni')
      await delivered(slack, channel, told.message.ts)
      mention(channel, 'make it night', { thread: told.message.ts })
      await until(() => expect(startsOf(house, 'Edit this video: make it night')).toHaveLength(1))
      expect(startsOf(house, 'Edit this video: make it night')[0]).toMatchObject({ service: 'omni' })
      await until(() =>
        expect(answersIn(slack, channel, told.message.ts).filter((each) => each.files.length)).toHaveLength(2),
      )
    })

    it('and otherwise is offered the nearest thing, with the words kept', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const told = mention(channel, 'a market square')
      await delivered(slack, channel, told.message.ts)
      await mention(channel, 'make it snow', { thread: told.message.ts }).outcomes
      const offer = answersIn(slack, channel, told.message.ts).at(-1)
      expect(textOf(offer)).toContain('cannot change a finished video')
      expect(startsOf(house, 'make it snow')).toEqual([])
      if (!offer) throw new Error('no offer')
      await slack.people.press(offer, 'Make it anew with them', alice)
      await until(() => expect(startsOf(house, 'a market square make it snow')).toHaveLength(1))
      await slack.people.press(offer, 'Go on from its last frame', alice)
      await until(async () => {
        const rows = await rowsOf(house)
        expect(rows.filter((each) => each.prompt === 'make it snow')).toHaveLength(1)
      })
    })

    it('with the options and the privacy that came with the words', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const told = mention(channel, 'a fish market')
      await delivered(slack, channel, told.message.ts)
      await mention(channel, 'make it hail 9:16 --private', { thread: told.message.ts }).outcomes
      const offer = answersIn(slack, channel, told.message.ts).at(-1)
      if (!offer) throw new Error('no offer')
      await slack.people.press(offer, 'Make it anew with them', alice)
      const made = await until(async () => {
        const [row] = (await rowsOf(house)).filter((each) => each.prompt === 'a fish market make it hail')
        expect(row).toMatchObject({ status: 'completed', private: true, aspect_ratio: '9:16' })
        return row
      })
      const video = await until(() => {
        const name = `gen_video_${made?.operation_id}.mp4`
        const found = slack.space.messages.find((each) => each.files[0]?.name === name)
        expect(found).toBeDefined()
        return found
      })
      expect(video?.channel).toMatch(/^D/)
    })

    it('the home page shows one’s own videos with links; for admins also everybody’s and the month’s cost', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const erin = slack.space.addUser({ id: 'U0ERIN', name: 'erin' }).id
      slack.space.channels.get(channel)?.members.add(erin)
      const told = mention(channel, 'a paper plane', { user: erin })
      await delivered(slack, channel, told.message.ts)
      const home = async (user: string) => {
        await slack.people.openHome(user)?.outcome
        return until(() => {
          const view = slack.space.views.get(`V0HOME${user}`)
          expect(view).toBeDefined()
          return JSON.stringify(view?.view)
        })
      }
      const own = await home(erin)
      expect(own).toContain('a paper plane')
      expect(own).toContain(`/archives/${channel}/p`)
      expect(own).not.toContain('This month')
      // Everybody's newest: the tests beside this one make more than a page of them.
      await mention(channel, 'a paper kite', { user: erin }).outcomes
      const admins = await home(carol)
      expect(admins).toContain('a paper kite')
      expect(admins).toMatch(/This month: \$\d/)
      const view = slack.space.views.get(`V0HOME${erin}`)
      if (!view) throw new Error('no home')
      await slack.people.pressIn(view, 'New video')
      await until(() => modalOf(slack, erin))
    })

    it('/operations is for admins alone: filters, pages, one opened with its history and actions', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      await slack.people.slash({ command: '/operations', channel, user: bob })
      expect(textOf(whispersTo(slack, bob, channel).at(-1))).toContain('Not allowed')
      const rooms = Array.from({ length: 9 }, () => newChannel(slack))
      const bridges = rooms.map((room) => mention(room, 'a stone bridge'))
      // Their status messages may have to wait for Slack's limits.
      for (const { message } of bridges)
        await until(() =>
          expect(answersIn(slack, message.channel, message.ts).flatMap(({ files }) => files)).toHaveLength(1),
        )
      const seen = () => whispersTo(slack, carol, channel).at(-1)
      const shows = (...texts: string[]) =>
        until(() => {
          for (const text of texts) expect(textOf(seen())).toContain(text)
          return seen()
        })
      await slack.people.slash({ command: '/operations', text: 'completed 24h', channel, user: carol })
      const list = await shows('alice', 'Done: ', 'Next page')
      if (!list) throw new Error('no list')
      expect(textOf(list)).not.toContain('Google is making')
      await slack.people.press(list, 'Next page', carol)
      const second = await shows('Newest')
      expect(textOf(second)).not.toBe(textOf(list))
      await slack.people.pick(list, 'v1:list:status', 'error', carol)
      await until(() => expect(textOf(seen())).not.toContain('Done: '))
      await slack.people.press(list, 'v1:list:open', carol)
      const opened = await shows('History', 'Your video is ready')
      expect(buttonsOf(opened)).toEqual(expect.arrayContaining(['Again', 'Deliver again', 'Delete']))
      expect(slack.space.messages.filter((each) => textOf(each).includes('Operations'))).toEqual([])
    })

    it('what an admin makes of a member’s private video comes to the admin alone', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const kate = slack.space.addUser({ id: 'U0KATE', name: 'kate' }).id
      const oscar = slack.space.addUser({ id: 'U0OSCAR', name: 'oscar', admin: true }).id
      for (const user of [kate, oscar]) slack.space.channels.get(channel)?.members.add(user)
      const direct = (user: string) => {
        const { id } = slack.space.directChannel(user)
        return slack.space.messages.filter((each) => each.channel === id && each.files.length > 0)
      }
      await slack.people.slash({ command: '/video', text: 'a surprise for bob --private', channel, user: kate })
      const known = (line: string) => line.includes('"delivered"') && line.includes(slack.space.directChannel(kate).id)
      await until(() => expect(house.story.filter(known)).toHaveLength(1))
      await slack.people.slash({ command: '/operations', text: `<@${kate}|kate>`, channel, user: oscar })
      const seen = (text: string) =>
        until(() => {
          const found = whispersTo(slack, oscar, channel).at(-1)
          expect(textOf(found)).toContain(text)
          if (!found) throw new Error('nothing seen')
          return found
        })
      await slack.people.press(await seen('a surprise'), 'v1:list:open', oscar)
      const opened = await seen('History')
      // The video hangs on a message to the member alone.
      expect(textOf(opened)).not.toContain('/archives/D')
      await slack.people.press(opened, 'Download', oscar)
      await seen('https://videos.example.org/watch/')
      await slack.people.press(opened, 'Again', oscar)
      await slack.people.press(opened, 'Edit prompt', oscar)
      await slack.people.submitView(await until(() => modalOf(slack, oscar)), { prompt: 'for the boss alone' })
      await until(() => expect(direct(oscar).map((each) => each.pings)).toEqual([[oscar], [oscar]]))
      expect(direct(kate)).toHaveLength(1)
    })

    it('money and administration answer the person alone: budgets, numbers, the ledger as a file', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const seen = (user: string) => whispersTo(slack, user, channel).map(textOf).join('\n')
      await slack.people.slash({ command: '/budget', channel, user: bob })
      await until(() => expect(seen(bob)).toContain('Budgets'))
      await slack.people.slash({ command: '/stats', channel, user: bob })
      await until(() => expect(seen(bob)).toContain('Numbers'))
      await slack.people.slash({ command: '/ledger', channel, user: bob })
      await until(() => expect(seen(bob)).toContain('Not allowed'))
      await slack.people.slash({ command: '/budget', text: `12.50 <@${bob}|bob>`, channel, user: carol })
      await until(() => expect(seen(carol)).toContain('$12.50'))
      await slack.people.slash({ command: '/ban', channel, user: carol })
      expect(seen(carol)).toContain('mention them after the command')
      await slack.people.slash({ command: '/ledger', channel, user: carol })
      await until(() => {
        const direct = slack.space.directChannel(carol).id
        const file = slack.space.messages.find(
          (each) => each.channel === direct && each.files[0]?.name.endsWith('.csv'),
        )
        expect(String(file?.files[0]?.bytes)).toContain('reservation')
      })
    })

    it('a blocked word with a sign that Slack escapes is blocked, and /audit tells the day on which that was set', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const text = 'scope:channel blocked_words:R&amp;B'
      await slack.people.slash({ command: '/settings', text, channel, user: carol })
      await slack.people.slash({ command: '/audit', channel, user: carol })
      await until(() => {
        const lines = textOf(whispersTo(slack, carol, channel).at(-1)).split('\\n')
        const line = lines.find((each) => each.includes('R&amp;B'))
        expect(line).toMatch(/\^\{date_short_pretty\} \{time\}\|\d{4}-\d\d-\d\d \d\d:\d\d UTC>/)
      })
      const told = mention(channel, 'an R&amp;B singer')
      await told.outcomes
      expect(textOf(answersIn(slack, channel, told.message.ts)[0])).toContain('a word that is not allowed here')
    })
  })

  it('kept to Slack’s limits all the while', () => {
    expect(house.slack.limits.refused).toEqual([])
    // What is deleted by a press is deleted in the thread as well, whichever comes first.
    const isGone = ({ method, error }: { method: string; error: string | null }) =>
      method.endsWith('.delete') && error?.endsWith('_not_found')
    expect(house.slack.requests.filter((each) => each.error !== null && !isGone(each))).toEqual([])
    const late = house.slack.deliveries.all.filter((each) =>
      each.attempts.some((try_) => try_.acknowledgedAfter === null),
    )
    expect(late.map((each) => each.payload)).toEqual([])
  })
})

// Whether Slack calls over HTTP or a socket makes no difference to these.
describe.concurrent('what people can do on Slack, each in a house of their own', () => {
  it.for([
    ['keeps what stands in it', 'a new mill', false],
    ['clears what is emptied in it', 'a mill in a crowd', true],
  ] as const)('the form for other words shows the settings, and %s', ([, prompt, emptied]) =>
    inHouse(async (house) => {
      const { slack } = house
      const dora = slack.space.addUser({ id: 'U0DORA', name: 'dora' }).id
      const channel = newChannel(slack)
      slack.space.channels.get(channel)?.members.add(dora)
      const told = slack.people.mention({ channel, user: dora, text: 'an old mill 9:16 4s --no people --draft' })
      const { status } = await delivered(slack, channel, told.message.ts)
      await slack.people.press(status, 'Edit prompt', dora)
      const form = await until(() => modalOf(slack, dora))
      const blocks = (form.view.blocks as { block_id?: string }[]).map((each) => each.block_id ?? '')
      const sizes = blocks.filter((each) => /^(model|aspect|resolution|duration):/.test(each))
      const nothing = { negative: '', options: [], ...Object.fromEntries(sizes.map((each) => [each, 'auto'])) }
      await slack.people.submitView(form, { prompt, ...(emptied ? nothing : {}) })
      const made = await until(async () => {
        const row = (await rowsOf(house)).find((each) => each.prompt === prompt)
        if (!row) throw new Error('nothing made')
        return row
      })
      expect(made).toMatchObject(
        emptied
          ? { draft: false, negative_prompt: null, aspect_ratio: '16:9', duration_seconds: 8 }
          : { draft: true, negative_prompt: 'people', aspect_ratio: '9:16', duration_seconds: 4 },
      )
    }, 'socket'),
  )

  it('no form is opened that would lose the end of a prompt, and that is said', () =>
    inHouse(async ({ slack }) => {
      const channel = newChannel(slack)
      const told = slack.people.mention({ channel, user: alice, text: 'a long way '.repeat(300) })
      const { status } = await delivered(slack, channel, told.message.ts)
      await slack.people.press(status, 'Edit prompt', alice)
      await until(() => expect(JSON.stringify(whispersTo(slack, alice, channel))).toContain('3000 characters'))
    }, 'socket'))

  it.for([
    ['another member', bob, 'make it rain'],
    ['words that are too long for a button', alice, 'make it rain and glow '.repeat(95)],
  ] as const)('and to %s says what is not possible, without buttons that would be refused', ([, user, text]) =>
    inHouse(async ({ slack }) => {
      const channel = newChannel(slack)
      const told = slack.people.mention({ channel, user: alice, text: 'a quiet square' })
      await delivered(slack, channel, told.message.ts)
      await slack.people.mention({ channel, user, text, thread: told.message.ts }).outcomes
      const answer = answersIn(slack, channel, told.message.ts).at(-1)
      expect(textOf(answer)).toContain('cannot be made')
      expect(buttonsOf(answer)).toEqual([])
    }, 'socket'),
  )

  it('what an admin opens on the home page is a window with buttons that work, and stands nowhere once it is closed', () =>
    inHouse(async (house) => {
      const { slack } = house
      const channel = newChannel(slack)
      const told = slack.people.mention({ channel, user: alice, text: 'a paper boat' })
      await delivered(slack, channel, told.message.ts)
      const seen = () => JSON.stringify(modalOf(slack, carol).view)
      const opened = await openedFromHome(slack, carol, 'a paper boat')
      const before = { ...opened }
      await slack.people.pressIn(opened, 'Edit prompt')
      await until(() => expect(seen()).toContain('v1:video'))
      // What was pressed before the form came is answered while it is filled in.
      await slack.people.pressIn(before, 'Download')
      await until(() => expect(house.story.join()).toContain('hash_conflict'))
      expect(seen()).toContain('v1:video')
      await slack.people.submitView(modalOf(slack, carol), { prompt: 'a paper ship' })
      await until(() => expect(startsOf(house, 'a paper ship')).toHaveLength(1))
      expect(slack.space.messages.filter((each) => each.channel === slack.space.directChannel(carol).id)).toEqual([])
    }, 'socket'))

  it('nothing in a prompt pings, links or breaks out, however long it is', () =>
    inHouse(async ({ slack }) => {
      const channel = newChannel(slack)
      const evil = `&lt;!channel&gt; <!here> <@${bob}> *bold* \`\`\` <https://evil.example|click> ${'long & <b> '.repeat(180)}`
      const told = slack.people.mention({ channel, user: alice, text: evil })
      const { status, video } = await delivered(slack, channel, told.message.ts)
      for (const message of [status, video]) {
        expect(message.pings.filter((ping) => ping !== alice)).toEqual([])
        expect(message.unescaped).toEqual([])
        for (const version of message.history) expect(JSON.stringify(version)).not.toMatch(/<!(?!date\^)|<@(?!U0ALICE)/)
      }
      expect(latest(status).text.length).toBeLessThan(4000)
    }, 'socket'))
})
