import { and, eq, sql } from 'drizzle-orm'
import type { OperationStore } from '../core/ports/store.ts'
import type { Engine } from './engine.ts'
import { kept, leases } from './schema.sqlite.ts'

type Shared = Pick<OperationStore, 'lead' | 'kept' | 'keep' | 'dropKept' | 'keepFirst'>

/** What the processes of one installation have in common. */
export function shared(engine: Engine): Shared {
  const { db, read, write } = engine
  const name = sql.placeholder('name')
  const value = sql.placeholder('value')
  const row = { name, value }
  const take = db
    .insert(leases)
    .values({ name, owner: sql.placeholder('owner'), until: sql.placeholder('until') })
    .onConflictDoUpdate({
      target: leases.name,
      set: { owner: sql`excluded.owner`, until: sql`excluded.until` },
      setWhere: sql`${leases.owner} = excluded.owner or ${leases.until} <= ${sql.placeholder('now')}`,
    })
    .returning({ owner: leases.owner })
    .prepare()
  const look = db.select({ value: kept.value }).from(kept).where(eq(kept.name, name)).prepare()
  const put = db
    .insert(kept)
    .values(row)
    .onConflictDoUpdate({ target: kept.name, set: { value: sql`excluded.value` } })
    .prepare()
  const putFirst = db.insert(kept).values(row).onConflictDoNothing().prepare()
  const drop = db.delete(kept).where(eq(kept.name, name)).prepare()
  const dropThis = db
    .delete(kept)
    .where(and(eq(kept.name, name), eq(kept.value, value)))
    .returning({ name: kept.name })
    .prepare()
  const lookUp = async (of: string) => (await read(look, { name: of }))[0]?.value ?? null
  return {
    lead: async (of, lease) => (await write(take, { name: of, ...lease })).length > 0,
    kept: lookUp,
    async keep(of, value) {
      if (value === null) await write(drop, { name: of })
      else await write(put, { name: of, value })
    },
    dropKept: async (of, was) => (await write(dropThis, { name: of, value: was })).length > 0,
    async keepFirst(of, value) {
      await write(putFirst, { name: of, value })
      return (await lookUp(of)) ?? value
    },
  }
}
