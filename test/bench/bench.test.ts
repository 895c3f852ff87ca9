import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { leastMeanLag } from '../../bench/baselines/best-schedule.ts'
import { ask, startChild } from '../../bench/parts/children.ts'
import { busiestSecond, inTurn, median, quantile } from '../../bench/parts/figures.ts'
import { flameOf } from '../../bench/parts/flame.ts'
import { generationTimes, kinds } from '../../bench/parts/generation.ts'
import type { Look, Seen } from '../../bench/parts/google.ts'
import { openHere } from '../../bench/parts/here.ts'
import { atLeast, atMost, whole } from '../../bench/parts/outcome.ts'
import { svgOf } from '../../bench/parts/plot.ts'
import { table } from '../../bench/parts/report.ts'
import { atGoogle, fill, openAt, waiting } from '../../bench/parts/rows.ts'
import { startGoogle, startHost } from '../../bench/parts/service.ts'

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dailies-bench-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

describe('the bench’s figures', () => {
  it('are medians and quantiles of what was measured', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(quantile([1, 2, 3, 4], 0.99)).toBe(4)
    expect(busiestSecond([0, 10, 999, 1_000, 1_009, 5_000])).toBe(4)
  })

  it('let contestants take turns', async () => {
    const order: string[] = []
    const run = (name: string) => async () => order.push(name)
    await inTurn(2, { a: run('a'), b: run('b') })
    expect(order).toEqual(['a', 'b', 'b', 'a'])
  })

  it('meet a goal only where every part does, and not where one could not be measured', () => {
    const good = atMost('x: a', '', 1, '', 2)
    const bad = atLeast('x: b', '', 1, '', 2)
    expect(whole('x', '', good, [good, good]).met).toBe(true)
    expect(whole('x', '', good, [good, bad]).met).toBe(false)
    expect(whole('x', '', good, [good, { ...good, met: null }]).met).toBeNull()
  })

  it('are shown as a table, as bars and as flames', () => {
    expect(table([atMost('store', 'at most 2', 3, 'x', 2)])).toContain('| **store** | at most 2 | 3 x | **no** |')
    const plot = { name: 'p', title: 'A & B', unit: 'ms', series: ['here'], groups: [{ label: '', values: [null, 2] }] }
    expect(svgOf(plot)).toMatch(/^<svg.*A &amp; B/s)
    const frame = (functionName: string) => ({ functionName, url: 'file:///x/src/y.ts', lineNumber: 1 })
    const nodes = [
      { id: 1, callFrame: frame('(root)'), children: [2] },
      { id: 2, callFrame: frame('work') },
    ]
    expect(flameOf({ nodes, samples: [2, 2], timeDeltas: [500, 500] })).toContain('work')
  })
})

describe('the best possible schedule', () => {
  it('of one certain time needs one look and is not late', () => {
    expect(leastMeanLag([40, 40, 40], 1, 1)).toBeLessThanOrEqual(0.25)
  })

  it.each(kinds)('gets later with fewer looks: %s', (kind) => {
    const times = Array.from({ length: 500 }, generationTimes(kind, 3))
    expect(leastMeanLag(times, 3, 1)).toBeGreaterThan(leastMeanLag(times, 6, 1))
  })
})

describe('the bench’s contestants', () => {
  it('find the rows that they are given', async () => {
    const folder = await newFolder()
    for (const [name, columns] of Object.entries({ waiting, atGoogle: atGoogle(1, 1, 60) })) {
      const file = join(folder, `${name}.db`)
      await fill(file, { rows: 60, columns })
      const store = await openAt(file)
      const lease = { owner: 'w', now: Date.now(), until: Date.now() + 1_000 }
      const claimed = name === 'waiting' ? await store.claimStarts(lease, 50, 100) : await store.claimChecks(lease, 50)
      expect(claimed).toHaveLength(50)
      await store.close()
    }
  })

  it('live a life in core and store alone', async () => {
    const here = await openHere(await newFolder())
    await here.life()
    expect(await here.lateness(20)).toBeGreaterThanOrEqual(0)
    await here.close()
  })

  it('make a video at the stand-in for Google, here and the seed’s way', async () => {
    const folder = await newFolder()
    const google = await startGoogle({ videoBytes: 20_000, takes: 0.05 })
    onTestFinished(() => google.end())
    const here = await startHost(folder, google.said, { POLL_INTERVAL_SECONDS: '0.05' })
    onTestFinished(() => here.end('SIGKILL'))
    const seed = await startChild({ program: 'bench/baselines/seed.ts', args: [google.said, folder, '0.05'] })
    onTestFinished(() => seed.end('SIGKILL'))
    for (const { said } of [here, seed]) await ask(said, { prompt: 'a lighthouse' })
    await expect.poll(() => ask<number>(`${google.said}/control/served`), { timeout: 10_000 }).toBe(2)
    expect(await ask<Seen[]>(`${google.said}/control/seen`)).toHaveLength(2)
    expect((await ask<Look[]>(`${google.said}/control/looks`)).length).toBeGreaterThanOrEqual(2)
  })
})
