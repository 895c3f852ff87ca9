import { beforeAll, describe, expect, it } from 'vitest'
import { discordSteps, slackSteps, spoilChats } from './chats.ts'
import { faults } from './faults.ts'

const cells = [
  ...discordSteps.flatMap((step) => faults.map((fault) => ({ upstream: 'Discord', step, fault }))),
  ...slackSteps.flatMap((step) => faults.map((fault) => ({ upstream: 'Slack', step, fault }))),
]

describe('every fault at every step towards the chats', () => {
  let run: Awaited<ReturnType<typeof spoilChats>>
  beforeAll(async () => {
    run = await spoilChats()
  }, 400_000)

  it.each(cells)('$upstream, $step, $fault: one status message and one video, once each', (cell) => {
    expect(run.rows.find((row) => Object.entries(cell).every(([key, value]) => row[key as 'step'] === value))).toEqual({
      ...cell,
      starts: 1,
      charge: 'settled',
      outcome: 'completed',
      meanwhile: [],
      finally: 'one status message, one video in one message',
      video: true,
    })
  })

  it('waits for an edit that hangs no longer than a person would: the video may be waiting behind it', () => {
    expect(run.hungEdits.length).toBeGreaterThanOrEqual(4)
    // Ten seconds, and what a busy machine adds to them; whoever waited on was cut off after twenty.
    expect(run.hungEdits.filter((milliseconds) => milliseconds > 15_000)).toEqual([])
  })

  it('never led a token, a prompt or a video to a stranger, by no kind of redirect and no certificate', () => {
    expect(run.thief).toEqual([])
    expect(run.fooled).toEqual([])
  })
})
