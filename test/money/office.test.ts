import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CommandName, commands, findCommand } from '../../src/bots/command.ts'
import { isOffice, runOffice } from '../../src/bots/office.ts'
import type { Given, Screen } from '../../src/bots/office-counter.ts'
import { givenFromWords } from '../../src/bots/office-words.ts'
import { asVideoError } from '../../src/core/errors.ts'
import type { Person } from '../../src/core/ports/commands.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { describeError, say } from '../../src/core/wording.ts'
import { openTestStore } from '../db/memory-store.ts'
import { ask, type House, openHouse, someone } from './house.ts'

const anna = someone('anna')
const admin = someone('admin', { admin: true })
const screen: Screen = {
  plain: (text) => text.replaceAll('<', '&lt;'),
  person: (id) => `<person ${id}>`,
  role: (id) => `<role ${id}>`,
  channel: (id) => `<channel ${id}>`,
  moment: () => '<moment>',
}

describe('the office', () => {
  let store: OperationStore
  let house: House
  beforeEach(async () => {
    store = await openTestStore()
    house = openHouse({ store, policy: { requesterDailyMicros: 2_000_000 } })
  })
  afterEach(() => store.close())

  const run = (name: CommandName, person: Person, given: Given = {}) =>
    runOffice(name, { commands: house.commands, person, given, screen })
  const says = async (name: CommandName, person: Person, given: Given = {}) =>
    (await run(name, person, given)).lines.join('\n')

  it('answers every command that is not about making or listing videos', () => {
    const others = commands.filter(({ name }) => !isOffice(name)).map(({ name }) => name)
    expect(others).toEqual(['video', 'videos', 'operations'])
  })

  it('tells what is left, and lets admins alone change it', async () => {
    await ask(house, anna)
    expect(await says('budget', anna)).toMatch(/\$1\.20.*\$2\.00.*2026-11-23/)
    await expect(run('budget', anna, { amount: '5', whose: 'everyone' })).rejects.toMatchObject({ code: 'forbidden' })
    const changed = await says('budget', admin, { amount: '$7.50', who: anna.id })
    expect(changed).toMatch(/<person discord:anna>.*\$7\.50/)
    expect(await says('budget', anna)).toMatch(/\$6\.70.*\$7\.50/)
    expect(await says('budget', admin, { amount: '5' })).toContain(say('en', 'office.budget.which'))
    await expect(run('budget', admin, { amount: 'lots', whose: 'everyone' })).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })

  it('tells the numbers', async () => {
    await ask(house, anna)
    expect(await says('stats', anna)).toMatch(/^1\b.*0.*0.*0.*1\b/)
  })

  it('pauses and goes on', async () => {
    expect((await run('pause', admin)).title).toBe(say('en', 'office.pause.title'))
    await expect(ask(house, anna)).rejects.toMatchObject({ code: 'paused' })
    expect((await run('pause', admin, { end: true })).title).toBe(say('en', 'office.resume.title'))
    await ask(house, anna)
  })

  it('bans, lifts the ban, and lists both', async () => {
    expect(await says('ban', admin, { person: anna.id })).toBe(
      say('en', 'office.ban.text', { name: '<person discord:anna>' }),
    )
    await run('ban', admin, { person: anna.id, lift: true })
    const lines = (await run('audit', admin)).lines
    expect(lines).toEqual([
      expect.stringMatching(/<moment>.*<person discord:admin>.*unban discord:anna/),
      expect.stringMatching(/<moment>.*<person discord:admin>.*\bban discord:anna/),
    ])
    for (const name of ['ban', 'audit', 'unsettled', 'ledger', 'pause', 'settings'] as const) {
      await expect(run(name, anna, { person: admin.id })).rejects.toMatchObject({ code: 'forbidden' })
    }
  })

  it('says that the host’s pause and ban still hold when an admin of the place lifts their own', async () => {
    const host = someone('host', { admin: true, workspace: 'web' })
    await house.commands.pause(true, host)
    await run('pause', admin)
    expect(await run('pause', admin, { end: true })).toMatchObject({
      title: say('en', 'office.pause.title'),
      lines: [expect.stringContaining('host of this bot has paused')],
    })
    await expect(ask(house, anna)).rejects.toMatchObject({ code: 'paused' })
    await house.commands.pause(false, host)
    expect(await says('pause', admin, { end: true })).toBe(say('en', 'office.resume.text'))
    await house.commands.ban(anna.id, true, host)
    await run('ban', admin, { person: anna.id })
    expect(await run('ban', admin, { person: anna.id, lift: true })).toMatchObject({
      title: say('en', 'office.ban.title'),
      lines: [expect.stringMatching(/host of this bot has banned <person discord:anna>/)],
    })
    await expect(ask(house, anna)).rejects.toMatchObject({ code: 'forbidden' })
    await house.commands.ban(anna.id, false, host)
    expect((await run('ban', admin, { person: anna.id, lift: true })).title).toBe(say('en', 'office.unban.title'))
    await ask(house, anna)
  })

  it('sends nobody to wait for a budget that will never be enough', async () => {
    const told = async (amount: string) => {
      await run('budget', admin, { amount, who: anna.id })
      const thrown = await ask(house, anna, { durationSeconds: 8 }).catch((each) => each)
      const { title, text } = describeError(asVideoError(thrown), 'en')
      return `${title}: ${text}`
    }
    expect(await told('0')).toMatch(/^Over the budget: Your budget for today: nothing may be spent.*Ask an admin/)
    expect(await told('0.50')).toMatch(/for today: \$0\.50 in all, this video costs \$0\.80.*shorter or smaller.*admin/)
    await run('budget', admin, { amount: '1', who: anna.id })
    await ask(house, anna)
    expect(await told('1')).toMatch(/\$0\.20 left.*wait until the budget renews/)
  })

  it('lists what is perhaps charged, and settles it', async () => {
    house.google.start = () => Promise.reject(new Error('the line went dead'))
    const { operation } = await ask(house, anna)
    await house.start()
    expect(await says('unsettled', admin)).toMatch(
      new RegExp(
        `^Nobody here can tell whether Google charged these.*\n${operation.id}.*\\$0\\.80.*<person discord:anna>.*<moment>`,
      ),
    )
    expect(await says('unsettled', admin, { operation: operation.id, charged: false })).toContain(operation.id)
    expect(await says('unsettled', admin)).toBe(say('en', 'office.unsettled.none'))
  })

  it('hands the ledger over as a file', async () => {
    await ask(house, anna)
    const { file } = await run('ledger', admin)
    expect(file?.name).toBe('ledger.csv')
    expect(file?.text.trimEnd().split('\r\n')).toHaveLength(2)
  })

  it('forgets nobody who is not sure', async () => {
    const { operation } = await ask(house, anna)
    expect(await says('forget', anna)).toBe(say('en', 'office.forget.ask'))
    expect((await store.get(operation.id))?.removedAt).toBeNull()
    expect(await says('forget', anna, { sure: true })).toContain(say('en', 'office.forget.done', { removed: 1 }))
    expect((await store.get(operation.id))?.removedAt).not.toBeNull()
  })

  it('changes settings, shows them, and forgets what it set but no ban', async () => {
    await run('ban', admin, { person: 'discord:x' })
    const given = { blocked_words: 'war, blood', approval_above: '2.50', trusted: 'crew', allowed_channels: '<#123>' }
    const shown = await says('settings', admin, given)
    expect(shown).toContain('blocked_words: war, blood')
    expect(shown).toContain('approval_above: $2.50')
    expect(shown).toContain('trusted: <role crew>')
    expect(shown).toContain('allowed_channels: <channel 123>')
    expect(await says('settings', admin, { trusted: 'crew' })).not.toContain('trusted')
    await run('settings', admin, { reset: true })
    expect(await house.commands.settings('discord:guild')).toEqual({ banned: ['discord:x'] })
  })
})

