import { describe, expect, it } from 'vitest'
import { syncer } from '../../src/db/sync.ts'

/** A disk whose syncs take as long as the test says, in milliseconds of a clock of its own. */
function setUp() {
  const seen = { inPlace: 0, beside: 0 }
  const disk = { takes: 0.1, full: false }
  let now = 0
  const sync = syncer(
    {
      inPlace() {
        if (disk.full) throw new Error('no space')
        seen.inPlace += 1
        now += disk.takes
      },
      async beside() {
        seen.beside += 1
      },
    },
    () => now,
  )
  const pass = (milliseconds: number) => {
    now += milliseconds
  }
  return { seen, disk, sync, pass }
}

describe('a sync of the log', () => {
  it('is made in place while the disk is quick', async () => {
    const { seen, sync } = setUp()
    for (let count = 0; count < 20; count += 1) await sync()
    expect(seen).toEqual({ inPlace: 20, beside: 0 })
  })

  it('is waited for beside the event loop once the disk was slow, for a thousand times as long as it held that up', async () => {
    const { seen, disk, sync, pass } = setUp()
    disk.takes = 20
    await sync()
    for (let second = 0; second < 19; second += 1) {
      pass(1_000)
      await sync()
    }
    expect(seen).toEqual({ inPlace: 1, beside: 19 })
    pass(1_000)
    disk.takes = 0.1
    await sync()
    await sync()
    expect(seen).toEqual({ inPlace: 3, beside: 19 })
  })

  it('that fails in place is told to whoever asked', async () => {
    const { disk, sync } = setUp()
    disk.full = true
    await expect(sync()).rejects.toThrow('no space')
  })
})
