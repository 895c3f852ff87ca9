import { expect, it } from 'vitest'
import { backoffMilliseconds } from '../../src/core/backoff.ts'

const year = 365 * 86_400

it.each([
  ['as long as the other side asked for', 90, 90_000],
  ['its own time where that is longer', 1, 8_000],
  ['an hour where the other side asked for a year: by then a video would be gone', year, 3_600_000],
])('the third attempt waits %s', (_, asked, wanted) => {
  const waits = backoffMilliseconds(3, asked)
  expect(waits).toBeGreaterThanOrEqual(wanted)
  // With the quarter that keeps many apart.
  expect(waits).toBeLessThanOrEqual(wanted * 1.25)
})
