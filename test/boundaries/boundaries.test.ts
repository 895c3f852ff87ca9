import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const imports = 'lint/style/noRestrictedImports'

/** Files that break one rule each, by the rule; the statement alone is the file. */
const refused: readonly (readonly [path: string, source: string, rule: string])[] = [
  ['src/core/store.ts', `export const a = import('../db/open.ts')`, imports],
  ['src/core/types.ts', `import type { Log } from '../log.ts'\nexport const a: Log = 1`, imports],
  ['src/core/package.ts', `import { pino } from 'pino'\npino()`, imports],
  ['src/core/wording/bot.ts', `import { a } from '../../bots/command.ts'\na()`, imports],
  ['src/db/google.ts', `import { a } from '../veo/model.ts'\na()`, imports],
  ['src/db/net.ts', `import { a } from '../net/exchange.ts'\na()`, imports],
  ['src/db/sqlite/config.ts', `import { a } from '../../config.ts'\na()`, imports],
  ['src/veo/files.ts', `import { a } from '../files/disk.ts'\na()`, imports],
  ['src/files/bot.ts', `import { a } from '../bots/command.ts'\na()`, imports],
  ['src/bots/discord/sibling.ts', `import { a } from '../slack/index.ts'\na()`, imports],
  ['src/bots/web/store.ts', `import { a } from '../../db/open.ts'\na()`, imports],
  ['src/bots/web/page/sibling.tsx', `import { a } from '../../slack/index.ts'\na()`, imports],
  ['src/bots/web/page/server.tsx', `import { a } from '../session.ts'\na()`, imports],
  ['src/bots/web/page/machine.tsx', `import { a } from 'node:os'\na()`, imports],
  ['src/bots/web/page/admin/core.tsx', `import { a } from '../../../../core/models.ts'\na()`, imports],
  ['src/bots/telegram/google.ts', `import { a } from '../../veo/model.ts'\na()`, imports],
  ['src/bots/shared.ts', `import { a } from './discord/index.ts'\na()`, imports],
  ['src/bots/saved.ts', `import { a } from '../files/disk.ts'\na()`, imports],
  ['src/net/core.ts', `import { a } from '../core/models.ts'\na()`, imports],
  ['src/rehearsal/core.ts', `import { a } from '../core/models.ts'\na()`, imports],
  ['src/circle.ts', `import { b } from './circle-too.ts'\nexport const a = () => b`, 'lint/suspicious/noImportCycles'],
  ['src/files/path.ts', `export const home = process.env.HOME`, 'lint/style/noProcessEnv'],
  ['src/veo/default.ts', `export default 1`, 'lint/style/noDefaultExport'],
  ['src/bots/barrel.ts', `export { a } from './command.ts'`, 'lint/performance/noBarrelFile'],
  [
    'src/veo/adrift.ts',
    `const a = async () => 1\nexport const b = () => {\n  a()\n}`,
    'lint/nursery/noFloatingPromises',
  ],
  [
    'src/veo/truthy.ts',
    `const a = async () => 1\nexport const b = () => (a() ? 1 : 2)`,
    'lint/nursery/noMisusedPromises',
  ],
  ['test/lonely.test.ts', `it.only('a', () => {})`, 'lint/suspicious/noFocusedTests'],
  ['test/lazy.test.ts', `it.skip('a', () => {})`, 'lint/suspicious/noSkippedTests'],
]

const allowed: Readonly<Record<string, string>> = {
  'src/core/good.ts': `import { rm } from 'node:fs/promises'\nimport { z } from 'zod'\nimport { en } from './wording/en.ts'\nexport const a = [rm, z, en]`,
  'src/core/wording/en.ts': `import { b } from '../facts.ts'\nexport const en = b`,
  'src/db/sqlite/good.ts': `import { pino } from 'pino'\nimport { a } from '../../core/models.ts'\nimport { b } from '../open.ts'\nexport const c = [a, b, pino]`,
  'src/veo/wires/good.ts': `import { a } from '../../core/models.ts'\nimport { n } from '../../net/exchange.ts'\nexport const b = [a, n]`,
  'src/bots/discord/good.ts': `import { a } from '../../core/models.ts'\nimport { n } from '../../net/exchange.ts'\nimport { b } from '../command.ts'\nimport { c } from './cards/card.ts'\nexport const d = [a, b, c, n]`,
  'src/bots/discord/cards/card.ts': `import { a } from '../../../core/models.ts'\nimport { b } from '../../command.ts'\nimport { d } from '../names.ts'\nexport const c = [a, b, d]`,
  'src/main.ts': `import { a } from './bots/discord/index.ts'\nimport { b } from './db/open.ts'\nexport const c = [a, b]`,
  'src/config.ts': `export const home = process.env.HOME`,
  'src/circle-too.ts': `import { a } from './circle.ts'\nexport const b = () => a`,
  'some.config.ts': `export default {}`,
}

const found = new Map<string, string[]>()
const folder = mkdtempSync(join(tmpdir(), 'dailies-boundaries-'))
afterAll(() => rmSync(folder, { recursive: true }))

beforeAll(() => {
  for (const name of ['biome.json', '.gitignore']) cpSync(join(root, name), join(folder, name))
  const files = [...refused.map(([path, source]) => [path, source] as const), ...Object.entries(allowed)]
  for (const [path, source] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), `${source}\n`)
  }
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
  const run = spawnSync(process.execPath, [biome, 'lint', '--reporter=json', '--max-diagnostics=none'], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (run.stdout === '') throw new Error(run.stderr)
  for (const { location, category } of JSON.parse(run.stdout).diagnostics) {
    found.set(location.path, [...(found.get(location.path) ?? []), category])
  }
})

it.each(refused)('%s is refused', (path, _source, rule) => {
  expect(found.get(path)).toEqual([rule])
})

it('what the design allows passes', () => {
  const complaints = Object.keys(allowed).flatMap((path) => found.get(path) ?? [])
  // The other half of the cycle above.
  expect(complaints).toEqual(['lint/suspicious/noImportCycles'])
})
