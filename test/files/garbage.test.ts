import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { tookBytes } from '../../src/files/garbage.ts'

it('keeps what is done with from piling up, however much comes', async () => {
  const before = process.memoryUsage().arrayBuffers
  let most = 0
  for (let count = 0; count < 8_000; count += 1) {
    tookBytes(Buffer.allocUnsafeSlow(65_536).length)
    if (count % 50 > 0) continue
    most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    // As between pieces from the network.
    await turn()
  }
  expect(most).toBeGreaterThan(0)
  expect(most).toBeLessThan(64_000_000)
})
