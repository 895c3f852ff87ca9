import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { machine } from './parts/machine.ts'
import type { Outcome } from './parts/outcome.ts'
import { keepPage, keepResults, type Ran, table } from './parts/report.ts'
import { usualEnvironment, usualOptions } from './parts/service.ts'

// npm run bench [-- LINE ...] [-- --quick]: every line of the speed issue and what more instances get done, one after another, each in a process of its own.

/** By the name of their file, in the order; how they are called there, and how many minutes each may take. */
const lines: Readonly<Record<string, { readonly name: string; readonly minutes: number }>> = {
  'first-answer': { name: 'first answer', minutes: 4 },
  noticing: { name: 'noticing', minutes: 4 },
  delivery: { name: 'delivery', minutes: 2 },
  'finishing-together': { name: 'finishing together', minutes: 3 },
  transfer: { name: 'transfer', minutes: 3 },
  memory: { name: 'memory', minutes: 5 },
  store: { name: 'store', minutes: 3 },
  cpu: { name: 'CPU', minutes: 5 },
  start: { name: 'start', minutes: 3 },
  peers: { name: 'peers', minutes: 4 },
  // Of the scaling issue.
  instances: { name: 'instances', minutes: 4 },
}

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const unknown = positionals.filter((each) => !(each in lines))
if (unknown.length > 0) throw new Error(`no line ${unknown.join(', ')}; there are: ${Object.keys(lines).join(', ')}`)
const wanted = positionals.length > 0 ? positionals : Object.keys(lines)

if (wanted.includes('peers') && !existsSync('bench/node_modules')) {
  console.log('installing the peers into bench/node_modules …')
  execFileSync('npm', ['ci', '--prefix', 'bench', '--ignore-scripts', '--no-audit', '--no-fund'], { stdio: 'inherit' })
}

const ran: Ran[] = []
for (const line of wanted) {
  const { name, minutes } = lines[line] ?? { name: line, minutes: 3 }
  const from = performance.now()
  process.stdout.write(`${name} …`)
  const outcome = await run(line, minutes).catch((thrown: unknown) => failed(name, thrown))
  ran.push({ line: name, outcome })
  console.log(` ${Math.round((performance.now() - from) / 1000)} s\n${table(outcome.rows)}\n`)
}

// A quick run is for those who change the bench: what it finds is no result.
if (!values.quick) {
  const names = Object.values(lines).map((each) => each.name)
  await keepResults(machine(), ran, names)
  if (ran.length === names.length) await keepPage(machine(), ran)
}
const missed = ran.flatMap(({ outcome }) => outcome.rows).filter((row) => !row.name.includes(':') && row.met !== true)
console.log(missed.length === 0 ? 'Every goal is met.' : `Not met: ${missed.map((row) => row.name).join(', ')}`)

async function run(line: string, minutes: number): Promise<Outcome> {
  // Some lines run Dailies' store in their own process: as it runs with `npm start`, and the others' beside it.
  const child = fork('bench/line.ts', [line, ...(values.quick ? ['--quick'] : [])], {
    execArgv: usualOptions(),
    env: { ...process.env, ...usualEnvironment() },
  })
  const late = setTimeout(() => child.kill('SIGTERM'), minutes * 60_000)
  let outcome: Outcome | null = null
  child.on('message', (message) => {
    outcome = message as Outcome
  })
  const [code, signal] = await once(child, 'exit')
  clearTimeout(late)
  if (outcome) return outcome
  throw new Error(signal ? `stopped after ${minutes} minutes` : `ended with ${code}`)
}

function failed(name: string, thrown: unknown): Outcome {
  const why = thrown instanceof Error ? thrown.message : String(thrown)
  return {
    rows: [{ name, goal: 'see the issue', value: null, unit: 'not measured', met: null }],
    plots: [],
    notes: [`Not measured: ${why}.`],
  }
}
