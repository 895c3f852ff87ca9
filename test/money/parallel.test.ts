import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { openStore } from '../../src/db/open.ts'
import { silentLog } from '../db/memory-store.ts'
import { type Place, placeFor } from '../place.ts'
import { ask, HandClock, type House, openHouse, someone } from './house.ts'

const dollar = 1_000_000
/** Prices of Veo 3.1 Fast and Lite: $0.80, $0.60, $0.40, $0.20. */
const wishes = [
  { durationSeconds: 8 },
  { durationSeconds: 6 },
  { durationSeconds: 4 },
  { model: 'lite', durationSeconds: 4 },
]

describe('a budget of $10 under 1,000 requests at once', () => {
  let folder: string
  let place: Place
  const stores: OperationStore[] = []
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dailies-money-'))
    place = await placeFor(folder)
  })
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()))
    await place.close()
    await rm(folder, { recursive: true })
  })

  async function process(limits: object): Promise<House> {
    const store = await openStore(place.databaseUrl, { log: silentLog })
    stores.push(store)
    return openHouse({ store, policy: limits, clock: new HandClock() })
  }

  it.each([
    ['the whole installation', { totalMonthlyMicros: 10 * dollar }, () => someone('anna')],
    ['a place', { workspaceMonthlyMicros: 10 * dollar }, (index: number) => someone(`p${index % 7}`)],
    ['a person', { requesterDailyMicros: 10 * dollar }, () => someone('anna')],
  ])('accepts exactly those that fit, in two processes: of %s', async (_, limits, who) => {
    const houses = [await process(limits), await process(limits)]
    const outcomes = await Promise.allSettled(
      Array.from({ length: 1000 }, (_, index) =>
        ask(houses[index % 2] as House, who(index), wishes[Math.floor(index / 2) % wishes.length]),
      ),
    )
    const accepted = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value.operation] : []))
    const refused = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
    const spent = accepted.reduce((sum, each) => sum + each.priceMicros, 0)
    expect(accepted.length + refused.length).toBe(1000)
    expect(spent).toBeLessThanOrEqual(10 * dollar)
    // Spend only grows here: whoever was refused would not fit even now.
    expect(refused.map((each) => each.code)).toEqual(refused.map(() => 'over_budget'))
    expect(refused.every((each) => spent + each.facts.priceMicros > 10 * dollar)).toBe(true)
    expect(await stores[0]?.auditBooks()).toEqual([])
    const ledger = (await stores[1]?.ledger(0, 1000)) ?? []
    expect(ledger.reduce((sum, line) => sum + line.micros, 0)).toBe(spent)
  })

  it('gives back what was released, to the cent', async () => {
    const house = await process({ totalMonthlyMicros: 10 * dollar })
    const anna = someone('anna')
    const asked = await Promise.allSettled(Array.from({ length: 1000 }, () => ask(house, anna)))
    const accepted = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value.operation.id] : []))
    expect(accepted).toHaveLength(12)
    await Promise.all(accepted.map((id) => house.commands.cancel(id, anna)))
    const again = await Promise.allSettled(Array.from({ length: 20 }, () => ask(house, anna)))
    expect(again.filter((each) => each.status === 'fulfilled')).toHaveLength(12)
  })

  it('spends nothing once the store cannot answer', async () => {
    const house = await process({ totalMonthlyMicros: 10 * dollar })
    await stores[0]?.close()
    await expect(ask(house, someone('anna'))).rejects.toMatchObject({ code: 'storage' })
    const after = await process({ totalMonthlyMicros: 10 * dollar })
    expect(await after.core.store.ledger(0, 10)).toEqual([])
  })
})
