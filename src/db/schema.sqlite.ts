import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { ErrorCode, Facts } from '../core/errors.ts'
import type { Charge, HoldReason, OperationStatus, Relation } from '../core/operation.ts'
import type { LedgerEntry } from '../core/ports/books.ts'
import type { SpendLimit } from '../core/ports/store.ts'
import type { VideoRequest } from '../core/request.ts'
import type { Settings } from '../core/settings.ts'
import { behind, final, queued, started, unfinished } from './conditions.ts'

// After a change here: `npx drizzle-kit generate --config drizzle.sqlite.config.ts`, and then write STRICT behind each
// new table in the generated SQL by hand, which drizzle-kit cannot. Triggers live in migrations made with --custom.

/** The Operations, each with what the two lanes of the worker need to find it. */
export const operations = sqliteTable(
  'operations',
  {
    /** The order of acceptance. */
    seq: integer('seq').primaryKey(),
    id: text('id').notNull(),
    eventId: text('event_id').notNull(),
    status: text('status').$type<OperationStatus>().notNull(),
    hold: text('hold').$type<HoldReason & string>(),
    errorCode: text('error_code').$type<ErrorCode>(),
    errorFacts: text('error_facts', { mode: 'json' }).$type<Facts>().notNull(),
    request: text('request', { mode: 'json' }).$type<VideoRequest>().notNull(),
    parentId: text('parent_id'),
    relation: text('relation').$type<Relation>(),
    requester: text('requester').notNull(),
    requesterName: text('requester_name').notNull(),
    workspace: text('workspace').notNull(),
    thread: text('thread'),
    locale: text('locale').notNull(),
    private: integer('private', { mode: 'boolean' }).notNull(),
    priceMicros: integer('price_micros').notNull(),
    charge: text('charge').$type<Charge>().notNull(),
    decidedBy: text('decided_by'),
    handle: text('handle'),
    sourceUri: text('source_uri'),
    createdAt: integer('created_at').notNull(),
    startingAt: integer('starting_at'),
    startedAt: integer('started_at'),
    seenDoneAt: integer('seen_done_at'),
    finishedAt: integer('finished_at'),
    attempts: integer('attempts').notNull().default(0),
    dueAt: integer('due_at').notNull(),
    videoFile: text('video_file'),
    posterFile: text('poster_file'),
    videoBytes: integer('video_bytes'),
    videoHash: text('video_hash'),
    retiredAt: integer('retired_at'),
    removedAt: integer('removed_at'),
    version: integer('version').notNull().default(0),
    announcedVersion: integer('announced_version'),
    announceDueAt: integer('announce_due_at').notNull(),
    announceAttempts: integer('announce_attempts').notNull().default(0),
    statusMessage: text('status_message'),
    deliveredMessage: text('delivered_message'),
    deliveredAt: integer('delivered_at'),
    deliveryProblem: text('delivery_problem'),
    adminMessage: text('admin_message'),
    suggestion: text('suggestion'),
    extraMicros: integer('extra_micros').notNull().default(0),
    leaseOwner: text('lease_owner'),
    leaseUntil: integer('lease_until').notNull().default(0),
    announceLeaseOwner: text('announce_lease_owner'),
    announceLeaseUntil: integer('announce_lease_until').notNull().default(0),
    /** The place in the queue that is fair between requesters; 0 while held. */
    turn: integer('turn').notNull(),
    /** When the newest change was made; dates the lines that triggers write. */
    changedAt: integer('changed_at').notNull(),
    /** While a video, a poster or a saved input image is named. JSON text escapes quotes, so no prompt can match. */
    hasFiles: integer('has_files', { mode: 'boolean' }).generatedAlwaysAs(
      sql.raw(`video_file is not null or poster_file is not null or instr(request, '"kind":"saved"') > 0`),
    ),
  },
  (table) => [
    uniqueIndex('operations_id').on(table.id),
    uniqueIndex('operations_event_id').on(table.eventId),
    foreignKey({ columns: [table.parentId], foreignColumns: [table.id] }),
    check('operations_status', sql.raw(`status in ('pending', 'processing', 'completed', 'error')`)),
    check('operations_charge', sql.raw(`charge in ('none', 'reserved', 'settled', 'released', 'uncertain')`)),
    check('operations_price', sql.raw('price_micros >= 0')),
    // The queue and what is at Google: each index holds live rows only, so that finished ones cost nothing.
    index('operations_queue').on(table.turn).where(queued),
    index('operations_backoff').on(table.dueAt).where(sql`${queued} and due_at > created_at`),
    index('operations_starting').on(table.leaseUntil).where(sql`status = 'pending' and ${started}`),
    index('operations_checks').on(table.dueAt).where(sql.raw(`status = 'processing'`)),
    index('operations_leased').on(table.leaseUntil).where(sql.raw('lease_until > 0')),
    index('operations_requester_open').on(table.requester, table.turn).where(unfinished),
    index('operations_started_turn').on(table.turn).where(started),
    index('operations_announce_final').on(table.announceDueAt).where(sql`${behind} and ${final}`),
    index('operations_announce_live').on(table.announceDueAt).where(sql`${behind} and ${unfinished}`),
    index('operations_announce_leased').on(table.announceLeaseUntil).where(sql.raw('announce_lease_until > 0')),
    // What people and the books ask for.
    index('operations_created').on(table.createdAt, table.id),
    index('operations_requester_created').on(table.requester, table.createdAt, table.id),
    index('operations_parent').on(table.parentId).where(sql.raw('parent_id is not null')),
    index('operations_uncertain').on(table.createdAt).where(sql.raw(`charge = 'uncertain'`)),
    index('operations_timings')
      .on(table.seenDoneAt)
      .where(sql.raw('seen_done_at is not null and started_at is not null')),
    index('operations_expiring')
      .on(table.finishedAt)
      .where(sql.raw('finished_at is not null and retired_at is null and has_files')),
  ],
)

