import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, it } from 'vitest'

let folder: string
let taken: Server
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dailies-start-'))
  taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
})
afterEach(async () => {
  taken.close()
  await rm(folder, { recursive: true })
})

/** What a person sees of a start that fails, apart from the log. */
async function startWith(environment: Record<string, string>, ...argv: string[]) {
  const child = spawn(process.execPath, [resolve('src/main.js'), ...argv], {
    cwd: folder,
    env: { OUTPUTS_URL: join(folder, 'outputs'), DATABASE_URL: `file:${folder}/dailies.db`, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  return { said, code }
}

it('a Node that is too old is told in one sentence, before anything that it lacks is imported', async () => {
  const older = join(folder, 'older.mjs')
  const text = `import { registerHooks } from 'node:module'
    Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '24.15.1' } })
    registerHooks({
      resolve(specifier, context, next) {
        if (specifier === 'node:module') throw new SyntaxError('node:module does not provide an export')
        return next(specifier, context)
      },
    })`
  await writeFile(older, text)
  expect(await startWith({ NODE_OPTIONS: `--import ${older}` })).toEqual({
    said: expect.stringMatching(
      /^Dailies needs Node 24\.16 or a later 24, or 26 or newer, and this is 24\.15\.1: .*\n$/,
    ),
    code: 1,
  })
})

it('a taken port is told with its number and what to do', async () => {
  const { port } = taken.address() as AddressInfo
  expect(await startWith({ PORT: String(port) })).toEqual({
    said: `Dailies cannot start: PORT ${port} is taken: stop the other program (is Dailies running?) or set PORT.\n`,
    code: 1,
  })
})

const enough = { out: 'pipe', ends: 'quietly', said: '', code: 0 }
const unsaid = 'The ledger could not be written: ENOSPC: no space left on device, write\n'
const full = { out: '/dev/full', ends: 'with a sentence', said: unsaid, code: 1 }
const outs = process.platform === 'linux' ? [enough, full] : [enough]

it.each(outs)('a ledger to $out that takes no more ends $ends', async ({ out, said, code }) => {
  const file = out === 'pipe' ? null : await open(out, 'w')
  const child = spawn(process.execPath, [resolve('src/main.js'), 'ledger'], {
    cwd: folder,
    stdio: ['ignore', file?.fd ?? 'pipe', 'pipe'],
  })
  child.stdout?.destroy()
  const [words, [ended]] = await Promise.all([text(child.stderr as Readable), once(child, 'exit')])
  await file?.close()
  expect({ said: words, code: ended }).toEqual({ said, code })
})

it('a HOST that is no name of this machine is told', async () => {
  const { said, code } = await startWith({ PORT: '0', HOST: 'nowhere.invalid', WEB_ACCESS_TOKEN: 'who-sees-the-page' })
  expect(said).toBe('Dailies cannot start: HOST nowhere.invalid is no name of this machine: correct HOST.\n')
  expect(code).toBe(1)
})

it.each([[[]], [['video', 'A lion']], [['ledger']]])(
  'a damaged database is named, and who knows more: npm %j',
  async (argv) => {
    await writeFile(join(folder, 'dailies.db'), 'this is no database')
    const { said, code } = await startWith({ PORT: '0' }, ...argv)
    expect(code).toBe(1)
    expect(said.split('\n')).toEqual([
      `Dailies cannot start: the database ${folder}/dailies.db failed: file is not a database`,
      'DATABASE_URL and OUTPUTS_URL say where everything is kept, and `npm run doctor` looks at both.',
      '',
    ])
  },
)
