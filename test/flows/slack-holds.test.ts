import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  answersIn,
  buttonsOf,
  delivered,
  type House,
  inHouse,
  newChannel,
  openHouse,
  picture,
  rowsOf,
  startsOf,
  textOf,
  until,
  whispersTo,
} from '../slack/house.ts'
import { alice, bob, carol, modes } from '../slack/open.ts'
import type { Fault } from '../slack/stand-in/faults.ts'
import { signingSecret } from '../slack/stand-in/index.ts'
import { latest } from '../slack/stand-in/workspace.ts'

describe.each(modes)('one message is one Operation, over %s', (mode) => {
  it.concurrent('under several event ids, redelivered late, and when two processes hear it', () =>
    inHouse(async (house) => {
      const { slack } = house
      const channel = newChannel(slack)
      const other = await house.second()
      const told = slack.people.mention({ channel, user: alice, text: 'a lone wolf', events: 4 })
      await told.outcomes
      if (slack.http) slack.http.url = `${other.url}/slack/events`
      else expect(slack.socket.open).toBe(2)
      const [first] = told.deliveries
      for (let again = 0; again < 2; again += 1) {
        const event = (first?.payload.event ?? {}) as Record<string, unknown>
        expect(await slack.people.event(event, false).outcome).toMatchObject({ acknowledged: true })
      }
      await delivered(slack, channel, told.message.ts)
      expect(startsOf(house, 'a lone wolf')).toHaveLength(1)
      expect(await rowsOf(house)).toHaveLength(1)
      expect(answersIn(slack, channel, told.message.ts)).toHaveLength(2)
    }, mode))
})

describe('requests that Slack did not send', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse('http')
  })
  afterAll(() => house.close())

  const post = async (body: string, headers: Record<string, string>) =>
    (await fetch(`${house.service.url}/slack/events`, { method: 'POST', body, headers })).status

  it('replayed, stale, altered, unsigned or oddly signed ones get 401 and start nothing', async () => {
    const { slack } = house
    const channel = newChannel(slack)
    const told = slack.people.mention({ channel, user: alice, text: 'a real wish' })
    await told.outcomes
    await slack.people.slash({ command: '/video', text: 'a real command', channel, user: alice })
    const sent = [...(slack.http?.sent ?? [])]
    expect(sent).toHaveLength(2)
    for (const { body, headers } of sent) {
      expect(await post(body, headers)).toBe(401)
      expect(await post(body, { ...headers, 'x-slack-signature': `${headers['x-slack-signature']}=again` })).toBe(401)
      expect(await post(body.replace('wish', 'lie').replace('command', 'lie'), headers)).toBe(401)
      const { 'x-slack-signature': _, ...unsigned } = headers
      expect(await post(body, unsigned)).toBe(401)
    }
    const [{ body } = { body: '' }] = sent
    const stale = String(Math.floor(Date.now() / 1000) - 400)
    const signature = createHmac('sha256', signingSecret).update(`v0:${stale}:${body}`).digest('hex')
    const headers = { 'content-type': 'application/json', 'x-slack-request-timestamp': stale }
    expect(await post(body, { ...headers, 'x-slack-signature': `v0=${signature}` })).toBe(401)
    expect((await fetch(`${house.service.url}/slack/events`)).status).toBe(405)
    const prompts = (await rowsOf(house)).map((each) => each.prompt)
    expect(prompts.sort()).toEqual(['a real command', 'a real wish'])
  })
})

