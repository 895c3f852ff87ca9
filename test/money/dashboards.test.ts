import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { createInstruments } from '../../src/metrics/registry.ts'

/** Every series that /metrics can have, histograms with what belongs to them. */
async function knownSeries(): Promise<ReadonlySet<string>> {
  const { registry } = createInstruments()
  const metrics = registry.getMetricsAsArray() as unknown as readonly { name: string; type: string }[]
  const suffixes = (type: string) => (type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''])
  return new Set(metrics.flatMap(({ name, type }) => suffixes(type).map((suffix) => `${name}${suffix}`)))
}

it.each(['deploy/grafana/dailies.json', 'deploy/prometheus/dailies.rules.yml'])(
  '%s speaks only of series that there are',
  async (path) => {
    const named = (await readFile(path, 'utf8')).match(/\b(?:dailies|nodejs|process)_[a-z0-9_]+/g) ?? []
    const known = await knownSeries()
    expect(named.length).toBeGreaterThan(8)
    expect(named.filter((name) => !known.has(name))).toEqual([])
  },
)

it('the first refused key raises its alert: the series begins with it, of which increase() sees nothing', async () => {
  const { groups } = parse(await readFile('deploy/prometheus/dailies.rules.yml', 'utf8')) as {
    groups: { rules: { alert: string; expr: string }[] }[]
  }
  const expr = groups.flatMap(({ rules }) => rules).find(({ alert }) => alert === 'DailiesBadKey')?.expr ?? ''
  const [, series, time] = /increase\((.+)\[(\w+)\]\)/.exec(expr) ?? []
  expect(expr).toContain(`or sum(${series} unless ${series} offset ${time}) > 0`)
})

it('the dashboard shows everything that is counted of our own', async () => {
  const shown = await readFile('deploy/grafana/dailies.json', 'utf8')
  const { registry } = createInstruments()
  const own = registry.getMetricsAsArray().flatMap(({ name }) => (name.startsWith('dailies_') ? [name] : []))
  expect(own.filter((name) => !shown.includes(name) && name !== 'dailies_uncertain_operations')).toEqual([])
})

it('the dashboard is one that Grafana imports: unique panels on a grid of 24 columns', async () => {
  const { panels, uid } = JSON.parse(await readFile('deploy/grafana/dailies.json', 'utf8')) as {
    uid: string
    panels: { id: number; gridPos: { x: number; w: number }; targets: { expr: string }[] }[]
  }
  expect(uid).toBe('dailies')
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  expect(panels.every(({ gridPos }) => gridPos.x + gridPos.w <= 24)).toBe(true)
  const balanced = ({ expr }: { expr: string }) => expr.split('(').length === expr.split(')').length
  expect(panels.flatMap(({ targets }) => targets).every(balanced)).toBe(true)
})
