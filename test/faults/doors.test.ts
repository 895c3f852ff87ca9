import { beforeAll, describe, expect, it } from 'vitest'
import { doorCells, spoilDoors } from './doors.ts'
import type { FaultName } from './faults.ts'

/** One of each kind; `npm run faults` does them all. */
const some: readonly FaultName[] = ['503', 'redirect elsewhere (307)', 'DNS failure', 'TLS failure']
const cells = doorCells.filter(({ fault }) => some.includes(fault))

describe('faults while the live connection to a chat is made', () => {
  let run: Awaited<ReturnType<typeof spoilDoors>>
  beforeAll(async () => {
    run = await spoilDoors(cells)
  }, 120_000)

  it.each(cells)(
    '$platform, $step, $fault: it is made all the same, and what is asked then is answered once',
    (cell) => {
      const { platform: upstream, step, fault } = cell
      expect(
        run.rows.find((row) => row.upstream === upstream && row.step === step && row.fault === fault),
      ).toMatchObject({
        starts: 1,
        charge: 'settled',
        outcome: 'completed',
        finally: 'once the bot is there: 1 status message, 1 video in one message',
      })
    },
  )

  it('led no token to a stranger, by redirect or without a certificate', () => {
    expect(run.thief).toEqual([])
    expect(run.fooled).toEqual([])
  })
})
