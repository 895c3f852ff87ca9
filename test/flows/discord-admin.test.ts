import { InteractionResponseType } from 'discord.js'
import { describe, expect, it, type TestContext } from 'vitest'
import { buttonsOf, deliveries, type House, idOf, openFor, textOf, until } from '../discord/house.ts'
import type { SeenMessage } from '../discord/stand-in/start.ts'

async function makeVideos(house: House, count: number, prompt = 'Clip'): Promise<void> {
  for (let index = 0; index < count; index += 1) house.video(`${prompt} ${index}`)
  await deliveries(house, house.channel, count)
  // What stands in the channel is in the store a moment later.
  await until(async () => {
    const { operations } = await house.store.list({}, null, 100)
    expect(operations.filter(({ deliveredMessage }) => deliveredMessage !== null).length).toBeGreaterThanOrEqual(count)
  })
}

function clipsIn(message: SeenMessage | null): string[] {
  return message?.now.embeds[0]?.description?.match(/Clip \d+/g) ?? []
}

const open = (context: TestContext) => openFor(context, { seconds: 0.05, adminIds: (carol) => [`discord:${carol}`] })

describe.concurrent('what admins can do on Discord', () => {
  it('pages through /operations, newest first, with cost, elapsed time and links, for the admin alone', async (context) => {
    const house = await open(context)
    await makeVideos(house, 12)
    const list = await house.answered(house.members.slash(house.act(house.carol), 'operations'))
    expect(list.ephemeralFor).toBe(house.carol)
    const lines = list.now.embeds[0]?.description?.split('\n') ?? []
    expect(lines).toHaveLength(10)
    expect(lines[0]).toMatch(
      new RegExp(`<@${house.alice}>.*Clip .*\\$0\\.80.*\\[message\\]\\(https.*\\[video\\]\\(https`),
    )
    house.members.press(house.act(house.carol), list.id, idOf(list, 'Next page'))
    const turned = await until(() => {
      const now = house.members.message(list.id)
      expect(now?.now.embeds[0]?.description?.split('\n')).toHaveLength(2)
      return now
    })
    if (!turned) throw new Error('gone')
    expect(buttonsOf(turned)).toEqual(['Newest'])
    house.members.press(house.act(house.carol), list.id, idOf(turned, 'Newest'))
    await until(() => expect(house.members.message(list.id)?.now.embeds[0]?.description).toContain('Clip'))
  })

  it('filters by state, member, model and age, and keeps the filter on the next page', async (context) => {
    const house = await open(context)
    await makeVideos(house, 11)
    house.members.slash(house.act(house.bob), 'video', { prompt: 'rehearse: safety' })
    await deliveries(house, house.channel, 12)
    const failed = await house.answered(
      house.members.slash(house.act(house.carol), 'operations', { status: 'error', since: '1h' }),
    )
    expect(textOf(failed)).toContain('blocked_by_safety')
    expect(failed.now.embeds[0]?.description?.split('\n')).toHaveLength(1)
    const options = { member: house.alice, model: 'veo-3.1-fast-generate-preview', status: 'completed', since: '30d' }
    const hers = await house.answered(house.members.slash(house.act(house.carol), 'operations', options))
    const first = clipsIn(hers)
    expect(first).toHaveLength(10)
    house.members.press(house.act(house.carol), hers.id, idOf(hers, 'Next page'))
    // What is asked for at the same moment may be written in any order.
    await until(() => expect(new Set([...first, ...clipsIn(house.members.message(hers.id))]).size).toBe(11))
    expect(clipsIn(house.members.message(hers.id))).toHaveLength(1)
  })

  it('opens one with its history and actions, and delivers it again, be its message gone or not', async (context) => {
    const house = await open(context)
    await makeVideos(house, 1)
    const [video] = await deliveries(house)
    house.members.deleteMessage(video?.id ?? '')
    const list = await house.answered(house.members.slash(house.act(house.carol), 'operations'))
    const operation = await house.newest()
    const detail = await house.answered(
      house.members.choose(house.act(house.carol), list.id, idOf(list, 'Open one…'), [operation.id]),
    )
    expect(detail.ephemeralFor).toBe(house.carol)
    expect(textOf(detail)).toContain('History')
    expect(textOf(detail)).toContain('Saved')
    expect(buttonsOf(detail)).toContain('Deliver again')
    const askAgain = () =>
      house.answered(house.members.press(house.act(house.carol), detail.id, idOf(detail, 'Deliver again')))
    await askAgain()
    const [again] = await deliveries(house)
    expect(again?.now.attachments[0]?.hash).toBe(operation.videoHash)
    await house.settled()
    // Discord forgets a nonce: what stands there is looked for before another is posted.
    house.advance(120_000)
    const deliverAgain = async () => {
      await askAgain()
      await house.settled()
    }
    await deliverAgain()
    const [anew, ...more] = await deliveries(house)
    expect([anew?.now.attachments[0]?.hash, more]).toEqual([operation.videoHash, []])
    expect(house.members.message(again?.id ?? '')?.deleted).toBe(true)
    // Where nothing more can be posted it stays, and where another went to one person alone.
    house.members.changeChannel(house.channel, { denied: String(1n << 11n) })
    house.members.blockDms(house.alice, true)
    await deliverAgain()
    expect(await house.newest()).toMatchObject({ deliveryProblem: 'gone' })
    expect(await deliveries(house)).toEqual([anew])
    house.members.blockDms(house.alice, false)
    await deliverAgain()
    const [direct] = await deliveries(house, house.members.dm(house.alice))
    expect(await deliveries(house)).toEqual([anew])
    house.members.changeChannel(house.channel, { denied: '0' })
    await deliverAgain()
    const [last, ...others] = await deliveries(house)
    expect([last?.now.attachments.length, others]).toEqual([1, []])
    expect([anew, direct].map((each) => house.members.message(each?.id ?? '')?.deleted)).toEqual([true, true])
    // Too large for its place by now, it came in words, whose answer was lost: where the video hangs it stays.
    const post = { match: 'POST /channels/\\d+/messages', times: 1 }
    house.members.fault({ ...post, kind: 'status', status: 413 })
    house.members.fault({ ...post, kind: 'reset after' })
    await askAgain()
    await until(async () => {
      const { announceAttempts, announcedVersion, version } = await house.newest()
      expect(announceAttempts === 1 || announcedVersion === version).toBe(true)
    })
    house.advance(5_000)
    // Wakes who tells, whose clock went on in its sleep.
    await house.store.change(operation.id, {}, { announceDueAt: 0 })
    await house.settled()
    expect((await deliveries(house)).map((each) => each.now.attachments.length)).toEqual([1, 0])
    // Of one that was posted without an answer the row knows no name.
    house.members.fault({ ...post, kind: 'reset after' })
    await askAgain()
    const all = await deliveries(house, house.channel, 3)
    await until(async () => expect((await house.newest()).announceAttempts).toBe(1))
    const host = {
      id: `discord:${house.carol}`,
      name: 'Carol',
      workspace: `discord:${house.guild}`,
      channel: null,
      roles: [],
      admin: true,
      locale: 'en',
    }
    await house.commands.remove(operation.id, host)
    const areGone = () => all.map((each) => house.members.message(each.id)?.deleted)
    await until(() => expect(areGone()).toEqual([true, true, true]))
  })

  it('refuses /operations and /settings to a member, privately', async (context) => {
    const house = await open(context)
    for (const command of ['operations', 'settings']) {
      const refused = await house.answered(house.members.slash(house.act(house.alice), command))
      expect(refused.ephemeralFor).toBe(house.alice)
      expect(textOf(refused)).toContain('Not allowed')
    }
  })

  it('sets defaults, what is allowed and who may use it, for the server or a channel, and shows it', async (context) => {
    const house = await open(context)
    const role = house.members.addRole(house.guild, 'film makers')
    const saved = await house.answered(
      house.members.slash(house.act(house.carol), 'settings', {
        scope: 'channel',
        resolution: '1080p',
        allowed_models: 'veo-3.1-lite-generate-preview',
        role,
      }),
    )
    expect(saved.ephemeralFor).toBe(house.carol)
    expect(textOf(saved)).toContain('Saved')
    expect(textOf(saved)).toContain(`<@&${role}>`)
    const refused = await house.answered(house.members.slash(house.act(house.alice), 'video', { prompt: 'A lion' }))
    expect(textOf(refused)).toContain('Not allowed')
    const elsewhere = house.members.addChannel(house.guild, { name: 'other' })
    await house.answered(house.members.slash(house.act(house.alice, elsewhere), 'video', { prompt: 'A lion' }))
    expect((await house.newest()).request.model).toBe('veo-3.1-fast-generate-preview')
    await house.answered(house.members.slash(house.act(house.carol), 'video', { prompt: 'A lion' }))
    expect((await house.newest()).request).toMatchObject({
      model: 'veo-3.1-lite-generate-preview',
      resolution: '1080p',
    })
    const reset = await house.answered(
      house.members.slash(house.act(house.carol), 'settings', { scope: 'channel', reset: true }),
    )
    expect(textOf(reset)).toContain('Nothing is set')
  })

  it('keeps a channel closed where a role is named that the whole server has named already, and opens it to @everyone', async (context) => {
    const house = await open(context)
    const role = house.members.addRole(house.guild, 'film makers')
    const set = (options: Record<string, string>) =>
      house.answered(house.members.slash(house.act(house.carol), 'settings', options))
    const asked = async () => textOf(await house.answered(house.video('A lion')))
    await set({ role })
    expect(await asked()).toContain('Not allowed')
    await set({ scope: 'channel', role })
    expect(await asked()).toContain('Not allowed')
    await set({ scope: 'channel', role })
    expect(await asked()).toContain('Not allowed')
    await set({ scope: 'channel', role: house.guild })
    expect(await asked()).not.toContain('Not allowed')
  })

  it('takes a model by its name, and refuses what would let nobody make anything', async (context) => {
    const house = await open(context)
    const set = async (options: Record<string, string>) =>
      textOf(await house.answered(house.members.slash(house.act(house.carol), 'settings', options)))
    expect(await set({ allowed_models: 'Veo 3.1 Lite, veo-3.1-generate-preview' })).toContain('Saved')
    await house.answered(house.video('A lion'))
    expect((await house.newest()).request.model).not.toBe('veo-3.1-fast-generate-preview')
    expect(await set({ allowed_models: 'Veo 9' })).toContain('“Veo 9” is not possible with the rest. Possible: Veo 3.1')
    expect(await set({ allowed_resolutions: 'large' })).toContain('Possible: 720p')
    expect(await set({ allowed_channels: '#general' })).toContain('Possible: ')
    expect(textOf(await house.answered(house.video('A lioness')))).not.toContain('Not allowed')
  })

  it('answers money and administration privately: budgets, numbers, the pause, the ledger as a file', async (context) => {
    const house = await open(context)
    await makeVideos(house, 1)
    const ask = (user: string, command: string, options: Record<string, string | boolean> = {}) =>
      house.members.slash(house.act(user), command, options)
    await house.answered(ask(house.carol, 'budget', { amount: '10', whose: 'workspace' }))
    const budget = await house.answered(ask(house.alice, 'budget'))
    expect(budget.ephemeralFor).toBe(house.alice)
    expect(textOf(budget)).toContain('$9.20 left of $10.00')
    expect(textOf(await house.answered(ask(house.carol, 'stats')))).toContain('1 finished')
    const asked = ask(house.carol, 'ledger')
    const ledger = await house.answered(asked)
    // A large one takes longer to send than Discord waits for an answer.
    expect(house.members.interaction(asked)?.answer).toBe(InteractionResponseType.DeferredChannelMessageWithSource)
    const file = { filename: expect.stringMatching(/\.csv$/), contentType: 'text/csv' }
    await until(() => expect(house.members.message(ledger.id)?.now.attachments).toMatchObject([file]))
    expect(ledger.ephemeralFor).toBe(house.carol)
    // Whatever waits is told of it, which may take longer than Discord waits.
    const pause = await house.answered(ask(house.carol, 'pause'))
    await until(() => expect(textOf(house.members.message(pause.id) ?? pause)).not.toBe('thinking'))
    expect(textOf(await house.answered(house.video()))).toContain('Paused')
    expect(textOf(await house.answered(ask(house.alice, 'audit')))).toContain('Not allowed')
    expect(textOf(await house.answered(ask(house.carol, 'audit')))).toContain(`<@${house.carol}>`)
  })
})

