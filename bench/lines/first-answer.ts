import { inFolder, startChild } from '../parts/children.ts'
import { connected, type Discord, furnish, startDiscordChild } from '../parts/discord.ts'
import { inTurn, median, quantile } from '../parts/figures.ts'
import { atMost, type Outcome, type Row, type Scale, whole } from '../parts/outcome.ts'
import { atGoogle, fill, model } from '../parts/rows.ts'
import { databaseOf, startGoogle, startService } from '../parts/service.ts'

const goal =
  'p99 at most 2x a bare discord.js handler that only defers, with the same going on beside it, and under 100 ms'
const perSecond = 200
const downloads = 16

/**
 * From an interaction sent to its answer, with the service busy, against a handler that does nothing. What it is busy with
 * is the condition of the measurement, so that it goes on beside the bare handler too, in a process of its own; alone, the
 * bare handler has a machine that does nothing else.
 */
export async function measure({ quick, rounds }: Scale): Promise<Outcome> {
  const inFlight = quick ? 1_000 : 10_000
  const seconds = quick ? 4 : 10
  const medians: Record<'here' | 'beside' | 'alone', number[]> = { here: [], beside: [], alone: [] }
  let unanswered = 0
  const p99 = (who: keyof typeof medians, found: readonly (number | null)[]) => {
    const known = found.filter((each) => each !== null)
    unanswered += found.length - known.length
    medians[who].push(median(known))
    return quantile(known, 0.99)
  }
  /** The service with everything in flight, and a Google of its own, while the work goes on. */
  const withService = (env: Readonly<Record<string, string>>, work: () => Promise<number>) =>
    inFolder(async (folder) => {
      // Slow enough for the downloads to go on until the end.
      const google = await startGoogle({ videoBytes: 8_000_000, takes: 'until told', bytesPerSecond: 300_000 })
      await fill(databaseOf(folder), { rows: inFlight, columns: busy(inFlight) })
      const service = await startService(folder, google.said, {
        GOOGLE_REQUESTS_PER_SECOND: '250',
        MAX_CONCURRENT: String(inFlight),
        ...env,
      })
      try {
        return await work()
      } finally {
        await service.end('SIGKILL')
        await google.end()
      }
    })
  const here = () =>
    withDiscord(seconds, (discord, flood) =>
      withService({ DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.url }, async () => {
        await connected(discord)
        return p99('here', await flood())
      }),
    )
  const bare = (who: 'beside' | 'alone') =>
    withDiscord(seconds, async (discord, flood) => {
      const child = await startChild({ program: 'bench/baselines/defer.ts', args: [discord.url, discord.token] })
      try {
        await connected(discord)
        return p99(who, await flood())
      } finally {
        await child.end('SIGKILL')
      }
    })
  const beside = () => withService({}, () => bare('beside'))
  const alone = () => bare('alone')
  const found = await inTurn(quick ? 1 : Math.min(3, rounds), { here, beside, alone })
  const ratio = median(found.here.map((each, round) => each / (found.beside[round] ?? Number.NaN)))
  const rows: Row[] = [
    atMost('first answer: p99', 'under 100 ms', median(found.here), 'ms', 100),
    atMost('first answer: p99, against a bare handler beside the same work', 'at most 2x', ratio, 'x', 2),
    atMost('first answer: left without one', 'none', unanswered, 'interactions', 0),
  ]
  const [first] = rows
  if (!first) throw new Error('no rows')
  return {
    rows: [whole('first answer', goal, first, rows), ...rows],
    plots: [
      {
        name: 'first-answer',
        title: `First answer, p99, ${perSecond} new a second`,
        unit: 'ms',
        series: ['here', 'bare handler beside the same work', 'bare handler alone'],
        groups: [{ label: '', values: [median(found.here), median(found.beside), median(found.alone)] }],
      },
    ],
    notes: [
      `${perSecond} /video a second for ${seconds} s through the gateway of a Discord stand-in in its own process, ${inFlight.toLocaleString('en')} in flight polled at 250 requests a second, ${downloads} downloads running; from the event sent to the first bytes of its answer. Here the answer comes when the row is on disk and is the whole card: median ${shown(medians.here)}, p99 ${shown(found.here)}. The bare handler only defers: beside a service in another process that has the same in flight and the same downloads running, but no interactions, median ${shown(medians.beside)}, p99 ${shown(found.beside)}; alone on the machine median ${shown(medians.alone)}, p99 ${shown(found.alone)}.`,
    ],
  }
}

function shown(values: readonly number[]): string {
  return `${median(values).toFixed(1)} ms`
}

/** Everything at Google, the first sixteen of it done. */
function busy(rows: number): Readonly<Record<string, string>> {
  const handle = `'models/${model}/operations/' || case when i <= ${downloads} then 'ready' else 'crowd' end || i`
  return { ...atGoogle(Date.now(), rows / 200, rows), handle }
}

async function withDiscord(
  seconds: number,
  work: (discord: Discord, flood: () => Promise<(number | null)[]>) => Promise<number>,
): Promise<number> {
  const discord = await startDiscordChild()
  try {
    const { channels, users } = await furnish(discord, { channels: 20, users: 50 })
    return await work(discord, async () => {
      // The first second compiles.
      await discord.call('flood', perSecond / 4, 2, channels, users)
      return discord.call('flood', perSecond, seconds, channels, users)
    })
  } finally {
    await discord.end()
  }
}