// The slowest first, because eight go on at once.
const faults: readonly (Fault & { readonly what: string })[] = [
  { what: 'a hiccup', on: 'files.completeUploadExternal', kind: 'refused', error: 'file_update_failed', times: 1 },
  { what: '429 without a time', on: 'chat.postMessage', kind: 'rate_limited', times: 1, retryAfter: null },
  { what: 'a 503', on: 'chat.postMessage', kind: 'server_error', times: 1 },
  { what: 'a reset', on: 'chat.postMessage', kind: 'reset', times: 1 },
  { what: 'a lost answer', on: 'chat.postMessage', kind: 'reset_after', times: 1 },
  { what: '429 with a time', on: 'chat.postMessage', kind: 'rate_limited', times: 1, retryAfter: 2 },
  { what: 'a 503', on: 'chat.update', kind: 'server_error', times: 1 },
  { what: '429', on: 'chat.update', kind: 'rate_limited', times: 1, retryAfter: 2 },
  { what: 'a reset', on: 'files.getUploadURLExternal', kind: 'reset', times: 1 },
  { what: 'a reset', on: 'upload', kind: 'reset', times: 1 },
  { what: 'a lost answer', on: 'upload', kind: 'reset_after', times: 1 },
  { what: '429', on: 'files.completeUploadExternal', kind: 'rate_limited', times: 1, retryAfter: 2 },
  { what: 'a lost answer twice', on: 'files.completeUploadExternal', kind: 'lost_answer', times: 2 },
  { what: 'a reset', on: 'files.info', kind: 'reset', times: 2 },
]

describe.concurrent('what goes wrong at Slack delays, and neither loses nor doubles', { timeout: 60_000 }, () => {
  it.each(faults)('$what of $on', (fault) =>
    inHouse(async ({ slack }) => {
      slack.faults.add(fault)
      const channel = newChannel(slack)
      const told = slack.people.mention({ channel, user: alice, text: 'come what may' })
      const { video } = await until(async () => {
        const found = await delivered(slack, channel, told.message.ts)
        return found
      }, 45_000)
      expect(video.pings).toEqual([alice])
      expect(answersIn(slack, channel, told.message.ts)).toHaveLength(2)
    }, 'socket'),
  )

  it('an outage while it is made: everything arrives once Slack is back', () =>
    inHouse(async ({ slack, ...house }) => {
      const channel = newChannel(slack)
      const told = slack.people.mention({ channel, user: alice, text: 'rehearse: 3s patience' })
      await told.outcomes
      await until(() => expect(answersIn(slack, channel, told.message.ts)).toHaveLength(1))
      slack.beginOutage()
      await until(async () => expect((await rowsOf({ slack, ...house }))[0]?.status).toBe('completed'))
      await until(() => expect(house.story.filter((line) => line.includes('told later')).length).toBeGreaterThan(1))
      const during = slack.people.mention({ channel, user: bob, text: 'asked in the dark' })
      slack.endOutage()
      await delivered(slack, channel, told.message.ts)
      await delivered(slack, channel, during.message.ts)
      expect(answersIn(slack, channel, told.message.ts)).toHaveLength(2)
    }, 'socket'))

  it('Slack asks to reconnect, cuts the line, or goes silent: events of the meantime arrive', () =>
    inHouse(async ({ slack, ...house }) => {
      const channel = newChannel(slack)
      const ask = async (text: string) => {
        await slack.people.mention({ channel, user: alice, text }).outcomes
        await until(() => expect(startsOf({ slack, ...house }, text)).toHaveLength(1))
      }
      slack.socket.disconnectAll('refresh_requested')
      await ask('after a refresh')
      slack.socket.cutAll()
      await ask('after a cut')
      slack.socket.freezeAll()
      const before = slack.socket.connected
      await ask('after a silence')
      expect(slack.socket.connected).toBeGreaterThan(before)
      expect(await rowsOf({ slack, ...house })).toHaveLength(3)
    }, 'socket'))

  it('a thread that Slack does not show is asked for again, and then the wish counts without it', () =>
    inHouse(async (house) => {
      const { slack } = house
      const channel = newChannel(slack)
      const root = slack.space.post({ channel, thread: null, user: bob, text: 'hello' })
      slack.faults.add({ on: 'conversations.replies', kind: 'server_error' })
      const told = slack.people.mention({ channel, user: alice, text: 'a small wish', thread: root.ts })
      expect((await told.outcomes)[0]?.acknowledged).toBe(true)
      expect(told.deliveries[0]?.attempts).toHaveLength(3)
      await until(() => expect(startsOf(house, 'a small wish')).toHaveLength(1))
    }, 'socket'))

  it('a change asked for under a finished video whose thread Slack does not show changes that video', () =>
    inHouse(async (house) => {
      const { slack } = house
      const [one, other] = [newChannel(slack), newChannel(slack)]
      const told = slack.people.mention({ channel: one, user: alice, text: 'a harbour 720p omni' })
      await delivered(slack, one, told.message.ts)
      await slack.people.slash({ command: '/video', text: 'a bay 720p omni', channel: other, user: alice })
      const root = await until(() => {
        const [status, video] = slack.space.messages.filter((each) => each.channel === other && each.byBot)
        expect(video?.files).toHaveLength(1)
        return status?.ts ?? ''
      })
      slack.faults.add({ on: 'conversations.replies', kind: 'server_error' })
      const night = slack.people.mention({ channel: one, user: alice, text: 'make it night', thread: told.message.ts })
      await until(() => expect(startsOf(house, 'Edit this video: make it night')).toMatchObject([{ service: 'omni' }]))
      expect((await night.outcomes)[0]?.acknowledged).toBe(true)
      slack.faults.clear()
      slack.api.scopes.delete('channels:history')
      slack.people.mention({ channel: other, user: alice, text: 'make it rain', thread: root })
      await until(() => expect(startsOf(house, 'Edit this video: make it rain')).toMatchObject([{ service: 'omni' }]))
    }, 'socket'))

  it('a click that nobody heard leaves a message whose buttons still work', () =>
    inHouse(async ({ slack, ...house }) => {
      const channel = newChannel(slack)
      const told = slack.people.mention({ channel, user: alice, text: 'press me' })
      const { status } = await delivered(slack, channel, told.message.ts)
      slack.beginOutage()
      expect((await slack.people.press(status, 'Again', alice)).acknowledged).toBe(false)
      slack.endOutage()
      await until(async () => expect((await slack.people.press(status, 'Again', alice)).acknowledged).toBe(true))
      await until(() => expect(startsOf({ slack, ...house }, 'press me')).toHaveLength(2))
    }, 'socket'))
})

