import type { Action, Card } from './card.ts'
import type { VideoError } from './errors.ts'
import type { ModelSpec } from './models.ts'
import type { Charge, HoldReason, Operation, OperationStatus, Relation } from './operation.ts'
import type { RemoteImage, SavedImage, VideoRequest, VideoRequestInput } from './request.ts'
import type { Settings } from './settings.ts'

// ---------------------------------------------------------------------------------------------- driving: the bots

/** Who does something, as the front end vouches for it. */
export interface Person {
  /** `discord:<user id>` and so on, as in Operation.requester. */
  readonly id: string
  readonly name: string
  readonly workspace: string
  /** The channel they are in, as in a settings scope `<workspace>/<channel>`; null where there is none. */
  readonly channel: string | null
  readonly roles: readonly string[]
  readonly admin: boolean
  readonly locale: string
}

/** A request as a front end hands it over. */
export interface Submission {
  /** The platform's own id of the event, platform first; the same one twice is the same Operation. */
  readonly eventId: string
  readonly person: Person
  readonly thread: string | null
  readonly private: boolean
  readonly input: VideoRequestInput
  readonly parentId?: string
  readonly relation?: Relation
  /** The front end shows the status message itself and says so with `posted`; announce holds back some seconds. */
  readonly postsItself?: boolean
}

/** The answer to a submission: the row that exists from now on, and whether this call made it. */
export interface Accepted {
  readonly operation: Operation
  readonly created: boolean
}

/** What a front end needs to act on an existing Operation. */
export interface ActContext {
  /** The platform's id of the click or command; makes a new Operation of it unique. */
  readonly eventId: string
  readonly person: Person
  /** Where the new Operation's messages go. */
  readonly thread: string | null
  readonly postsItself?: boolean
  /** For `edit_prompt`, `extend`, `last_frame`, `edit`: what to change of the parent's request. */
  readonly input?: VideoRequestInput
}

/** The actions that make a new Operation out of an old one. */
export type Rerun = Relation

export interface OperationFilter {
  readonly status?: OperationStatus
  readonly requester?: string
  readonly workspace?: string
  readonly model?: string
  readonly charge?: Charge
  /** Created at or after, milliseconds since 1970. */
  readonly since?: number
  /** Only rows whose prompt contains this, case-insensitively for ASCII. */
  readonly search?: string
}

/** One page, newest first; `next` goes on after it, null on the last page. */
export interface Page {
  readonly operations: readonly Operation[]
  readonly next: string | null
}

/** One line of an Operation's life. `what` is a status, stage, charge or delivery word. */
export interface HistoryEntry {
  readonly at: number
  readonly what: string
  readonly detail: string
}

/** What a checked request would cost. */
export interface Quote {
  readonly request: VideoRequest
  readonly model: ModelSpec
  readonly priceMicros: number
}

export interface Statistics {
  readonly total: number
  readonly completed: number
  readonly failed: number
  readonly refused: number
  readonly inFlight: number
  /** Seconds from Google's naming to seen done; null before the first. */
  readonly generationSeconds: { min: number; average: number; max: number; p50: number; p90: number } | null
  readonly settledMicros: number
  readonly reservedMicros: number
  readonly storedBytes: number
}

/** What is left of one budget. Money in micros; null limits and rests are without limit. */
export interface Budget {
  readonly scope: SpendLimit['scope']
  readonly limitMicros: number | null
  /** Spent, reserved or perhaps charged. */
  readonly spentMicros: number
  readonly leftMicros: number | null
  /** The day on which it is whole again, YYYY-MM-DD (UTC). */
  readonly renews: string
  /** Rehearsal: shown, and not drawn on. */
  readonly free: boolean
}

/** An admin's change of a budget: a workspace's month, or the day of everyone, a role or a member in it. */
export interface BudgetChange {
  readonly workspace: string
  readonly target:
    | { readonly of: 'workspace' | 'everyone' }
    /** `id` as in Person. */
    | { readonly of: 'role' | 'member'; readonly id: string }
  /** 0 for none allowed, null for unlimited, undefined for what the wider scope says. */
  readonly micros: number | null | undefined
}

/** What a wish to be forgotten did at once. */
export interface Forgotten {
  readonly removed: number
  /** Still in Google's hands: removed when they end. */
  readonly running: number
}

