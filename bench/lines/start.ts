import { ask, eventually, inFolder } from '../parts/children.ts'
import { busiestSecond, median, quantile } from '../parts/figures.ts'
import type { Look } from '../parts/google.ts'
import { atMost, type Outcome, type Row, type Scale, whole } from '../parts/outcome.ts'
import { atGoogle, fill } from '../parts/rows.ts'
import { databaseOf, startGoogle, startService } from '../parts/service.ts'

const goal = 'ready in under 1.2 s; 10,000 in flight looked at again in under 45 s at 250 polls a second'
const perSecond = 250

/** Process start to ready, and a restart after kill -9 with thousands in flight. */
export async function measure({ quick }: Scale): Promise<Outcome> {
  const google = await startGoogle({ videoBytes: 1_000, takes: 'until told' })
  try {
    const ready = await starts(google.said, quick ? 3 : 9)
    const row = atMost('start: to ready', 'under 1.2 s', median(ready) / 1000, 's', 1.2)
    const again = await recovery(google.said, quick ? 1_000 : 10_000)
    return {
      rows: [whole('start', goal, row, [row, ...again]), row, ...again],
      plots: [],
      notes: [
        `Ready: from spawning Node to the line that says so, database there, no chat platform configured, median of ${ready.length} (slowest ${(quantile(ready, 1) / 1000).toFixed(2)} s).`,
        'Again: the service is killed with SIGKILL while it polls, and started anew; from its first instruction to the moment at which Google has been asked about the last of them. The budget is counted at Google, in any second.',
      ],
    }
  } finally {
    await google.end()
  }
}

function starts(googleUrl: string, times: number): Promise<number[]> {
  return inFolder(async (folder) => {
    const found: number[] = []
    // The first one makes the database and what Node compiles.
    for (let round = 0; round <= times; round += 1) {
      const service = await startService(folder, googleUrl)
      if (round > 0) found.push(service.after)
      await service.end('SIGKILL')
    }
    return found
  })
}

function recovery(googleUrl: string, rows: number): Promise<readonly Row[]> {
  return inFolder(async (folder) => {
    const env = {
      GOOGLE_REQUESTS_PER_SECOND: String(perSecond),
      POLL_INTERVAL_SECONDS: '5',
      MAX_CONCURRENT: '100000',
      OPERATION_TIMEOUT: '2h',
      LOG_LEVEL: 'warn',
    }
    // Due as such a service leaves them: nine tenths of the budget go to looks. From then on at which it will be there: what
    // fell due before that it would catch up with for half a minute, at all of the budget.
    const from = Date.now() + 5_000
    await fill(databaseOf(folder), { rows, columns: atGoogle(from, rows / (0.9 * perSecond), rows) })
    const first = await startService(folder, googleUrl, { ...env, LOG_LEVEL: 'info' })
    await new Promise((resolve) => setTimeout(resolve, from + 10_000 - Date.now()))
    await first.end('SIGKILL')
    await ask(`${googleUrl}/control/reset`)
    const killedAt = performance.timeOrigin + performance.now()
    const second = await startService(folder, googleUrl, { ...env, LOG_LEVEL: 'info' })
    const looks = await eventually(
      async () => {
        const all = await ask<Look[]>(`${googleUrl}/control/looks`)
        return new Set(all.map((each) => each.id)).size >= rows ? all : null
      },
      (rows / perSecond) * 3_000 + 20_000,
      1_000,
    )
    await second.end('SIGKILL')
    const last = Math.max(...firstLooks(looks).values())
    const moments = looks.map((each) => each.at)
    return [
      atMost(
        'start: all looked at again',
        `${rows.toLocaleString('en')} in under 45 s`,
        (last - killedAt) / 1000,
        's',
        45,
      ),
      atMost(
        'start: busiest second',
        `at most ${1.15 * perSecond} requests`,
        busiestSecond(moments),
        'requests',
        1.15 * perSecond,
      ),
    ]
  })
}

function firstLooks(looks: readonly Look[]): ReadonlyMap<string, number> {
  const first = new Map<string, number>()
  for (const { id, at } of looks) if (!first.has(id)) first.set(id, at)
  return first
}
