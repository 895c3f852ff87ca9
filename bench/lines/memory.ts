import { once } from 'node:events'
import { resolve } from 'node:path'
import { ask, type Child, inFolder } from '../parts/children.ts'
import { inTurn, median } from '../parts/figures.ts'
import type { Look } from '../parts/google.ts'
import { residentOf } from '../parts/machine.ts'
import { atLeast, atMost, type Outcome, type Row, type Scale, whole } from '../parts/outcome.ts'
import { atGoogle, fill } from '../parts/rows.ts'
import { databaseOf, startGoogle, startService } from '../parts/service.ts'

const goal = 'at most 400 bytes for each in flight; at most 300 MB in all while polling 1,000 a second'
const perSecond = 1_000
const bytesEach = 400

/** Resident memory of the whole service while it polls, with ever more in flight. */
export async function measure({ quick, rounds }: Scale): Promise<Outcome> {
  const sizes = quick ? [500, 5_000] : [1_000, 10_000, 100_000]
  const seconds = quick ? 8 : 15
  const times = quick ? 1 : Math.min(3, rounds)
  const google = await startGoogle({ videoBytes: 1_000, takes: 'until told' })
  try {
    const ways = Object.fromEntries(sizes.map((rows) => [rows, () => hold(google, rows, seconds)]))
    const found = Object.values(await inTurn(times, ways)).map(middle)
    const [idle, ...others] = found
    if (!idle) throw new Error('nothing measured')
    const rows: Row[] = others.map((each) => {
      const name = `memory: ${each.rows.toLocaleString('en')} in flight`
      const over = (each.resident - idle.resident) / (each.rows - idle.rows)
      return atMost(name, `at most ${bytesEach} bytes each`, Math.max(0, over), 'bytes', bytesEach)
    })
    const largest = found.at(-1) ?? idle
    rows.push(
      atMost('memory: whole process', 'at most 300 MB', Math.max(...found.map((each) => each.peak)) / 1e6, 'MB', 300),
      atLeast(
        'memory: polls a second meanwhile',
        `about ${perSecond}`,
        largest.polls,
        'polls a second',
        0.8 * perSecond,
      ),
    )
    const [shown] = rows
    if (!shown) throw new Error('no rows')
    return {
      rows: [whole('memory', goal, shown, rows), ...rows],
      plots: [
        {
          name: 'memory',
          title: 'Resident memory while polling 1,000 a second',
          unit: 'MB',
          series: ['after a collection', 'peak'],
          groups: found.map((each) => ({
            label: each.rows.toLocaleString('en'),
            values: [each.resident / 1e6, each.peak / 1e6],
          })),
        },
      ],
      notes: [
        `The whole service with its web front end, ${seconds} s of polling each, the median of ${times} services; memory of each after a forced collection, against the same service with ${idle.rows.toLocaleString('en')} in flight at the same rate, which stands for idle: what Node holds moves by some MB by itself. The peak is without any forced collection.`,
      ],
    }
  } finally {
    await google.end()
  }
}

interface Held {
  readonly rows: number
  /** Bytes after a collection, and at the peak before it. */
  readonly resident: number
  readonly peak: number
  readonly polls: number
}

/** Of several services with as many in flight: the medians, and the highest peak. */
function middle(each: readonly Held[]): Held {
  const of = (key: keyof Held) => median(each.map((held) => held[key]))
  return {
    rows: of('rows'),
    resident: of('resident'),
    peak: Math.max(...each.map(({ peak }) => peak)),
    polls: of('polls'),
  }
}

function hold(google: Child, rows: number, seconds: number): Promise<Held> {
  return inFolder(async (folder) => {
    await fill(databaseOf(folder), { rows, columns: atGoogle(Date.now(), rows / perSecond, rows) })
    const env = {
      GOOGLE_REQUESTS_PER_SECOND: String(Math.round(perSecond / 0.9)),
      POLL_INTERVAL_SECONDS: '0.1',
      MAX_CONCURRENT: '100000',
      OPERATION_TIMEOUT: '5h',
    }
    const service = await startService(folder, google.said, env, [
      '--expose-gc',
      '--import',
      resolve('bench/parts/probe.ts'),
    ])
    await new Promise((done) => setTimeout(done, 3_000))
    await ask(`${google.said}/control/reset`)
    await new Promise((done) => setTimeout(done, seconds * 1000))
    const { peak } = residentOf(service.pid)
    const polls = (await ask<Look[]>(`${google.said}/control/looks`)).length / seconds
    const resident: number[] = []
    for (let count = 0; count < 5; count += 1) resident.push(await collected(service))
    await service.end('SIGKILL')
    return { rows, resident: median(resident), peak, polls }
  })
}

async function collected(service: Child): Promise<number> {
  const answer = once(service.process, 'message')
  service.process.send('collect')
  const [bytes] = await answer
  return Number(bytes)
}