describe('settings that leave nothing to make', () => {
  const host = someone('host', { admin: true, workspace: 'web' })
  const guild = 'discord:guild'
  let store: OperationStore
  let house: House
  beforeEach(async () => {
    store = await openTestStore()
    house = openHouse({ store, policy: { models: [] } })
  })
  afterEach(() => store.close())

  const set = (given: Given) => runOffice('settings', { commands: house.commands, person: admin, given, screen })
  const told = (promise: Promise<unknown>) =>
    promise.then(
      () => 'Saved.',
      (thrown) => describeError(asVideoError(thrown), 'en').text,
    )

  it('are refused with what would be possible, and videos are made as before', async () => {
    expect(await told(set({ longest: 2 }))).toMatch(
      /^Longest video in seconds: “2” is not possible .* Possible: 3, 4, 5,/,
    )
    const oneModel = { allowedModels: ['veo-3.1-fast-generate-preview'] }
    await house.commands.changeSettings(guild, oneModel, admin)
    const both = await told(set({ longest: 6, allowed_resolutions: '1080p' }))
    expect(both).toContain('Longest video in seconds: “6” is not possible with the rest. Possible: 8.')
    expect(both).toContain('Allowed resolutions: “1080p” is not possible with the rest. Possible: 720p.')
    expect(await house.commands.settings(guild)).toEqual(oneModel)
    await house.commands.changeSettings(guild, { maxDurationSeconds: 6 }, admin)
    const narrow = house.commands.changeSettings(`${guild}/c1`, { allowedResolutions: ['4k'] }, admin)
    expect(await told(narrow)).toContain('Possible: 720p.')
    expect((await ask(house, anna, { durationSeconds: 6 })).created).toBe(true)
  })

  it('of a wider place are told to whoever asks, and can be mended step by step', async () => {
    const fullHd = { allowedModels: ['veo-3.1-fast-generate-preview'], allowedResolutions: ['1080p'] }
    await house.commands.changeSettings(guild, fullHd, admin)
    await house.commands.changeSettings('installation', { maxDurationSeconds: 6 }, host)
    for (const person of [anna, admin])
      expect(await told(ask(house, person))).toMatch(/settings here leave no video .* Ask an admin/)
    expect(await told(house.commands.changeSettings(guild, { maxDurationSeconds: 7 }, admin))).toBe('Saved.')
    expect(await told(house.commands.changeSettings(guild, { allowedResolutions: undefined }, admin))).toBe('Saved.')
    expect((await ask(house, anna, { durationSeconds: 6 })).created).toBe(true)
  })
})

