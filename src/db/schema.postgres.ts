import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import type { ErrorCode, Facts } from '../core/errors.ts'
import type { Charge, HoldReason, OperationStatus, Relation } from '../core/operation.ts'
import type { LedgerEntry } from '../core/ports/books.ts'
import type { SpendLimit } from '../core/ports/store.ts'
import type { VideoRequest } from '../core/request.ts'
import type { Settings } from '../core/settings.ts'
import { behind, final, queued, started, unfinished } from './conditions.ts'

// What each table and column is for stands in schema.sqlite.ts; a test proves that both have equal names and types. After a
// change here: `npx drizzle-kit generate --config drizzle.postgres.config.ts`. Functions and triggers live in migrations
// made with --custom. Migrations only add, so that the version before can go on beside this one: see docs/scaling.md.

const whole = (name: string) => bigint(name, { mode: 'number' })

export const operations = pgTable(
  'operations',
  {
    seq: whole('seq').primaryKey().generatedByDefaultAsIdentity(),
    id: text('id').notNull().unique('operations_id'),
    eventId: text('event_id').notNull().unique('operations_event_id'),
    status: text('status').$type<OperationStatus>().notNull(),
    hold: text('hold').$type<HoldReason & string>(),
    errorCode: text('error_code').$type<ErrorCode>(),
    errorFacts: jsonb('error_facts').$type<Facts>().notNull(),
    request: jsonb('request').$type<VideoRequest>().notNull(),
    parentId: text('parent_id'),
    relation: text('relation').$type<Relation>(),
    requester: text('requester').notNull(),
    requesterName: text('requester_name').notNull(),
    workspace: text('workspace').notNull(),
    thread: text('thread'),
    locale: text('locale').notNull(),
    private: boolean('private').notNull(),
    priceMicros: whole('price_micros').notNull(),
    charge: text('charge').$type<Charge>().notNull(),
    decidedBy: text('decided_by'),
    handle: text('handle'),
    sourceUri: text('source_uri'),
    createdAt: whole('created_at').notNull(),
    startingAt: whole('starting_at'),
    startedAt: whole('started_at'),
    seenDoneAt: whole('seen_done_at'),
    finishedAt: whole('finished_at'),
    attempts: whole('attempts').notNull().default(0),
    dueAt: whole('due_at').notNull(),
    videoFile: text('video_file'),
    posterFile: text('poster_file'),
    videoBytes: whole('video_bytes'),
    videoHash: text('video_hash'),
    retiredAt: whole('retired_at'),
    removedAt: whole('removed_at'),
    version: whole('version').notNull().default(0),
    announcedVersion: whole('announced_version'),
    announceDueAt: whole('announce_due_at').notNull(),
    announceAttempts: whole('announce_attempts').notNull().default(0),
    statusMessage: text('status_message'),
    deliveredMessage: text('delivered_message'),
    deliveredAt: whole('delivered_at'),
    deliveryProblem: text('delivery_problem'),
    adminMessage: text('admin_message'),
    suggestion: text('suggestion'),
    extraMicros: whole('extra_micros').notNull().default(0),
    leaseOwner: text('lease_owner'),
    leaseUntil: whole('lease_until').notNull().default(0),
    announceLeaseOwner: text('announce_lease_owner'),
    announceLeaseUntil: whole('announce_lease_until').notNull().default(0),
    turn: whole('turn').notNull(),
    changedAt: whole('changed_at').notNull(),
    hasFiles: boolean('has_files').generatedAlwaysAs(
      sql.raw(`video_file is not null or poster_file is not null
        or jsonb_path_exists(request, '$.** ? (@.kind == "saved")')`),
    ),
  },
  (table) => [
    foreignKey({ columns: [table.parentId], foreignColumns: [table.id] }),
    check('operations_status', sql.raw(`status in ('pending', 'processing', 'completed', 'error')`)),
    check('operations_charge', sql.raw(`charge in ('none', 'reserved', 'settled', 'released', 'uncertain')`)),
    check('operations_price', sql.raw('price_micros >= 0')),
    index('operations_queue').on(table.turn, table.seq).where(queued),
    index('operations_backoff').on(table.dueAt).where(sql`${queued} and due_at > created_at`),
    index('operations_starting').on(table.leaseUntil).where(sql`status = 'pending' and ${started}`),
    index('operations_checks').on(table.dueAt).where(sql.raw(`status = 'processing'`)),
    index('operations_leased').on(table.leaseUntil).where(sql.raw('lease_until > 0')),
    index('operations_requester_open').on(table.requester, table.turn).where(unfinished),
    index('operations_started_turn').on(table.turn).where(started),
    index('operations_announce_final').on(table.announceDueAt).where(sql`${behind} and ${final}`),
    index('operations_announce_live').on(table.announceDueAt).where(sql`${behind} and ${unfinished}`),
    index('operations_announce_leased').on(table.announceLeaseUntil).where(sql.raw('announce_lease_until > 0')),
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

export const requesters = pgTable('requesters', {
  requester: text('requester').primaryKey(),
  unfinished: whole('unfinished').notNull(),
})

export const operationFiles = pgTable(
  'operation_files',
  { file: text('file').notNull(), operationId: text('operation_id').notNull() },
  (table) => [
    primaryKey({ columns: [table.file, table.operationId] }),
    index('operation_files_operation').on(table.operationId),
  ],
)

export const operationHistory = pgTable(
  'operation_history',
  {
    id: whole('id').primaryKey().generatedByDefaultAsIdentity(),
    operationId: text('operation_id').notNull(),
    at: whole('at').notNull(),
    what: text('what').notNull(),
    detail: text('detail').notNull(),
  },
  (table) => [index('operation_history_operation').on(table.operationId)],
)

export const ledger = pgTable(
  'ledger',
  {
    id: whole('id').primaryKey().generatedByDefaultAsIdentity(),
    at: whole('at').notNull(),
    operationId: text('operation_id').notNull(),
    kind: text('kind').$type<LedgerEntry['kind']>().notNull(),
    requester: text('requester').notNull(),
    workspace: text('workspace').notNull(),
    model: text('model').notNull(),
    durationSeconds: whole('duration_seconds').notNull(),
    micros: whole('micros').notNull(),
    day: text('day').notNull(),
  },
  (table) => [index('ledger_operation').on(table.operationId)],
)

export const pseudonyms = pgTable(
  'pseudonyms',
  {
    name: text('name').notNull(),
    period: text('period').notNull(),
    pseudonym: text('pseudonym').notNull(),
    forgetOn: text('forget_on'),
  },
  (table) => [
    primaryKey({ columns: [table.name, table.period] }),
    uniqueIndex('pseudonyms_pseudonym').on(table.pseudonym),
  ],
)

export const forgetting = pgTable('forgetting', {
  person: text('person').primaryKey(),
  askedAt: whole('asked_at').notNull(),
})

export const spend = pgTable(
  'spend',
  {
    scope: text('scope').$type<SpendLimit['scope']>().notNull(),
    key: text('key').notNull(),
    period: text('period').notNull(),
    micros: whole('micros').notNull(),
  },
  (table) => [primaryKey({ columns: [table.scope, table.key, table.period] })],
)

export const settings = pgTable('settings', {
  scope: text('scope').primaryKey(),
  value: jsonb('value').$type<Settings>().notNull(),
})

export const auditTrail = pgTable('audit_trail', {
  id: whole('id').primaryKey().generatedByDefaultAsIdentity(),
  at: whole('at').notNull(),
  admin: text('admin').notNull(),
  workspace: text('workspace').notNull().default(''),
  action: text('action').notNull(),
  subject: text('subject').notNull(),
  detail: text('detail').notNull(),
})

export const leases = pgTable('leases', {
  name: text('name').primaryKey(),
  owner: text('owner').notNull(),
  until: whole('until').notNull(),
})

export const kept = pgTable('kept', {
  name: text('name').primaryKey(),
  value: text('value').notNull(),
})

export const heartbeat = pgTable('heartbeat', {
  id: whole('id').primaryKey(),
  at: whole('at').notNull(),
})
