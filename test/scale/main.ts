import { parseArgs } from 'node:util'
import { runCluster } from './run.ts'

// The long run, `npm run crash:scale`: four instances, 2,000 Operations, a kill or a freeze every few seconds.
const { values } = parseArgs({
  options: {
    operations: { type: 'string', default: '2000' },
    instances: { type: 'string', default: '4' },
    kills: { type: 'string', default: '20' },
    freezes: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '120' },
  },
})
const operations = Number(values.operations)
const outcome = await runCluster(
  {
    instances: Number(values.instances),
    operations,
    affordable: Math.floor(operations * 0.95),
    kills: Number(values.kills),
    freezes: Number(values.freezes),
    within: Number(values.seconds) * 1000,
  },
  (line) => console.log(line),
)
const { wrong, ...figures } = outcome
console.log(figures, ...wrong.map((each) => `WRONG: ${each}`))
process.exitCode = wrong.length === 0 ? 0 : 1
