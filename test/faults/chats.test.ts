import { beforeAll, describe, expect, it } from 'vitest'
import { chatFaults, discordSteps, slackSteps, spoilChats } from './chats.ts'

const cells = [
  ...discordSteps.flatMap((step) => chatFaults.map((fault) => ({ upstream: 'Discord', step, fault }))),
  ...slackSteps.flatMap((step) => chatFaults.map((fault) => ({ upstream: 'Slack', step, fault }))),
]

describe('every fault at every step towards the chats', () => {
  let run: Awaited<ReturnType<typeof spoilChats>>
  beforeAll(async () => {
    run = await spoilChats()
  }, 180_000)

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

  it('never led a token, a prompt or a video to a stranger', () => {
    expect(run.thief.filter(({ headers, body }) => headers.authorization || body.length > 0)).toEqual([])
    expect(run.thief).toEqual([])
  })
})
