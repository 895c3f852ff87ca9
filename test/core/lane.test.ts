import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Lane, type LaneWork } from '../../src/core/lane.ts'
import type { Operation } from '../../src/core/operation.ts'
import type { ChangeWhen } from '../../src/core/ports/change.ts'
import type { Clock } from '../../src/core/ports/machine.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { silentLog as silent } from '../db/memory-store.ts'

const nothing = { renew: async () => {} } as unknown as OperationStore

/** Vitest's timers move this one, and not the machine's own. */
const clock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      setTimeout(resolve, milliseconds)
      signal.addEventListener('abort', () => resolve(), { once: true })
    }),
}

/** A lane over `due` rows that are taken as they are claimed; `finish` ends one step. */
function laneOver(atOnce: number, time: Clock = clock, store = nothing) {
  const seen = { due: 0, busy: false, limits: [] as number[] }
  const steps: (() => void)[] = []
  let next = 0
  const lane = new Lane(
    {
      name: 'test',
      lane: 'advance',
      owner: 'w',
      atOnce,
      async claim(_lease, limit) {
        seen.limits.push(limit)
        if (seen.busy) await new Promise((resolve) => setTimeout(resolve, 5))
        const taken = Math.min(limit, seen.due)
        seen.due -= taken
        return Array.from({ length: taken }, () => ({ id: String(next++) }) as Operation)
      },
      step: () => new Promise((resolve) => steps.push(resolve)),
      nextDueAt: async () => null,
    },
    store,
    time,
    silent,
  )
  return { lane, seen, finish: () => steps.shift()?.() }
}

