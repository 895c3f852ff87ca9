import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buttonsOf, deliveries, idOf, openFor, textOf, textsOf, until } from '../discord/house.ts'
import { mp4 } from '../files/mp4-fixture.ts'

const minutes = 60_000

describe.concurrent('what holds on Discord', () => {
  it('keeps every button working after a restart, and goes on editing what ran', async (context) => {
    const house = await openFor(context, { seconds: 1.5 })
    const status = await house.answered(house.video('rehearse: 2s A boat'))
    await until(async () => expect((await house.newest()).status).toBe('processing'))
    await house.end()
    await house.begin()
    const [done] = await deliveries(house)
    await until(() => expect(house.members.message(status.id)?.now.content).toContain('Done'))
    await house.end()
    await house.begin()
    if (!done) throw new Error('nothing')
    expect(house.rehearsal.starts).toHaveLength(1)
    await house.answered(house.members.press(house.act(), done.id, idOf(done, 'Again')))
    expect((await house.newest()).relation).toBe('again')
  })

  it('delivers at once when it is back what Google finished while it was down', async (context) => {
    const house = await openFor(context)
    await house.answered(house.video('rehearse: 1s A boat'))
    await until(async () => expect((await house.newest()).status).toBe('processing'))
    await house.end()
    house.advance(60 * minutes)
    await house.begin()
    const [done] = await deliveries(house)
    expect(done?.now.attachments).toHaveLength(1)
    expect(house.rehearsal.starts).toHaveLength(1)
  })

  it('posts the video that Google finished after all, right after it said that Google took too long', async (context) => {
    const house = await openFor(context, { policy: { operationTimeoutSeconds: 900 } })
    await house.answered(house.video('rehearse: 60s A boat'))
    await until(async () => expect((await house.newest()).status).toBe('processing'))
    house.advance(16 * minutes)
    const [late] = await deliveries(house)
    if (!late) throw new Error('nothing')
    expect(textOf(late)).toContain('Google took too long')
    await house.rehearsal.finish()
    house.members.press(house.act(), late.id, idOf(late, 'Try again'))
    const video = await until(async () => {
      const [found] = await deliveries(house)
      expect(found?.now.attachments).toHaveLength(1)
      return found
    })
    await house.settled()
    // What it quoted would stand there for ever: no row names that message any more.
    expect(await deliveries(house)).toEqual([video])
    expect(house.members.message(late.id)?.deleted).toBe(true)
    expect(house.rehearsal.starts).toHaveLength(1)
  })

  it('does not need the reply token: after 15 minutes the channel still gets edits and the video', async (context) => {
    const house = await openFor(context)
    const status = await house.answered(house.video('rehearse: 60s A boat'))
    await until(async () => expect((await house.newest()).status).toBe('processing'))
    house.advance(20 * minutes)
    await house.rehearsal.finish()
    await deliveries(house)
    await until(() => expect(house.members.message(status.id)?.now.content).toContain('Done'))
  })

  it('sends as a direct message what only an expired token could have reached', async (context) => {
    const house = await openFor(context)
    const abroad = house.members.addChannel(house.members.addGuild('Strangers', { hasBot: false }))
    house.members.slash(house.act(), 'video', { prompt: 'rehearse: 60s Hidden', private: true })
    house.members.slash(house.act(house.alice, abroad), 'video', { prompt: 'rehearse: 60s Abroad' })
    await until(() => expect(house.rehearsal.starts).toHaveLength(2))
    house.advance(20 * minutes)
    await house.rehearsal.finish()
    const found = await deliveries(house, house.members.dm(house.alice), 2)
    expect(found.map((each) => each.now.attachments.length)).toEqual([1, 1])
    for (const { deliveryProblem } of await house.settled()) expect(deliveryProblem).toBe('sent_as_dm')
  })

  it('keeps what was asked for in private by a mention out of the channel', async (context) => {
    const house = await openFor(context)
    house.members.write(house.act(), `<@${house.discord.applicationId}> A surprise --private`)
    const [done] = await deliveries(house, house.members.dm(house.alice))
    expect(done?.now.attachments).toHaveLength(1)
    await house.settled()
    expect((await house.newest()).deliveryProblem).toBeNull()
    expect(house.members.messages(house.channel)).toHaveLength(1)
    const { members } = house
    const carol = house.act(house.carol)
    const list = await house.answered(members.slash(carol, 'operations'))
    expect(textOf(list)).not.toContain('/@me/')
    const { id, videoHash } = await house.newest()
    const detail = await house.answered(members.choose(carol, list.id, idOf(list, 'Open one…'), [id]))
    const answer = await house.answered(members.press(carol, detail.id, idOf(detail, 'Download')))
    await until(() => expect(members.message(answer.id)?.now.attachments).toMatchObject([{ hash: videoHash }]))
  })

  it('posts a video once when the answer to the post is lost, within the nonce’s memory and after it', async (context) => {
    const house = await openFor(context)
    house.members.fault({ match: 'POST /channels/\\d+/messages', kind: 'reset after', times: 1 })
    await house.answered(house.video('First'))
    await deliveries(house)
    await house.settled()
    house.members.fault({ match: 'POST /channels/\\d+/messages', kind: 'status after', status: 502, times: 1 })
    await house.answered(house.video('Second'))
    await deliveries(house, house.channel, 2)
    await house.end()
    house.advance(10 * minutes)
    await house.begin()
    await house.settled()
    expect(await deliveries(house)).toHaveLength(2)
  })

  it('answers exactly once when the answer to an interaction is lost', async (context) => {
    const house = await openFor(context)
    house.members.fault({ match: 'POST /interactions/', kind: 'reset after', times: 1 })
    const status = await house.answered(house.video())
    await deliveries(house)
    await house.settled()
    expect((await house.newest()).statusMessage).toContain(status.id)
    expect(house.members.messages(house.channel)).toHaveLength(2)
  })

  it('posts the status message itself when the interaction could not be answered', async (context) => {
    const house = await openFor(context, { policy: { maxConcurrent: 1 } })
    house.members.fault({ match: 'POST /interactions/', kind: 'status', status: 503, times: 2 })
    house.video('Unanswered')
    const [done] = await deliveries(house)
    await house.settled()
    const messages = house.members.messages(house.channel)
    expect(messages).toHaveLength(2)
    expect(done?.repliesTo).toBe(messages.find((each) => each.id !== done?.id)?.id)
  })

  it.for([
    ['a deleted channel', { deleted: true }, 'sent_as_dm'],
    ['a lost permission', { denied: String(1n << 10n) }, 'sent_as_dm'],
    ['a channel that takes no files any more', { denied: String(1n << 15n) }, 'sent_as_dm'],
    ['a channel whose history may not be read any more', { denied: String(1n << 16n) }, 'sent_as_dm'],
  ] as const)('goes to a direct message from %s', async ([_what, change, problem], context) => {
    const house = await openFor(context)
    await house.answered(house.video('rehearse: 1s A boat'))
    house.members.changeChannel(house.channel, change)
    const [done] = await deliveries(house, house.members.dm(house.alice))
    expect(done?.now.attachments).toHaveLength(1)
    await house.settled()
    expect((await house.newest()).deliveryProblem).toBe(problem)
    expect(house.complaints.join()).toContain('this place is closed to us')
  })

  it('opens an archived thread, and leaves a locked one for the channel above it', async (context) => {
    const house = await openFor(context)
    const archived = house.members.addChannel(house.guild, { type: 11, parent: house.channel })
    const locked = house.members.addChannel(house.guild, { type: 11, parent: house.channel })
    const status = await house.answered(house.video('rehearse: 1s Archived', archived))
    await house.answered(house.video('rehearse: 1s Locked', locked))
    house.members.changeChannel(archived, { archived: true })
    house.members.changeChannel(locked, { archived: true, locked: true })
    await deliveries(house, archived)
    await until(() => expect(house.members.message(status.id)?.now.content).toContain('Done'))
    expect(await deliveries(house, house.channel)).toHaveLength(1)
    await house.settled()
    expect((await house.newest()).deliveryProblem).toBe('sent_to_channel')
  })

  it('sends the video of a locked forum post as a direct message: the forum above takes none', async (context) => {
    const house = await openFor(context)
    const forum = house.members.addChannel(house.guild, { type: 15, name: 'forum' })
    const post = house.members.addChannel(house.guild, { type: 11, parent: forum, name: 'a post' })
    await house.answered(house.video('rehearse: 60s In a forum', post))
    await until(() => expect(house.rehearsal.starts).toHaveLength(1))
    house.members.changeChannel(post, { archived: true, locked: true })
    await house.rehearsal.finish()
    const [done] = await deliveries(house, house.members.dm(house.alice))
    expect(done?.now.attachments).toHaveLength(1)
    await house.settled()
    expect((await house.newest()).deliveryProblem).toBe('sent_as_dm')
    expect(house.members.traffic().filter(({ path }) => path.endsWith(`/channels/${forum}/messages`))).toEqual([])
  })

  it('keeps for /videos what nobody can be told, and says so to admins', async (context) => {
    const house = await openFor(context)
    await house.answered(house.video('rehearse: 1s Nowhere'))
    house.members.changeChannel(house.channel, { deleted: true })
    house.members.blockDms(house.alice, true)
    await until(async () => expect((await house.newest()).deliveryProblem).toBe('gone'))
    const other = house.members.addChannel(house.guild, { name: 'other' })
    const list = await house.answered(house.members.slash(house.act(house.carol, other), 'operations'))
    expect(textOf(list)).toContain('gone')
    expect(house.members.counts().invalid).toBeLessThan(10)
  })

  it('shows a link to what is too large for the place, and to nobody else', async (context) => {
    const house = await openFor(context, {
      videoBytes: 200_000,
      policy: { approvalAboveMicros: 2_000_000 },
      large: { link: (operation) => `https://videos.example/${operation.id}?signed` },
    })
    const { members } = house
    const office = members.addChannel(house.guild, { name: 'office' })
    const act = { ...house.act(), uploadLimit: 100_000 }
    const [alice, carol] = [house.act(), house.act(house.carol, office)]
    await house.answered(members.slash(carol, 'settings', { admin_channel: `<#${office}>` }))
    const secret = { prompt: 'Large', private: true, model: 'veo-3.1-generate-preview' }
    const alone = await house.answered(members.slash(act, 'video', secret))
    const { id } = await house.newest()
    const asked = await until(() => {
      const [found] = members.messages(office).filter((each) => buttonsOf(each).includes('Approve'))
      if (!found) throw new Error('nobody asked')
      return found
    })
    await house.answered(members.press(carol, asked.id, idOf(asked, 'Approve')))
    members.slash(act, 'video', { prompt: 'Large' })
    const [done] = await deliveries(house)
    expect(done?.now.attachments).toEqual([])
    expect(done && textOf(done)).toContain(`https://videos.example/${(await house.newest()).id}?signed`)
    await until(async () => expect((await house.store.get(id))?.deliveryProblem).toBe('link_only'))
    await house.settled()
    expect((await house.newest()).deliveryProblem).toBe('link_only')
    const linked = `here is a link.\nhttps://videos.example/${id}?signed`
    expect(textOf(members.message(alone.id) ?? alone)).toContain(linked)
    const told = textsOf(members.message(asked.id) ?? asked)
    expect(told.at(-1)).toContain('Approved by Carol')
    expect(told.join()).not.toContain('videos.example')
    const list = await house.answered(members.slash(alice, 'videos'))
    const open = members.choose(alice, list.id, idOf(list, 'Open one…'), [id])
    expect(textOf(await house.answered(open))).toContain(linked)
  })

  it('sends a smaller encoding where there is an encoder, also after a 413 at the last moment', async (context) => {
    const small = mp4({ mediaBytes: 20_000 })
    const discarded: string[] = []
    const copy = {
      file: 'smaller.mp4',
      bytes: small.byteLength,
      mimeType: 'video/mp4',
      modifiedAt: 0,
      stream: () => new Blob([new Uint8Array(small)]).stream() as unknown as NodeJS.ReadableStream,
    }
    const house = await openFor(context, {
      videoBytes: 200_000,
      large: { smaller: async () => copy, discard: async (file) => void discarded.push(file) },
    })
    house.members.slash({ ...house.act(), uploadLimit: 100_000 }, 'video', { prompt: 'Large' })
    const [done] = await deliveries(house)
    expect(done?.now.attachments[0]?.size).toBe(small.byteLength)
    house.members.fault({ match: 'POST /channels/\\d+/messages', kind: 'status', status: 413, times: 1 })
    house.video('Refused at the last moment')
    const both = await deliveries(house, house.channel, 2)
    expect(both[1]?.now.attachments[0]?.size).toBe(small.byteLength)
    await house.settled()
    expect((await house.newest()).deliveryProblem).toBe('smaller')
    expect(discarded).toEqual(['smaller.mp4', 'smaller.mp4'])
  })

  it('tells the admin’s log where the file lies, and the member a sentence, when nothing else helps', async (context) => {
    const house = await openFor(context, { videoBytes: 200_000 })
    house.members.slash({ ...house.act(), uploadLimit: 100_000 }, 'video', { prompt: 'Large' })
    const [done] = await deliveries(house)
    expect(done && textOf(done)).toContain('too large for this place')
    expect(house.complaints.join()).toContain((await house.newest()).videoFile)
  })

  it('stays inside the limits when many finish together, and shows every outcome', async (context) => {
    const house = await openFor(context, { standIn: { windowScale: 0.1 }, policy: { maxConcurrent: 50 } })
    for (let index = 0; index < 25; index += 1) house.video(`Clip ${index}`)
    await deliveries(house, house.channel, 25)
    await house.settled()
    expect(house.members.counts()).toMatchObject({ exhausted: 0, invalid: 0 })
    const statuses = house.members.messages(house.channel).filter((each) => !each.now.content.startsWith('<@'))
    expect(statuses.map((each) => each.now.content.slice(0, 5))).toEqual(Array(25).fill('Done:'))
  })

  it('waits as long as it is told in a storm of 429s', async (context) => {
    const house = await openFor(context)
    house.members.fault({ match: '(POST|PATCH) /channels/', kind: 'rate limit', retryAfter: 0.2, times: 6 })
    house.video()
    await deliveries(house)
    await house.settled()
    expect(house.members.counts().invalid).toBeLessThanOrEqual(6)
    expect(await deliveries(house)).toHaveLength(1)
  })

  it.for(['reconnect', 'invalid', 'invalid resumable', 'cut'] as const)(
    'goes on after a gateway’s “%s”',
    { timeout: 20_000 },
    async (what, context) => {
      const house = await openFor(context)
      const { identified, resumed } = house.members.counts()
      house.members.gateway(what)
      await until(() => {
        const now = house.members.counts()
        expect(now.connected).toBe(1)
        expect(now.identified + now.resumed).toBeGreaterThan(identified + resumed)
      }, 12_000)
      await house.answered(house.video())
      await deliveries(house)
    },
  )

  it('gets what was asked while the connection was being resumed', async (context) => {
    const house = await openFor(context)
    house.members.gateway('cut')
    await until(() => expect(house.members.counts().connected).toBe(0))
    await house.answered(house.video())
    await deliveries(house)
  })

  it('loses and doubles nothing in an outage', async (context) => {
    const house = await openFor(context)
    const status = await house.answered(house.video('rehearse: 1s A boat'))
    await house.members.outage('refuse')
    await until(async () => expect((await house.newest()).status).toBe('completed'))
    house.advance(10 * minutes)
    await house.members.outage('none')
    await deliveries(house)
    await until(() => expect(house.members.message(status.id)?.now.content).toContain('Done'), 15_000)
    expect(await deliveries(house)).toHaveLength(1)
    await until(() => expect(house.members.counts().connected).toBe(1), 15_000)
  }, 40_000)

  it('starts without Discord and connects when it is there', async (context) => {
    const house = await openFor(context)
    await house.end()
    await house.members.outage(503)
    await house.begin()
    await house.members.outage('none')
    await until(() => expect(house.members.counts().connected).toBe(1), 10_000)
    await house.answered(house.video())
  }, 20_000)

  it.for(['first', 'resumed'] as const)(
    'ends, and stays away, while Discord has not greeted its %s connection',
    async (which, context) => {
      const house = await openFor(context)
      const before = house.members.counts()
      house.members.gateway('mute')
      if (which === 'first') await house.end()
      else house.members.gateway('cut')
      if (which === 'first') void house.begin()
      await until(() => {
        const now = house.members.counts()
        expect(now.identified + now.resumed).toBe(before.identified + before.resumed + 1)
      })
      await house.end()
      house.members.gateway('unmute')
      await house.begin()
      // Longer than the half second after which a forgotten connection would come back.
      house.video('rehearse: 1s A boat')
      await deliveries(house)
      const after = house.members.counts()
      expect(after.connected).toBe(1)
      expect(after.identified + after.resumed).toBe(before.identified + before.resumed + 2)
    },
  )

  it('makes one Operation of an interaction that arrives twice', async (context) => {
    const house = await openFor(context)
    const id = house.video()
    house.members.repeat(id)
    await deliveries(house)
    house.members.repeat(id)
    await house.settled()
    expect((await house.store.list({}, null, 10)).operations).toHaveLength(1)
    expect(house.members.messages(house.channel)).toHaveLength(2)
    expect(house.rehearsal.starts).toHaveLength(1)
  })

  it('lets no prompt or file name ping anyone or break the formatting', async (context) => {
    const house = await openFor(context)
    const nasty = `@everyone <@${house.bob}> <@&123456789> **bold** \`\`\`code <t:0:R> [x](https://evil.example) # big`
    const status = await house.answered(house.video(nasty))
    const [done] = await deliveries(house)
    expect(done?.pings).toEqual([house.alice])
    expect(status.pings).toEqual([])
    const said = done ? textOf(done).replace(`<@${house.alice}>`, '') : ''
    expect(said).not.toMatch(/(?<!\\)<[@t]/)
    expect(said).not.toContain('@everyone')
    expect(said).not.toMatch(/(?<!\\)\*\*bold/)
    expect(said).not.toMatch(/(?<!\\)\[x\]\(/)
  })

  it('refuses privately a button pressed by someone else, a forged custom id and a missing role', async (context) => {
    const house = await openFor(context)
    house.video('Hers')
    const [done] = await deliveries(house)
    if (!done) throw new Error('nothing')
    const hidden = await house.answered(house.members.slash(house.act(), 'video', { prompt: 'Secret', private: true }))
    const secret = await house.newest()
    const pressed = [
      house.members.press(house.act(house.bob), done.id, idOf(done, 'Delete')),
      house.members.press(house.act(house.bob), done.id, idOf(done, 'Again')),
      house.members.forge(house.act(house.bob), done.id, `d1:again:${secret.id}`),
      house.members.forge(house.act(house.bob), done.id, `d1:open:${secret.id}`),
      house.members.forge(house.act(house.bob), done.id, 'd1:page::oaaa|'),
      house.members.forge(house.act(house.bob), done.id, `d1:approve:${secret.id}`),
      house.members.forge(house.act(house.bob), done.id, 'something else'),
      house.members.forge(
        house.act(house.bob),
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

  it('answers whatever a forged client sends with a private refusal', async (context) => {
    const house = await openFor(context)
    house.video()
    const [done] = await deliveries(house)
    const { id } = await house.newest()
    const verb = fc.constantFrom('again', 'open', 'page', 'form', 'field', 'delete_yes', 'edit_with', 'suggest', 'x')
    // A custom id has at most 100 characters, some of which are two.
    const forged = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 50 }),
      fc
        .tuple(verb, fc.constantFrom(id, '', 'deadbeef'), fc.string({ unit: 'binary', maxLength: 20 }))
        .map((parts) => `d1:${parts.join(':')}`),
    )
    const asked = fc
      .sample(forged, { numRuns: 150, seed: 11 })
      .map((custom) => house.members.forge(house.act(house.bob), done?.id ?? '', custom))
    for (const each of asked) expect((await house.answered(each)).ephemeralFor).toBe(house.bob)
    expect((await house.store.list({}, null, 10)).operations).toHaveLength(1)
    expect(house.complaints.filter((each) => each.includes('not understood'))).toEqual([])
  })

  it('cancels for nothing while it waits, and says truthfully that a running one is paid for', async (context) => {
    const house = await openFor(context, { policy: { maxConcurrent: 1 } })
    const running = await house.answered(house.video('rehearse: 60s First'))
    await until(async () => expect((await house.newest()).status).toBe('processing'))
    const waiting = await house.answered(house.video('Second'))
    expect(textOf(waiting)).toContain('cancelling is free')
    house.members.press(house.act(), waiting.id, idOf(waiting, 'Cancel'))
    await until(() => {
      const now = house.members.message(waiting.id)
      expect(now && textOf(now)).toContain('Cancelled')
      expect(now && textOf(now)).toContain('Nothing was charged')
      expect(now && buttonsOf(now)).toContain('Try again')
    })
    const first = (await house.store.list({}, null, 10)).operations[1]
    const forged = house.members.forge(house.act(), running.id, `d1:cancel:${first?.id}`)
    const told = await until(() => {
      const followUp = house.members.interaction(forged)?.followUps[0]
      const message = followUp === undefined ? null : house.members.message(followUp)
      if (!message) throw new Error('not told')
      return message
    })
    expect(told.ephemeralFor).toBe(house.alice)
    expect(textOf(told)).toContain('paid for ($0.80)')
    expect(house.members.messages(house.channel).filter((each) => each.pings.length > 0)).toEqual([])

    const { cancel } = house.commands
    const line = () => house.members.message(running.id)?.now
    house.commands.cancel = async (id, person) => {
      // Google takes so long to stop that it has finished meanwhile, and all of that has been told.
      await house.rehearsal.finish()
      await until(() => expect(line()?.content).toContain('Done'))
      return cancel(id, person)
    }
    house.members.press(house.act(), running.id, idOf(house.members.message(running.id) ?? running, 'Cancel'))
    await until(() => expect(line()?.content).toContain('Done'))
    await house.end()
    expect(line()).toMatchObject({ content: expect.stringContaining('Done'), embeds: [], components: [] })
  })

  it('stops a running one at Google where the service can', async (context) => {
    const house = await openFor(context)
    const status = await house.answered(
      house.members.slash(house.act(), 'video', { prompt: 'rehearse: 60s Long', model: 'gemini-omni-1.1-flash' }),
    )
    await until(() => {
      const now = house.members.message(status.id)
      expect(now && textOf(now)).toContain('Google is making')
      house.members.press(house.act(), status.id, idOf(now ?? status, 'Cancel'))
    })
    await until(() => {
      const now = house.members.message(status.id)
      expect(now && textOf(now)).toContain('Google was asked to stop and did')
    })
  })

  it('registers its commands once, and again only when they changed', async (context) => {
    const house = await openFor(context, { guildIds: true })
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
    await house.answered(house.video())
    expect(puts()).toBe(before)
    expect(before).toBe(1)
  })
})

describe('under load on Discord', () => {
  it('answers every interaction within three seconds in a burst, each with its own message', async (context) => {
    const house = await openFor(context, { policy: { maxConcurrent: 1 }, seconds: 60 })
    const asked = Array.from({ length: 100 }, (_, index) => house.video(`Clip ${index}`))
    const answers = await Promise.all(asked.map((id) => house.answered(id)))
    expect(new Set(answers.map((each) => each.id)).size).toBe(100)
    for (const id of asked) expect(house.members.interaction(id)?.answeredAfter).toBeLessThan(3000)
    expect(house.members.counts().invalid).toBe(0)
  })
})
