import { inFolder, startChild } from '../parts/children.ts'
import { connected, type Discord, furnish, startDiscordChild } from '../parts/discord.ts'
import { inTurn, median, quantile } from '../parts/figures.ts'
import { atMost, type Outcome, type Row, type Scale, whole } from '../parts/outcome.ts'
import { atGoogle, fill, model } from '../parts/rows.ts'
import { databaseOf, startGoogle, startService } from '../parts/service.ts'

const goal = 'p99 at most 2x a bare discord.js handler that only defers, and under 100 ms'
const perSecond = 200
const downloads = 16

/** From an interaction sent to its answer, with the service busy, against a handler that does nothing. */
export async function measure({ quick, rounds }: Scale): Promise<Outcome> {
  const inFlight = quick ? 1_000 : 10_000
  const seconds = quick ? 4 : 10
  const halves: number[] = []
  let unanswered = 0
  const p99 = (found: readonly (number | null)[]) => {
    const known = found.filter((each) => each !== null)
    unanswered += found.length - known.length
    halves.push(median(known))
    return quantile(known, 0.99)
  }
  const here = () =>
    withDiscord(seconds, async (discord, flood) =>
      inFolder(async (folder) => {
        // Slow enough for the downloads to go on until the end.
        const google = await startGoogle({ videoBytes: 8_000_000, takes: 'until told', bytesPerSecond: 300_000 })
        await fill(databaseOf(folder), { rows: inFlight, columns: busy(inFlight) })
        const service = await startService(folder, google.said, {
          DISCORD_TOKEN: discord.token,
          DISCORD_API_URL: discord.url,
          GOOGLE_REQUESTS_PER_SECOND: '250',
          MAX_CONCURRENT: String(inFlight),
        })
        try {
          await connected(discord)
          return p99(await flood())
        } finally {
          await service.end('SIGKILL')
          await google.end()
        }
      }),
    )
  const bare = () =>
    withDiscord(seconds, async (discord, flood) => {
      const child = await startChild({ program: 'bench/baselines/defer.ts', args: [discord.url, discord.token] })
      try {
        await connected(discord)
        return p99(await flood())
      } finally {
        await child.end('SIGKILL')
      }
    })
  const found = await inTurn(quick ? 1 : Math.min(3, rounds), { here, bare })
  const ratio = median(found.here.map((each, round) => each / (found.bare[round] ?? Number.NaN)))
  const rows: Row[] = [
    atMost('first answer: p99', 'under 100 ms', median(found.here), 'ms', 100),
    atMost('first answer: p99, against a bare handler', 'at most 2x', ratio, 'x', 2),
    atMost('first answer: left without one', 'none', unanswered, 'interactions', 0),
  ]
  const [shown] = rows
  if (!shown) throw new Error('no rows')
  return {
    rows: [whole('first answer', goal, shown, rows), ...rows],
    plots: [
      {
        name: 'first-answer',
        title: `First answer, p99, ${perSecond} new a second`,
        unit: 'ms',
        series: ['here', 'bare handler'],
        groups: [{ label: '', values: [median(found.here), median(found.bare)] }],
      },
    ],
    notes: [
      `${perSecond} /video a second for ${seconds} s through the gateway of a Discord stand-in in its own process, ${inFlight.toLocaleString('en')} in flight polled at 250 requests a second, ${downloads} downloads running; from the event sent to the answer received, in whole milliseconds (median ${median(halves)} ms). Here the answer comes when the row is on disk and is the whole card; the bare handler only defers.`,
    ],
  }
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
