import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { Outcome, Row } from './outcome.ts'
import { svgOf } from './plot.ts'

const results = 'bench/results.json'
const page = 'docs/performance.md'
const pictures = 'docs/performance'
const [begin, end] = ['<!-- measured: written by npm run bench -->', '<!-- /measured -->']

/** What one line's run gave: its outcome, or why there is none. */
export interface Ran {
  readonly line: string
  readonly outcome: Outcome
}

interface Kept {
  readonly machine: string
  readonly results: readonly Row[]
}

/** Writes bench/results.json; rows of lines that were not run this time are kept. */
export async function keepResults(machine: string, ran: readonly Ran[], order: readonly string[]): Promise<void> {
  const before: Kept = existsSync(results) ? JSON.parse(await readFile(results, 'utf8')) : { machine, results: [] }
  const again = new Set(ran.map(({ line }) => line))
  const lineOf = (row: Row) => row.name.split(':')[0] ?? row.name
  const kept = before.results.filter((row) => !again.has(lineOf(row)))
  const rows = [...kept, ...ran.flatMap(({ outcome }) => outcome.rows)]
  const sorted = rows.toSorted((a, b) => order.indexOf(lineOf(a)) - order.indexOf(lineOf(b)))
  await writeFile(results, `${JSON.stringify({ machine, results: sorted }, null, 2)}\n`)
}

/** Writes table, plots and notes of a run of all lines into docs/performance.md, between its two marks. */
export async function keepPage(machine: string, ran: readonly Ran[]): Promise<void> {
  await mkdir(pictures, { recursive: true })
  const plots = ran.flatMap(({ outcome }) => outcome.plots)
  for (const plot of plots) await writeFile(`${pictures}/${plot.name}.svg`, svgOf(plot))
  const text = await readFile(page, 'utf8')
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${page} has lost its marks`)
  const measured = [`On ${machine}.`, table(ran.flatMap(({ outcome }) => outcome.rows)), ...ran.map(section)].join(
    '\n\n',
  )
  await writeFile(page, `${text.slice(0, from + begin.length)}\n\n${measured}\n\n${text.slice(to)}`)
}

/** The rows as a Markdown table; a line's parts are indented below it. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map(({ name, goal, value, unit, met }) => {
    const shown =
      value === null ? 'not measured' : `${value.toLocaleString('en', { maximumFractionDigits: 3 })} ${unit}`
    const part = name.includes(':') ? `· ${name.slice(name.indexOf(':') + 2)}` : `**${name}**`
    return `| ${part} | ${goal} | ${shown} | ${met === null ? '–' : met ? 'yes' : '**no**'} |`
  })
  return ['| what | goal | measured | met |', '|---|---|---|---|', ...lines].join('\n')
}

function section({ line, outcome }: Ran): string {
  const images = outcome.plots.map((plot) => `![${plot.title}](performance/${plot.name}.svg)`)
  return [`### ${line}`, ...outcome.notes, ...images].join('\n\n')
}
