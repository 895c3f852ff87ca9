import { describe, expect, it } from 'vitest'
import type { Front } from './people.ts'
import type { Button } from './presses.ts'
import { buttonsOf, everyStep, live } from './rounds.ts'

const doors: readonly { readonly on: string; readonly asked: readonly Front[]; readonly buttons: readonly Button[] }[] =
  [
    { on: 'Discord', asked: ['discord command', 'discord mention'], buttons: buttonsOf('discord') },
    { on: 'Slack', asked: ['slack mention', 'slack command'], buttons: buttonsOf('slack') },
    { on: 'the web and at the terminal', asked: ['web', 'terminal'], buttons: [] },
  ]

// Each has a city of its own; beside each other, because they mostly wait.
describe.concurrent('killed without warning, at least sixty times', () => {
  it.each(doors)(
    'at every step of what is asked on $on, at every button there, and at a moment in the middle of everything: each accepted request ends once in its thread, with its own video or the reason, asked of Google at most once, each button acts once, and nothing is left over',
    { timeout: 240_000 },
    async ({ asked, buttons }) => {
      const { kills, wrong, late, completed } = await live(everyStep(asked, { buttons, random: 1 }))
      expect({ wrong, late }).toEqual({ wrong: [], late: [] })
      expect(kills).toBeGreaterThanOrEqual(20)
      expect(completed).toBeGreaterThan(10)
    },
  )
})
