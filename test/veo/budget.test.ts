import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createBudget } from '../../src/veo/budget.ts'

const never = new AbortController().signal

describe('the request budget', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('lets no second see more than 1.05 times the rate, and wastes none of it', async () => {
    const budget = createBudget(100)
    const passed: number[] = []
    for (let index = 0; index < 500; index += 1)
      void budget.take(false, never).then(() => passed.push(performance.now()))
    await vi.advanceTimersByTimeAsync(6_000)
    expect(passed).toHaveLength(500)
    for (const from of passed) {
      expect(passed.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(105)
    }
    const first = passed[0] ?? 0
    expect((passed.at(-1) ?? 0) - first).toBeLessThanOrEqual(5_000)
  })

  it('takes its part only while others share the rate, and all of it again afterwards', async () => {
    let sharers = 4
    const budget = createBudget(40, () => sharers)
    let passed = 0
    for (let index = 0; index < 90; index += 1) void budget.take(false, never).then(() => (passed += 1))
    await vi.advanceTimersByTimeAsync(5_000)
    expect(passed).toBeGreaterThanOrEqual(50)
    expect(passed).toBeLessThanOrEqual(53)
    expect(budget.pace()).toBe(40)
    sharers = 1
    await vi.advanceTimersByTimeAsync(1_100)
    expect(passed).toBe(90)
  })

  it('does not save up what was not used', async () => {
    const budget = createBudget(10)
    await vi.advanceTimersByTimeAsync(60_000)
    let passed = 0
    for (let index = 0; index < 20; index += 1) void budget.take(false, never).then(() => (passed += 1))
    await vi.advanceTimersByTimeAsync(999)
    expect(passed).toBeLessThanOrEqual(11)
  })

  it('lets a start pass before the checks that wait', async () => {
    const budget = createBudget(1)
    const order: string[] = []
    for (const name of ['first', 'second', 'third']) void budget.take(false, never).then(() => order.push(name))
    void budget.take(true, never).then(() => order.push('start'))
    await vi.advanceTimersByTimeAsync(4_000)
    expect(order).toEqual(['first', 'start', 'second', 'third'])
  })

  it('sends a check away that would wait longer than ten seconds, and says for how long', async () => {
    const budget = createBudget(1)
    const waiting = Array.from({ length: 11 }, () => budget.take(false, never))
    await expect(budget.take(false, never)).rejects.toMatchObject({
      code: 'quota_exceeded',
      retryable: true,
      retryAfterSeconds: 11,
    })
    const start = budget.take(true, never)
    await vi.advanceTimersByTimeAsync(12_000)
    await Promise.all([...waiting, start])
  })

  it('gives the turn of one who leaves to the next', async () => {
    const budget = createBudget(1)
    await budget.take(false, never)
    const stop = new AbortController()
    const left = budget.take(false, stop.signal)
    const next = budget.take(false, never)
    stop.abort(new Error('left'))
    await expect(left).rejects.toThrow('left')
    await vi.advanceTimersByTimeAsync(1_001)
    await next
  })

  it('halves its pace when Google says that it is too much, and finds back', async () => {
    const budget = createBudget(10)
    const passedIn = async (seconds: number) => {
      let passed = 0
      const stop = new AbortController()
      for (let index = 0; index < 60; index += 1)
        void budget.take(false, stop.signal).then(
          () => (passed += 1),
          () => {},
        )
      await vi.advanceTimersByTimeAsync(seconds * 1_000)
      stop.abort()
      return passed
    }
    await budget.take(false, never)
    budget.slowDown()
    expect(await passedIn(4)).toBe(20)
    for (let index = 0; index < 25; index += 1) budget.speedUp()
    expect(await passedIn(4)).toBe(40)
    for (let index = 0; index < 10; index += 1) budget.slowDown()
    // Not slower than a sixteenth: ten seconds are enough for six.
    expect(await passedIn(10)).toBe(6)
  })
})
