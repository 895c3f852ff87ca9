import { expect, it } from 'vitest'
import { fronts } from './people.ts'
import { everyStep, live, ofCore } from './rounds.ts'

it('killed at every step of core’s whoever asked, as soon as what is asked on the web is stored, and at a moment in the middle of everything: each accepted request ends once in its thread, with its own video or the reason, asked of Google at most once, and nothing is left over', {
  timeout: 240_000,
}, async () => {
  const rounds = [
    ...everyStep(fronts, ofCore, { buttons: [], random: 1 }),
    // The later steps are the thread's, and the web has none: whoever posts and delivers there is killed in the other files.
    ...everyStep(['web'], ['accepted'], { buttons: [], random: 0 }),
  ]
  const { kills, wrong, late, completed } = await live(rounds)
  expect({ wrong, late }).toEqual({ wrong: [], late: [] })
  expect(kills).toBeGreaterThanOrEqual(14)
  expect(completed).toBeGreaterThan(10)
})
