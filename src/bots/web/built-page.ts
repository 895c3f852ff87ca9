import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Log } from '../../core/ports/machine.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const root = here('../../../')
const buildWithinMilliseconds = 120_000

/** What the page is made of: its own files, what it may import of the rest, and the versions of its libraries. */
const sources = [
  here('./page'),
  here('./schemas.ts'),
  here('./build.ts'),
  here('../../core/card.ts'),
  here('../../core/operation.ts'),
  here('../../core/wording/fill.ts'),
  join(root, 'package-lock.json'),
]

/** The browser's side, built. */
export interface Page {
  /** The folder with index.html and assets; rejects with a message for people where it could not be built. */
  folder(): Promise<string>
}

/** The folder that holds the build of the sources as they are now, whether it is there or not. */
export async function pageFolder(): Promise<string> {
  const hash = createHash('sha256')
  for (const file of (await Promise.all(sources.map(filesIn))).flat().sort()) {
    hash.update(`${relative(root, file)}\0`).update(await readFile(file))
  }
  return join(root, 'dist', 'page', hash.digest('hex').slice(0, 16))
}

async function filesIn(path: string): Promise<string[]> {
  if (/\.\w+$/.test(path)) return existsSync(path) ? [path] : []
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** The page, built in a process of its own if its sources changed. Returns at once; the bots need not wait for it. */
export function openPage(log: Log): Page {
  const folder = prepare(log)
  // Whoever asks for the page is told; until then nobody need be.
  folder.catch(() => undefined)
  return { folder: () => folder }
}

async function prepare(log: Log): Promise<string> {
  try {
    const folder = await pageFolder()
    if (existsSync(folder)) return folder
    const started = Date.now()
    await promisify(execFile)(process.execPath, [here('./build.ts')], {
      cwd: root,
      // Of the service's variables none: it needs no secret, and NODE_ENV decides which React is built in.
      env: { NODE_ENV: 'production' },
      timeout: buildWithinMilliseconds,
    })
    log.info({ milliseconds: Date.now() - started }, 'built the web page')
    return folder
  } catch (thrown) {
    const message = messageOf(thrown)
    log.error({ error: message }, 'the web page could not be built; everything else works')
    throw new Error(message, { cause: thrown })
  }
}

/** The line of a failed build that tells what is wrong, without paths of this machine. */
function messageOf(thrown: unknown): string {
  const { stderr, message } = thrown as { stderr?: string; message?: string }
  const lines = (stderr || message || String(thrown)).split('\n').map((line) => line.trim())
  const told = lines.find((line) => /error|cannot|failed/i.test(line)) ?? lines.find(Boolean) ?? ''
  return told.replaceAll(root, '').slice(0, 300)
}
