import { ask, type Child, eventually, inFolder, startChild } from '../parts/children.ts'
import { inTurn, median } from '../parts/figures.ts'
import type { Look, Seen } from '../parts/google.ts'
import { backMemory, cpuOf } from '../parts/machine.ts'
import { atMost, type Outcome, type Scale } from '../parts/outcome.ts'
import { startGoogle, startHost } from '../parts/service.ts'

const goal = 'a whole Operation with 20 polls and 8 MB: at most half of the seed’s way'
const polls = 20
const pollSeconds = 0.1
const warmSeconds = 0.5
/** After one V8's compiler takes a tenth of what is measured, after four hardly any: a bot runs for days. */
const warmTimes = 4

/** Processor time of whole Operations, from the accepted request to the file, here and the seed's way. */
export async function measure({ quick, rounds }: Scale): Promise<Outcome> {
  const operations = quick ? 20 : 100
  const looks: number[] = []
  const here = () =>
    inFolder(async (folder) => {
      const google = await startGoogle({ videoBytes: 8_000_000, takes: warmSeconds })
      const service = await startHost(folder, google.said, {
        POLL_INTERVAL_SECONDS: String(pollSeconds),
        GOOGLE_REQUESTS_PER_SECOND: '10000',
        MAX_CONCURRENT: '1000',
      })
      // What was learned from the first ones is looked at once, and then in the usual steps.
      const spent = await spend(folder, google, service, operations, warmSeconds + polls * pollSeconds * 1.1)
      looks.push(spent.looks)
      return spent.milliseconds
    })
  const seed = () =>
    inFolder(async (folder) => {
      const google = await startGoogle({ videoBytes: 8_000_000, takes: warmSeconds })
      const program = 'bench/baselines/seed.ts'
      const child = await startChild({ program, args: [google.said, folder, String(pollSeconds)] })
      return (await spend(folder, google, child, operations, polls * pollSeconds)).milliseconds
    })
  const spent = await inTurn(quick ? 1 : Math.min(3, rounds), { here, seed })
  const ratio = median(spent.here.map((each, round) => each / (spent.seed[round] ?? Number.NaN)))
  return {
    rows: [atMost('CPU', goal, ratio, 'x the seed’s', 0.5)],
    plots: [
      {
        name: 'cpu',
        title: `Processor time of an Operation with ${polls} polls and 8 MB`,
        unit: 'ms',
        series: ['here', 'the seed’s way'],
        groups: [{ label: '', values: [median(spent.here), median(spent.seed)] }],
      },
    ],
    notes: [
      `Processor time of the process, kernel included, for ${operations} Operations at once after four times as many, asked for over HTTP and over sockets to Google’s stand-in. Here ${median(looks).toFixed(1)} looks each, an accepted row on disk, a checked, hashed and fsynced file; the seed’s way keeps nothing.`,
    ],
  }
}

/** `service` has said where it takes prompts; the videos of the measured ones take so many seconds. */
async function spend(folder: string, google: Child, service: Child, operations: number, takes: number) {
  try {
    for (let time = 0; time < warmTimes; time += 1) {
      await makeAll(google, service.said, operations)
      await ask(`${google.said}/control/reset`)
    }
    await ask(`${google.said}/control/takes?seconds=${takes}`)
    await backMemory(folder)
    const before = cpuOf(service.pid)
    await makeAll(google, service.said, operations)
    const looks = (await ask<Look[]>(`${google.said}/control/looks`)).length / operations
    return { milliseconds: (cpuOf(service.pid) - before) / operations, looks }
  } finally {
    await service.end('SIGKILL')
    await google.end()
  }
}

/** Asks for so many videos and waits until Google has told of all that they are done, and they are surely saved. */
async function makeAll(google: Child, address: string, operations: number): Promise<void> {
  const prompt = 'a lighthouse at dusk'
  const headers = { 'content-type': 'application/json' }
  for (let count = 0; count < operations; count += 1) {
    const answer = await fetch(address, { method: 'POST', headers, body: JSON.stringify({ prompt }) })
    if (!answer.ok) throw new Error(`refused: ${await answer.text()}`)
    await answer.arrayBuffer()
  }
  await eventually(
    async () => ((await ask<Seen[]>(`${google.said}/control/seen`)).length >= operations ? true : null),
    120_000,
    200,
  )
  await eventually(
    async () => ((await ask<number>(`${google.said}/control/served`)) >= operations ? true : null),
    60_000,
    200,
  )
  await new Promise((resolve) => setTimeout(resolve, 1_000))
}
