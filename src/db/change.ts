import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { frontEndPostsMilliseconds, type Operation, operationStatuses, transitions } from '../core/operation.ts'
import type { ChangeOptions, ChangeWhen, OperationPatch } from '../core/ports/change.ts'
import { auditor } from './audit.ts'
import type { Engine, Statement } from './engine.ts'
import { operationColumns } from './rows.ts'
import { operations } from './schema.sqlite.ts'

/** The change of OperationStore, bare of telling subscribers. Each combination of columns is prepared once. */
export function changer(engine: Engine) {
  const statements = new Map<string, Statement<Operation[]>>()
  const audited = auditor(engine)
  return async function change(
    id: string,
    when: ChangeWhen,
    patch: OperationPatch,
    options: ChangeOptions = {},
  ): Promise<Operation | null> {
    const names = namesOf(patch)
    const shape = shapeOf(names, when, patch, options)
    let statement = statements.get(shape)
    if (!statement) {
      statement = prepare(engine, when, patch, options)
      statements.set(shape, statement)
    }
    const values: Record<string, unknown> = { ...patch, id, changedAt: momentOf(patch) }
    for (const name of namesOf(when)) values[`when_${name}`] = when[name]
    const { audit } = options
    const write = isPassing(names) ? engine.writePassing : engine.write
    const [changed] = await (audit ? engine.writeBoth({ statement, values }, audited(audit)) : write(statement, values))
    return changed ?? null
  }
}

const learntAgain: ReadonlySet<string> = new Set([
  'dueAt',
  'attempts',
  // By itself, of what runs or waits: with an end they come together with a status.
  'errorFacts',
  'announceDueAt',
  'announceAttempts',
  'seenDoneAt',
  'sourceUri',
])

/** Whether it says no more than what the next look would find out again, and gives leases back. */
function isPassing(names: readonly string[]): boolean {
  return names.every((name) => learntAgain.has(name))
}

function namesOf<T extends object>(given: T): (keyof T & string)[] {
  const names = Object.keys(given) as (keyof T & string)[]
  return names.filter((name) => given[name] !== undefined)
}

/** Tells apart what is prepared once each. */
function shapeOf(names: readonly string[], when: ChangeWhen, patch: OperationPatch, options: ChangeOptions): string {
  const { visible, releaseLease, releaseAnnounceLease } = options
  return `${names}|${namesOf(when)}|${patch.status}|${when.hold === null}|${visible}|${releaseLease}|${releaseAnnounceLease}`
}

/** When the change happened: the newest moment that it records, else now. */
function momentOf(patch: OperationPatch): number {
  const recorded = [
    patch.startingAt,
    patch.startedAt,
    patch.seenDoneAt,
    patch.finishedAt,
    patch.deliveredAt,
    patch.retiredAt,
    patch.removedAt,
  ].filter((moment) => typeof moment === 'number')
  return recorded.length > 0 ? Math.max(...recorded) : Date.now()
}

function prepare(
  engine: Engine,
  when: ChangeWhen,
  patch: OperationPatch,
  options: ChangeOptions,
): Statement<Operation[]> {
  const written = Object.fromEntries(namesOf(patch).map((name) => [name, writes(name, patch)]))
  const seen = options.visible ? { version: sql`version + 1` } : {}
  const released = options.releaseLease ? { leaseOwner: null, leaseUntil: 0 } : {}
  const releasedAnnounce = options.releaseAnnounceLease ? { announceLeaseOwner: null, announceLeaseUntil: 0 } : {}
  return engine.db
    .update(operations)
    .set({
      ...written,
      ...seen,
      ...released,
      ...releasedAnnounce,
      changedAt: sql`${sql.placeholder('changedAt')}`,
    })
    .where(and(eq(operations.id, sql.placeholder('id')), allowed(patch), ...conditions(when)))
    .returning(operationColumns)
    .prepare()
}

/** The ten seconds are known by `announceDueAt` itself: nothing else sets it so late that early. */
function writes(name: string, patch: OperationPatch): SQL | ReturnType<typeof sql.placeholder> {
  const value = sql.placeholder(name)
  if (name !== 'announceDueAt' || patch.statusMessage !== undefined) return value
  const theirs = sql.raw(`created_at + ${frontEndPostsMilliseconds}`)
  const left = sql`status_message is null and announce_due_at >= ${theirs} and ${value} < ${theirs}`
  return sql`case when ${left} then ${theirs} else ${value} end`
}

/** Only from a status that may be followed by the new one. */
function allowed(patch: OperationPatch): SQL | undefined {
  const { status } = patch
  if (status === undefined) return undefined
  const before = operationStatuses.filter((each) => transitions[each].includes(status))
  return sql.raw(`status in (${before.map((each) => `'${each}'`).join(', ')})`)
}

function conditions(when: ChangeWhen): (SQL | undefined)[] {
  const given = (name: keyof ChangeWhen) => sql.placeholder(`when_${name}`)
  return [
    when.status === undefined ? undefined : eq(operations.status, given('status')),
    when.leaseOwner === undefined ? undefined : eq(operations.leaseOwner, given('leaseOwner')),
    when.announceLeaseOwner === undefined ? undefined : eq(operations.announceLeaseOwner, given('announceLeaseOwner')),
    when.notStarting === undefined ? undefined : isNull(operations.startingAt),
    when.startingAt === undefined ? undefined : eq(operations.startingAt, given('startingAt')),
    when.wanted === undefined ? undefined : sql`error_facts ->> 'unwanted' is null`,
    when.notRemoved === undefined ? undefined : isNull(operations.removedAt),
    when.notRetired === undefined ? undefined : isNull(operations.retiredAt),
    when.unposted === undefined ? undefined : isNull(operations.statusMessage),
    when.charge === undefined ? undefined : eq(operations.charge, given('charge')),
    when.hold === undefined ? undefined : holdIs(when.hold, given('hold')),
  ]
}

function holdIs(hold: ChangeWhen['hold'], given: ReturnType<typeof sql.placeholder>): SQL {
  return hold === null ? isNull(operations.hold) : eq(operations.hold, given)
}
