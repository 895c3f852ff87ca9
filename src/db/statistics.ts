import { desc, eq, sql } from 'drizzle-orm'
import type { Statistics } from '../core/ports/commands.ts'
import type { OperationStore } from '../core/ports/store.ts'
import type { Engine } from './engine.ts'
import { operations } from './schema.sqlite.ts'

/** Generation times are told of at most this many Operations, the newest. */
const newest = 10_000

const totals = {
  total: sql<number>`count(*)`,
  completed: sql<number>`count(*) filter (where status = 'completed')`,
  refused: sql<number>`count(*) filter (where status = 'error' and error_code = 'blocked_by_safety')`,
  // Neither a failure nor a refusal of Google: a person decided so.
  stopped: sql<number>`count(*) filter (where status = 'error' and error_code in ('cancelled', 'declined'))`,
  errors: sql<number>`count(*) filter (where status = 'error')`,
  inFlight: sql<number>`count(*) filter (where status in ('pending', 'processing'))`,
  settledMicros: sql<number>`coalesce(sum(case when charge = 'settled' then price_micros else 0 end + extra_micros), 0)`,
  reservedMicros: sql<number>`coalesce(sum(case when charge in ('reserved', 'uncertain') then price_micros else 0 end), 0)`,
  storedBytes: sql<number>`coalesce(sum(case when retired_at is null then video_bytes else 0 end), 0)`,
}
const generation = { seconds: sql<number>`(seen_done_at - started_at) / 1000.0` }
const measured = sql`seen_done_at is not null and started_at is not null`

/** The numbers of OperationStore, of one workspace or of all. Reads every row: not for the hot path. */
export function statistics(engine: Engine): OperationStore['statistics'] {
  const { db, read } = engine
  const ofWorkspace = eq(operations.workspace, sql.placeholder('workspace'))
  const here = {
    sums: db.select(totals).from(operations).where(ofWorkspace).prepare(),
    times: newestFirst(sql`${measured} and ${ofWorkspace}`),
  }
  const everywhere = { sums: db.select(totals).from(operations).prepare(), times: newestFirst(measured) }

  function newestFirst(which: ReturnType<typeof sql>) {
    return db
      .select(generation)
      .from(operations)
      .where(which)
      .orderBy(desc(operations.seenDoneAt))
      .limit(newest)
      .prepare()
  }

  return async (workspace) => {
    const statements = workspace === null ? everywhere : here
    const [sums] = await read(statements.sums, { workspace })
    const seconds = (await read(statements.times, { workspace })).map((row) => row.seconds)
    const { stopped = 0, errors = 0, ...told } = sums ?? nothing
    return { ...told, failed: errors - told.refused - stopped, generationSeconds: summaryOf(seconds) }
  }
}
const nothing = {
  total: 0,
  completed: 0,
  refused: 0,
  stopped: 0,
  errors: 0,
  inFlight: 0,
  settledMicros: 0,
  reservedMicros: 0,
  storedBytes: 0,
}

function summaryOf(seconds: readonly number[]): Statistics['generationSeconds'] {
  if (seconds.length === 0) return null
  const sorted = seconds.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  const average = sorted.reduce((sum, each) => sum + each, 0) / sorted.length
  return { min: at(0), average, max: at(1), p50: at(0.5), p90: at(0.9) }
}
