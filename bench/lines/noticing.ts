import { Eta } from '../../src/core/eta.ts'
import type { Operation } from '../../src/core/operation.ts'
import { leastMeanLag } from '../baselines/best-schedule.ts'
import { ask, eventually, inFolder } from '../parts/children.ts'
import { busiestSecond, mean, quantile } from '../parts/figures.ts'
import { generationTimes, type Kind, kinds } from '../parts/generation.ts'
import type { Look, Seen } from '../parts/google.ts'
import { atMost, type Outcome, type Row, type Scale, whole } from '../parts/outcome.ts'
import { fill, waiting } from '../parts/rows.ts'
import { databaseOf, startGoogle, startService } from '../parts/service.ts'

const goal =
  'within 1.15x of the best schedule at equal polls; mixture: mean at most 0.4 T, p99 at most 1.1 T + 1 s; no second above 1.15x the budget'

/** When the end is seen: the learned schedule by itself in played time, and the whole service over sockets. */
export async function measure({ quick }: Scale): Promise<Outcome> {
  const played = kinds.map((kind) => play(kind, quick ? 1_000 : 4_000))
  const live = await inFolder((folder) => liveMixture(folder, quick))
  const rows = [...played.map((each) => each.row), ...live.rows]
  const [shown] = live.rows
  if (!shown) throw new Error('no rows')
  return {
    rows: [whole('noticing', goal, shown, rows), ...rows],
    plots: [
      {
        name: 'noticing',
        title: 'From done to seen, mean in T, at equal polls',
        unit: 'T',
        series: ['fixed interval', 'learned', 'best possible'],
        groups: played.map(({ kind, fixed, learned, best }) => ({ label: kind, values: [fixed, learned, best] })),
      },
    ],
    notes: [
      'Played: core’s own schedule over generated times, T = 10 s, after 200 Operations; the best possible knows the times beforehand, may take as many looks, and need not care how late the latest is seen.',
      ...live.notes,
    ],
  }
}

const interval = 10
const shortest = 1
const history = 200

/** Lets core's schedule look at Operations one after another in time that costs nothing, learning from each. */
function play(kind: Kind, operations: number) {
  const next = generationTimes(kind, 5)
  const eta = new Eta([], 90)
  const request = { model: 'm', resolution: '720p', durationSeconds: 8 }
  const started = { startedAt: 0, request } as unknown as Operation
  const lags: number[] = []
  const bests: number[] = []
  let [looks, fixedLooks, fixedLag, since, looksSince] = [0, 0, 0, 0, 0]
  for (let count = 0; count < history + operations; count += 1) {
    const end = next() * 1000
    let at = 0
    let taken = 0
    while (at < end) {
      at = eta.nextLook(started, at, shortest, interval)
      taken += 1
    }
    // As in the service, which knows when it saw the end and not when that was.
    eta.learn(request, at / 1000)
    if (count < history) continue
    lags.push((at - end) / 1000)
    looks += taken
    looksSince += taken
    const fixed = Math.ceil(end / 1000 / interval)
    fixedLooks += fixed
    fixedLag += fixed * interval - end / 1000
    since += 1
    // The best is found for the times as they are about here.
    if (since === operations / 4) {
      bests.push(bestAt(kind, count - since / 2, looksSince / since))
      since = 0
      looksSince = 0
    }
  }
  const best = mean(bests) / interval
  const learned = mean(lags) / interval
  const row = atMost(
    `noticing: ${kind}, against the best`,
    'at most 1.15x the best schedule',
    learned / best,
    'x',
    1.15,
  )
  // What the fixed interval would give with as many looks as were taken: it is as late as it is long.
  const fixed = (fixedLag / operations / interval) * (fixedLooks / looks)
  return { kind, row, learned, best, fixed }
}

function bestAt(kind: Kind, count: number, looks: number): number {
  const next = generationTimes(kind, 99, count)
  return leastMeanLag(Array.from({ length: 30_000 }, next), looks, shortest)
}

const perSecond = 100
const inFlight = 225
const scale = 0.25
/** Seconds between two looks at one Operation. */
const T = inFlight / (0.9 * perSecond)

/** The whole service over sockets with as much in flight as it may have, then stalled, then killed. */
async function liveMixture(folder: string, quick: boolean) {
  const google = await startGoogle({ videoBytes: 1_000, takes: { kind: 'mixture', scale } })
  try {
    const measured = quick ? 150 : 800
    await fill(databaseOf(folder), { rows: 4_000, columns: waiting })
    const env = {
      GOOGLE_REQUESTS_PER_SECOND: String(perSecond),
      POLL_INTERVAL_SECONDS: '0.25',
      MAX_CONCURRENT: String(inFlight),
    }
    const seen = () => ask<Seen[]>(`${google.said}/control/seen`)
    const first = await startService(folder, google.said, env)
    const enough = history + measured
    const all = await eventually(async () => ((await seen()).length >= enough ? seen() : null), 300_000, 1_000)
    const lags = all.slice(history, enough).map((each) => ((each.toldAt ?? each.readyAt) - each.readyAt) / 1000)
    // A stall of the whole process, and a death.
    first.process.kill('SIGSTOP')
    await seconds(3)
    first.process.kill('SIGCONT')
    await seconds(5)
    await first.end('SIGKILL')
    const second = await startService(folder, google.said, env)
    await seconds(quick ? 5 : 12)
    await second.end('SIGKILL')
    const looks = await ask<Look[]>(`${google.said}/control/looks`)
    const starts = await ask<number[]>(`${google.said}/control/starts`)
    const busiest = busiestSecond([...looks.map((each) => each.at), ...starts])
    const rows: Row[] = [
      atMost('noticing: mixture, mean', 'at most 0.4 T', mean(lags) / T, 'T', 0.4),
      atMost(
        'noticing: mixture, p99',
        `at most 1.1 T + 1 s = ${(1.1 * T + 1).toFixed(2)} s`,
        quantile(lags, 0.99),
        's',
        1.1 * T + 1,
      ),
      atMost('noticing: busiest second', `at most 1.15x the budget of ${perSecond}`, busiest / perSecond, 'x', 1.15),
    ]
    const polls = looks.length / starts.length
    const notes = [
      `Live: the service with ${inFlight} in flight and ${perSecond} requests a second, T = ${T} s, times of the mixture a quarter as long, ${lags.length} Operations after the first ${history}, ${polls.toFixed(1)} looks each. The budget is counted at Google in any second, starts included, over the whole run with a stop of 3 s (SIGSTOP) and a restart after SIGKILL.`,
    ]
    return { rows, notes }
  } finally {
    await google.end()
  }
}

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1000))
}
