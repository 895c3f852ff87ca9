import { join } from 'node:path'
import type { InsertLimits, OperationStore } from '../../src/core/ports/store.ts'
import { openRaw } from '../baselines/raw-store.ts'
import { inFolder } from '../parts/children.ts'
import { inTurn, median } from '../parts/figures.ts'
import { atLeast, atMost, type Outcome, type Row, type Scale, whole } from '../parts/outcome.ts'
import { atGoogle, fill, openAt, someOperation, waiting } from '../parts/rows.ts'

const goal = 'accept to persisted at least 4x raw; claim of 50 due rows from 1,000 to 1,000,000 rows at most 1.5x'
const usualLimits: InsertLimits = {
  spend: [
    { scope: 'requester', key: 'discord:1', period: '2026-11-22', limitMicros: 10 ** 15 },
    { scope: 'workspace', key: 'discord:1', period: '2026-11', limitMicros: 10 ** 15 },
    { scope: 'total', key: '', period: '2026-11', limitMicros: 10 ** 15 },
  ],
  maxInFlight: 10 ** 6,
  maxSince: null,
}

/** Acceptance against raw better-sqlite3, and claims over growing tables. */
export async function measure({ quick, rounds }: Scale): Promise<Outcome> {
  const accepted = await acceptance(quick ? 1_000 : 4_000, quick ? 2 : Math.max(5, rounds))
  const claims = await claiming(quick ? [1_000, 30_000] : [1_000, 30_000, 1_000_000], quick ? 15 : 60)
  return {
    rows: [whole('store', goal, accepted.row, [accepted.row, ...claims.rows]), accepted.row, ...claims.rows],
    plots: [accepted.plot, claims.plot],
    notes: [
      'Raw: one table with its two unique keys, one prepared insert, one row a transaction; here: the whole insert with budgets, limits, history and ledger, 64 callers at once, each waiting for its own row. Both WAL with synchronous=FULL on the same disk, both with ids ordered by time as the product makes them.',
      'Claims are the store’s own, which outlive the process and need not outlive the machine (a lease’s owner goes with it); the rows are due in the order of insertion. For starts 1,000 of them may be at Google at once.',
    ],
  }
}

async function acceptance(rows: number, rounds: number) {
  const perSecond = await inFolder(async (folder) => {
    const raw = openRaw(join(folder, 'raw.db'))
    const store = await openAt(join(folder, 'ours.db'))
    const contestants = {
      raw: async () =>
        rate(rows, async () => {
          for (let row = 0; row < rows; row += 1) raw.insert(someOperation())
        }),
      'here, one by one': async () => rate(rows / 4, () => together(store, rows / 4, 1)),
      'here, 64 at once': async () => rate(rows, () => together(store, rows, 64)),
    }
    const found = await inTurn(rounds, contestants)
    raw.close()
    await store.close()
    return found
  })
  const ratios = perSecond['here, 64 at once'].map((each, round) => each / (perSecond.raw[round] ?? Number.NaN))
  const row = atLeast('store: accept to persisted', 'at least 4x raw', median(ratios), 'x raw', 4)
  const plot = {
    name: 'store-accept',
    title: 'Accepted and on disk, synchronous=FULL',
    unit: 'rows a second',
    series: Object.keys(perSecond),
    groups: [{ label: '', values: Object.values(perSecond).map(median) }],
  }
  return { row, plot }
}

async function rate(rows: number, run: () => Promise<void>): Promise<number> {
  const from = performance.now()
  await run()
  return (rows * 1000) / (performance.now() - from)
}

async function together(store: OperationStore, rows: number, atOnce: number): Promise<void> {
  let left = rows
  const one = async () => {
    for (; left > 0; ) {
      left -= 1
      const { kind } = await store.insert(someOperation(), usualLimits)
      if (kind !== 'created') throw new Error(kind)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
}

async function claiming(sizes: readonly number[], claims: number) {
  const lanes = {
    starts: (store: OperationStore, now: number) =>
      store.claimStarts({ owner: 'bench', now, until: now + 1000 }, 50, 1_000),
    checks: (store: OperationStore, now: number) => store.claimChecks({ owner: 'bench', now, until: now + 1000 }, 50),
  }
  const groups: { label: string; values: number[] }[] = []
  for (const rows of sizes) {
    const values = await Promise.all([
      inFolder((folder) => claimTime(join(folder, 'a.db'), rows, waiting, claims, lanes.starts)),
    ])
    values.push(
      await inFolder((folder) => claimTime(join(folder, 'b.db'), rows, atGoogle(1, 1, rows), claims, lanes.checks)),
    )
    groups.push({ label: rows.toLocaleString('en'), values })
  }
  const rows = Object.keys(lanes).map((lane, index): Row => {
    const [smallest, largest] = [groups[0]?.values[index] ?? Number.NaN, groups.at(-1)?.values[index] ?? Number.NaN]
    const name = `store: claim of 50 ${lane}`
    return atMost(
      name,
      `at most 1.5x from ${groups[0]?.label} to ${groups.at(-1)?.label} rows`,
      largest / smallest,
      'x',
      1.5,
    )
  })
  const plot = {
    name: 'store-claim',
    title: 'A claim of 50 due rows',
    unit: 'ms',
    series: Object.keys(lanes),
    groups,
  }
  return { rows, plot }
}

/** Median milliseconds of a claim of 50 rows; the rows are let go again, so that the table stays as full as it was. */
async function claimTime(
  file: string,
  rows: number,
  columns: Readonly<Record<string, string>>,
  claims: number,
  claim: (store: OperationStore, now: number) => Promise<readonly unknown[]>,
): Promise<number> {
  await fill(file, { rows, columns })
  const store = await openAt(file)
  const times: number[] = []
  let now = Date.now()
  for (let round = 0; round < claims + 5; round += 1) {
    // Every lease of the round before has ended.
    now += 2_000
    const from = performance.now()
    const claimed = await claim(store, now)
    times.push(performance.now() - from)
    if (claimed.length !== 50) throw new Error(`claimed ${claimed.length} of ${rows}`)
  }
  await store.close()
  return median(times.slice(5))
}