/** A piece of a text compared with another. */
export interface Piece {
  readonly kind: 'same' | 'gone' | 'new'
  readonly text: string
}

/** Other words for a prompt that Google refused. Nothing was sent anywhere with them. */
export interface Suggestion {
  readonly operation: Operation
  readonly prompt: string
  /** The old prompt and the new one, word by word. */
  readonly pieces: readonly Piece[]
  /** What suggestions for this Operation have cost, in micros. */
  readonly costMicros: number
}

/** What the front ends may ask of core. Every method throws VideoError and nothing else on purpose. */
export interface VideoCommands {
  /** The models that can be had here and now, in order of preference. */
  offers(person: Person): Promise<readonly ModelSpec[]>
  /** Checks and prices without storing anything; throws what `submit` would. */
  quote(input: VideoRequestInput, person: Person): Promise<Quote>
  submit(submission: Submission): Promise<Accepted>
  /** The status message was shown by the front end itself under this platform id. */
  posted(operationId: string, message: string): Promise<void>
  /** A new Operation from an old one, with its settings; throws `not_found`, `forbidden` or what `submit` throws. */
  rerun(relation: Rerun, operationId: string, context: ActContext): Promise<Accepted>
  /**
   * Free while it waits; asks Google to stop where it can; throws `not_now` where it can no longer be stopped.
   * A finished Operation is returned as it is.
   */
  cancel(operationId: string, person: Person): Promise<Operation>
  /** Takes away files and personal data; only the requester or an admin. */
  remove(operationId: string, person: Person): Promise<Operation>
  /** Admins: lets a held Operation go, or not. */
  decide(operationId: string, decision: 'approve' | 'decline', admin: Person): Promise<Operation>
  /** Admins: what is perhaps charged was, or was not; throws `not_now` where nothing is open. */
  settle(operationId: string, charged: boolean, admin: Person): Promise<Operation>
  /** Admins: delivers a finished Operation once more. */
  deliverAgain(operationId: string, admin: Person): Promise<Operation>
  /** A timed out Operation is looked at once more: Google may have finished it after all. */
  lookAgain(operationId: string, person: Person): Promise<Operation>
  /** Throws `not_found` also for what the person may not see. */
  get(operationId: string, viewer: Person): Promise<Operation>
  /** Members see their own, admins their workspace's. */
  list(filter: OperationFilter, viewer: Person, cursor: string | null, limit: number): Promise<Page>
  history(operationId: string, viewer: Person): Promise<readonly HistoryEntry[]>
  statistics(viewer: Person): Promise<Statistics>
  /** The settings in force for a scope, wider ones merged in. */
  settings(scope: string): Promise<Settings>
  /** Admins: changes the given keys of one scope; `undefined` values are removed. */
  changeSettings(scope: string, change: Settings, admin: Person): Promise<Settings>
  /** What is left of the budgets that this person draws on, narrow to wide. */
  budgets(person: Person): Promise<readonly Budget[]>
  /** Admins: changes one budget; throws `forbidden` or `invalid_request`. */
  setBudget(change: BudgetChange, admin: Person): Promise<void>
  /** Admins: the next lines of the ledger after `cursor` (0 for the first), oldest first. */
  ledger(admin: Person, cursor: number, limit: number): Promise<readonly LedgerEntry[]>
  /** Admins: the whole ledger as CSV, in pieces. */
  ledgerCsv(admin: Person): AsyncIterable<string>
  /** Admins: what was done by admins, newest first. */
  audit(admin: Person, limit: number): Promise<readonly AuditEntry[]>
  /** Admins: nothing new starts, or does again; of the host everywhere, else in the admin's workspace. */
  pause(paused: boolean, admin: Person): Promise<void>
  /** Admins: somebody, by their id, may start nothing any more, or may again. */
  ban(person: string, banned: boolean, admin: Person): Promise<void>
  /** Takes away the person's prompts, images, videos and, a day later, their name; the ledger stays without it. */
  forgetMe(person: Person): Promise<Forgotten>
  /**
   * Other words for a prompt that Google refused, from a text model; asked again, the same ones for nothing. Throws
   * `not_now` where that is switched off, `over_budget`, and what Google's refusals mean.
   */
  suggest(operationId: string, person: Person): Promise<Suggestion>
  /** What a thread would show of it now. */
  card(operation: Operation, locale?: string): Promise<Card>
  /** What may be done with it, by whom looks at it. */
  actionsFor(operation: Operation, viewer: Person): readonly Action[]
  /** The image, checked and kept, for an input; throws `bad_image`. Only for front ends that receive bytes. */
  takeImage(bytes: AsyncIterable<Uint8Array>): Promise<SavedImage>
  /** The finished video or its poster; throws `not_found` as `get` does, and once retired. */
  openFile(file: string): Promise<StoredFile>
  /** Calls back after every stored change of any Operation; returns the way to stop. */
  subscribe(listener: (operation: Operation) => void): () => void
}

