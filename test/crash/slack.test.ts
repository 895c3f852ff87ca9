import { expect, it } from 'vitest'
import { buttonsOf, everyStep, live, ofFronts } from './rounds.ts'

it('killed at every step that Slack has a part in of what is asked on Slack, and at every button: each accepted request ends once in its thread, with its own video or the reason, asked of Google at most once, each button acts once, and nothing is left over', {
  timeout: 240_000,
}, async () => {
  const rounds = everyStep(['slack mention'], ofFronts, { buttons: buttonsOf('slack'), atOnce: 2, random: 0 })
  const { kills, wrong, late, completed } = await live(rounds)
  expect({ wrong, late }).toEqual({ wrong: [], late: [] })
  expect(kills).toBeGreaterThanOrEqual(10)
  expect(completed).toBeGreaterThan(5)
})
