import { and, eq, lte, sql } from 'drizzle-orm'
import type { OperationStore } from '../core/ports/store.ts'
import { queued, unfinished } from './conditions.ts'
import type { Engine } from './engine.ts'
import { forgetting, pseudonyms } from './schema.sqlite.ts'

type People = Pick<OperationStore, 'figures' | 'addForgetting' | 'forgettings' | 'forget' | 'dropPseudonyms'>

/** Forgetting people, which a trigger completes (see the migration `pseudonyms`), and what is there at a moment. */
export function people(engine: Engine): People {
  const { db, read, write } = engine
  const ask = db
    .insert(forgetting)
    .values({ person: sql.placeholder('person'), askedAt: sql.placeholder('askedAt') })
    .onConflictDoUpdate({ target: forgetting.person, set: { askedAt: sql`excluded.asked_at` } })
    .prepare()
  const all = db.select({ person: forgetting.person, askedAt: forgetting.askedAt }).from(forgetting).prepare()
  const finish = db
    .delete(forgetting)
    .where(
      and(
        eq(forgetting.person, sql.placeholder('person')),
        eq(forgetting.askedAt, sql.placeholder('askedAt')),
        sql`not exists (select 1 from operations where requester = ${sql.placeholder('person')}
          and created_at <= ${sql.placeholder('askedAt')} and (removed_at is null or ${unfinished}))`,
      ),
    )
    .returning({ person: forgetting.person })
    .prepare()
  const drop = db
    .delete(pseudonyms)
    .where(lte(pseudonyms.forgetOn, sql.placeholder('today')))
    .prepare()
  const now = db.select(figures).from(sql`(select 1) as one`).prepare()
  return {
    async figures(since) {
      const [row] = await read(now, { since })
      return row ?? nothing
    },
    async addForgetting(given) {
      await write(ask, { ...given })
    },
    forgettings: () => read(all),
    forget: async (given) => (await write(finish, { ...given })).length > 0,
    async dropPseudonyms(today) {
      await write(drop, { today })
    },
  }
}

const counted = (query: ReturnType<typeof sql>) => sql<number>`(${query})`
const since = sql.placeholder('since')
const stored = sql`from operations where finished_at is not null and retired_at is null and has_files`

/** Each reads an index of live or recent rows only. */
const figures = {
  queued: counted(sql`select count(*) from operations where ${queued}`),
  oldestQueuedAt: sql<number | null>`(select min(created_at) from operations where ${queued})`,
  held: counted(sql`select count(*) from operations where ${unfinished} and hold is not null`),
  atGoogle: counted(sql`select count(*) from operations where status = 'processing'`),
  reservedMicros: counted(
    sql`select coalesce(sum(price_micros), 0) from operations where ${unfinished} and charge = 'reserved'`,
  ),
  uncertainMicros: counted(sql`select coalesce(sum(price_micros), 0) from operations where charge = 'uncertain'`),
  uncertain: counted(sql`select count(*) from operations where charge = 'uncertain'`),
  storedFiles: counted(sql`select count(*) ${stored} and video_file is not null`),
  storedBytes: counted(sql`select coalesce(sum(video_bytes), 0) ${stored}`),
  requests: counted(sql`select count(*) from operations where created_at >= ${since}`),
  people: counted(sql`select count(distinct requester) from operations where created_at >= ${since}`),
}
const nothing = {
  queued: 0,
  oldestQueuedAt: null,
  held: 0,
  atGoogle: 0,
  reservedMicros: 0,
  uncertainMicros: 0,
  uncertain: 0,
  storedFiles: 0,
  storedBytes: 0,
  requests: 0,
  people: 0,
}
