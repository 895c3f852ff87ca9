import { describe, expect, it } from 'vitest'
import type { Front } from './people.ts'
import { everyStep, live } from './rounds.ts'

/** Most of it is waiting for the leases of the killed. */
const patience = 240_000

describe('sixty kills without warning', { timeout: patience, concurrent: true }, () => {
  it.each<{ name: string; asked: readonly Front[] }>([
    { name: 'Discord', asked: ['discord command', 'discord mention'] },
    { name: 'Slack', asked: ['slack mention', 'slack command'] },
    { name: 'the web', asked: ['web', 'web'] },
  ])(
    'at every step of what is asked on $name, and at seven moments in the middle of everything: each accepted request ends once in its thread, with its own video or the reason, asked of Google at most once, and nothing is left over',
    async ({ asked }) => {
      const { kills, wrong, late, completed } = await live(everyStep(asked, 7))
      expect({ wrong, late }).toEqual({ wrong: [], late: [] })
      expect(kills).toBe(20)
      expect(completed).toBeGreaterThan(10)
    },
  )
})
