import { beforeAll, describe, expect, it } from 'vitest'
import { spoilCancel } from './cancel.ts'
import { type FaultName, faults, redirects } from './faults.ts'
import { googleSteps, spoilGoogle } from './google.ts'
import { spoilModels } from './models-list.ts'
import type { Row } from './table.ts'

/** After these nobody can know whether Google began: it is not asked twice. */
const uncertain: readonly FaultName[] = [
  '500',
  'reset before the effect',
  'reset after the effect',
  'hangs',
  'hangs after the effect',
  'truncated body',
  'HTML instead',
  'wrong length',
  ...redirects,
]
/** What an image's server answers instead of an image is final; what has no name or no TLS stays so here. */
const badImage: readonly FaultName[] = ['HTML instead', ...redirects, 'DNS failure', 'TLS failure']

let google: Awaited<ReturnType<typeof spoilGoogle>>
let models: Awaited<ReturnType<typeof spoilModels>>
let cancel: Awaited<ReturnType<typeof spoilCancel>>
beforeAll(async () => {
  // At once, because they wait most of the time.
  ;[google, models, cancel] = await Promise.all([spoilGoogle(), spoilModels(), spoilCancel()])
}, 180_000)

describe('every fault at every step towards Google', () => {
  const at = (step: string, fault: FaultName): Row => {
    const row = google.rows.find((each) => each.step === step && each.fault === fault)
    if (!row) throw new Error(`nothing about ${step}, ${fault}`)
    return row
  }

  it.each(uncertain)(
    'start, %s: says that it was interrupted, is not asked twice, and keeps the money aside',
    (fault) => {
      const row = at('start', fault)
      expect(row).toMatchObject({ outcome: 'interrupted', charge: 'uncertain', video: false })
      expect(row.finally).toContain('It is not asked twice')
      expect(row.starts).toBeLessThanOrEqual(1)
    },
  )

  it.each(badImage)('image, %s: refused before anything is asked or paid', (fault) => {
    expect(at('image', fault)).toMatchObject({ outcome: 'bad_image', charge: 'released', starts: 0 })
    expect(at('image', fault).finally).toContain('Nothing was charged')
  })

  const delivered = googleSteps.flatMap((step) =>
    faults
      .filter(
        (fault) => !(step === 'start' && uncertain.includes(fault)) && !(step === 'image' && badImage.includes(fault)),
      )
      .map((fault) => ({ step, fault })),
  )
  it.each(delivered)('$step, $fault: goes on by itself to the one video, paid once', ({ step, fault }) => {
    expect(at(step, fault)).toMatchObject({ outcome: 'completed', charge: 'settled', starts: 1, video: true })
  })

  it('says meanwhile that it waits, wherever something was tried again', () => {
    const silent = google.rows.filter((row) => row.outcome === 'completed' && row.fault !== 'slow body')
    expect(silent.filter((row) => row.meanwhile.length === 0)).toEqual([])
  })

  it('never led the key, the prompt or anybody else to a stranger', () => {
    expect(google.thief).toEqual([])
    expect(google.fooled).toEqual([])
    expect(google.story.join('\n')).not.toContain('AIza-a-key')
  })
})

describe('every fault when Google is asked which models there are', () => {
  it.each(faults)('%s: whatever is configured is offered', (fault) => {
    expect(models.rows.find((each) => each.fault === fault)).toMatchObject({ outcome: 'all offered' })
  })

  it('led nobody to a stranger', () => expect(models.strangers).toBe(0))
})

/** After these Google has stopped, although its answer was lost. */
const stopped: readonly FaultName[] = [
  'reset after the effect',
  'hangs after the effect',
  'slow body',
  'truncated body',
  'wrong length',
]

describe('every fault when Google is asked to stop', () => {
  const at = (fault: FaultName) => cancel.rows.find((each) => each.fault === fault)

  it.each(stopped)('%s: it ends as cancelled, perhaps charged', (fault) => {
    expect(at(fault)).toMatchObject({ outcome: 'cancelled', starts: 1, video: false })
  })

  it.each(faults.filter((each) => !stopped.includes(each)))('%s: it goes on to the one video, paid once', (fault) => {
    expect(at(fault)).toMatchObject({ outcome: 'completed', charge: 'settled', starts: 1, video: true })
  })

  it('says to press again wherever Google did not say whether it stops', () => {
    const unsure = cancel.rows.filter(({ fault }) => fault !== 'slow body')
    expect(unsure.filter(({ meanwhile }) => !meanwhile[0]?.includes('press “Cancel” again'))).toEqual([])
  })

  it('led nobody to a stranger', () => expect(cancel.strangers).toBe(0))
})
