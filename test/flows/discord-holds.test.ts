import { afterEach, describe, expect, it, onTestFailed } from 'vitest'
import {
  buttonsOf,
  deliveries,
  type House,
  type HouseOptions,
  idOf,
  openHouse,
  textOf,
  until,
} from '../discord/house.ts'
import { mp4 } from '../files/mp4-fixture.ts'

describe('what holds on Discord', () => {
  let house: House
  const act = (user = house.alice, channel = house.channel) => ({ user, channel })
  const video = (prompt = 'A lion', channel = house.channel) =>
    house.members.slash(act(house.alice, channel), 'video', { prompt })
  const minutes = 60_000

  async function open(options: HouseOptions = {}): Promise<void> {
    house = await openHouse(options)
    onTestFailed(() => console.log(house.story.join('\n'), house.members.traffic()))
  }
  afterEach(() => house.close())

  /** Lets what might still come, come: the row is settled and its thread agrees with it. */
  const settled = () =>
    until(async () => {
      const { operations } = await house.store.list({}, null, 100)
      for (const each of operations) expect(each.announcedVersion).toBe(each.version)
      return operations
    }, 15_000)

  it('keeps every button working after a restart, and goes on editing what ran', async () => {
    await open({ seconds: 1.5 })
    const status = await house.answered(video('rehearse: 2s A boat'))
    await until(async () => expect((await house.newest()).status).toBe('processing'))
    await house.end()
    await house.begin()
    const [done] = await deliveries(house)
    await until(() => expect(house.members.message(status.id)?.now.content).toContain('Done'))
    await house.end()
    await house.begin()
    if (!done) throw new Error('nothing')
    await house.answered(house.members.press(act(), done.id, idOf(done, 'Again')))
    expect(house.rehearsal.starts.length).toBeGreaterThanOrEqual(1)
    expect((await house.newest()).relation).toBe('again')
  })

  it('delivers at once when it is back what Google finished while it was down', async () => {
    await open()
    await house.answered(video('rehearse: 1s A boat'))
    await until(async () => expect((await house.newest()).status).toBe('processing'))
    await house.end()
    house.advance(60 * minutes)
    await house.begin()
    const [done] = await deliveries(house)
    expect(done?.now.attachments).toHaveLength(1)
    expect(house.rehearsal.starts).toHaveLength(1)
  })

  it('does not need the reply token: after 15 minutes the channel still gets edits and the video', async () => {
    await open()
    const status = await house.answered(video('rehearse: 60s A boat'))
    await until(async () => expect((await house.newest()).status).toBe('processing'))
    house.advance(20 * minutes)
    await house.rehearsal.finish()
    await deliveries(house)
    await until(() => expect(house.members.message(status.id)?.now.content).toContain('Done'))
  })

  it('sends as a direct message what only an expired token could have reached', async () => {
    await open()
    const abroad = house.members.addChannel(house.members.addGuild('Strangers', { hasBot: false }))
    house.members.slash(act(), 'video', { prompt: 'rehearse: 60s Hidden', private: true })
    house.members.slash(act(house.alice, abroad), 'video', { prompt: 'rehearse: 60s Abroad' })
    await until(() => expect(house.rehearsal.starts).toHaveLength(2))
    house.advance(20 * minutes)
    await house.rehearsal.finish()
    const found = await deliveries(house, house.members.dm(house.alice), 2)
    expect(found.map((each) => each.now.attachments.length)).toEqual([1, 1])
    for (const { deliveryProblem } of await settled()) expect(deliveryProblem).toBe('sent_as_dm')
  })

  it('keeps what was asked for in private by a mention out of the channel', async () => {
    await open()
    house.members.write(act(), `<@${house.discord.applicationId}> A surprise --private`)
    const [done] = await deliveries(house, house.members.dm(house.alice))
    expect(done?.now.attachments).toHaveLength(1)
    await settled()
    expect((await house.newest()).deliveryProblem).toBeNull()
    expect(house.members.messages(house.channel)).toHaveLength(1)
  })

  it('answers every interaction within three seconds in a burst, each with its own message', async () => {
    await open({ policy: { maxConcurrent: 1 }, seconds: 60 })
    const asked = Array.from({ length: 200 }, (_, index) => video(`Clip ${index}`))
    const answers = await Promise.all(asked.map((id) => house.answered(id)))
    expect(new Set(answers.map((each) => each.id)).size).toBe(200)
    for (const id of asked) expect(house.members.interaction(id)?.answeredAfter).toBeLessThan(3000)
    expect(house.members.counts().invalid).toBe(0)
  })

  it('posts a video once when the answer to the post is lost, within the nonce’s memory and after it', async () => {
    await open({ standIn: { nonceMs: 300 } })
    house.members.fault({ match: 'POST /channels/\\d+/messages', kind: 'reset after', times: 1 })
    await house.answered(video('First'))
    await deliveries(house)
    await settled()
    house.members.fault({ match: 'POST /channels/\\d+/messages', kind: 'status after', status: 502, times: 1 })
    await house.answered(video('Second'))
    await deliveries(house, house.channel, 2)
    await house.end()
    house.advance(10 * minutes)
    await house.begin()
    await settled()
    expect(await deliveries(house)).toHaveLength(2)
  })

  it('answers exactly once when the answer to an interaction is lost', async () => {
    await open()
    house.members.fault({ match: 'POST /interactions/', kind: 'reset after', times: 1 })
    const status = await house.answered(video())
    await deliveries(house)
    await settled()
    expect((await house.newest()).statusMessage).toContain(status.id)
    expect(house.members.messages(house.channel)).toHaveLength(2)
  })

  it('posts the status message itself when the interaction could not be answered', async () => {
    await open({ policy: { maxConcurrent: 1 } })
    house.members.fault({ match: 'POST /interactions/', kind: 'status', status: 503, times: 2 })
    video('Unanswered')
    const [done] = await deliveries(house)
    await settled()
    const messages = house.members.messages(house.channel)
    expect(messages).toHaveLength(2)
    expect(done?.repliesTo).toBe(messages.find((each) => each.id !== done?.id)?.id)
  })

  it.each([
    ['a deleted channel', { deleted: true }, 'sent_as_dm'],
    ['a lost permission', { denied: String(1n << 10n) }, 'sent_as_dm'],
    ['a channel that takes no files any more', { denied: String(1n << 15n) }, 'sent_as_dm'],
  ] as const)('goes to a direct message from %s', async (_what, change, problem) => {
    await open()
    await house.answered(video('rehearse: 1s A boat'))
    house.members.changeChannel(house.channel, change)
    const [done] = await deliveries(house, house.members.dm(house.alice))
    expect(done?.now.attachments).toHaveLength(1)
    await settled()
    expect((await house.newest()).deliveryProblem).toBe(problem)
    expect(house.complaints.join()).toContain('this place is closed to us')
  })

  it('opens an archived thread, and leaves a locked one for the channel above it', async () => {
    await open()
    const archived = house.members.addChannel(house.guild, { type: 11, parent: house.channel })
    const locked = house.members.addChannel(house.guild, { type: 11, parent: house.channel })
    const status = await house.answered(video('rehearse: 1s Archived', archived))
    await house.answered(video('rehearse: 1s Locked', locked))
    house.members.changeChannel(archived, { archived: true })
    house.members.changeChannel(locked, { archived: true, locked: true })
    await deliveries(house, archived)
    await until(() => expect(house.members.message(status.id)?.now.content).toContain('Done'))
    expect(await deliveries(house, house.channel)).toHaveLength(1)
    await settled()
    expect((await house.newest()).deliveryProblem).toBe('sent_to_channel')
  })

  it('keeps for /videos what nobody can be told, and says so to admins', async () => {
    await open()
    await house.answered(video('rehearse: 1s Nowhere'))
    house.members.changeChannel(house.channel, { deleted: true })
    house.members.blockDms(house.alice, true)
    await until(async () => expect((await house.newest()).deliveryProblem).toBe('gone'))
    const other = house.members.addChannel(house.guild, { name: 'other' })
    const list = await house.answered(house.members.slash(act(house.carol, other), 'operations'))
    expect(textOf(list)).toContain('gone')
    expect(house.members.counts().invalid).toBeLessThan(10)
  })

  it('shows a link to what is too large for the place', async () => {
    await open({ videoBytes: 200_000, large: { link: (operation) => `https://videos.example/${operation.id}?signed` } })
    house.members.slash({ ...act(), uploadLimit: 100_000 }, 'video', { prompt: 'Large' })
    const [done] = await deliveries(house)
    expect(done?.now.attachments).toEqual([])
    expect(done && textOf(done)).toContain(`https://videos.example/${(await house.newest()).id}?signed`)
    await settled()
    expect((await house.newest()).deliveryProblem).toBe('link_only')
  })

  it('sends a smaller encoding where there is an encoder, also after a 413 at the last moment', async () => {
    const small = mp4({ mediaBytes: 20_000 })
    const discarded: string[] = []
    const copy = {
      file: 'smaller.mp4',
      bytes: small.byteLength,
      mimeType: 'video/mp4',
      modifiedAt: 0,
      stream: () => new Blob([new Uint8Array(small)]).stream() as unknown as NodeJS.ReadableStream,
    }
    await open({
      videoBytes: 200_000,
      large: { smaller: async () => copy, discard: async (file) => void discarded.push(file) },
    })
    house.members.slash({ ...act(), uploadLimit: 100_000 }, 'video', { prompt: 'Large' })
    const [done] = await deliveries(house)
    expect(done?.now.attachments[0]?.size).toBe(small.byteLength)
    house.members.fault({ match: 'POST /channels/\\d+/messages', kind: 'status', status: 413, times: 1 })
    video('Refused at the last moment')
    const both = await deliveries(house, house.channel, 2)
    expect(both[1]?.now.attachments[0]?.size).toBe(small.byteLength)
    await settled()
    expect((await house.newest()).deliveryProblem).toBe('smaller')
    expect(discarded).toEqual(['smaller.mp4', 'smaller.mp4'])
  })

  it('tells the admin’s log where the file lies, and the member a sentence, when nothing else helps', async () => {
    await open({ videoBytes: 200_000 })
    house.members.slash({ ...act(), uploadLimit: 100_000 }, 'video', { prompt: 'Large' })
    const [done] = await deliveries(house)
    expect(done && textOf(done)).toContain('too large for this place')
    expect(house.complaints.join()).toContain((await house.newest()).videoFile)
  })

  it('stays inside the limits when many finish together, and shows every outcome', async () => {
    await open({ standIn: { windowScale: 0.1 }, policy: { maxConcurrent: 50 } })
    for (let index = 0; index < 25; index += 1) video(`Clip ${index}`)
    await deliveries(house, house.channel, 25)
    await settled()
    expect(house.members.counts()).toMatchObject({ exhausted: 0, invalid: 0 })
    const statuses = house.members.messages(house.channel).filter((each) => !each.now.content.startsWith('<@'))
    expect(statuses.map((each) => each.now.content.slice(0, 5))).toEqual(Array(25).fill('Done:'))
  })

  it('waits as long as it is told in a storm of 429s', async () => {
    await open()
    house.members.fault({ match: '(POST|PATCH) /channels/', kind: 'rate limit', retryAfter: 0.2, times: 6 })
    video()
    await deliveries(house)
    await settled()
    expect(house.members.counts().invalid).toBeLessThanOrEqual(6)
    expect(await deliveries(house)).toHaveLength(1)
  })

  it.each(['reconnect', 'invalid', 'invalid resumable', 'cut'] as const)(
    'goes on after a gateway’s “%s”',
    async (what) => {
      await open()
      const { identified, resumed } = house.members.counts()
      house.members.gateway(what)
      await until(() => {
        const now = house.members.counts()
        expect(now.connected).toBe(1)
        expect(now.identified + now.resumed).toBeGreaterThan(identified + resumed)
      }, 12_000)
      await house.answered(video())
      await deliveries(house)
    },
    20_000,
  )

  it('gets what was asked while the connection was being resumed', async () => {
    await open()
    house.members.gateway('cut')
    await until(() => expect(house.members.counts().connected).toBe(0))
    await house.answered(video())
    await deliveries(house)
  })

  it('loses and doubles nothing in an outage', async () => {
    await open()
    const status = await house.answered(video('rehearse: 1s A boat'))
    await house.members.outage('refuse')
    await until(async () => expect((await house.newest()).status).toBe('completed'))
    house.advance(10 * minutes)
    await house.members.outage('none')
    await deliveries(house)
    await until(() => expect(house.members.message(status.id)?.now.content).toContain('Done'), 15_000)
    expect(await deliveries(house)).toHaveLength(1)
    await until(() => expect(house.members.counts().connected).toBe(1), 15_000)
  }, 40_000)

  it('starts without Discord and connects when it is there', async () => {
    await open()
    await house.end()
    await house.members.outage(503)
    await house.begin()
    await house.members.outage('none')
    await until(() => expect(house.members.counts().connected).toBe(1), 10_000)
    await house.answered(video())
  }, 20_000)

  it('makes one Operation of an interaction that arrives twice', async () => {
    await open()
    const id = video()
    house.members.repeat(id)
    await deliveries(house)
    house.members.repeat(id)
    await settled()
    expect((await house.store.list({}, null, 10)).operations).toHaveLength(1)
    expect(house.members.messages(house.channel)).toHaveLength(2)
    expect(house.rehearsal.starts).toHaveLength(1)
  })

  it('lets no prompt or file name ping anyone or break the formatting', async () => {
    await open()
    const nasty = `@everyone <@${house.bob}> <@&123456789> **bold** \`\`\`code <t:0:R> [x](https://evil.example) # big`
    const status = await house.answered(video(nasty))
    const [done] = await deliveries(house)
    expect(done?.pings).toEqual([house.alice])
    expect(status.pings).toEqual([])
    const said = done ? textOf(done).replace(`<@${house.alice}>`, '') : ''
    expect(said).not.toMatch(/(?<!\\)<[@t]/)
    expect(said).not.toContain('@everyone')
    expect(said).not.toMatch(/(?<!\\)\*\*bold/)
    expect(said).not.toMatch(/(?<!\\)\[x\]\(/)
  })

  it('refuses privately a button pressed by someone else, a forged custom id and a missing role', async () => {
    await open()
    video('Hers')
    const [done] = await deliveries(house)
    if (!done) throw new Error('nothing')
    const hidden = await house.answered(house.members.slash(act(), 'video', { prompt: 'Secret', private: true }))
    const secret = await house.newest()
    const pressed = [
      house.members.press(act(house.bob), done.id, idOf(done, 'Delete')),
      house.members.press(act(house.bob), done.id, idOf(done, 'Again')),
      house.members.forge(act(house.bob), done.id, `d1:again:${secret.id}`),
      house.members.forge(act(house.bob), done.id, `d1:open:${secret.id}`),
      house.members.forge(act(house.bob), done.id, 'd1:page::oaaa|'),
      house.members.forge(act(house.bob), done.id, `d1:approve:${secret.id}`),
      house.members.forge(act(house.bob), done.id, 'something else'),
      house.members.forge(
        act(house.bob),
        done.id,
        `d1:delete_yes:${(await house.store.list({}, null, 9)).operations[1]?.id}`,
      ),
    ]
    for (const id of pressed) {
      const answer = await house.answered(id)
      expect(answer.ephemeralFor).toBe(house.bob)
      expect(textOf(answer)).toMatch(/Not allowed|Not found/)
      expect(textOf(answer)).not.toContain('Secret')
    }
    expect((await house.store.list({}, null, 10)).operations).toHaveLength(2)
    expect(hidden.ephemeralFor).toBe(house.alice)
  })

  it('cancels for nothing while it waits, and says truthfully that a running one is paid for', async () => {
    await open({ policy: { maxConcurrent: 1 } })
    const running = await house.answered(video('rehearse: 60s First'))
    await until(async () => expect((await house.newest()).status).toBe('processing'))
    const waiting = await house.answered(video('Second'))
    expect(textOf(waiting)).toContain('cancelling is free')
    house.members.press(act(), waiting.id, idOf(waiting, 'Cancel'))
    await until(() => {
      const now = house.members.message(waiting.id)
      expect(now && textOf(now)).toContain('Cancelled')
      expect(now && textOf(now)).toContain('Nothing was charged')
      expect(now && buttonsOf(now)).toContain('Try again')
    })
    const first = (await house.store.list({}, null, 10)).operations[1]
    const forged = house.members.forge(act(), running.id, `d1:cancel:${first?.id}`)
    const told = await until(() => {
      const followUp = house.members.interaction(forged)?.followUps[0]
      const message = followUp === undefined ? null : house.members.message(followUp)
      if (!message) throw new Error('not told')
      return message
    })
    expect(told.ephemeralFor).toBe(house.alice)
    expect(textOf(told)).toContain('paid for ($0.80)')
    expect(house.members.messages(house.channel).filter((each) => each.pings.length > 0)).toEqual([])
  })

  it('stops a running one at Google where the service can', async () => {
    await open()
    const status = await house.answered(
      house.members.slash(act(), 'video', { prompt: 'rehearse: 60s Long', model: 'gemini-omni-1.1-flash' }),
    )
    await until(() => {
      const now = house.members.message(status.id)
      expect(now && textOf(now)).toContain('Google is making')
      house.members.press(act(), status.id, idOf(now ?? status, 'Cancel'))
    })
    await until(() => {
      const now = house.members.message(status.id)
      expect(now && textOf(now)).toContain('Google was asked to stop and did')
    })
  })

  it('registers its commands once, and again only when they changed', async () => {
    await open({ guildIds: true })
    const puts = () => house.members.traffic().filter((each) => each.method === 'PUT').length
    const before = puts()
    await house.end()
    const reads = house.members
      .traffic()
      .filter((each) => each.method === 'GET' && each.path.endsWith('/commands')).length
    await house.begin()
    await until(() => {
      const now = house.members
        .traffic()
        .filter((each) => each.method === 'GET' && each.path.endsWith('/commands')).length
      expect(now).toBe(reads + 2)
    })
    await house.answered(video())
    expect(puts()).toBe(before)
    expect(before).toBe(1)
  })
})
