import { describe, expect, it } from 'vitest'
import { perDay, timesByModel } from '../../src/bots/web/page/admin/numbers.ts'

const now = new Date(2026, 10, 22, 15).getTime()
const at = (day: number, hour = 12) => new Date(2026, 10, day, hour).toISOString()
const operation = (day: number, changes: object = {}) => ({
  created_at: at(day),
  status: 'completed' as const,
  error_code: null,
  charge: 'settled' as const,
  price_usd: 0.8,
  model: 'fast',
  started_at: at(day),
  finished_at: at(day),
  ...changes,
})

describe('the numbers behind the plots', () => {
  it('counts each Operation on its day, by outcome and by what it cost', () => {
    const days = perDay(
      [
        operation(22),
        operation(22, { status: 'error', error_code: 'blocked_by_safety', charge: 'released' }),
        operation(21, { status: 'error', error_code: 'timed_out', charge: 'uncertain' }),
        operation(21, { status: 'processing', charge: 'reserved' }),
        operation(1),
      ],
      3,
      now,
    )
    expect(days.map(({ at: midnight, ...rest }) => [new Date(midnight).getDate(), rest])).toEqual([
      [20, { completed: 0, failed: 0, refused: 0, running: 0, settled: 0, reserved: 0 }],
      [21, { completed: 0, failed: 1, refused: 0, running: 1, settled: 0, reserved: 1.6 }],
      [22, { completed: 1, failed: 0, refused: 1, running: 0, settled: 0.8, reserved: 0 }],
    ])
  })

  it('spreads the times of each model, and leaves out what has not finished', () => {
    const taking = (seconds: number, model = 'fast') =>
      operation(22, { model, finished_at: new Date(Date.parse(at(22)) + seconds * 1000).toISOString() })
    const times = timesByModel([
      ...[50, 10, 30, 20, 40].map((seconds) => taking(seconds)),
      taking(7, 'lite'),
      operation(22, { status: 'processing', finished_at: null }),
    ])
    expect(times).toEqual([
      { model: 'fast', count: 5, shortest: 10, lower: 20, median: 30, upper: 40, longest: 50 },
      { model: 'lite', count: 1, shortest: 7, lower: 7, median: 7, upper: 7, longest: 7 },
    ])
  })
})
