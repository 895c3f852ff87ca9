import { describe, expect, it } from 'vitest'
import { scheduleFor } from '../../src/core/schedule.ts'

/** The same numbers at every run. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}

function mixtureOf(next: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(next() + 1e-12)) * Math.cos(2 * Math.PI * next())
  const kind = next()
  const seconds =
    kind < 0.6 ? 40 * Math.exp(0.25 * normal) : kind < 0.9 ? 90 * Math.exp(0.3 * normal) : 200 * Math.exp(0.3 * normal)
  return Math.min(360, Math.max(11, seconds))
}

/** The look that sees an end, and how many were taken until then. */
function seen(end: number, looks: readonly number[], gap: number): { at: number; taken: number } {
  let [at, taken] = [0, 0]
  while (at < end) {
    at = looks[taken] ?? at + gap
    taken += 1
  }
  return { at, taken }
}

/** Mean and 99th percentile of the time from the end to the look that sees it, and looks taken, over many Operations. */
function play(looks: readonly number[], gap: number, ends: readonly number[]) {
  const found = ends.map((end) => ({ end, ...seen(end, looks, gap) }))
  const late = found.map(({ end, at }) => at - end).sort((a, b) => a - b)
  const mean = late.reduce((sum, each) => sum + each, 0) / late.length
  const taken = found.reduce((sum, each) => sum + each.taken, 0)
  return { mean, p99: late[Math.floor(late.length * 0.99)] ?? 0, looks: taken / ends.length }
}

describe('a schedule learned from two hundred Operations', () => {
  const next = random(7)
  const history = Array.from({ length: 200 }, () => mixtureOf(next))
  const later = Array.from({ length: 20_000 }, () => mixtureOf(next))

  it.each([5, 10, 20])(
    'sees the end within 0.4 of an interval of %i s on average, 1.1 for all but one in a hundred',
    (interval) => {
      const spacing = { shortest: 1, interval, longest: 1.1 * interval }
      let looks: readonly number[] = []
      // Each is learned from what the one before has seen: looks must not gather where looks have been.
      for (const gap of [interval, ...Array(4).fill(spacing.longest)]) {
        const times = history.map((end) => seen(end, looks, gap).at)
        looks = scheduleFor(times, spacing)
      }
      const learned = play(looks, 1.1 * interval, later)
      const fixed = play([], interval, later)
      expect(learned.mean).toBeLessThanOrEqual(0.4 * interval)
      expect(learned.p99).toBeLessThanOrEqual(1.1 * interval + 1)
      expect(learned.looks).toBeLessThanOrEqual(1.03 * fixed.looks)
    },
  )

  it('stays the plain interval where nothing closer is allowed', () => {
    const looks = scheduleFor(history, { shortest: 5, interval: 5, longest: 5.5 })
    const gaps = looks.slice(1).map((at, index) => at - (looks[index] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(6.5)
  })
})
