import { sql } from 'drizzle-orm'

// Each condition stands once: a planner uses a partial index only where the query repeats the index's own words. So they
// are literals, not parameters.

/** Waits for a slot at Google: accepted, let through, its start not yet recorded. */
export const queued = sql.raw(`status = 'pending' and hold is null and starting_at is null`)
/** Its start call was recorded. */
export const started = sql.raw('starting_at is not null')
export const unfinished = sql.raw(`status in ('pending', 'processing')`)
export const final = sql.raw(`status in ('completed', 'error')`)
/** In rehearsal what is really paid for is left to a process that can ask Google about it, and takes no room. */
export const ours = sql`(${sql.placeholder('free')} = 0 or charge = 'none')`
/** Its thread shows less than the row says. */
export const behind = sql.raw('thread is not null and version > coalesce(announced_version, -1)')
