import { beforeAll, describe, expect, it } from 'vitest'
import type { FaultName } from './faults.ts'
import { s3Steps, spoilS3 } from './s3.ts'

/** One of each kind; `npm run faults` does them all, and with files of several parts. */
const some: readonly FaultName[] = [
  '503',
  'reset after the effect',
  'truncated body',
  'HTML instead',
  'wrong length',
  'redirect elsewhere (307)',
  'DNS failure',
  'TLS failure',
]
const cells = s3Steps.small.flatMap((step) => some.map((fault) => ({ step, fault })))

describe('faults at every step towards a bucket', () => {
  let run: Awaited<ReturnType<typeof spoilS3>>
  beforeAll(async () => {
    run = await spoilS3('small', some)
  }, 120_000)

  it.each(cells)('$step, $fault: the whole video is delivered, paid once', ({ step, fault }) => {
    const row = run.rows.find((each) => each.step === step && each.fault === fault)
    expect(row).toMatchObject({ outcome: 'completed', charge: 'settled', starts: 1, video: true })
  })

  it('led nobody to a stranger', () => {
    expect(run.thief).toEqual([])
    expect(run.fooled).toEqual([])
  })
})
