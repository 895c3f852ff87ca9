import { expect, it } from 'vitest'
import { within } from '../../src/core/within.ts'

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
const timers = () => process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length

it('ends what takes too long', async () => {
  await expect(within(1, undefined, untilAborted)).rejects.toMatchObject({ name: 'TimeoutError' })
})

it('ends with whoever ends it, also where that was before', async () => {
  const shutdown = new AbortController()
  const work = within(60_000, shutdown.signal, untilAborted)
  shutdown.abort('the service stops')
  await expect(work).rejects.toBe('the service stops')
  await expect(within(60_000, shutdown.signal, untilAborted)).rejects.toBe('the service stops')
})

it('leaves nothing behind of what was done in time', async () => {
  const shutdown = new AbortController()
  const before = timers()
  const results = await Promise.all([1, 2, 3].map((each) => within(60_000, shutdown.signal, async () => each)))
  expect(results).toEqual([1, 2, 3])
  expect(timers()).toBe(before)
})