describe.concurrent('what waits', { timeout: 60_000 }, () => {
  it('is cancelled for nothing while it waits for its turn', () =>
    inHouse(
      async (house) => {
        const { slack } = house
        const channel = newChannel(slack)
        slack.people.mention({ channel, user: alice, text: 'rehearse: stuck now' })
        await until(() => expect(startsOf(house, 'rehearse: stuck now')).toHaveLength(1))
        const told = slack.people.mention({ channel, user: alice, text: 'never mind' })
        const status = await until(() => {
          const [found] = answersIn(slack, channel, told.message.ts)
          expect(buttonsOf(found)).toContain('Cancel')
          return found
        })
        if (!status) throw new Error('no status message')
        await slack.people.press(status, 'Cancel', alice)
        await until(() => expect(textOf(status)).toContain('cancelled before Google began'))
        expect(startsOf(house, 'never mind')).toEqual([])
      },
      'http',
      { env: { MAX_CONCURRENT: '1' } },
    ))

  it('for approval is let go by an admin, and by nobody else', () =>
    inHouse(
      async (house) => {
        const { slack } = house
        const channel = newChannel(slack)
        const told = slack.people.mention({ channel, user: alice, text: 'an expensive one' })
        const status = await until(() => {
          const [found] = answersIn(slack, channel, told.message.ts)
          expect(buttonsOf(found)).toEqual(expect.arrayContaining(['Approve', 'Decline']))
          return found
        })
        if (!status) throw new Error('no status message')
        slack.faults.add({ on: 'chat.postEphemeral', kind: 'refused', error: 'user_not_in_channel', times: 1 })
        await slack.people.press(status, 'Approve', alice)
        await until(() => expect(whispersTo(slack, alice, channel).map(textOf).join()).toContain('may not do this'))
        expect(startsOf(house, 'an expensive one')).toEqual([])
        // Who does not get through to Slack's list of people is not told that they may not.
        slack.faults.add({ on: 'users.info', kind: 'server_error', times: 1 })
        await slack.people.press(status, 'Decline', carol)
        await until(() => expect(whispersTo(slack, carol, channel).map(textOf).join()).toContain('Please try again'))
        await slack.people.press(status, 'Approve', carol)
        await delivered(slack, channel, told.message.ts)
        const office = newChannel(slack)
        await slack.people.slash({
          command: '/settings',
          text: `admin_channel:<#${office}|office>`,
          channel,
          user: carol,
        })
        slack.people.mention({ channel, user: alice, text: 'another expensive one' })
        const card = await until(() => {
          const found = slack.space.messages.find((each) => each.channel === office && each.byBot)
          expect(buttonsOf(found)).toEqual(expect.arrayContaining(['Approve', 'Decline']))
          return found
        })
        if (!card) throw new Error('the admins were not asked')
        await slack.people.press(card, 'Approve', carol)
        await until(() => expect(startsOf(house, 'another expensive one')).toHaveLength(1))
      },
      'socket',
      { env: { APPROVAL_ABOVE_USD: '0.10' } },
    ))
})

