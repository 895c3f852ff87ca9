import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { forgetPeople } from '../../src/core/people.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { say } from '../../src/core/wording.ts'
import { hasWord } from '../../src/core/words.ts'
import { openStore } from '../../src/db/open.ts'
import { silentLog } from '../db/memory-store.ts'
import { ask, done, type House, openHouse, someone } from './house.ts'

const day = 86_400_000
const anna = someone('anna-1234567', { name: 'Anna Surname' })
const ben = someone('ben')
const admin = someone('admin', { admin: true })
const host = someone('host', { admin: true, workspace: 'web' })

describe('people', () => {
  let folder: string
  let store: OperationStore
  let house: House
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dailies-people-'))
    store = await openStore(`file:${join(folder, 'dailies.db')}`, { log: silentLog })
    house = openHouse({ store, policy: { requesterDailyMicros: 2_000_000 } })
  })
  afterEach(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })

  const code = (promise: Promise<unknown>) =>
    promise.then(
      () => 'fine',
      (thrown) => thrown.code,
    )
  const complete = async () => {
    await house.start()
    house.google.check = async () => done
    house.clock.time += 60_000
    await house.check()
  }

  /** Every text in every table, as whoever opens the file finds it. */
  function everythingKept(): string {
    const client = new Database(join(folder, 'dailies.db'), { readonly: true })
    const tables = client.prepare(`select name from sqlite_master where type = 'table'`).pluck().all() as string[]
    const rows = tables.map((table) => JSON.stringify(client.prepare(`select * from "${table}"`).all()))
    client.close()
    return rows.join('\n')
  }

  it('who ask to be forgotten leave nothing behind but lines of the ledger under no name', async () => {
    const dm = { ...anna, workspace: 'discord:dm-1234567', direct: true }
    const words = { prompt: 'My secret garden', negativePrompt: 'secret weeds' }
    const { operation } = await ask(house, anna, words, 'discord:chan:anna-1234567')
    await complete()
    await ask(house, dm, { prompt: 'Another secret' })
    await ask(house, ben, { prompt: 'A lion of Ben' })
    const by = { person: admin, thread: null }
    const copy = await house.commands.rerun('again', operation.id, { ...by, eventId: 'again' })
    await complete()
    await house.commands.rerun('edit_prompt', copy.operation.id, { ...by, eventId: 'words' })
    await complete()
    expect(await house.commands.forgetMe(anna)).toEqual({ removed: 2, running: 0, stays: 0 })
    expect(everythingKept()).not.toMatch(/secret/)

    const before = await store.ledger(0, 100)
    expect(before.filter((line) => line.requester === anna.id)).toHaveLength(4)
    house.clock.time += 32 * day
    await forgetPeople(house.core)
    expect(everythingKept()).not.toMatch(/1234567|Surname/)
    const after = await store.ledger(0, 100)
    expect(after.map((line) => [line.id, line.micros, line.operationId])).toEqual(
      before.map((line) => [line.id, line.micros, line.operationId]),
    )
    const names = new Set(after.map((line) => line.requester))
    expect([...names].filter((name) => /^anonymous:[0-9a-f]{16}$/.test(name))).toHaveLength(1)
    expect(names).toContain(ben.id)
    expect(await store.auditBooks()).toEqual([])
  })

  it('who ask to be forgotten hear of every message that stands there still, also where nothing was delivered', async () => {
    const { operation } = await ask(house, anna, {}, 'discord:chan:anna-1234567')
    await store.change(operation.id, {}, { statusMessage: 'status' })
    house.clock.sleep = async () => void (await store.change(operation.id, {}, { deliveryProblem: 'stays' }))
    expect(await house.commands.forgetMe(anna)).toEqual({ removed: 1, running: 0, stays: 1 })
  })

  it('who ask to be forgotten get no second daily budget by it', async () => {
    await ask(house, anna)
    await complete()
    await ask(house, anna)
    await complete()
    await house.commands.forgetMe(anna)
    await forgetPeople(house.core)
    expect(await code(ask(house, anna))).toBe('over_budget')
    house.clock.time += day
    await forgetPeople(house.core)
    expect(await code(ask(house, anna))).toBe('fine')
    expect(await store.auditBooks()).toEqual([])
  })

  it('who ask to be forgotten are in no byte of the file once the service has stopped, however long their words were', async () => {
    const words = (word: string, count: number) => `${word} `.repeat(count)
    await ask(house, anna, { prompt: words('secretlyhidden', 230), negativePrompt: words('secretlyhidden', 130) })
    await complete()
    const reopened = async () => {
      await store.close()
      const bytes = (await readFile(join(folder, 'dailies.db'))).toString('latin1')
      store = await openStore(`file:${join(folder, 'dailies.db')}`, { log: silentLog })
      return bytes
    }
    expect(await reopened()).toContain('secretlyhidden')
    await openHouse({ store, clock: house.clock }).commands.forgetMe(anna)
    expect((await reopened()).includes('secretlyhidden')).toBe(false)
  })

  it('who ask to be forgotten while Google works have it removed when it ends, also after a restart', async () => {
    const { operation } = await ask(house, anna, { prompt: 'My secret garden' })
    await house.start()
    expect(await house.commands.forgetMe(anna)).toEqual({ removed: 0, running: 1, stays: 0 })
    const next = openHouse({ store, clock: house.clock })
    await forgetPeople(next.core)
    expect((await store.get(operation.id))?.removedAt).toBeNull()
    next.google.check = async () => done
    next.clock.time += 60_000
    await next.check()
    await forgetPeople(next.core)
    expect((await store.get(operation.id))?.removedAt).not.toBeNull()
    expect(everythingKept()).not.toMatch(/secret/)
  })

  it('who are banned start nothing until the ban is lifted, in this place or everywhere', async () => {
    await house.commands.ban(anna.id, true, admin)
    expect(await code(ask(house, anna))).toBe('forbidden')
    expect(await code(ask(house, { ...anna, workspace: 'discord:other' }))).toBe('fine')
    await house.commands.changeSettings('discord:guild/c1', { banned: [] }, admin)
    expect(await code(ask(house, anna))).toBe('forbidden')
    await house.commands.ban(anna.id, false, admin)
    expect(await code(ask(house, anna))).toBe('fine')
    await house.commands.ban(anna.id, true, host)
    expect(await code(ask(house, { ...anna, workspace: 'discord:other' }))).toBe('forbidden')
    expect(await code(house.commands.ban(ben.id, true, anna))).toBe('forbidden')
  })

  it('are bound by bans that two admins set at the same moment', async () => {
    const banned = Array.from({ length: 12 }, (_, index) => `discord:${index}`)
    await Promise.all(banned.map((id) => house.commands.ban(id, true, admin)))
    expect((await house.commands.settings('discord:guild')).banned?.toSorted()).toEqual(banned.toSorted())
  })

  it('wait while their place is paused, with what they asked for before, and go on afterwards', async () => {
    const { operation } = await ask(house, anna)
    await house.commands.pause(true, admin)
    expect(await code(ask(house, anna))).toBe('paused')
    expect(await code(ask(house, { ...ben, workspace: 'discord:other' }))).toBe('fine')
    await house.start()
    expect(await store.get(operation.id)).toMatchObject({ status: 'pending', startingAt: null })
    expect((await house.commands.card(operation)).text).toBe(say('en', 'queued.paused.text', { price: '$0.80' }))
    await house.start()
    expect((await store.list({ status: 'processing' }, null, 9)).operations.map((each) => each.workspace)).toEqual([
      'discord:other',
    ])
    await house.commands.pause(false, admin)
    house.clock.time += 20_000
    await house.start()
    expect((await store.get(operation.id))?.status).toBe('processing')
  })

  it('of a paused installation are not let in by their own place', async () => {
    await house.commands.pause(false, admin)
    await house.commands.pause(true, host)
    expect(await code(ask(house, anna))).toBe('paused')
  })

  it.each([
    ['allowedChannels', ['c2'], 'forbidden'],
    ['allowedChannels', ['c1'], 'fine'],
    ['roles', ['artists'], 'forbidden'],
    ['roles', [anna.id], 'fine'],
    ['blockedWords', ['lion'], 'invalid_request'],
    ['allowedModels', ['veo-3.1-generate-preview'], 'invalid_request'],
    ['dailyRequests', 0, 'too_many_in_flight'],
  ])('meet %s %j', async (name, value, outcome) => {
    await house.commands.changeSettings('discord:guild', { [name]: value }, admin)
    expect(await code(ask(house, anna))).toBe(outcome)
  })

  it('see nobody’s video of a direct conversation', async () => {
    const { operation } = await ask(house, { ...anna, direct: true })
    expect(operation.private).toBe(true)
  })

  it('find what admins did, each in their own place', async () => {
    await house.commands.ban(ben.id, true, admin)
    await house.commands.setBudget({ workspace: 'discord:guild', target: { of: 'workspace' }, micros: 5 }, admin)
    await house.commands.pause(true, host)
    const actions = async (who: typeof admin) => (await house.commands.audit(who, 9)).map(({ action }) => action)
    expect(await actions(admin)).toEqual(['budget', 'ban'])
    expect(await actions(host)).toEqual(['pause', 'budget', 'ban'])
    expect(await code(house.commands.audit(anna, 9))).toBe('forbidden')
  })

  it('find budgets told in dollars, and which have none or the wider one again', async () => {
    for (const micros of [1_500_000, null, undefined]) {
      await house.commands.setBudget({ workspace: 'discord:guild', target: { of: 'everyone' }, micros }, admin)
    }
    const change = { approvalAboveMicros: 500_000, workspaceMonthlyMicros: null, defaultModel: undefined }
    await house.commands.changeSettings('discord:guild', change, admin)
    const people = {
      roleDailyMicros: { r1: 7_500_000 },
      memberDailyMicros: { 'discord:ben': null },
      dailyRequests: null,
    }
    await house.commands.changeSettings('discord:guild', people, admin)
    expect((await house.commands.audit(admin, 9)).map(({ detail }) => detail)).toEqual([
      '{"roleDailyMicros":{"r1":"$7.50"},"memberDailyMicros":{"discord:ben":"unlimited"},"dailyRequests":"unlimited"}',
      '{"approvalAboveMicros":"$0.50","workspaceMonthlyMicros":"unlimited","defaultModel":"default"}',
      'default',
      'unlimited',
      '$1.50',
    ])
  })
})

it.each([
  ['a glass of water', 'ass', false],
  ['what an ass', 'ass', true],
  ['ÄSS!', 'ass', true],
  ['two  dead   men', 'dead men', true],
  ['a\u200Bss', 'ass', true],
  ['黒い猫が走る', '猫', true],
  ['c++ code', 'c++', true],
  ['anything', '  ', false],
])('in %j the word %j is found: %s', (text, word, found) => {
  expect(hasWord(text, word)).toBe(found)
})
