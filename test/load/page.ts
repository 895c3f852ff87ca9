import { readFile, writeFile } from 'node:fs/promises'
import { machine } from '../../bench/parts/machine.ts'
import { type Line, tableOf } from './figures.ts'

const page = 'docs/reliability.md'

/** Writes what a long run saw between its two marks in docs/reliability.md. */
export async function keep(run: string, title: string, lines: readonly Line[]): Promise<void> {
  const [begin, end] = [
    `<!-- Written by \`npm run ${run}\`: do not edit between these two lines. -->`,
    `<!-- The end of what \`npm run ${run}\` writes. -->`,
  ]
  const text = await readFile(page, 'utf8')
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${page} has lost its marks for ${run}`)
  const day = new Date().toISOString().slice(0, 10)
  const written = [begin, `${title}, ${day}, on ${machine()}.`, tableOf(lines), end].join('\n\n')
  await writeFile(page, text.slice(0, from) + written + text.slice(to + end.length))
}
