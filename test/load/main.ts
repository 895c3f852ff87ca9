import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { systemClock } from '../../src/core/clock.ts'
import { createCommands } from '../../src/core/commands.ts'
import { type Core, Health, OfferedModels } from '../../src/core/context.ts'
import { Eta } from '../../src/core/eta.ts'
import type { Operation } from '../../src/core/operation.ts'
import type { VideoModel } from '../../src/core/ports/google.ts'
import type { Messenger } from '../../src/core/ports/messenger.ts'
import { createWorker } from '../../src/core/worker.ts'
import { openGround, openHouse, person } from '../faults/house.ts'
import { mp4 } from '../files/mp4-fixture.ts'
import { finishTogether } from './burst.ts'
import { isFlat, quantile, type Sample, sample } from './figures.ts'

// `npm run load`: 10,000 Operations in Google's hands, 200 new ones a second for ten minutes, then 2,000 that finish
// together. `-- --minutes 1 --in-flight 2000 --rate 50 --burst 500` for less. Google is a model of it in this process: what is
// measured is the product, not the stand-in.
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    'in-flight': { type: 'string', default: '10000' },
    rate: { type: 'string', default: '200' },
    burst: { type: 'string', default: '2000' },
  },
})
const [minutes, inFlight, rate, burst] = [values.minutes, values['in-flight'], values.rate, values.burst].map(
  Number,
) as [number, number, number, number]
/** So many people; the first of them asks for as much as all others together. */
const people = 200
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: console.error }

const endings = new Map<string, number>()
const google: VideoModel = {
  available: async () => [],
  async start() {
    const handle = randomUUID()
    endings.set(handle, Date.now() + (inFlight / rate) * 1000)
    return handle
  },
  async check(_, handle) {
    if ((endings.get(handle) ?? 0) > Date.now()) return { state: 'running' }
    return { state: 'done', sourceUri: null, source: { kind: 'bytes', bytes: film } }
  },
  cancel: async () => false,
  discard: async () => {},
  pace: () => 1000,
}
const film = mp4({ mediaBytes: 1000 })

const ground = await openGround()
const base = await openHouse({ folder: ground.folder, googleUrl: ground.google.url })
base.clock.stop()
const policy = { ...base.core.policy, maxConcurrent: inFlight * 2, pollIntervalSeconds: 5 }
const core: Core = {
  ...base.core,
  clock: systemClock,
  model: google,
  log: silent,
  policy,
  offered: new OfferedModels([]),
  health: new Health(),
}
const eta = new Eta([], inFlight / rate)
const commands = createCommands(core, eta)
const delivered = new Map<string, number>()
const messenger: Messenger = {
  platform: 'test',
  post: async (operation) => `status-${operation.id}`,
  edit: async () => {},
  async deliver(operation: Operation) {
    delivered.set(operation.requester, (delivered.get(operation.requester) ?? 0) + 1)
    return { message: `outcome-${operation.id}`, problem: null }
  },
}
const worker = createWorker(core, { eta, messengers: [messenger], card: (operation) => commands.card(operation) })
worker.start()

const begun = Date.now()
const answers: number[] = []
const samples: Sample[] = []
let asked = 0
let refused = 0

async function ask(): Promise<void> {
  asked += 1
  const n = asked % 2 === 0 ? 0 : 1 + (asked % (people - 1))
  const at = performance.now()
  try {
    await commands.submit({
      eventId: `test:${asked}`,
      person: { ...person, id: `test:person-${n}` },
      thread: `test:channel-${asked % 500}`,
      private: false,
      input: { prompt: `Load ${asked}`, model: 'fast' },
    })
  } catch {
    refused += 1
  }
  answers.push(performance.now() - at)
}

const until = begun + minutes * 60_000
let next = begun
let sampled = begun
while (Date.now() < until) {
  next += 1000 / rate
  if (next > Date.now()) await wait(next - Date.now())
  void ask()
  if (Date.now() - sampled > 10_000) {
    sampled = Date.now()
    samples.push(sample(begun))
    const now = samples.at(-1)
    console.log({ ...now, asked, inFlight: await core.store.countInFlight(), delivered: sumOf(delivered) })
  }
}
const others = [...delivered].filter(([who]) => who !== 'test:person-0').map(([, count]) => count)
const report = {
  asked,
  refused,
  answeredWithin3s: answers.every((each) => each < 3000),
  answerMs: { p50: quantile(answers, 0.5), p99: quantile(answers, 0.99), max: Math.max(...answers) },
  heapFlat: isFlat(
    samples.map((each) => each.heapMegabytes),
    40,
  ),
  leastDeliveredToOne: Math.min(...others),
  mostDeliveredToOne: Math.max(...others),
}
console.log(report)
await worker.stop()
await core.store.close()
await ground.close()
const burstReport = await finishTogether(burst)
console.log(burstReport)
const steady = report.answeredWithin3s && report.heapFlat && refused === 0 && report.leastDeliveredToOne > 0
process.exit(steady && burstReport.delivered === burst && burstReport.intoExhausted === 0 ? 0 : 1)

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, each) => sum + each, 0)
}
