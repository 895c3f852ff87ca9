import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BudgetChange } from '../../src/core/ports/books.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { openTestStore } from '../db/memory-store.ts'
import { ask, done, type House, openHouse, someone } from './house.ts'

const dollar = 1_000_000
const anna = someone('anna', { roles: ['artists', 'crew'] })
const admin = someone('admin', { admin: true })

describe('budgets', () => {
  let store: OperationStore
  let house: House
  beforeEach(async () => {
    store = await openTestStore()
    const policy = {
      requesterDailyMicros: dollar,
      workspaceMonthlyMicros: 50 * dollar,
      totalMonthlyMicros: 50 * dollar,
    }
    house = openHouse({ store, policy })
  })
  afterEach(() => store.close())

  const set = (target: BudgetChange['target'], micros: number | null | undefined) =>
    house.commands.setBudget({ workspace: 'discord:guild', target, micros }, admin)
  const limitOf = async (scope: string) =>
    (await house.commands.budgets(anna)).find((each) => each.scope === scope)?.limitMicros

  it('say what is left and when it renews', async () => {
    await ask(house, anna)
    expect(await house.commands.budgets(anna)).toEqual([
      {
        scope: 'requester',
        limitMicros: dollar,
        spentMicros: 800_000,
        leftMicros: 200_000,
        renews: '2026-11-23',
        free: false,
      },
      expect.objectContaining({ scope: 'workspace', leftMicros: 49_200_000, renews: '2026-12-01' }),
      expect.objectContaining({ scope: 'total', leftMicros: 49_200_000, renews: '2026-12-01' }),
    ])
  })

  it('refuse with which budget, how much is left, and when it renews', async () => {
    await ask(house, anna)
    await expect(ask(house, anna)).rejects.toMatchObject({
      code: 'over_budget',
      facts: { scope: 'requester', leftMicros: 200_000, renews: '2026-11-23' },
    })
  })

  it('go by the member, else the largest role, else the place, else the host', async () => {
    expect(await limitOf('requester')).toBe(dollar)
    await set({ of: 'everyone' }, 2 * dollar)
    expect(await limitOf('requester')).toBe(2 * dollar)
    await set({ of: 'role', id: 'crew' }, 3 * dollar)
    await set({ of: 'role', id: 'artists' }, 4 * dollar)
    expect(await limitOf('requester')).toBe(4 * dollar)
    await set({ of: 'member', id: anna.id }, 0)
    expect(await limitOf('requester')).toBe(0)
    await expect(ask(house, anna)).rejects.toMatchObject({ code: 'over_budget' })
    await set({ of: 'member', id: anna.id }, undefined)
    await set({ of: 'role', id: 'crew' }, null)
    expect(await limitOf('requester')).toBeNull()
    await set({ of: 'workspace' }, 7 * dollar)
    expect(await limitOf('workspace')).toBe(7 * dollar)
  })

  it('are changed by admins of the place alone', async () => {
    const change = { workspace: 'discord:guild', target: { of: 'workspace' }, micros: null } as const
    await expect(house.commands.setBudget(change, anna)).rejects.toMatchObject({ code: 'forbidden' })
    const elsewhere = { ...change, workspace: 'discord:other' }
    await expect(house.commands.setBudget(elsewhere, admin)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(set({ of: 'workspace' }, -1)).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('are shown and not drawn on in rehearsal', async () => {
    const free = openHouse({ store, policy: { free: true, requesterDailyMicros: dollar } })
    await ask(free, anna)
    await ask(free, anna)
    expect(await free.commands.budgets(anna)).toMatchObject([
      { spentMicros: 0, leftMicros: dollar, free: true },
      {},
      {},
    ])
    expect(await store.ledger(0, 9)).toEqual([])
  })

  it('count what is perhaps charged until an admin settles it', async () => {
    house.google.start = () => Promise.reject(new Error('the line went dead'))
    const { operation } = await ask(house, anna)
    await house.start()
    const open = await house.commands.list({ charge: 'uncertain' }, admin, null, 9)
    expect(open.operations.map((each) => each.id)).toEqual([operation.id])
    await expect(house.commands.settle(operation.id, false, anna)).rejects.toMatchObject({ code: 'forbidden' })
    await house.commands.settle(operation.id, false, admin)
    expect((await house.commands.budgets(anna))[0]?.leftMicros).toBe(dollar)
    expect((await store.ledger(0, 9)).map(({ kind, micros }) => `${kind} ${micros}`)).toEqual([
      'reservation 800000',
      'uncertain 0',
      'release -800000',
    ])
  })

  it('are told as CSV that a spreadsheet adds up, to admins alone', async () => {
    await ask(house, anna)
    await house.start()
    house.google.check = async () => done
    house.clock.time += 60_000
    await house.check()
    await ask(house, someone('=cmd|"x"', { workspace: 'discord:guild' }))
    const pieces: string[] = []
    for await (const piece of house.commands.ledgerCsv(admin)) pieces.push(piece)
    const [head, ...lines] = pieces.join('').trimEnd().split('\r\n')
    expect(head).toBe('line,time,operation,kind,person,workspace,model,seconds,usd')
    expect(lines[0]).toMatch(
      /^1,2026-11-22T12:00:00.000Z,[\w-]+,reservation,discord:anna,discord:guild,veo-3.1-fast-generate-preview,8,0.800000$/,
    )
    expect(lines[1]).toMatch(/settlement.*,0\.000000$/)
    expect(lines[2]).toContain('"discord:=cmd|""x"""')
    const asked = async () => {
      for await (const _ of house.commands.ledgerCsv(anna)) return
    }
    await expect(asked()).rejects.toMatchObject({ code: 'forbidden' })
  })
})
