import { expect, it } from 'vitest'
import { fronts } from './people.ts'
import { everyStep, live, ofCore, ofFronts } from './rounds.ts'

it('killed at every step of core’s whoever asked, at every step of what is asked on the web, and at moments in the middle of everything: each accepted request ends once in its thread, with its own video or the reason, asked of Google at most once, and nothing is left over', {
  timeout: 240_000,
}, async () => {
  const rounds = [
    ...everyStep(fronts, ofCore, { buttons: [], random: 1 }),
    ...everyStep(['web'], ofFronts, { buttons: [], random: 0 }),
  ]
  const { kills, wrong, late, completed } = await live(rounds)
  expect({ wrong, late }).toEqual({ wrong: [], late: [] })
  expect(kills).toBeGreaterThanOrEqual(14)
  expect(completed).toBeGreaterThan(10)
})
