import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

/** A process of ours that has said its first line. */
export interface Child {
  readonly pid: number
  readonly process: ChildProcess
  /** The line that it said. */
  readonly said: string
  /** Milliseconds from spawning it to that line. */
  readonly after: number
  /** Ends it; resolves when it is gone. */
  end(signal?: NodeJS.Signals): Promise<void>
}

interface Start {
  readonly program: string
  readonly args?: readonly string[]
  readonly node?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** The first line of which this is true is the one that is waited for; any line unless given. */
  readonly until?: (line: string) => boolean
}

const children = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/** Starts a Node program of this repository and waits for the line that says it is there. */
export async function startChild(start: Start): Promise<Child> {
  const from = performance.now()
  const args = [...(start.node ?? []), resolve(start.program), ...(start.args ?? [])]
  const child = spawn(process.execPath, args, {
    cwd: start.cwd ?? process.cwd(),
    env: { PATH: '', ...start.env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  children.add(child)
  const gone = once(child, 'exit')
  const lines: string[] = []
  const said = await new Promise<string>((ready, failed) => {
    void gone.then(() => failed(new Error(`${start.program} ended:\n${lines.slice(-20).join('\n')}`)))
    // Read on for ever: a full pipe would stop the child.
    createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => {
      if (lines.length < 200) lines.push(line)
      if (start.until?.(line) ?? true) ready(line)
    })
  })
  return {
    pid: child.pid ?? 0,
    process: child,
    said,
    after: performance.now() - from,
    async end(signal = 'SIGTERM') {
      children.delete(child)
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill(signal)
      await gone
    },
  }
}

/** Gives the work an empty folder, gone afterwards. It lies beside the results, so that fsync is a real disk's. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(process.env.BENCH_FOLDER ?? tmpdir(), 'dailies-bench-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Asks a control address for something as JSON. */
export async function ask<T>(url: string, body?: unknown): Promise<T> {
  const answer = await fetch(url, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

/** Resolves with what `look` finds once that is not null; throws after so many milliseconds. */
export async function eventually<T>(look: () => Promise<T | null>, within: number, every = 50): Promise<T> {
  const end = performance.now() + within
  for (;;) {
    const found = await look()
    if (found !== null) return found
    if (performance.now() > end) throw new Error(`not within ${within} ms`)
    await new Promise((resolve) => setTimeout(resolve, every))
  }
}
