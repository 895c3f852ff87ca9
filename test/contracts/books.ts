import fc from 'fast-check'
import { expect, it } from 'vitest'
import { charges, operationStatuses, transitions } from '../../src/core/operation.ts'
import type { SpendLimit } from '../../src/core/ports/store.ts'
import { noLimits, someOperation } from '../db/memory-store.ts'
import type { OpenedStore } from './store.ts'

const days = [Date.UTC(2026, 9, 31, 23, 59), Date.UTC(2026, 10, 1), Date.UTC(2026, 10, 30, 12)]
const people = ['discord:anna', 'slack:t:ben', 'web:cleo']
const places = ['discord:guild', 'slack:t']
const budget = 5_000_000

const accept = fc.record({
  kind: fc.constant('accept' as const),
  requester: fc.constantFrom(...people),
  workspace: fc.constantFrom(...places),
  createdAt: fc.constantFrom(...days),
  priceMicros: fc.integer({ min: 0, max: 2_000_000 }),
  charge: fc.constantFrom('none' as const, 'reserved' as const),
})
const change = fc.record({
  kind: fc.constant('change' as const),
  which: fc.nat(20),
  charge: fc.constantFrom(...charges),
  status: fc.option(fc.constantFrom(...operationStatuses)),
  priceMicros: fc.option(fc.integer({ min: 0, max: 2_000_000 })),
})
type Step = typeof accept extends fc.Arbitrary<infer A> ? A : never
type Change = typeof change extends fc.Arbitrary<infer C> ? C : never

interface Row {
  readonly requester: string
  readonly workspace: string
  readonly createdAt: number
  status: (typeof operationStatuses)[number]
  charge: (typeof charges)[number]
  priceMicros: number
}

const costOf = (row: Row) => (row.charge === 'none' || row.charge === 'released' ? 0 : row.priceMicros)
const monthOf = (row: Row) => new Date(row.createdAt).toISOString().slice(0, 7)

/** The whole of the accounting, as simple as it can be said. */
class Model {
  readonly rows: Row[] = []
  spent(limit: Omit<SpendLimit, 'limitMicros'>): number {
    const counts = (row: Row) => {
      if (limit.scope === 'total') return monthOf(row) === limit.period
      if (limit.scope === 'workspace') return row.workspace === limit.key && monthOf(row) === limit.period
      return row.requester === limit.key && new Date(row.createdAt).toISOString().slice(0, 10) === limit.period
    }
    return this.rows.filter(counts).reduce((sum, row) => sum + costOf(row), 0)
  }
  accept(step: Step): boolean {
    const period = new Date(step.createdAt).toISOString().slice(0, 7)
    if (this.spent({ scope: 'total', key: '', period }) + step.priceMicros > budget) return false
    this.rows.push({ ...step, status: 'pending' })
    return true
  }
  change(step: Change): boolean {
    const row = this.rows[step.which]
    if (!row || (step.status !== null && !transitions[row.status].includes(step.status))) return false
    row.status = step.status ?? row.status
    row.charge = step.charge
    row.priceMicros = step.priceMicros ?? row.priceMicros
    return true
  }
}

/** That the books of a store agree with the model, however it is opened; so many random sequences are tried. */
export function booksContract(open: () => Promise<OpenedStore>, runs: number): void {
  it('keeps books that agree with a simple model after any sequence of steps', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(accept, change), { maxLength: 30 }), async (steps) => {
        const { store, close } = await open()
        const model = new Model()
        for (const step of steps) {
          if (step.kind === 'accept') {
            const period = new Date(step.createdAt).toISOString().slice(0, 7)
            const spend = [{ scope: 'total', key: '', period, limitMicros: budget }] as const
            const { kind: _kind, ...given } = step
            const id = `op${model.rows.length}`
            const outcome = await store.insert(someOperation(id, given), { ...noLimits, spend })
            expect(outcome.kind).toBe(model.accept(step) ? 'created' : 'over_budget')
          } else {
            const { charge, status, priceMicros } = step
            const patch = {
              charge,
              ...(status === null ? {} : { status }),
              ...(priceMicros === null ? {} : { priceMicros }),
            }
            const changed = await store.change(`op${step.which}`, {}, patch)
            expect(changed !== null).toBe(model.change(step))
          }
        }
        for (const at of days) {
          const [day, month] = [new Date(at).toISOString().slice(0, 10), new Date(at).toISOString().slice(0, 7)]
          const limits = [
            { scope: 'total', key: '', period: month } as const,
            ...places.map((key) => ({ scope: 'workspace', key, period: month }) as const),
            ...people.map((key) => ({ scope: 'requester', key, period: day }) as const),
          ]
          for (const limit of limits) expect(await store.spent(limit)).toBe(model.spent(limit))
        }
        const lines = await store.ledger(0, 1000)
        for (const [index, row] of model.rows.entries()) {
          const own = lines.filter((line) => line.operationId === `op${index}`)
          expect(own.reduce((sum, line) => sum + line.micros, 0)).toBe(costOf(row))
        }
        expect(await store.auditBooks()).toEqual([])
        await close()
      }),
      { numRuns: runs },
    )
  })
}