describe('words behind a command', () => {
  const personOf = (word: string) => (/^<@(\w+)>$/.exec(word) ? `slack:t:${word.slice(2, -1)}` : null)
  const read = (name: string, text: string) => {
    const command = findCommand(name)
    if (!command) throw new Error(`no ${name}`)
    return givenFromWords(command, text, personOf)
  }

  it.each([
    ['budget', '', {}],
    ['budget', '20 workspace', { amount: '20', whose: 'workspace' }],
    ['budget', 'unlimited <@U1>', { amount: 'unlimited', who: 'slack:t:U1' }],
    ['budget', 'amount:2.50 who:<@U1>', { amount: '2.50', who: 'slack:t:U1' }],
    ['pause', 'end', { end: true }],
    ['ban', '<@U1> lift', { person: 'slack:t:U1', lift: true }],
    ['unsettled', '1b9d6bcd-bbfd charged:false', { operation: '1b9d6bcd-bbfd', charged: false }],
    ['forget', 'sure', { sure: true }],
    [
      'settings',
      'blocked_words="war, blood" daily=5 channel',
      { blocked_words: 'war, blood', daily: 5, scope: 'channel' },
    ],
  ])('%s %j means %j', (name, text, given) => {
    expect(read(name, text)).toEqual(given)
  })

  it.each([
    ['budget', 'twenty'],
    ['ban', 'anna'],
    ['pause', 'pause'],
    ['stats', 'now'],
  ])('%s %j is refused with what would be understood', (name, text) => {
    expect(() => read(name, text)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })
})
