import { PerformanceObserver } from 'node:perf_hooks'
import { expect, it, vi } from 'vitest'
import { tookBytes } from '../../src/files/garbage.ts'

it('has memory given back every 24 MB that came', async () => {
  let collections = 0
  const watch = new PerformanceObserver((list) => {
    collections += list.getEntries().length
  })
  watch.observe({ entryTypes: ['gc'] })
  // Without a buffer nothing else would have V8 collect so often.
  for (let came = 0; came < 240; came += 1) tookBytes(1024 ** 2)
  await vi.waitFor(() => expect(collections).toBeGreaterThanOrEqual(10))
  watch.disconnect()
})