// ---------------------------------------------------------------------------------------------- driven: the store

/** A row about to be made; the store adds version, leases and times of its own. */
export interface NewOperation {
  readonly id: string
  readonly eventId: string
  readonly hold: HoldReason
  readonly request: VideoRequest
  readonly parentId: string | null
  readonly relation: Relation | null
  readonly requester: string
  readonly requesterName: string
  readonly workspace: string
  readonly thread: string | null
  readonly locale: string
  readonly private: boolean
  readonly priceMicros: number
  readonly charge: Extract<Charge, 'none' | 'reserved'>
  readonly createdAt: number
  /** When announce may look at it first. */
  readonly announceDueAt: number
}

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

/** What a change may write. `undefined` leaves a column as it is. */
export type OperationPatch = Partial<
  Pick<
    Operation,
    | 'status'
    | 'hold'
    | 'errorCode'
    | 'errorFacts'
    | 'request'
    | 'charge'
    | 'decidedBy'
    | 'handle'
    | 'sourceUri'
    | 'startingAt'
    | 'startedAt'
    | 'seenDoneAt'
    | 'finishedAt'
    | 'attempts'
    | 'dueAt'
    | 'videoFile'
    | 'posterFile'
    | 'videoBytes'
    | 'videoHash'
    | 'retiredAt'
    | 'removedAt'
    | 'requesterName'
    | 'announceDueAt'
    | 'announceAttempts'
    | 'statusMessage'
    | 'deliveredMessage'
    | 'deliveredAt'
    | 'deliveryProblem'
    | 'adminMessage'
    | 'suggestion'
    | 'announcedVersion'
    | 'priceMicros'
  >
>

/** The condition under which a change is made; a row that does not meet it is left alone and null is returned. */
export interface ChangeWhen {
  readonly status?: OperationStatus
  /** Only while this owner holds the advance lease. */
  readonly leaseOwner?: string
  /** Only while this owner holds the announce lease. */
  readonly announceLeaseOwner?: string
  /** Only while the start call has not been recorded. */
  readonly notStarting?: true
  readonly hold?: HoldReason
  readonly charge?: Charge
}