describe('approval on Discord', () => {
  it('waits for an admin, who lets it go; the requester sees who decided', async (context) => {
    const house = await openFor(context, { policy: { approvalAboveMicros: 100_000 } })
    const asked = await house.answered(
      house.members.slash({ user: house.alice, channel: house.channel }, 'video', { prompt: 'A lion' }),
    )
    expect(textOf(asked)).toContain('Waiting for approval')
    const carol = { user: house.carol, channel: house.channel }
    const list = await house.answered(house.members.slash(carol, 'operations'))
    const { id } = await house.newest()
    const detail = await house.answered(house.members.choose(carol, list.id, idOf(list, 'Open one…'), [id]))
    await house.answered(house.members.press(carol, detail.id, idOf(detail, 'Approve')))
    const [video] = await deliveries(house)
    expect(video && textOf(video)).toContain('Carol')
  })

  it('asks in the channel that the admins named, and nowhere in another server', async (context) => {
    // The first of these is nobody whom the bot could write to.
    const adminIds = (carol: string) => ['slack:U1', 'discord:100000', `discord:${carol}`]
    const house = await openFor(context, { policy: { approvalAboveMicros: 100_000 }, adminIds })
    const office = house.members.addChannel(house.guild, { name: 'office' })
    const abroad = house.members.addChannel(house.members.addGuild('Elsewhere'))
    await house.answered(house.members.slash(house.act(house.carol), 'settings', { admin_channel: abroad }))
    await house.answered(house.video('Dear'))
    await house.settled()
    await house.answered(house.members.slash(house.act(house.carol), 'settings', { admin_channel: `<#${office}>` }))
    await house.answered(house.video('Dearer'))
    const [asked] = await until(() => {
      const found = house.members.messages(office)
      expect(found).toHaveLength(1)
      return found
    })
    expect(house.members.messages(abroad)).toEqual([])
    if (!asked) throw new Error('nobody asked')
    const { id } = await house.newest()
    /** As after a process that died before it wrote down which message asks, and an outage of ten minutes. */
    const forget = async () => {
      await house.settled()
      house.advance(600_000)
      await house.store.change(id, {}, { adminMessage: null }, { visible: true })
      await until(async () => expect((await house.newest()).adminMessage).not.toBeNull())
      return [office, house.channel].map((channel) => house.members.messages(channel).length)
    }
    expect((await forget())[0]).toBe(1)
    const here = { admin_channel: `<#${house.channel}>` }
    await house.answered(house.members.slash(house.act(house.carol), 'settings', here))
    const before = house.members.messages(house.channel).length
    expect([await forget(), await forget()]).toEqual([
      [1, before + 1],
      [1, before + 1],
    ])
    expect(textOf(asked)).toContain('Alice asks for a video')
    expect(asked.pings).toEqual([])
    const refused = await house.answered(
      house.members.press(house.act(house.bob, office), asked.id, idOf(asked, 'Approve')),
    )
    expect(textOf(refused)).toContain('Not allowed')
    await house.answered(house.members.press(house.act(house.carol, office), asked.id, idOf(asked, 'Approve')))
    await deliveries(house)
    await until(() =>
      expect(house.members.messages(house.channel).map(textOf)).toContainEqual(
        expect.stringContaining('Approved by Carol'),
      ),
    )

    const [hers, his] = [house.carol, house.bob].map((each) => house.members.dm(each)) as [string, string]
    house.members.write(house.act(house.bob, his), 'A whale')
    const direct = await until(() => {
      const [found] = house.members.messages(hers)
      if (!found) throw new Error('nobody asked')
      return found
    })
    expect(textOf(direct)).toContain('Bob asks for a video')
    await house.answered(house.members.press(house.act(house.carol, hers), direct.id, idOf(direct, 'Approve')))
    expect((await deliveries(house, his))[0]?.now.attachments).toHaveLength(1)
    await until(() => expect(textOf(house.members.message(direct.id) ?? direct)).toContain('Approved by Carol'))
    const late = house.members.forge(house.act(house.carol, hers), direct.id, idOf(direct, 'Decline'))
    expect(textOf(await house.answered(late))).toContain('decided or taken back already')
  })
})
