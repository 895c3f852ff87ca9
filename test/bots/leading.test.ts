import { afterEach, beforeEach, expect, it } from 'vitest'
import { Leading } from '../../src/bots/leading.ts'
import { VideoError } from '../../src/core/errors.ts'
import type { Clock } from '../../src/core/ports/machine.ts'
import type { Lease, OperationStore } from '../../src/core/ports/store.ts'
import { openTestStore, silentLog } from '../db/memory-store.ts'

/** A clock that only `pass` moves; who sleeps on it wakes in order. */
function handClock() {
  let now = 1_000_000
  let sleepers: { at: number; wake: () => void }[] = []
  const clock: Clock = {
    now: () => now,
    sleep: (milliseconds, signal) =>
      new Promise((wake) => {
        sleepers.push({ at: now + milliseconds, wake })
        signal.addEventListener('abort', () => wake())
      }),
  }
  const settle = () => new Promise((resolve) => setTimeout(resolve, 5))
  return {
    clock,
    async pass(milliseconds: number) {
      await settle()
      for (const end = now + milliseconds; now < end; ) {
        now = Math.min(end, now + 500)
        const due = sleepers.filter(({ at }) => at <= now)
        sleepers = sleepers.filter(({ at }) => at > now)
        for (const { wake } of due) wake()
        await settle()
      }
    },
  }
}

let store: OperationStore
beforeEach(async () => {
  store = await openTestStore()
})
afterEach(() => store.close())

function processes() {
  const { clock, pass } = handClock()
  const live = new Set<string>()
  const make = (name: string, lead = (lease: Lease) => store.lead('gateway', lease)) =>
    new Leading(
      lead,
      { start: async () => void live.add(name), stop: async () => void live.delete(name) },
      clock,
      silentLog,
    )
  return { make, pass, live: () => [...live] }
}

it('connects in one process only, and in the next as soon as that one stops', async () => {
  const { make, pass, live } = processes()
  const [one, two] = [make('one'), make('two')]
  one.start()
  await pass(100)
  two.start()
  await pass(60_000)
  expect(live()).toEqual(['one'])
  await one.stop()
  expect(live()).toEqual([])
  await pass(500)
  expect(live()).toEqual(['two'])
  await two.stop()
})

it('goes on in another process within ten seconds after the leader was cut off, which has let go by then', async () => {
  const { make, pass, live } = processes()
  let reachable = true
  const one = make('one', (lease) => {
    if (!reachable) return Promise.reject(new VideoError('storage', 'away', { retryable: true }))
    return store.lead('gateway', lease)
  })
  const two = make('two')
  one.start()
  await pass(100)
  two.start()
  await pass(5_000)
  reachable = false
  const seen: string[][] = []
  for (let second = 0; second < 10; second += 1) {
    await pass(1_000)
    seen.push(live())
  }
  expect(seen.every((each) => each.length <= 1)).toBe(true)
  expect(live()).toEqual(['two'])
  reachable = true
  await pass(5_000)
  expect(live()).toEqual(['two'])
  await Promise.all([one.stop(), two.stop()])
})