describe('a lane', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('claims at once what falls due while it sleeps', async () => {
    const { lane, seen } = laneOver(8)
    lane.start()
    await vi.advanceTimersByTimeAsync(100)
    seen.due = 1
    const before = seen.limits.length
    lane.expect(Date.now())
    await vi.advanceTimersByTimeAsync(0)
    expect(seen.limits).toHaveLength(before + 1)
    expect(seen.due).toBe(0)
  })

  it('takes with one claim what falls due within a moment, where claims take their time', async () => {
    const { lane, seen } = laneOver(8)
    seen.busy = true
    lane.start()
    await vi.advanceTimersByTimeAsync(100)
    const before = seen.limits.length
    for (let millisecond = 0; millisecond < 200; millisecond += 1) {
      lane.expect(Date.now())
      await vi.advanceTimersByTimeAsync(1)
    }
    expect(seen.limits.length - before).toBeLessThanOrEqual(9)
    expect(seen.limits.length - before).toBeGreaterThanOrEqual(7)
  })

  it('sleeps until what it expects, not longer', async () => {
    const { lane, seen } = laneOver(8)
    lane.start()
    await vi.advanceTimersByTimeAsync(100)
    const before = seen.limits.length
    lane.expect(Date.now() + 300)
    await vi.advanceTimersByTimeAsync(299)
    expect(seen.limits).toHaveLength(before)
    await vi.advanceTimersByTimeAsync(1)
    expect(seen.limits).toHaveLength(before + 1)
  })

  it('goes on within a second when the clock is put back by half an hour, and hears of what comes then', async () => {
    const { lane, seen } = laneOver(8)
    lane.start()
    await vi.advanceTimersByTimeAsync(100)
    vi.setSystemTime(Date.now() - 1_800_000)
    seen.due = 1
    await vi.advanceTimersByTimeAsync(1_000)
    expect(seen.due).toBe(0)
    await vi.advanceTimersByTimeAsync(100)
    seen.due = 1
    vi.setSystemTime(Date.now() - 1_800_000)
    lane.expect(Date.now())
    await vi.advanceTimersByTimeAsync(0)
    expect(seen.due).toBe(0)
  })

  it('claims at once what fell due while a claim was made', async () => {
    const begun: { readonly id: string; readonly at: number }[] = []
    const from = Date.now()
    let due = [
      { id: 'a', dueAt: from },
      { id: 'b', dueAt: from + 3 },
    ]
    const work: LaneWork = {
      name: 'test',
      lane: 'advance',
      owner: 'w',
      atOnce: 8,
      async claim({ now }) {
        const taken = due.filter((row) => row.dueAt <= now)
        due = due.filter((row) => row.dueAt > now)
        await new Promise((resolve) => setTimeout(resolve, 5))
        return taken as Operation[]
      },
      step: async ({ id }) => {
        begun.push({ id, at: Date.now() - from })
      },
      nextDueAt: async () => due[0]?.dueAt ?? null,
    }
    const lane = new Lane(work, nothing, clock, silent)
    lane.start()
    await vi.advanceTimersByTimeAsync(50)
    expect(begun).toEqual([
      { id: 'a', at: 5 },
      { id: 'b', at: 10 },
    ])
  })

  it('goes on with a crowd when an eighth of its slots is free', async () => {
    const { lane, seen, finish } = laneOver(16)
    seen.due = 100
    lane.start()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(seen.limits).toEqual([16])
    finish()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(seen.limits).toEqual([16])
    finish()
    await vi.advanceTimersByTimeAsync(0)
    expect(seen.limits).toEqual([16, 2])
  })

  it('takes up at once what was claimed again before the step that gave it back had ended', async () => {
    const operation = { id: 'a', announceDueAt: 0 } as Operation
    let owner: string | null = null
    const ends: (() => void)[] = []
    const store = {
      renew: async () => {},
      change: async (_id: string, when: ChangeWhen) => (when.announceLeaseOwner === owner ? operation : null),
    } as unknown as OperationStore
    const work: LaneWork = {
      name: 'test',
      lane: 'announce',
      owner: 'w',
      atOnce: 8,
      async claim() {
        if (owner !== null) return []
        owner = 'w'
        return [operation]
      },
      step: () => new Promise((resolve) => ends.push(resolve)),
      nextDueAt: async () => null,
    }
    const lane = new Lane(work, store, clock, silent)
    lane.start()
    await vi.advanceTimersByTimeAsync(0)
    expect(ends).toHaveLength(1)
    owner = null
    lane.expect(Date.now())
    await vi.advanceTimersByTimeAsync(100)
    expect({ owner, begun: ends.length }).toEqual({ owner: 'w', begun: 1 })
    ends[0]?.()
    await vi.advanceTimersByTimeAsync(0)
    expect(ends).toHaveLength(2)
    // A lease that runs out in the middle is the same step's, which gives it back: nobody begins again.
    owner = null
    lane.expect(Date.now())
    await vi.advanceTimersByTimeAsync(100)
    owner = 'another process'
    ends[1]?.()
    await vi.advanceTimersByTimeAsync(100)
    expect(ends).toHaveLength(2)
  })

  it('keeps the leases of the steps that it waits for while it stops, and nothing after that', async () => {
    let renewals = 0
    const renew = async () => {
      renewals += 1
    }
    const store = { renew } as unknown as OperationStore
    const { lane, seen, finish } = laneOver(8, clock, store)
    seen.due = 1
    lane.start()
    await vi.advanceTimersByTimeAsync(100)
    const stopped = lane.stop()
    await vi.advanceTimersByTimeAsync(60_000)
    // As often as a lease of ten seconds needs it.
    expect(renewals).toBeGreaterThan(12)
    finish()
    await stopped
    const before = renewals
    await vi.advanceTimersByTimeAsync(60_000)
    expect(renewals).toBe(before)
  })

  it.each([
    ['refuses', () => Promise.reject(new Error('away'))],
    ['does not answer', () => new Promise<void>(() => {})],
  ])(
    'lets go of what it does before anybody else may have it, where the store %s to prolong its lease',
    async (_, away) => {
      let renew: () => Promise<void> = async () => {}
      const lost: number[] = []
      const from = Date.now()
      const work: LaneWork = {
        name: 'test',
        lane: 'announce',
        owner: 'w',
        atOnce: 1,
        claim: async () => [{ id: 'a' } as Operation],
        step: (_, held) =>
          new Promise(() => held.addEventListener('abort', () => lost.push((Date.now() - from) / 1000))),
        nextDueAt: async () => null,
      }
      new Lane(work, { renew: () => renew() } as unknown as OperationStore, clock, silent).start()
      await vi.advanceTimersByTimeAsync(60_000)
      expect(lost).toEqual([])
      // The last one that was prolonged ends ten seconds after a minute.
      renew = away
      await vi.advanceTimersByTimeAsync(10_000)
      expect(lost).toEqual([67.5])
    },
  )

  it('asks to be woken at no time that has passed, however fast time goes', async () => {
    const asked: number[] = []
    let now = 0
    const hasty: Clock = {
      // Some milliseconds pass between any two looks.
      now: () => (now += 5),
      async sleep(milliseconds) {
        asked.push(milliseconds)
        await new Promise((resolve) => setTimeout(resolve, 1))
      },
    }
    const { lane } = laneOver(8, hasty)
    lane.start()
    for (let turn = 0; turn < 50; turn += 1) {
      lane.expect(now + 9)
      await vi.advanceTimersByTimeAsync(1)
    }
    expect(asked.length).toBeGreaterThan(10)
    expect(asked.filter((milliseconds) => milliseconds < 0)).toEqual([])
  })
})
