import { describe, expect, it } from 'vitest'
import type { Core } from '../../src/core/context.ts'
import { Pace } from '../../src/core/pace.ts'

function paceOf(count: () => Promise<number>, clock: { now: number }) {
  const core = {
    clock: { now: () => clock.now },
    policy: { pollIntervalSeconds: 5 },
    model: { pace: (model: string) => (model === 'slow' ? 1 : 100) },
    store: { countInFlight: count },
  } as unknown as Core
  return new Pace(core)
}

describe('the distance between looks', () => {
  it('is the configured one while the request budget allows it', async () => {
    expect(await paceOf(async () => 100, { now: 0 }).interval('fast')).toBe(5)
  })

  it('grows with what is in flight so that nine tenths of the budget carry all looks', async () => {
    const pace = paceOf(async () => 9_000, { now: 0 })
    expect(await pace.interval('fast')).toBeCloseTo(100)
    expect(await pace.interval('slow')).toBeCloseTo(10_000)
  })

  it('counts what is in flight at most once a second, whoever asks', async () => {
    const clock = { now: 0 }
    let counted = 0
    const pace = paceOf(async () => (counted += 1), clock)
    await Promise.all(Array.from({ length: 100 }, () => pace.interval('fast')))
    expect(counted).toBe(1)
    clock.now = 1_000
    await pace.interval('fast')
    expect(counted).toBe(2)
  })

  it('stays what it was while the store cannot count: a started Operation must not fail for that', async () => {
    const clock = { now: 0 }
    let broken = false
    const pace = paceOf(() => (broken ? Promise.reject(new Error('broken')) : Promise.resolve(9_000)), clock)
    await pace.interval('fast')
    broken = true
    clock.now = 60_000
    expect(await pace.interval('fast')).toBeCloseTo(100)
  })
})
