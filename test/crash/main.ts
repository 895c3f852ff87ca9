import { parseArgs } from 'node:util'
import { provideServers } from '../place.ts'
import { startServers } from '../servers.ts'
import { fronts } from './people.ts'
import { everyStep, live, type Result, type Round } from './rounds.ts'

// The long run of the crash matrix, `npm run crash`: at least 500 kills unless `-- --kills N` says otherwise; with
// `--scale` on PostgreSQL and S3.
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '500' }, scale: { type: 'boolean', default: false } },
})
const started = values.scale ? await startServers() : null
if (started) provideServers(started.servers)
const wanted = Number(values.kills)
const results: Result[] = []
const killed = () => results.reduce((sum, each) => sum + each.kills, 0)

while (killed() < wanted) {
  const before = killed()
  const rounds: readonly Round[] = everyStep(fronts, 12)
  results.push(await live(rounds.slice(0, wanted - before), (line) => console.log(`${before} + ${line}`)))
  const { wrong, late, ...figures } = results.at(-1) ?? { wrong: [], late: [] }
  console.log(figures, ...late.map((each) => `never got there: ${each}`), ...wrong.map((each) => `WRONG: ${each}`))
}

await started?.stop()
const wrong = results.flatMap((each) => each.wrong)
const sum = (of: (each: Result) => number) => results.reduce((all, each) => all + of(each), 0)
console.log(
  `${killed()} kills, ${sum((each) => each.requests)} requests: ${sum((each) => each.completed)} completed, ` +
    `${sum((each) => each.interrupted)} interrupted and explained, ${wrong.length} wrong`,
)
process.exitCode = wrong.length === 0 ? 0 : 1