export interface ChangeOptions {
  /** A person can see the difference: `version` goes up and announce is wanted. */
  readonly visible?: boolean
  /** Gives the advance lease back. */
  readonly releaseLease?: boolean
  /** Gives the announce lease back. */
  readonly releaseAnnounceLease?: boolean
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

export interface LedgerEntry {
  readonly id: number
  readonly at: number
  readonly operationId: string
  readonly kind: 'reservation' | 'settlement' | 'release' | 'uncertain' | 'suggestion'
  /** The person, or `anonymous:<pseudonym>` once forgotten. */
  readonly requester: string
  readonly workspace: string
  readonly model: string
  readonly durationSeconds: number
  /** What the entry adds to the spend of its day and month: a release is negative. */
  readonly micros: number
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
 * is durable. Everything that rejects means: nothing was written.
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
   * starting or processing. Oldest turn first: one of each requester before a second of anyone.
   */
  claimStarts(lease: Lease, limit: number, maxInFlight: number): Promise<Operation[]>
  /** Leases processing rows that are due, longest due first. */
  claimChecks(lease: Lease, limit: number): Promise<Operation[]>
  /** Leases rows whose thread is behind (and not null) and due, final ones first. A lease of its own. */
  claimAnnouncements(lease: Lease, limit: number): Promise<Operation[]>
  /** Prolongs leases that this owner still holds, to `lease.until`. */
  renew(lane: 'advance' | 'announce', ids: readonly string[], lease: Lease): Promise<void>
  /** When something will be due next, or null: lets the worker sleep. */
  nextDueAt(lane: 'starts' | 'checks' | 'announcements', now: number): Promise<number | null>
  /** How many start before it, 0 for the next one; null where it does not wait in the queue. */
  queuePosition(id: string): Promise<number | null>
  countInFlight(): Promise<number>
  list(filter: OperationFilter, cursor: string | null, limit: number): Promise<Page>
  history(id: string): Promise<HistoryEntry[]>
  children(parentId: string): Promise<Operation[]>
  /** The newest `limit` generation times, newest first. */
  timings(limit: number): Promise<Timing[]>
  /** Finished rows with files, finished before the time, oldest first. */
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
  putSettings(scope: string, settings: Settings): Promise<void>
  /** Puts them only where the scope still has `was`; false, and nothing is changed, if somebody was faster. */
  swapSettings(scope: string, was: Settings | null, settings: Settings): Promise<boolean>
  addAudit(entry: AuditEntry): Promise<void>
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
  /** Keeps a value unless there is one; returns the one that is there then. */
  keepFirst(name: string, value: string): Promise<string>
  /** Rejects with `storage` if the database cannot be written now. */
  ping(): Promise<void>
  close(): Promise<void>
}

// ---------------------------------------------------------------------------------------------- driven: Google

/** An image as Google gets it. */
export interface ImageBytes {
  readonly bytes: Uint8Array
  readonly mimeType: string
}

/** Everything a start needs; images are already fetched and checked. */
export interface StartOrder {
  readonly request: VideoRequest
  readonly firstFrame: ImageBytes | null
  readonly lastFrame: ImageBytes | null
  readonly references: readonly ImageBytes[]
  /** The parent's names at Google, for `builds`. */
  readonly parent: { readonly handle: string; readonly sourceUri: string | null } | null
}

/** How to get a finished video: an address with what it takes, or the bytes themselves. */
export type VideoSource =
  | {
      readonly kind: 'address'
      readonly uri: string
      /** Headers with the key, for these origins and no others. Never stored or logged. */
      readonly headers: Readonly<Record<string, string>>
      readonly keyOrigins: readonly string[]
      /** Origins a redirect may lead to. Each is an URL origin or `*.suffix`. */
      readonly allowedOrigins: readonly string[]
    }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }

export type CheckOutcome =
  | { readonly state: 'running' }
  | { readonly state: 'done'; readonly source: VideoSource; readonly sourceUri: string | null }
  /** Google ended it without a video; final, told by the error. */
  | { readonly state: 'failed'; readonly error: VideoError }

/** Google's services behind one interface; the request's model says which one speaks. */
export interface VideoModel {
  /** Ids of catalogue models that the configured credentials can use now; asks Google. */
  available(signal: AbortSignal): Promise<readonly string[]>
  /**
   * The one call that costs money. Returns Google's name for the work. Throws `interrupted` where it is unknown whether
   * Google began; every other error proves that nothing began, and is `retryable` where a later try may work.
   */
  start(order: StartOrder, signal: AbortSignal): Promise<string>
  /** Throws retryable errors for what may pass; what is final is returned. */
  check(model: string, handle: string, signal: AbortSignal): Promise<CheckOutcome>
  /** Requests a second that Google bears now for this model's quota, which it shares with others. */
  pace(model: string): number
  /** True where Google confirmed that it stopped; false where the service has no cancel. */
  cancel(model: string, handle: string, signal: AbortSignal): Promise<boolean>
}

/** A text model that says a refused prompt differently. */
export interface Rewriter {
  /** What one call costs at the most, in micros. */
  readonly mostMicros: number
  /**
   * One call, never repeated. Throws `interrupted` where it may have been paid for; every other error proves that it was
   * not. `reason`: Google's words for the refusal, empty where it gave none. Null where it found no harmless words.
   */
  rewrite(prompt: string, reason: string, signal: AbortSignal): Promise<{ prompt: string | null; costMicros: number }>
}

// ---------------------------------------------------------------------------------------------- driven: files

