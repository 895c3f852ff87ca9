import { parseArgs } from 'node:util'
import { type Crowd, discordBurst, linesOf, slackBurst } from './burst.ts'
import { type Line, tableOf } from './figures.ts'
import { keep } from './page.ts'
import { type Order, steady } from './steady.ts'

// `npm run load`: 10,000 Operations at Google and 200 new ones a second for ten minutes; then 2,000 that are done at once,
// on Discord and on Slack. Half an hour and more, of which Slack’s limits take twenty minutes. One part: `-- --part steady`.
// Less of it: `-- --part steady --seconds 30 --in-flight 2000`, `-- --part discord --videos 500`. Figures of whole parts
// go to docs/reliability.md. Needs a machine that does nothing else.
const { values } = parseArgs({
  options: {
    part: { type: 'string' },
    seconds: { type: 'string', default: '600' },
    'per-second': { type: 'string', default: '200' },
    'in-flight': { type: 'string', default: '10000' },
    videos: { type: 'string', default: '2000' },
  },
})
const order: Order = {
  seconds: Number(values.seconds),
  perSecond: Number(values['per-second']),
  inFlight: Number(values['in-flight']),
}
const crowd: Crowd = { videos: Number(values.videos), channels: 40 }
const whole = order.seconds >= 600 && order.perSecond >= 200 && order.inFlight >= 10_000 && crowd.videos >= 2_000

const title = `${order.perSecond} /video a second for ${order.seconds} s, ${order.inFlight.toLocaleString('en')} at Google`
const parts: Readonly<Record<string, { title: string; run(): Promise<Line[]> }>> = {
  steady: { title, run: () => steady(order) },
  discord: { title: 'Done at once', run: async () => linesOf('Discord', crowd, await discordBurst(crowd)) },
  slack: { title: 'Done at once', run: async () => linesOf('Slack', crowd, await slackBurst(crowd)) },
}

for (const [part, { title, run }] of Object.entries(parts)) {
  if (values.part !== undefined && values.part !== part) continue
  const lines = await run()
  console.log(`\n${tableOf(lines)}\n`)
  if (whole) await keep(`load -- --part ${part}`, title, lines)
  if (lines.some((line) => !line.holds)) process.exitCode = 1
}
