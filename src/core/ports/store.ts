import type { Charge, Operation } from '../operation.ts'
import type { Settings } from '../settings.ts'
import type { LedgerEntry } from './books.ts'
import type { ChangeOptions, ChangeWhen, OperationPatch } from './change.ts'
import type { HistoryEntry, OperationFilter, Page, Statistics } from './commands.ts'

/** A row about to be made; the store adds version, leases and times of its own. */
export type NewOperation = Pick<
  Operation,
  | 'id'
  | 'eventId'
  | 'hold'
  | 'request'
  | 'parentId'
  | 'relation'
  | 'requester'
  | 'requesterName'
  | 'workspace'
  | 'thread'
  | 'locale'
  | 'private'
  | 'priceMicros'
  | 'createdAt'
  | 'announceDueAt'
> & { readonly charge: Extract<Charge, 'none' | 'reserved'> }

/** One limit that an insert must keep, in micros; `null` limits are left out by the caller. */
export interface SpendLimit {
  readonly scope: 'requester' | 'workspace' | 'total'
  /** The requester or workspace; `''` for the total. */
  readonly key: string
  /** `2026-11-22` for a day, `2026-11` for a month (UTC). */
  readonly period: string
  readonly limitMicros: number
}

export interface InsertLimits {
  readonly spend: readonly SpendLimit[]
  /** At most this many unfinished Operations of the requester, this one included; null for any number. */
  readonly maxInFlight: number | null
  /** At most this many Operations of the requester since the given time, this one included; null for any number. */
  readonly maxSince: { readonly count: number; readonly since: number } | null
}

export type InsertOutcome =
  | { readonly kind: 'created'; readonly operation: Operation }
  /** The event id was there already; nothing was changed. */
  | { readonly kind: 'existing'; readonly operation: Operation }
  | { readonly kind: 'over_budget'; readonly limit: SpendLimit; readonly spentMicros: number }
  | { readonly kind: 'too_many_in_flight'; readonly limit: number }
  | { readonly kind: 'too_many_today'; readonly limit: number }

/** Who claims, until when. */
export interface Lease {
  readonly owner: string
  /** Now, milliseconds since 1970; time always comes from Node, never from the database. */
  readonly now: number
  readonly until: number
}

/** One finished generation, for learning when to look. */
export interface Timing {
  readonly model: string
  readonly resolution: string
  readonly durationSeconds: number
  /** From Google's naming to seen done. */
  readonly seconds: number
  readonly finishedAt: number
}

export interface AuditEntry {
  readonly at: number
  readonly admin: string
  /** Where it was done: an admin sees what was done in their own workspace. */
  readonly workspace: string
  readonly action: string
  readonly subject: string
  readonly detail: string
}

/** What an installation holds at one moment. Money in micros, of all workspaces. */
export interface Figures {
  /** Waiting for a slot at Google. */
  readonly queued: number
  /** When the longest waiting of these was accepted; null where none waits. */
  readonly oldestQueuedAt: number | null
  /** Waiting for an admin's approval. */
  readonly held: number
  readonly atGoogle: number
  readonly reservedMicros: number
  /** Perhaps charged, until an admin settles it. */
  readonly uncertainMicros: number
  readonly uncertain: number
  readonly storedFiles: number
  readonly storedBytes: number
  /** Since the given time. */
  readonly requests: number
  readonly people: number
}

/** Who asked to be forgotten, when. */
export interface Forgetting {
  readonly person: string
  readonly askedAt: number
}

/**
 * Where Operations are kept. Every method is one statement or one atomic batch; a promise resolves only once the change
 * is durable. Leases, when to look next and that Google is done need only outlive the process: a loss of power ends the
 * lease's owner too, and the next look sees the same. Everything that rejects means: nothing was written.
 */
