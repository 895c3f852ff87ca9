import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { freePort, startPostgresProcess } from '../../test/db/postgres-process.ts'
import { inFolder } from '../parts/children.ts'
import type { JobEngine } from '../parts/engine.ts'
import { median } from '../parts/figures.ts'
import { openHere } from '../parts/here.ts'
import { type Outcome, type Row, rounded, type Scale, whole } from '../parts/outcome.ts'

const goal =
  'ahead of each peer at equal durability: lives a second one by one and at 64 at once, lateness of a scheduled step'

interface Figures {
  /** Lives a second. */
  readonly alone: number
  readonly together: number
  /** Milliseconds. */
  readonly late: number
}

/** Eager: asking for work as often as it can be told to; otherwise as it comes. */
type Open = (atOnce: number, eager: boolean) => Promise<JobEngine>

/** The life of an Operation without media in Dailies' core and store and, as jobs, in engines people would use instead. */
export async function measure({ quick, rounds }: Scale): Promise<Outcome> {
  const found = new Map<string, Figures>()
  const missing: string[] = []
  const times = {
    rounds: quick ? 1 : Math.min(3, rounds),
    milliseconds: quick ? 1_000 : 2_000,
    scheduled: quick ? 5 : 20,
  }
  await inFolder(async (folder) => {
    found.set('here', await figures(() => openHere(folder), times))
    const { openPlainjob } = (await peer('plainjob')) as {
      openPlainjob(folder: string, ...how: Parameters<Open>): Promise<JobEngine>
    }
    found.set('plainjob', await figures((...how) => openPlainjob(folder, ...how), times))
  })
  const redis = await startDurableRedis()
  if (redis === null)
    missing.push('BullMQ: there is no redis-server on this machine (Debian: apt-get install redis-server)')
  else {
    const { openBullmq } = (await peer('bullmq')) as { openBullmq(port: number, atOnce: number): Promise<JobEngine> }
    found.set('BullMQ', await figures((atOnce) => openBullmq(redis.port, atOnce), times))
    await redis.close()
  }
  const postgres = await startPostgresProcess()
  type OnPostgres = (url: string, ...how: Parameters<Open>) => Promise<JobEngine>
  const { openPgBoss } = (await peer('pg-boss')) as { openPgBoss: OnPostgres }
  found.set('pg-boss', await figures((...how) => openPgBoss(postgres.url, ...how), times))
  const { openGraphile } = (await peer('graphile-worker')) as { openGraphile: OnPostgres }
  found.set('graphile-worker', await figures((...how) => openGraphile(postgres.url, ...how), times))
  await postgres.close()
  return report(found, missing)
}

/** Not named in full, because types are checked without what bench/ alone installs. */
function peer(name: string): Promise<unknown> {
  return import(`../peers/${name}.ts`)
}

async function figures(
  open: Open,
  times: { rounds: number; milliseconds: number; scheduled: number },
): Promise<Figures> {
  const alone = await rate(open, 1, times)
  const together = await rate(open, 64, times)
  const engine = await open(1, false)
  const late: number[] = []
  for (let count = 0; count < times.scheduled; count += 1) late.push(await engine.lateness(300 + (count % 7) * 37))
  await engine.close()
  return { alone, together, late: median(late) }
}

/** Lives a second with so many at a time, the median of the rounds after one that warms up. */
async function rate(open: Open, atOnce: number, { rounds, milliseconds }: { rounds: number; milliseconds: number }) {
  const engine = await open(atOnce, true)
  const rates: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const from = performance.now()
    let lives = 0
    const one = async () => {
      while (performance.now() - from < milliseconds) {
        await engine.life()
        lives += 1
      }
    }
    await Promise.all(Array.from({ length: atOnce }, one))
    if (round > 0) rates.push((lives * 1000) / (performance.now() - from))
  }
  await engine.close()
  return median(rates)
}

function report(found: ReadonlyMap<string, Figures>, missing: readonly string[]): Outcome {
  const here = found.get('here')
  if (!here) throw new Error('nothing measured')
  const rows: Row[] = []
  for (const [name, theirs] of found) {
    if (name === 'here') continue
    rows.push(
      ahead(`peers: ${name}, one by one`, here.alone / theirs.alone),
      ahead(`peers: ${name}, 64 at once`, here.together / theirs.together),
      {
        ...ahead(`peers: ${name}, lateness`, here.late / theirs.late),
        goal: 'less late',
        met: here.late <= theirs.late,
      },
    )
  }
  for (const sentence of missing) {
    rows.push({ name: `peers: ${sentence.split(':')[0]}`, goal: 'ahead', value: null, unit: 'not measured', met: null })
  }
  const least = rows.reduce(
    (a, b) => ((b.value ?? 9e9) < (a.value ?? 9e9) && b.goal === 'ahead' ? b : a),
    rows[0] ?? ahead('', 1),
  )
  const names = [...found.keys()]
  const column = (key: keyof Figures) => names.map((name) => found.get(name)?.[key] ?? null)
  return {
    rows: [whole('peers', goal, least, rows), ...rows],
    plots: [
      {
        name: 'peers',
        title: 'Whole lives without media, every step on disk',
        unit: 'lives a second',
        series: names,
        groups: [
          { label: 'one by one', values: column('alone') },
          { label: '64 at once', values: column('together') },
        ],
      },
      {
        name: 'peers-lateness',
        title: 'Lateness of a scheduled step, median',
        unit: 'ms',
        series: names,
        groups: [{ label: '', values: column('late') }],
      },
    ],
    notes: [
      'A life: accepted, started, looked at, over. Here it is the whole path of core and store with budgets, history and ledger, and a Google that is done at once; in the peers two jobs, of which the first makes the second. Durability: SQLite with synchronous=FULL (here a lease and what the next look sees again wait for no sync of their own; accepted, start recorded, Google’s name and outcome do), Redis with appendfsync always, PostgreSQL as it comes. For lives each peer asks for work as often as it lets itself be told (plainjob every millisecond); lateness is as each comes.',
      ...missing.map((each) => `${each}.`),
    ],
  }
}

function ahead(name: string, ratio: number): Row {
  return { name, goal: 'ahead', value: rounded(ratio), unit: 'x', met: ratio > 1 }
}

/** A Redis with nothing but an append-only file that is on disk before each answer; null where there is none to start. */
async function startDurableRedis(): Promise<{ port: number; close(): Promise<void> } | null> {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const program = folders.map((folder) => join(folder, 'redis-server')).find(isProgram)
  if (!program) return null
  const port = await freePort()
  return inOwnFolder(program, port)
}

async function inOwnFolder(program: string, port: number) {
  let stop = () => {}
  const stopped = new Promise<void>((resolve) => {
    stop = resolve
  })
  const started = Promise.withResolvers<void>()
  const gone = inFolder(async (folder) => {
    const args = [
      '--port',
      String(port),
      '--dir',
      folder,
      '--appendonly',
      'yes',
      '--appendfsync',
      'always',
      '--save',
      '',
    ]
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    child.stdout.on('data', (text: Buffer) => {
      if (text.includes('Ready to accept connections')) started.resolve()
    })
    await stopped
    const end = once(child, 'exit')
    child.kill()
    await end
  })
  await started.promise
  return {
    port,
    async close() {
      stop()
      await gone
    },
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
