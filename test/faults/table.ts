import type { Charge } from '../../src/core/operation.ts'
import { type FaultName, redirects } from './faults.ts'

/** What became of one fault at one step. */
export interface Row {
  readonly upstream: string
  readonly step: string
  readonly fault: FaultName
  /** How often Google began. */
  readonly starts: number
  readonly charge: Charge
  /** `completed`, or the code of the failure. */
  readonly outcome: string
  /** What the thread said while it was being tried again. */
  readonly meanwhile: readonly string[]
  /** What the thread said, or held, in the end. */
  readonly finally: string
  /** Whether the video came. */
  readonly video: boolean
}

const begin = '<!-- Written by `npm run faults`: do not edit between these two lines. -->'
const end = '<!-- The end of what `npm run faults` writes. -->'

const paid: Readonly<Record<Charge, string>> = {
  none: 'nothing',
  reserved: 'reserved',
  settled: 'once',
  released: 'nothing',
  uncertain: 'perhaps; kept aside until an admin settles it',
}

/** The table in Markdown: faults that look the same to the person share a line. */
export function tableOf(rows: readonly Row[]): string {
  const lines = new Map<string, { first: Row; faults: FaultName[] }>()
  for (const row of rows) {
    const key = [row.upstream, row.step, row.charge, ...said(row)].join('|')
    const line = lines.get(key) ?? { first: row, faults: [] }
    line.faults.push(row.fault)
    lines.set(key, line)
  }
  return [
    '| Towards | Step | Fault | What the person saw meanwhile | What the person saw in the end | Paid |',
    '| --- | --- | --- | --- | --- | --- |',
    ...[...lines.values()].map(({ first, faults }) => {
      const cells = [first.upstream, first.step, named(faults).join(', '), ...said(first), paid[first.charge]]
      return `| ${cells.map((each) => each.replaceAll('|', '\\|')).join(' | ')} |`
    }),
  ].join('\n')
}

/** Redirects with all of the statuses are one fault. */
function named(found: readonly FaultName[]): readonly string[] {
  if (!redirects.every((each) => found.includes(each))) return found
  return found.flatMap((each) => (each === redirects[0] ? 'redirect elsewhere' : redirects.includes(each) ? [] : each))
}

function said(row: Row): readonly [string, string] {
  const ended = row.finally.replace(/Done after [^.]+\./, '').trim()
  return [row.meanwhile.join(' ') || '(nothing of it)', ended]
}

/** The document with a new table in its place; throws where it has no place for one. */
export function withTable(document: string, table: string): string {
  const [before, rest] = document.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error('the document has no place for the table')
  return `${before}${begin}\n\n${table}\n\n${end}${after}`
}
