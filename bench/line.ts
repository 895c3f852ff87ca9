import type { Outcome, Scale } from './parts/outcome.ts'

// One line of the bench in a process of its own: node bench/line.ts store [--quick]. Its outcome goes to the parent, or,
// when it was started by hand, to the screen.
const [name, ...flags] = process.argv.slice(2)
const quick = flags.includes('--quick')
const scale: Scale = { quick, rounds: quick ? 1 : 5 }
const { measure } = (await import(`./lines/${name}.ts`)) as { measure(scale: Scale): Promise<Outcome> }
const outcome = await measure(scale)
if (process.send) process.send(outcome, () => process.exit(0))
else {
  console.log(JSON.stringify(outcome, null, 2))
  process.exit(0)
}
