import { and, eq, lte, type SQL, sql } from 'drizzle-orm'
import type { Operation } from '../core/operation.ts'
import type { Lease, OperationStore } from '../core/ports/store.ts'
import { behind, final, ours, queued, started, unfinished } from './conditions.ts'
import type { Engine } from './engine.ts'
import type { Presence } from './presence.ts'
import { operationColumns } from './rows.ts'
import { operations } from './schema.sqlite.ts'
import type { Words } from './words.ts'

const now = sql.placeholder('now')
const limit = sql.placeholder('limit')

/** A thread that its own process does not tell of something for so long is told by whoever comes first. */
const lateMilliseconds = 10_000

// Turns are start-time fair queueing (see the migration `books`): claiming by turn is fair between requesters.
// Each claim repeats its lease condition outside of the subquery: without that PostgreSQL hands rows out twice.

/** The queue, behind those whose worker died while starting them: these run already as far as anyone knows, and need no room. */
function startable({ startRoom, passingOver }: Words): SQL {
  return sql`select seq from (
    select seq from operations where status = 'pending' and ${started} and lease_until <= ${now} and ${ours}
    order by lease_until limit ${limit} ${passingOver}
  ) as interrupted union all select seq from (
    select seq from operations where ${queued} and due_at <= ${now} and lease_until <= ${now} and ${ours}
    order by turn, seq limit ${startRoom} ${passingOver}
  ) as queued`
}

function checkable({ passingOver }: Words): SQL {
  return sql`select seq from operations
    where status = 'processing' and due_at <= ${now} and lease_until <= ${now} and ${ours}
    order by due_at limit ${limit} ${passingOver}`
}

function announceable({ isMine, passingOver }: Words): SQL {
  const behindAnd = (which: SQL, place: number) => sql`select seq, place, announce_due_at from (
    select seq, ${sql.raw(String(place))} as place, announce_due_at from operations
    where ${behind} and ${which} and announce_due_at <= ${now} and announce_lease_until <= ${now} and ${isMine}
    order by announce_due_at limit ${limit} ${passingOver}
  ) as behind`
  return sql`select seq from (
    ${behindAnd(final, 0)} union all ${behindAnd(unfinished, 1)}
  ) as behind order by place, announce_due_at limit ${limit}`
}

type Claimed = Operation & { readonly order: number; readonly seq: number }

/** `returning` has no order of its own. */
function inOrder(rows: readonly Claimed[]): Operation[] {
  const sorted = rows.toSorted((a, b) => a.order - b.order || a.seq - b.seq)
  return sorted.map(({ order: _order, seq: _seq, ...operation }) => operation)
}

/** The builders of the three claims, so that a test can ask the planner about them. */
export function claimQueries(db: Engine['db'], words: Words) {
  const advance = { leaseOwner: sql`${sql.placeholder('owner')}`, leaseUntil: sql`${sql.placeholder('until')}` }
  const announce = {
    announceLeaseOwner: sql`${sql.placeholder('owner')}`,
    announceLeaseUntil: sql`${sql.placeholder('until')}`,
  }
  const { seq } = operations
  return {
    starts: db
      .update(operations)
      .set(advance)
      .where(and(words.picked(startable(words)), sql.raw(`status = 'pending'`), lte(operations.leaseUntil, now)))
      .returning({ ...operationColumns, seq, order: sql<number>`turn` }),
    checks: db
      .update(operations)
      .set(advance)
      .where(and(words.picked(checkable(words)), sql.raw(`status = 'processing'`), lte(operations.leaseUntil, now)))
      .returning({ ...operationColumns, seq, order: sql<number>`due_at` }),
    announcements: db
      .update(operations)
      .set(announce)
      .where(and(words.picked(announceable(words)), lte(operations.announceLeaseUntil, now)))
      .returning({
        ...operationColumns,
        seq,
        // Final rows before all others, whatever their times.
        order: sql<number>`case when ${final} then announce_due_at - 9000000000000000 else announce_due_at end`,
      }),
  }
}

type Claims = Pick<OperationStore, 'claimStarts' | 'claimChecks' | 'claimAnnouncements' | 'renew'>

/** The leases of OperationStore. */
export function claims(engine: Engine, presence: Presence): Claims {
  const { db, words } = engine
  const queries = claimQueries(db, words)
  const starts = queries.starts.prepare()
  const checks = queries.checks.prepare()
  const announcements = queries.announcements.prepare()
  const owned = { id: sql.placeholder('id'), owner: sql.placeholder('owner'), until: sql`${sql.placeholder('until')}` }
  const renewals = {
    advance: db
      .update(operations)
      .set({ leaseUntil: owned.until })
      .where(and(eq(operations.id, owned.id), eq(operations.leaseOwner, owned.owner)))
      .prepare(),
    announce: db
      .update(operations)
      .set({ announceLeaseUntil: owned.until })
      .where(and(eq(operations.id, owned.id), eq(operations.announceLeaseOwner, owned.owner)))
      .prepare(),
  }
  return {
    async claimStarts(lease: Lease, most, maxInFlight, free = false) {
      return inOrder(await engine.writePassing(starts, { ...lease, limit: most, maxInFlight, free: Number(free) }))
    },
    async claimChecks(lease, most, free = false) {
      return inOrder(await engine.writePassing(checks, { ...lease, limit: most, free: Number(free) }))
    },
    async claimAnnouncements(lease, most) {
      const late = lease.now - lateMilliseconds
      return inOrder(await engine.writePassing(announcements, { ...lease, limit: most, late, ...presence.now() }))
    },
    async renew(lane, ids, { owner, until }) {
      await Promise.all(ids.map((id) => engine.writePassing(renewals[lane], { id, owner, until })))
    },
  }
}
