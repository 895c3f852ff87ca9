import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { and, asc, eq, gt, lte, sql } from 'drizzle-orm'
import { asVideoError } from '../core/errors.ts'
import type { Log } from '../core/ports/machine.ts'
import type { Engine } from './engine.ts'
import { leases } from './schema.sqlite.ts'

const beatMilliseconds = 3_000
/** Who came while this process was not yet told of it is seen after this. */
const firstBeatMilliseconds = 500
/** A process that gave no sign for so long is no longer counted. */
const countedMilliseconds = 10_000
const forgottenMilliseconds = 3_600_000
/** What the others are told, where else the id of an Operation stands, when one comes or goes. */
const otherNumber = 'instances'

/** In the name of a process that has no front ends: no channel is its own. */
const quiet = 'quiet:'

/** Which of how many processes this one is. */
export interface Presence {
  /** Of those that tell threads; `place` is from 0 to below `instances`. */
  now(): { readonly instances: number; readonly place: number }
  /** How many there are with those that tell none. */
  all(): number
  /** Is no longer counted. */
  leave(): Promise<void>
}

/** The only process of its installation. */
export const alone: Presence = { now: () => ({ instances: 1, place: 0 }), all: () => 1, leave: async () => {} }

/** Counts this process among those that work on the database, and keeps counting them, until it leaves. */
export async function joinInstances(engine: Engine, log: Log, tells: boolean): Promise<Presence> {
  const { db, read, write } = engine
  const name = `instance:${tells ? '' : quiet}${randomUUID()}`
  const beat = db
    .insert(leases)
    .values({ name, owner: name, until: sql.placeholder('until') })
    .onConflictDoUpdate({ target: leases.name, set: { until: sql`excluded.until` } })
    .prepare()
  const living = db
    .select({ name: leases.name })
    .from(leases)
    .where(and(ofInstance, gt(leases.until, sql.placeholder('now'))))
    .orderBy(asc(leases.name))
    .prepare()
  const tidy = db
    .delete(leases)
    .where(and(ofInstance, lte(leases.until, sql.placeholder('before'))))
    .prepare()
  const leave = db.delete(leases).where(eq(leases.name, name)).prepare()
  const tellOthers = db
    .select({ told: sql`pg_notify('dailies_operations', ${sql.raw(`'${otherNumber}'`)})` })
    .from(sql`(select 1) as one`)
    .prepare()
  let counted = { instances: 1, place: 0 }
  let all = 1

  async function count(): Promise<void> {
    const now = Date.now()
    await write(beat, { until: now + countedMilliseconds })
    const names = (await read(living, { now })).map((each) => each.name)
    const telling = names.filter((each) => !each.startsWith(`instance:${quiet}`))
    counted = { instances: Math.max(1, telling.length), place: Math.max(0, telling.indexOf(name)) }
    all = Math.max(1, names.length)
  }

  const countAgain = () =>
    count().catch((thrown: unknown) => {
      log.warn({ error: asVideoError(thrown).message }, 'the other processes could not be counted')
    })
  const stopping = new AbortController()
  async function keepCounting(): Promise<void> {
    for (let wait = firstBeatMilliseconds; !stopping.signal.aborted; wait = beatMilliseconds) {
      await sleep(wait, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (!stopping.signal.aborted) await countAgain()
    }
  }

  await count()
  await write(tidy, { before: Date.now() - forgottenMilliseconds })
  // Until all count alike, two may tell the same channel, or nobody for as long as a thread may be late.
  engine.onChangeElsewhere((what) => {
    if ((what === otherNumber || what === null) && !stopping.signal.aborted) void countAgain()
  })
  await read(tellOthers)
  const counting = keepCounting()
  return {
    now: () => counted,
    all: () => all,
    async leave() {
      stopping.abort()
      await counting
      // A database that is away is no reason not to leave: others stop counting this process by themselves.
      await write(leave)
        .then(() => read(tellOthers))
        .catch(() => undefined)
    },
  }
}

// Not a range: what stands between two texts is a matter of the database's language.
const ofInstance = sql`substr(${leases.name}, 1, 9) = 'instance:'`
