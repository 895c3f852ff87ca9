import { describe, expect, it } from 'vitest'
import { Eta } from '../../src/core/eta.ts'
import type { Operation } from '../../src/core/operation.ts'

const kind = { model: 'm', resolution: '720p', durationSeconds: 8 }
const started = { startedAt: 1_000_000, request: kind } as unknown as Operation
const at = (seconds: number) => 1_000_000 + seconds * 1000

describe('the next look', () => {
  it('follows the interval while there is no history', () => {
    expect(new Eta([], 90).nextLook(started, at(0), 1, 5)).toBe(at(5))
  })

  it('is not wasted on the time in which none was ever ready', () => {
    const eta = new Eta([], 90)
    for (let seconds = 41; seconds <= 140; seconds += 1) eta.learn(kind, seconds)
    expect(eta.nextLook(started, at(0), 1, 5)).toBeGreaterThan(at(35))
    expect(eta.nextLook(started, at(0), 1, 5)).toBeLessThan(at(55))
  })

  it('is never closer to the one before than the shortest distance, nor further than 1.1 intervals after the first', () => {
    const eta = new Eta([], 90)
    for (let seconds = 41; seconds <= 140; seconds += 1) eta.learn(kind, seconds)
    let now = eta.nextLook(started, at(0), 4, 5)
    for (let look = 0; look < 50; look += 1) {
      const next = eta.nextLook(started, now, 4, 5)
      expect(next - now).toBeGreaterThanOrEqual(3999)
      expect(next - now).toBeLessThanOrEqual(5501)
      now = next
    }
  })

  it.each([
    ['a service that was off for an hour', 3600],
    ['a clock that was put back', -3600],
  ])('learns nothing from what only %s can have measured', (_, seconds) => {
    const usual = Array.from({ length: 60 }, (_, index) => ({ ...kind, seconds: 55 + (index % 20), finishedAt: 0 }))
    const eta = new Eta([...usual, { ...kind, seconds, finishedAt: 0 }], 90)
    eta.learn(kind, seconds)
    expect(eta.nextLook(started, at(0), 5, 5)).toBe(new Eta(usual, 90).nextLook(started, at(0), 5, 5))
    expect(eta.quantile(kind, 0)).toBe(55)
    expect(eta.quantile(kind, 1)).toBe(74)
  })

  it('learns from the model as a whole where the very kind is new', () => {
    const eta = new Eta([], 90)
    for (let seconds = 30; seconds < 40; seconds += 1) eta.learn({ ...kind, resolution: '4k' }, seconds)
    expect(eta.quantile(kind, 0.5)).toBe(35)
  })

  it('forgets what is older than the last two hundred', () => {
    const eta = new Eta(
      Array.from({ length: 300 }, () => ({ ...kind, seconds: 20, finishedAt: 0 })),
      90,
    )
    for (let count = 0; count < 200; count += 1) eta.learn(kind, 90)
    expect(eta.quantile(kind, 0)).toBe(90)
  })
})

describe('the expected finish', () => {
  it('is the median, then the ninetieth percentile, then no promise', () => {
    const eta = new Eta([], 90)
    for (let seconds = 1; seconds <= 100; seconds += 1) eta.learn(kind, seconds)
    expect(eta.expectedAt(started, at(10))).toBe(at(51))
    expect(eta.expectedAt(started, at(60))).toBe(at(91))
    expect(eta.expectedAt(started, at(95))).toBeNull()
  })
})