/** How many unfinished Operations each requester has; kept by triggers, so that a limit costs the same for anyone. */
export const requesters = sqliteTable('requesters', {
  requester: text('requester').primaryKey(),
  unfinished: integer('unfinished').notNull(),
})

/** Which file an Operation names; kept by triggers. A retired Operation names none. */
export const operationFiles = sqliteTable(
  'operation_files',
  { file: text('file').notNull(), operationId: text('operation_id').notNull() },
  (table) => [
    primaryKey({ columns: [table.file, table.operationId] }),
    index('operation_files_operation').on(table.operationId),
  ],
)

/** What happened to each Operation; written by triggers. */
export const operationHistory = sqliteTable(
  'operation_history',
  {
    id: integer('id').primaryKey(),
    operationId: text('operation_id').notNull(),
    at: integer('at').notNull(),
    what: text('what').notNull(),
    detail: text('detail').notNull(),
  },
  (table) => [index('operation_history_operation').on(table.operationId)],
)

/**
 * Append-only, written by triggers only: the sum of an Operation's lines is what it costs now. People stand in it under
 * pseudonyms, so that a person can be forgotten without a line being touched.
 */
export const ledger = sqliteTable(
  'ledger',
  {
    id: integer('id').primaryKey(),
    at: integer('at').notNull(),
    operationId: text('operation_id').notNull(),
    kind: text('kind').$type<LedgerEntry['kind']>().notNull(),
    /** The requester's pseudonym of that day. */
    requester: text('requester').notNull(),
    /** Of direct messages, which are one person's own place, the pseudonym of that month. */
    workspace: text('workspace').notNull(),
    model: text('model').notNull(),
    durationSeconds: integer('duration_seconds').notNull(),
    micros: integer('micros').notNull(),
    /** The UTC day whose budgets the line belongs to: that of the Operation's acceptance, or of a suggestion. */
    day: text('day').notNull(),
  },
  (table) => [index('ledger_operation').on(table.operationId)],
)

/** Whom a pseudonym in ledger and spend stands for, one a budget period. Without its row it stands for nobody. */
export const pseudonyms = sqliteTable(
  'pseudonyms',
  {
    /** A requester, or the workspace of somebody's direct messages. */
    name: text('name').notNull(),
    /** A day for a requester, a month for a workspace, as in SpendLimit. */
    period: text('period').notNull(),
    pseudonym: text('pseudonym').notNull(),
    /** The day on which the row is dropped; null for never. */
    forgetOn: text('forget_on'),
  },
  (table) => [
    primaryKey({ columns: [table.name, table.period] }),
    uniqueIndex('pseudonyms_pseudonym').on(table.pseudonym),
  ],
)

/** Who asked to be forgotten and still stands in the books; a trigger takes the name away when the row goes. */
export const forgetting = sqliteTable('forgetting', {
  person: text('person').primaryKey(),
  askedAt: integer('asked_at').notNull(),
})

/** The ledger summed up for each budget; kept by a trigger. */
export const spend = sqliteTable(
  'spend',
  {
    scope: text('scope').$type<SpendLimit['scope']>().notNull(),
    key: text('key').notNull(),
    period: text('period').notNull(),
    micros: integer('micros').notNull(),
  },
  (table) => [primaryKey({ columns: [table.scope, table.key, table.period] })],
)

export const settings = sqliteTable('settings', {
  scope: text('scope').primaryKey(),
  value: text('value', { mode: 'json' }).$type<Settings>().notNull(),
})

/** What admins did. */
export const auditTrail = sqliteTable('audit_trail', {
  id: integer('id').primaryKey(),
  at: integer('at').notNull(),
  admin: text('admin').notNull(),
  workspace: text('workspace').notNull().default(''),
  action: text('action').notNull(),
  subject: text('subject').notNull(),
  detail: text('detail').notNull(),
})

/** Who has, until when, what an installation has one of; and each process that works on it, as `instance:<owner>`. */
export const leases = sqliteTable('leases', {
  name: text('name').primaryKey(),
  owner: text('owner').notNull(),
  until: integer('until').notNull(),
})

/** Small things that all processes of an installation share; the values mean nothing here. */
export const kept = sqliteTable('kept', {
  name: text('name').primaryKey(),
  value: text('value').notNull(),
})

/** One row that a health check writes. */
export const heartbeat = sqliteTable('heartbeat', {
  id: integer('id').primaryKey(),
  at: integer('at').notNull(),
})
