import { request } from 'undici'
import { startPostgresProcess } from '../../test/db/postgres-process.ts'
import { ask, type Child, eventually, inFolder } from '../parts/children.ts'
import { median } from '../parts/figures.ts'
import type { Outcome, Row, Scale } from '../parts/outcome.ts'
import { rounded } from '../parts/outcome.ts'
import { startGoogle, startHost } from '../parts/service.ts'

const counts = [1, 2, 4]
const atOnce = 64

/** Whole Operations a second that so many instances get done together, on one PostgreSQL. */
export async function measure({ quick, rounds }: Scale): Promise<Outcome> {
  const operations = quick ? 200 : 1_000
  const perSecond = new Map<number, number[]>(counts.map((count) => [count, []]))
  for (let round = 0; round < (quick ? 1 : Math.min(3, rounds)); round += 1)
    for (const count of counts) perSecond.get(count)?.push(await done(count, operations))
  const values = counts.map((count) => median(perSecond.get(count) ?? []))
  const rows = counts.map(
    (count, index): Row => ({
      name: `instances: ${count}`,
      goal: 'none: for docs/scaling.md',
      value: rounded(values[index] ?? Number.NaN),
      unit: 'Operations a second',
      met: null,
    }),
  )
  return {
    rows,
    plots: [
      {
        name: 'instances',
        title: 'From the request to the file, instances on one PostgreSQL',
        unit: 'Operations a second',
        series: ['instances'],
        groups: counts.map((count, index) => ({ label: String(count), values: [values[index] ?? null] })),
      },
    ],
    notes: [
      `${operations.toLocaleString('en')} Operations, asked for ${atOnce} at a time of all instances in turn, each at Google for 0.2 s, its video 1 kB, until all files were fetched; every commit on disk. Instances, PostgreSQL, Google’s stand-in and who asks share this one machine, so that more instances are no more processors.`,
    ],
  }
}

async function done(count: number, operations: number): Promise<number> {
  const postgres = await startPostgresProcess()
  const google = await startGoogle({ videoBytes: 1_000, takes: 0.2 })
  try {
    return await inFolder((folder) => measured(folder, count, operations, postgres.url, google))
  } finally {
    await google.end()
    await postgres.close()
  }
}

async function measured(folder: string, count: number, operations: number, database: string, google: Child) {
  const hosts: Child[] = []
  try {
    const env = {
      DATABASE_URL: database,
      GOOGLE_REQUESTS_PER_SECOND: '10000',
      POLL_INTERVAL_SECONDS: '0.2',
      MAX_CONCURRENT: '1000',
    }
    for (let host = 0; host < count; host += 1) hosts.push(await startHost(folder, google.said, env))
    // What compiles first is not what is measured.
    await all(hosts, google, 100)
    await ask(`${google.said}/control/reset`)
    const from = performance.now()
    await all(hosts, google, operations)
    return (operations * 1000) / (performance.now() - from)
  } finally {
    for (const host of hosts) await host.end('SIGKILL')
  }
}

/** Asks for so many in turn, and resolves when Google has sent as many videos. */
async function all(hosts: readonly Child[], google: Child, operations: number): Promise<void> {
  let asked = 0
  const one = async () => {
    while (asked < operations) {
      asked += 1
      const url = hosts[asked % hosts.length]?.said ?? ''
      const { statusCode, body } = await request(url, { method: 'POST', body: '{"prompt":"a lighthouse at dusk"}' })
      const text = await body.text()
      if (statusCode !== 200) throw new Error(`refused: ${text}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
  await eventually(
    async () => ((await ask<number>(`${google.said}/control/served`)) >= operations ? true : null),
    120_000,
    20,
  )
}