export interface OperationStore {
  /** Inserts if the event id is new and every limit holds, reserving the price in the same statement. */
  insert(operation: NewOperation, limits: InsertLimits): Promise<InsertOutcome>
  get(id: string): Promise<Operation | null>
  getByEventId(eventId: string): Promise<Operation | null>
  /** Compare-and-set; null where `when` does not hold, the transition is not in the table, or the row is not there. */
  change(id: string, when: ChangeWhen, patch: OperationPatch, options?: ChangeOptions): Promise<Operation | null>
  /**
   * Leases pending, unheld rows for their start: at most `limit`, and never so many that more than `maxInFlight` are
   * starting or processing. Oldest turn first: one of each requester before a second of anyone. `free`: as if there were
   * only what was asked for in rehearsal.
   */
  claimStarts(lease: Lease, limit: number, maxInFlight: number, free?: boolean): Promise<Operation[]>
  /** Leases processing rows that are due, longest due first; `free` as above. */
  claimChecks(lease: Lease, limit: number, free?: boolean): Promise<Operation[]>
  /** Leases rows whose thread is behind (and not null) and due, final ones first. A lease of its own. */
  claimAnnouncements(lease: Lease, limit: number): Promise<Operation[]>
  /** Prolongs leases that this owner still holds, to `lease.until`. */
  renew(lane: 'advance' | 'announce', ids: readonly string[], lease: Lease): Promise<void>
  /** When something will be due next, or null: lets the worker sleep. */
  nextDueAt(lane: 'starts' | 'checks' | 'announcements', now: number): Promise<number | null>
  /** How many start before it, 0 for the next one, counted to `placesCounted`; null where it does not wait in the queue. */
  queuePosition(id: string): Promise<number | null>
  /** How many are at Google or being started; `free` as above. */
  countInFlight(free?: boolean): Promise<number>
  list(filter: OperationFilter, cursor: string | null, limit: number): Promise<Page>
  history(id: string): Promise<HistoryEntry[]>
  children(parentId: string): Promise<Operation[]>
  /** The newest `limit` generation times, newest first. */
  timings(limit: number): Promise<Timing[]>
  /**
   * Finished rows with files, oldest first, that before the time were finished and told in their thread, if they have one, or
   * given up there: what a thread is still owed is not among them.
   */
  expired(before: number, limit: number): Promise<Operation[]>
  /** Whether any row that was neither retired nor removed names this file. */
  ownsFile(file: string): Promise<boolean>
  statistics(workspace: string | null): Promise<Statistics>
  /** What a budget scope has spent or reserved in a period. */
  spent(limit: Omit<SpendLimit, 'limitMicros'>): Promise<number>
  /** Of one workspace, or of all for null. */
  ledger(cursor: number, limit: number, workspace?: string | null): Promise<LedgerEntry[]>
  /** Adds to what an Operation costs beside its price, if every limit holds; null, and nothing is changed, if not. */
  addCost(id: string, micros: number, now: number, limits: readonly SpendLimit[]): Promise<Operation | null>
  /** What is there now; `since` is for the requests and people. */
  figures(since: number): Promise<Figures>
  /** A person asked to be forgotten; asking again moves the time. */
  addForgetting(forgetting: Forgetting): Promise<void>
  forgettings(): Promise<Forgetting[]>
  /**
   * Takes the person's name off the Operations accepted until they asked, and off their lines in the ledger. False, and
   * nothing is changed, while one of these is unfinished or still holds data, or where they asked again since.
   */
  forget(forgetting: Forgetting): Promise<boolean>
  /** Drops the pseudonyms whose day has come. */
  dropPseudonyms(today: string): Promise<void>
  /** Sentences about where ledger, spend and Operations disagree; empty when the books are right. */
  auditBooks(): Promise<string[]>
  getSettings(scope: string): Promise<Settings | null>
  /** What there is of three scopes, which may be the same, each once and in this order. */
  getSettingsOf(scopes: readonly [string, string, string]): Promise<readonly Settings[]>
  putSettings(scope: string, settings: Settings): Promise<void>
  /**
   * Puts them only where the scope still has `was`, and keeps the entry with them; false, and nothing is changed, if
   * somebody was faster.
   */
  swapSettings(scope: string, was: Settings | null, settings: Settings, audit?: AuditEntry): Promise<boolean>
  /** Newest first; of one workspace, or of all for null. */
  audit(limit: number, workspace?: string | null): Promise<AuditEntry[]>
  /** Calls back after every durable change made through this store; returns the way to stop. */
  subscribe(listener: (operation: Operation) => void): () => void
  /** How many processes work on this installation now, this one included: what is limited in total, each may use a part of. */
  instances(): number
  /** Takes or prolongs the lease of what an installation has one of, such as a gateway; false while another has it. */
  lead(name: string, lease: Lease): Promise<boolean>
  /** What is kept under that name for all processes of the installation, or null. */
  kept(name: string): Promise<string | null>
  /** Keeps a value, or for null takes away what was kept. */
  keep(name: string, value: string | null): Promise<void>
  /** Takes away what is kept under that name where it is still this value; whether it was. */
  dropKept(name: string, value: string): Promise<boolean>
  /** Keeps a value unless there is one; returns the one that is there then. */
  keepFirst(name: string, value: string): Promise<string>
  /** Rejects with `storage` if the database cannot be written now. */
  ping(): Promise<void>
  close(): Promise<void>
}