describe.concurrent('places and pictures that Slack keeps from the bot', { timeout: 60_000 }, () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse('socket', { env: { PUBLIC_URL: 'https://videos.example.org' } })
  })
  afterAll(() => house.close())

  const toldDirectly = (user: string, sentence: string) =>
    until(() => {
      const channel = house.slack.space.directChannel(user).id
      const said = house.slack.space.messages.filter((each) => each.channel === channel && each.byBot)
      expect(said.map(textOf).join('\n')).toContain(sentence)
      expect(said.filter((each) => each.files.length > 0)).toHaveLength(1)
    })

  describe.concurrent('each with a sentence that says what to do', () => {
    it('the bot is not in the channel', async () => {
      const { slack } = house
      const finn = slack.space.addUser({ id: 'U0FINN', name: 'finn' }).id
      const channel = newChannel(slack, { members: [finn] })
      await slack.people.slash({ command: '/video', text: 'a fox', channel, user: finn })
      await toldDirectly(finn, '/invite me there')
    })

    it('the channel was archived meanwhile', async () => {
      const { slack } = house
      const gail = slack.space.addUser({ id: 'U0GAIL', name: 'gail' }).id
      const channel = newChannel(slack)
      slack.space.channels.get(channel)?.members.add(gail)
      const told = slack.people.mention({ channel, user: gail, text: 'rehearse: 2s please' })
      await until(() => expect(answersIn(slack, channel, told.message.ts)).toHaveLength(1))
      const place = slack.space.channels.get(channel)
      if (place) place.archived = true
      await until(() => {
        const direct = slack.space.directChannel(gail).id
        const video = slack.space.messages.find((each) => each.channel === direct && each.files.length > 0)
        expect(video?.pings).toEqual([gail])
      })
    })

    it.for([
      ['restricted_action', 'posting is restricted'],
      ['restricted_action_thread_locked', 'posting is restricted'],
      ['posting_to_channel_denied', 'posting is restricted'],
      ['access_denied', 'posting is restricted'],
      ['invalid_channel', 'the place is gone'],
      ['cannot_reply_to_message', 'the place is gone'],
    ] as const)('the place is closed, as Slack says with %s', async ([refuses, sentence]) => {
      const { slack } = house
      const user = slack.space.addUser({ id: `U0${refuses.replaceAll('_', '').toUpperCase()}`, name: refuses }).id
      const channel = newChannel(slack, { refuses })
      await slack.people.slash({ command: '/video', text: 'a hat', channel, user })
      await toldDirectly(user, sentence)
    })

    it('a picture that only links to another service; one that was deleted; a file that is no picture', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const ask = async (more: object, sentence: string) => {
        const files = [await picture(slack, alice, more)]
        const told = slack.people.mention({ channel, user: alice, text: 'move it', files })
        await told.outcomes
        expect(textOf(answersIn(slack, channel, told.message.ts)[0])).toContain(sentence)
      }
      await ask({ mode: 'external', name: 'plan.gdraw' }, 'Upload the picture itself to Slack')
      await ask({ mode: 'tombstone' }, 'no longer there')
      await ask({ mimetype: 'application/pdf', name: 'a.pdf' }, 'not a PNG, JPEG or WebP')
      expect(startsOf(house, 'move it')).toEqual([])
    })

    it('a picture of which the event tells only the id is asked for', async () => {
      const { slack } = house
      const channel = newChannel(slack)
      const files = [await picture(slack, alice, { mode: 'check_file_info' })]
      const told = slack.people.mention({ channel, user: alice, text: 'ask for it', files })
      await delivered(slack, channel, told.message.ts)
      expect(startsOf(house, 'ask for it')[0]?.film.picture).not.toBeNull()
    })

    it('people of another organisation in a shared channel are told who can ask, and spend nothing', async () => {
      const { slack } = house
      const ines = slack.space.addUser({ id: 'U0INES', name: 'ines', team: 'T0OTHER' }).id
      const channel = newChannel(slack, { shared: true })
      slack.space.channels.get(channel)?.members.add(ines)
      const told = slack.people.mention({ channel, user: ines, text: 'a free lunch' })
      await told.outcomes
      expect(textOf(answersIn(slack, channel, told.message.ts)[0])).toContain('shared with another organisation')
      const mine = slack.people.mention({ channel, user: alice, text: 'a paid lunch' })
      const { status } = await delivered(slack, channel, mine.message.ts)
      await slack.people.press(status, 'Again', ines)
      await until(() => {
        const whispers = slack.space.ephemerals.filter((each) => each.user === ines)
        expect(whispers.map(textOf).join()).toContain('shared with another organisation')
      })
      expect(startsOf(house, 'a free lunch')).toEqual([])
      expect(startsOf(house, 'a paid lunch')).toHaveLength(1)
    })
  })

  it('a picture behind the login page, because the right to read files is missing', { concurrent: false }, async () => {
    const { slack } = house
    const channel = newChannel(slack)
    slack.api.scopes.delete('files:read')
    const told = slack.people.mention({ channel, user: alice, text: 'locked', files: [await picture(slack, alice)] })
    await until(() => {
      const [status] = answersIn(slack, channel, told.message.ts)
      expect(textOf(status)).toContain('An admin can give it that permission and reinstall it')
    })
    slack.api.scopes.add('files:read')
    expect(startsOf(house, 'locked')).toEqual([])
  })

  it('a video whose file the workspace takes from nobody is given by link, where it was asked for and wherever it is listed', {
    concurrent: false,
  }, async () => {
    const { slack } = house
    const channel = newChannel(slack)
    slack.faults.add({ on: 'files.getUploadURLExternal', kind: 'refused', error: 'file_uploads_disabled' })
    const told = slack.people.mention({ channel, user: bob, text: 'a forbidden film' })
    const [status, outcome] = await until(() => {
      const answers = answersIn(slack, channel, told.message.ts)
      expect(textOf(answers[0])).toContain('so you get a link')
      return answers
    })
    slack.faults.clear()
    if (!status || !outcome) throw new Error('nothing said')
    const link = 'https://videos.example.org/watch/'
    expect(outcome.pings).toEqual([bob])
    expect(textOf(outcome)).toContain(`<${link}`)
    expect(textOf(status)).not.toContain('directly')
    await slack.people.press(status, 'Download', bob)
    await until(() => expect(whispersTo(slack, bob, channel).map(textOf).join()).toContain(link))
    await slack.people.slash({ command: '/videos', channel, user: bob })
    const listed = () => textOf(whispersTo(slack, bob, channel).at(-1))
    await until(() => expect(listed()).toContain('a forbidden film'))
    expect(listed()).toContain(`<${link}`)
    // It is a finished video like any other: what is asked for under it is no other video.
    await slack.people.mention({ channel, user: bob, text: 'make it rain', thread: told.message.ts }).outcomes
    expect(textOf(answersIn(slack, channel, told.message.ts).at(-1))).toContain('cannot change a finished video')
    expect(startsOf(house, 'make it rain')).toEqual([])
  })

  it('a video is deleted also where the bot is no more; of what Slack keeps that is said', {
    concurrent: false,
  }, async () => {
    const { slack } = house
    const channel = newChannel(slack)
    const secrets = { 'my secret': channel, 'a kept secret': channel, 'a locked secret': newChannel(slack) }
    const films = Object.entries(secrets).map(([text, channel]) => slack.people.mention({ channel, user: alice, text }))
    const shown = films.map(({ message }) => delivered(slack, message.channel, message.ts))
    const [one, kept, locked] = await Promise.all(shown)
    slack.space.channels.get(channel)?.members.delete(slack.space.botUser)
    if (!one || !kept || !locked) throw new Error('not there')
    await slack.people.press(one.status, 'Delete', alice)
    await until(() => expect(one.video.files.map(({ id }) => slack.space.files.has(id))).toEqual([false]))
    await until(() => expect(textOf(one.status)).toContain('Removed'))
    expect(textOf(one.status)).not.toContain('still stands')
    slack.faults.add({ on: 'files.delete', kind: 'refused', error: 'cant_delete_file' })
    slack.faults.add({ on: 'chat.delete', kind: 'refused', error: 'compliance_exports_prevent_deletion' })
    await slack.people.press(kept.status, 'Delete', alice)
    await until(() => expect(textOf(kept.status)).toMatch(/still stands\..* ask an admin/))
    slack.faults.clear()
    // What the bot may not change, a press of whoever can see it empties; then it stands no more.
    slack.faults.add({ on: 'chat.update', kind: 'refused', error: 'channel_not_found' })
    const forget = async () => {
      const told = whispersTo(slack, alice, channel).length
      await slack.people.slash({ command: '/forget', text: 'sure', channel, user: alice })
      return until(() => {
        const said = textOf(whispersTo(slack, alice, channel)[told])
        expect(said).toContain('Your name')
        return Number(/still stand there: (\d+)\./.exec(said)?.[1] ?? 0)
      })
    }
    const standing = await forget()
    await slack.people.press(locked.status, 'Edit prompt', bob)
    await until(() => expect(textOf(locked.status)).toContain('Removed'))
    expect(textOf(locked.status)).not.toMatch(/secret|still stands/)
    expect(buttonsOf(locked.status)).toEqual([])
    await until(async () => expect(await forget()).toBe(standing - 1))
    slack.faults.clear()
  })

  it('a video that is refused with a word which nobody knows is not given up: it may pass', {
    concurrent: false,
  }, async () => {
    const { slack } = house
    const channel = newChannel(slack)
    slack.faults.add({ on: 'files.completeUploadExternal', kind: 'refused', error: 'a_word_of_tomorrow', times: 1 })
    slack.people.mention({ channel, user: bob, text: 'a stranger' })
    const said = (text: string) => house.story.filter((line) => line.includes(text))
    await until(() => expect(said('a_word_of_tomorrow')).toHaveLength(1))
    expect(said('a_word_of_tomorrow')[0]).toContain('the thread is told later')
  })

  it('stays inside every limit while six videos are asked for in one channel at once, and posts nothing twice or empty', {
    concurrent: false,
  }, async () => {
    const { slack } = house
    const channel = newChannel(slack)
    const asked = Array.from({ length: 6 }, (_, index) =>
      slack.people.mention({ channel, user: alice, text: `crowd ${index}` }),
    )
    for (const told of asked) await delivered(slack, channel, told.message.ts)
    expect(slack.limits.refused).toEqual([])
    expect(asked.map((told) => answersIn(slack, channel, told.message.ts).length)).toEqual(asked.map(() => 2))
    const said = slack.space.messages.filter((each) => each.channel === channel && each.byBot).map(latest)
    expect(said.every((each) => each.text.length > 0)).toBe(true)
  })
})
