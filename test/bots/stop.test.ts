import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { UnderWay } from '../../src/bots/under-way.ts'
import { Lane } from '../../src/core/lane.ts'
import type { Operation } from '../../src/core/operation.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { stopAll } from '../../src/service.ts'
import { silentLog } from '../db/memory-store.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('begins nothing more at Google once it stops, while a slow answer is still under way, which is awaited for three seconds', async () => {
  const begun: number[] = []
  const from = Date.now()
  const lane = new Lane(
    {
      name: 'starts',
      lane: 'advance',
      owner: 'w',
      atOnce: 1,
      claim: async () => [{ id: String(begun.length) } as Operation],
      async step() {
        begun.push(Date.now() - from)
        await new Promise((resolve) => setTimeout(resolve, 400))
      },
      nextDueAt: async () => null,
    },
    { renew: async () => {} } as unknown as OperationStore,
    { now: Date.now, sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)) },
    silentLog,
  )
  const underWay = new UnderWay()
  void underWay.run(() => new Promise(() => {}))
  lane.start()
  await vi.advanceTimersByTimeAsync(1_000)
  const before = [...begun]
  const closed: number[] = []
  void stopAll(lane, [{ stop: () => underWay.end() }], async () => void closed.push(Date.now() - from))
  await vi.advanceTimersByTimeAsync(10_000)
  expect(before.length).toBeGreaterThan(0)
  expect(begun).toEqual(before)
  expect(closed).toEqual([4_000])
})

it('waits no longer than the last answer takes', async () => {
  const underWay = new UnderWay()
  const answer = underWay.run(() => new Promise((resolve) => setTimeout(resolve, 50)))
  const ended = vi.fn()
  void underWay.end().then(ended)
  await vi.advanceTimersByTimeAsync(49)
  expect(ended).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(ended).toHaveBeenCalledOnce()
  await answer
})