/** A file to be read; `start` and `end` are inclusive byte positions. */
export interface StoredFile {
  readonly file: string
  readonly bytes: number
  readonly mimeType: string
  readonly modifiedAt: number
  stream(range?: { readonly start: number; readonly end: number }): NodeJS.ReadableStream
}

export interface SavedVideo {
  /** `gen_video_<id>.mp4` */
  readonly file: string
  /** `gen_video_<id>.jpg` where a decoder is at hand. */
  readonly poster: string | null
  readonly bytes: number
  readonly hash: string
  readonly seconds: number
  readonly width: number
  readonly height: number
}

/** Videos and images. Every name it returns is relative and never leaves its folder. */
export interface VideoFiles {
  /** Fetches, probes, fsyncs and renames; doing it twice replaces the file by itself. Throws `bad_video` or retryable. */
  saveVideo(operationId: string, source: VideoSource, signal: AbortSignal): Promise<SavedVideo>
  /** Fetches an image from a trusted origin and keeps it; throws `bad_image` or retryable `unreachable`. */
  fetchImage(image: RemoteImage, signal: AbortSignal): Promise<SavedImage>
  saveImage(bytes: AsyncIterable<Uint8Array>): Promise<SavedImage>
  readImage(image: SavedImage): Promise<ImageBytes>
  /** The last frame of a saved video as an image; throws `bad_image` with fact `why: 'no_decoder'` without one. */
  lastFrame(videoFile: string): Promise<SavedImage>
  /** A copy of the video of at most that many bytes, or null where no encoder is at hand; the caller removes it. */
  smaller(videoFile: string, maxBytes: number, signal: AbortSignal): Promise<StoredFile | null>
  /** Null where it is not there. */
  open(file: string): Promise<StoredFile | null>
  /** An address under which anybody can fetch the file for so long without this process; null where there is none. */
  link(file: string, forMilliseconds: number): Promise<string | null>
  /** Missing files are fine. */
  remove(file: string): Promise<void>
  /** Removes temporary files, and files older than an hour for which `owned` says false; returns how many. */
  sweep(owned: (file: string) => Promise<boolean>): Promise<number>
  /** Rejects with `storage` if nothing can be written now, or less than the given bytes are free. */
  ping(neededBytes: number): Promise<void>
}

// ---------------------------------------------------------------------------------------------- driven: the thread

/** What was delivered, and where if not where it was asked for. */
export interface Delivery {
  readonly message: string
  /** A short code such as `sent_as_dm`, `link_only`; null when all went as asked. */
  readonly problem: string | null
}

/**
 * One platform's side of a conversation. Errors: VideoError; `retryable` ones are tried again for as long as it takes,
 * others end the attempt for good with the error's code as the row's deliveryProblem.
 */
export interface Messenger {
  /** The part of a thread before the colon. */
  readonly platform: string
  /** Shows the status message once: posting the same Operation twice returns the same id. */
  post(operation: Operation, card: Card, signal: AbortSignal): Promise<string>
  /** Makes the status message say this; a message that is gone is no error. */
  edit(operation: Operation, message: string, card: Card, signal: AbortSignal): Promise<void>
  /** Posts the video (or, of a failure, the sentence that pings the requester) once. */
  deliver(operation: Operation, card: Card, video: StoredFile | null, signal: AbortSignal): Promise<Delivery>
  /**
   * Shows the admins once, in the channel that they named, what waits for them; returns the message's id, which `edit`
   * takes. Left out where a platform has no such place: the thread's own message has the buttons too.
   */
  askAdmins?(operation: Operation, card: Card, channel: string, signal: AbortSignal): Promise<string>
  /** Takes a delivered message away, video and all; one that is gone is no error. */
  withdraw?(operation: Operation, message: string, signal: AbortSignal): Promise<void>
}

// ---------------------------------------------------------------------------------------------- driven: the rest

/** Where events are told: one line each, with the Operation's id. Never a secret; a prompt only where allowed. */
export interface Log {
  debug(fields: Record<string, unknown>, message: string): void
  info(fields: Record<string, unknown>, message: string): void
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown>, message: string): void
}

/** Time, so that tests can move it. */
export interface Clock {
  now(): number
  /** Resolves after that many milliseconds, or as soon as the signal aborts; never rejects. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>
}
