import { parseArgs } from 'node:util'
import { steps } from '../../src/core/steps.ts'
import { provideServers } from '../place.ts'
import { startServers } from '../servers.ts'
import { chats } from './city.ts'
import { fronts } from './people.ts'
import { buttonsOf, everyStep, live, type Result } from './rounds.ts'

// The long run of the crash matrix, `npm run crash`: at least 500 kills unless `-- --kills N` says otherwise, in two
// cities at once unless `--cities N` does; with `--scale` on PostgreSQL and S3.
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '500' },
    cities: { type: 'string', default: '2' },
    scale: { type: 'boolean', default: false },
  },
})
const started = values.scale ? await startServers() : null
if (started) provideServers(started.servers)
const wanted = Number(values.kills)
const results: Result[] = []
const total = (of: (each: Result) => number) => results.reduce((all, each) => all + of(each), 0)
const killed = () => total((each) => each.kills)

await Promise.all(Array.from({ length: Number(values.cities) }, (_, city) => inhabit(city + 1)))
await started?.stop()

const wrong = results.flatMap((each) => each.wrong)
console.log(
  `${killed()} kills, ${total((each) => each.requests)} requests and ${total((each) => each.presses)} presses of ` +
    `${total((each) => each.buttons)} buttons: ${total((each) => each.completed)} completed, ` +
    `${total((each) => each.interrupted)} interrupted and explained, ${total((each) => each.refused)} never accepted, ` +
    `${wrong.length} wrong`,
)
process.exitCode = wrong.length === 0 ? 0 : 1

/** One city after another, until all together have seen enough. */
async function inhabit(name: number): Promise<void> {
  while (killed() < wanted) {
    const rounds = everyStep(fronts, steps, { buttons: buttonsOf(...chats), random: 12 })
    const result = await live(rounds, (line) => console.log(`city ${name}, ${line}`))
    results.push(result)
    const { wrong, late, ...figures } = result
    console.log(figures, ...late.map((each) => `never got there: ${each}`), ...wrong.map((each) => `WRONG: ${each}`))
    console.log(`${killed()} kills so far`)
  }
}
