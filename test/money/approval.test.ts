import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { announce } from '../../src/core/announce.ts'
import type { Card } from '../../src/core/card.ts'
import { VideoError } from '../../src/core/errors.ts'
import type { Messenger } from '../../src/core/ports/messenger.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { say } from '../../src/core/wording.ts'
import { openTestStore } from '../db/memory-store.ts'
import { ask, type House, openHouse, someone } from './house.ts'

const anna = someone('anna')
const admin = someone('ada', { admin: true })

/** A platform with a channel for admins; what it shows by place. */
class Platform implements Messenger {
  readonly platform = 'discord'
  readonly shown = new Map<string, Card>()
  readonly asked: (string | null)[] = []
  trouble: VideoError | null = null
  post = async (_: unknown, card: Card) => this.show('status', card)
  edit = async (_: unknown, message: string, card: Card) => void this.show(message, card)
  deliver = async (_: unknown, card: Card) => ({ message: this.show('delivered', card), problem: null })
  askAdmins = async (_: unknown, card: Card, channel: string | null) => {
    if (this.trouble) throw this.trouble
    this.asked.push(channel)
    return this.show('admins', card)
  }
  private show(message: string, card: Card): string {
    this.shown.set(message, card)
    return message
  }
}

describe('a video above the limit for approval', () => {
  let store: OperationStore
  let house: House
  let platform: Platform
  beforeEach(async () => {
    store = await openTestStore()
    house = openHouse({ store, policy: { approvalAboveMicros: 700_000 } })
    platform = new Platform()
    await house.commands.changeSettings('discord:guild', { adminChannel: 'admins-only' }, admin)
  })
  afterEach(() => store.close())

  async function tell(): Promise<void> {
    house.clock.time += 5_000
    const lease = { owner: 'me', now: house.clock.time, until: house.clock.time + 1_000 }
    for (const operation of await store.claimAnnouncements(lease, 9)) {
      await announce(house.core, operation, {
        owner: 'me',
        signal: new AbortController().signal,
        messengers: new Map([['discord', platform]]),
        card: (each) => house.commands.card(each),
      })
    }
  }
  const buttons = (message: string) => platform.shown.get(message)?.buttons.map(({ action }) => action)

  it('waits, and asks the admins once in their channel as well as in its thread', async () => {
    const { operation } = await ask(house, anna, {}, 'discord:thread')
    await tell()
    await store.change(operation.id, {}, { announceDueAt: house.clock.time }, { visible: true })
    await tell()
    expect(await house.start()).toBeNull()
    expect(platform.asked).toEqual(['admins-only'])
    expect(platform.shown.get('admins')?.title).toBe(say('en', 'admin.asked.title', { name: 'anna' }))
    expect(buttons('admins')).toEqual(['approve', 'decline'])
    expect(buttons('status')).toEqual(['cancel', 'approve', 'decline'])
  })

  it('asks whom the host named about a direct message, who see it until it is decided and may do nothing else', async () => {
    const direct = { ...anna, workspace: 'discord:dm-anna', direct: true }
    const host = someone('ada', { workspace: 'discord:dm-ada', direct: true, admin: true, appointed: true })
    const { operation } = await ask(house, direct, {}, 'discord:dm')
    await tell()
    expect(platform.asked).toEqual([null])
    expect(platform.shown.get('admins')?.title).toBe(say('en', 'admin.asked.title', { name: 'anna' }))
    const { commands } = house
    expect((await commands.get(operation.id, host)).id).toBe(operation.id)
    await expect(commands.cancel(operation.id, host)).rejects.toMatchObject({ code: 'forbidden' })
    for (const other of [admin, { ...host, appointed: false }])
      await expect(commands.decide(operation.id, 'approve', other)).rejects.toMatchObject({ code: 'not_found' })
    await commands.decide(operation.id, 'approve', host)
    await tell()
    expect(platform.shown.get('admins')?.title).toBe(say('en', 'admin.approved.title', { admin: 'ada' }))
    const decided = { code: 'not_now', facts: { variant: 'decided' } }
    for (const late of [commands.get(operation.id, host), commands.decide(operation.id, 'decline', host)])
      await expect(late).rejects.toMatchObject(decided)
    await store.change(operation.id, {}, { adminMessage: null })
    await expect(commands.get(operation.id, host)).rejects.toMatchObject({ code: 'not_found' })
    expect((await house.start())?.id).toBe(operation.id)
  })

  it('starts when an admin approves, and everybody sees who did', async () => {
    const { operation } = await ask(house, anna, {}, 'discord:thread')
    await tell()
    await expect(house.commands.decide(operation.id, 'approve', anna)).rejects.toMatchObject({ code: 'forbidden' })
    await house.commands.decide(operation.id, 'approve', admin)
    await tell()
    expect(platform.shown.get('admins')).toMatchObject({
      title: say('en', 'admin.approved.title', { admin: 'ada' }),
      buttons: [],
    })
    expect(platform.shown.get('status')?.fields).toContainEqual({ label: expect.any(String), value: 'ada' })
    expect((await house.start())?.id).toBe(operation.id)
  })

  it('costs nothing when an admin declines, and its requester is told who did', async () => {
    const { operation } = await ask(house, anna, {}, 'discord:thread')
    await tell()
    await house.commands.decide(operation.id, 'decline', admin)
    await tell()
    expect(platform.shown.get('admins')).toMatchObject({
      title: say('en', 'admin.declined.title', { admin: 'ada' }),
      buttons: [],
    })
    expect(platform.shown.get('delivered')?.text).toContain('ada')
    expect((await store.get(operation.id))?.charge).toBe('released')
    await expect(house.commands.decide(operation.id, 'approve', admin)).rejects.toMatchObject({
      code: 'not_now',
      facts: { variant: 'decided' },
    })
  })

  it('is taken back by its requester, and the admins see that nothing is left to decide', async () => {
    const { operation } = await ask(house, anna, {}, 'discord:thread')
    await tell()
    await house.commands.cancel(operation.id, anna)
    await tell()
    expect(platform.shown.get('admins')).toMatchObject({ title: say('en', 'admin.over.title'), buttons: [] })
  })

  it('is shown in its thread even where the admins’ channel is wrong, and asks them later where it is only away', async () => {
    platform.trouble = new VideoError('forbidden', 'no such channel')
    await ask(house, anna, {}, 'discord:thread')
    await tell()
    expect(buttons('status')).toEqual(['cancel', 'approve', 'decline'])
    platform.trouble = new VideoError('unreachable', 'away', { retryable: true })
    await ask(house, anna, {}, 'discord:thread')
    await tell()
    platform.trouble = null
    house.clock.time += 60_000
    await tell()
    expect(platform.asked).toEqual(['admins-only'])
  })

  it('does not wait where it is cheap enough, unless the members here need a trusted role', async () => {
    expect((await ask(house, anna, { durationSeconds: 4 })).operation.hold).toBeNull()
    await house.commands.changeSettings('discord:guild', { trustedRoles: ['crew'] }, admin)
    expect((await ask(house, anna, { durationSeconds: 4 })).operation.hold).toBe('approval')
    expect((await ask(house, { ...anna, roles: ['crew'] }, { durationSeconds: 4 })).operation.hold).toBeNull()
    expect((await ask(house, { ...anna, roles: ['crew'] })).operation.hold).toBe('approval')
  })
})

it('a draft is the cheapest rendering, and its final version what was wished for', async () => {
  const store = await openTestStore()
  const house = openHouse({ store })
  const { operation } = await ask(house, anna, { draft: true, resolution: '1080p' })
  expect(operation.request).toMatchObject({ resolution: '360p', draft: { resolution: '1080p' } })
  expect(operation.priceMicros).toBeLessThan(960_000)
  await store.change(operation.id, {}, { status: 'processing', handle: 'h', startedAt: 1, startingAt: 1 })
  await store.change(operation.id, {}, { status: 'completed', videoFile: 'v.mp4', finishedAt: 2 })
  const context = { eventId: 'discord:final', person: anna, thread: null }
  const final = await house.commands.rerun('final', operation.id, context)
  expect(final.operation).toMatchObject({ priceMicros: 960_000, request: { resolution: '1080p', draft: null } })
  await store.close()
})
