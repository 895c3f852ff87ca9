import Database from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { claimQueries } from '../../src/db/claims.ts'
import { listQuery } from '../../src/db/listing.ts'
import { inFlightQuery } from '../../src/db/looks.ts'
import { bringUpToDate } from '../../src/db/migrations.ts'
import { sqliteWords } from '../../src/db/words.sqlite.ts'

function setUp() {
  const client = new Database(':memory:')
  onTestFinished(() => {
    client.close()
  })
  const db = drizzle({ client })
  bringUpToDate(db)
  /** How the planner goes about a query: one line for each table it reads. */
  const planOf = (query: { toSQL(): { sql: string } }) => {
    const { sql } = query.toSQL()
    const values = Array.from(sql.matchAll(/\?/g), () => 1)
    const steps = client.prepare(`explain query plan ${sql}`).all(...values) as { detail: string }[]
    return steps.map((step) => step.detail).filter((detail) => /operations|TEMP/.test(detail))
  }
  /** Rows as they are found in real life: nearly all finished, the rest spread over the queue and Google. */
  const fill = (count: number) => {
    const triggers = client.prepare(`select name from sqlite_master where type = 'trigger'`).pluck().all()
    for (const name of triggers) client.exec(`drop trigger ${name}`)
    client.exec(`insert into operations (id, event_id, status, error_facts, request, requester, requester_name, workspace,
        thread, locale, private, price_micros, charge, created_at, due_at, announce_due_at, turn, changed_at,
        starting_at, announced_version)
      with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${count})
      select 'op' || n, 'event' || n, iif(n % 9 = 0, 'pending', iif(n % 9 = 1, 'processing', 'completed')), '{}', '{}',
        'discord:' || (n % 50), '', 'w', 't', 'en', 0, 0, 'none', n, n, n, n / 50, n, iif(n % 9 = 0, null, n),
        iif(n % 9 < 3, null, 0)
      from numbers`)
    client.exec('analyze')
  }
  return { db, planOf, fill, queries: { ...claimQueries(db, sqliteWords), count: inFlightQuery(db) } }
}

const live = ['queue', 'starting', 'checks', 'leased', 'announce_final', 'announce_live']
const flat = new RegExp(`USING (INTEGER PRIMARY KEY|(COVERING )?INDEX operations_(${live.join('|')})\\b)`)

it.each([
  ['claims starts', 'starts'],
  ['claims checks', 'checks'],
  ['claims announcements', 'announcements'],
  ['counts what is in flight', 'count'],
] as const)('%s through indexes that hold live rows only', (_what, name) => {
  const { planOf, fill, queries } = setUp()
  const empty = planOf(queries[name])
  expect(empty.length).toBeGreaterThan(1)
  expect(empty.filter((step) => !flat.test(step) && !step.startsWith('USE TEMP'))).toEqual([])
  // With few or many rows, and whether or not somebody ran ANALYZE, the way is the same.
  fill(20_000)
  expect(planOf(queries[name])).toEqual(empty)
})

it.each([
  [{ status: 'pending' }, 'requester_open'],
  [{ status: 'pending', workspace: 'w' }, 'requester_open'],
  [{ status: 'processing' }, 'checks'],
  [{ status: 'pending', requester: 'discord:anna' }, 'requester_open'],
  [{ charge: 'uncertain' }, 'uncertain'],
] as const)('lists %o, each page, through the index of such rows alone', (filter, index) => {
  const { planOf, fill, db } = setUp()
  const plans = () => [false, true].map((goesOn) => planOf(listQuery({ db, words: sqliteWords }, filter, goesOn))[0])
  const through = expect.stringMatching(new RegExp(`USING INDEX operations_${index}\\b`))
  expect(plans()).toEqual([through, through])
  fill(20_000)
  expect(plans()).toEqual([through, through])
})

it('sorts nothing to find the next start or check', () => {
  const { planOf, queries } = setUp()
  expect([...planOf(queries.starts), ...planOf(queries.checks)].filter((step) => step.includes('TEMP'))).toEqual([])
})
