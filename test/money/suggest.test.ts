import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { VideoError } from '../../src/core/errors.ts'
import type { Rewriter } from '../../src/core/ports/google.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { piecesBetween } from '../../src/core/suggest.ts'
import { openTestStore } from '../db/memory-store.ts'
import { ask, type House, openHouse, someone } from './house.ts'

const anna = someone('anna')
const admin = someone('admin', { admin: true })

describe('other words for a refused prompt', () => {
  let store: OperationStore
  let house: House
  let rewrite: Rewriter['rewrite']
  let asked: string[]
  beforeEach(async () => {
    asked = []
    rewrite = async (prompt) => ({ prompt: `${prompt} in peace`, costMicros: 300 })
    store = await openTestStore()
    house = openHouse({
      store,
      policy: { totalMonthlyMicros: 1_000_000 },
      rewriter: {
        mostMicros: 13_000,
        rewrite: (...given) => {
          asked.push(given[1])
          return rewrite(...given)
        },
      },
    })
  })
  afterEach(() => store.close())

  async function refused(): Promise<string> {
    const { operation } = await ask(house, anna)
    const facts = { reason: 'it quotes the prompt', category: 'violence' }
    house.google.start = () => Promise.reject(new VideoError('blocked_by_safety', 'refused', { facts }))
    await house.start()
    return operation.id
  }
  const spent = () => store.spent({ scope: 'total', key: '', period: '2026-11' })
  const booked = async () =>
    (await store.ledger(0, 99)).filter(({ kind }) => kind === 'suggestion').map((each) => each.micros)

  it('are offered only where the host switched them on and Google refused for safety', async () => {
    const id = await refused()
    const operation = await house.commands.get(id, anna)
    expect(house.commands.actionsFor(operation, anna)).toContain('suggest')
    const without = openHouse({ store })
    expect(without.commands.actionsFor(operation, anna)).not.toContain('suggest')
    await expect(without.commands.suggest(id, anna)).rejects.toMatchObject({ code: 'not_now' })
    await expect(house.commands.suggest(id, someone('ben'))).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('are on the books at their most before the call, and at their price after it', async () => {
    const id = await refused()
    rewrite = async (prompt) => {
      expect(await spent()).toBe(13_000)
      return { prompt: `${prompt} in peace`, costMicros: 300 }
    }
    const { prompt, costMicros } = await house.commands.suggest(id, anna)
    expect([prompt, costMicros]).toEqual(['A lion at dusk in peace', 300])
    expect(await booked()).toEqual([13_000, -12_700])
    expect(asked).toEqual(['it quotes the prompt'])
    expect(await store.auditBooks()).toEqual([])
  })

  it('are paid for once, however often they are asked for', async () => {
    const id = await refused()
    await house.commands.suggest(id, anna)
    await house.commands.suggest(id, admin)
    expect(asked).toHaveLength(1)
    expect(await spent()).toBe(300)
  })

  it('are looked for once at a time, also by two instances, and whoever asks meanwhile is told', async () => {
    const id = await refused()
    const answer = Promise.withResolvers<void>()
    rewrite = async (prompt) => {
      await answer.promise
      return { prompt: `${prompt} in peace`, costMicros: 300 }
    }
    const other = openHouse({ store, ...(house.core.rewriter && { rewriter: house.core.rewriter }) })
    const presses = [house, other].map((each) => each.commands.suggest(id, anna).catch((thrown: unknown) => thrown))
    const early = await Promise.race(presses)
    const late = await other.commands.suggest(id, anna).catch((thrown: unknown) => thrown)
    const underWay = { code: 'not_now', facts: { variant: 'suggesting' } }
    expect([early, late]).toMatchObject([underWay, underWay])
    answer.resolve()
    const told = await Promise.all(presses)
    expect(told).toEqual(expect.arrayContaining([expect.objectContaining({ prompt: 'A lion at dusk in peace' })]))
    expect(asked).toHaveLength(1)
    expect(await booked()).toEqual([13_000, -12_700])
    expect(await other.commands.suggest(id, anna)).toMatchObject({ prompt: 'A lion at dusk in peace' })
  })

  it('can be asked for again where the process died that looked for them', async () => {
    const id = await refused()
    rewrite = () => new Promise(() => {})
    void house.commands.suggest(id, anna)
    await expect.poll(() => asked.length).toBe(1)
    rewrite = async (prompt) => ({ prompt: `${prompt} in peace`, costMicros: 300 })
    house.clock.time += 60_000
    expect(await house.commands.suggest(id, anna)).toMatchObject({ prompt: 'A lion at dusk in peace' })
  })

  it('are paid for in the month in which they were asked for, also where the answer comes in the next', async () => {
    const id = await refused()
    house.clock.time = Date.UTC(2026, 10, 30, 23, 59, 59)
    rewrite = async (prompt) => {
      house.clock.time += 2_000
      return { prompt: `${prompt} in peace`, costMicros: 300 }
    }
    await house.commands.suggest(id, anna)
    expect(await spent()).toBe(300)
    expect(await store.spent({ scope: 'total', key: '', period: '2026-12' })).toBe(0)
    expect(await store.auditBooks()).toEqual([])
  })

  it('cost nothing where Google proves that it did nothing, and their most where nobody can tell', async () => {
    const id = await refused()
    rewrite = () => Promise.reject(new VideoError('quota_exceeded', 'later'))
    await expect(house.commands.suggest(id, anna)).rejects.toMatchObject({ code: 'quota_exceeded' })
    expect(await spent()).toBe(0)
    rewrite = () => Promise.reject(new VideoError('interrupted', 'reset'))
    await expect(house.commands.suggest(id, anna)).rejects.toMatchObject({ code: 'unreachable' })
    expect(await spent()).toBe(13_000)
    rewrite = async () => ({ prompt: null, costMicros: 200 })
    await expect(house.commands.suggest(id, anna)).rejects.toMatchObject({ facts: { variant: 'no_suggestion' } })
    expect(await spent()).toBe(13_200)
    expect(await store.auditBooks()).toEqual([])
  })

  it('are not looked for over a budget, nor for who is banned', async () => {
    const id = await refused()
    house.google.start = async () => 'models/m/operations/1'
    await ask(house, anna)
    const bound = openHouse({
      store,
      policy: { totalMonthlyMicros: 805_000 },
      rewriter: { mostMicros: 13_000, rewrite: () => Promise.reject(new Error('asked')) },
    })
    await expect(bound.commands.suggest(id, anna)).rejects.toMatchObject({
      code: 'over_budget',
      facts: { scope: 'total', leftMicros: 5_000 },
    })
    await house.commands.ban(anna.id, true, admin)
    await expect(house.commands.suggest(id, anna)).rejects.toMatchObject({ code: 'forbidden' })
    expect(asked).toEqual([])
  })

  it('go with everything else that is taken away', async () => {
    const id = await refused()
    await house.commands.suggest(id, anna)
    await house.commands.remove(id, anna)
    const kept = await store.get(id)
    expect(kept).toMatchObject({ suggestion: null, errorFacts: {}, extraMicros: 300 })
    expect(await store.auditBooks()).toEqual([])
  })

  it('are not kept where everything was taken away while they were looked for', async () => {
    const id = await refused()
    rewrite = async (prompt) => {
      await house.commands.forgetMe(anna)
      return { prompt: `${prompt} in peace`, costMicros: 300 }
    }
    await house.commands.suggest(id, anna)
    expect(await store.get(id)).toMatchObject({ suggestion: null, extraMicros: 300 })
  })
})

it.each([
  ['a violent red fight', 'a calm red dance', ['=a ', '-violent', '+calm', '= red ', '-fight', '+dance']],
  ['same', 'same', ['=same']],
  ['', 'new', ['+new']],
  ['猫、犬', '猫、鳥', ['=猫、', '-犬', '+鳥']],
])('%j and %j differ in %j', (before, after, wanted) => {
  const signs = { same: '=', gone: '-', new: '+' }
  expect(piecesBetween(before, after).map(({ kind, text }) => signs[kind] + text)).toEqual(wanted)
})
