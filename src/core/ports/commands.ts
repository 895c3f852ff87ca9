import type { Action, Card } from '../card.ts'
import type { ModelSpec } from '../models.ts'
import type { Charge, Operation, OperationStatus, Relation } from '../operation.ts'
import type { SavedImage, VideoRequest, VideoRequestInput } from '../request.ts'
import type { Settings } from '../settings.ts'
import type { Budget, BudgetChange, LedgerEntry } from './books.ts'
import type { StoredFile } from './files.ts'
import type { AuditEntry } from './store.ts'

/** Who does something, as the front end vouches for it. */
export interface Person {
  /** `discord:<user id>` and so on, as in Operation.requester. */
  readonly id: string
  readonly name: string
  readonly workspace: string
  /** Nobody of the workspace is with them, so nobody else is meant to see what comes of it. */
  readonly direct?: boolean
  /** The channel they are in, as in a settings scope `<workspace>/<channel>`; null where there is none. */
  readonly channel: string | null
  readonly roles: readonly string[]
  readonly admin: boolean
  /** The host has named them as an admin: beside their own workspace they decide where nobody has one. */
  readonly appointed?: boolean
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
  /** Only the requester may see it; what was private stays so. */
  readonly private?: boolean
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
  readonly hold?: 'approval'
  /** Why it was not delivered where it was asked for, as in Operation. */
  readonly deliveryProblem?: string
  /** Without what was removed on request. */
  readonly removed?: false
  /** Created at or after, milliseconds since 1970. */
  readonly since?: number
  /** Only rows whose prompt contains this, in capital or small letters. */
  readonly search?: string
  /** Only rows of one thread. */
  readonly in?: ThreadNames
}

/** One page, newest first; `next` goes on after it, null on the last page. */
export interface Page {
  readonly operations: readonly Operation[]
  readonly next: string | null
}

/** What rows know a thread by. */
export interface ThreadNames {
  /** As in Submission. */
  readonly thread: string
  /** The platform's id of the message that begins it, which may be one of ours. */
  readonly message: string
}

/** A thread in which something is looked for. */
export interface ThreadSought extends ThreadNames {
  readonly workspace: string
  /** Nothing that belongs to it was asked for before, milliseconds since 1970: a status message begins it after its row. */
  readonly since: number
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

/** Why nobody is served in a workspace any more: the app was removed there, or the host serves only those listed. */
export type Leaving = 'uninstalled' | 'unlisted'

/** What a wish to be forgotten did at once. */
export interface Forgotten {
  readonly removed: number
  /** Still in Google's hands: removed when they end. */
  readonly running: number
  /** Messages of theirs, of earlier times too, that their platform has not let be taken away or emptied. */
  readonly stays: number
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
  /** The front end itself has shown the Operation as it is given here, under this platform id; no other stands yet. */
  posted(operation: Operation, message: string): Promise<void>
  /**
   * The front end itself has emptied the message of that name, of what was removed: it no longer counts as one that stands,
   * and is not tried again. The other messages are tried once more. Does nothing where the row says of none that stands.
   */
  emptied(removed: Operation, message: string): Promise<void>
  /**
   * A new Operation from an old one, with its settings; throws `not_found`, `forbidden`, what `submit` throws,
   * `model_retired` where its model cannot be had any more and the input names no other, and `not_now` where it was removed
   * or its pictures are gone.
   */
  rerun(relation: Rerun, operationId: string, context: ActContext): Promise<Accepted>
  /** What that would make anew, and its price, without storing anything; throws what `rerun` would, but for gone pictures. */
  quoteRerun(relation: Rerun, operationId: string, context: Pick<ActContext, 'person' | 'input'>): Promise<Quote>
  /**
   * Free while it waits; while Google is being asked it is returned as it is, and ends for nothing if Google does not begin.
   * Asks Google to stop where it can; throws `not_now` where it can no longer be stopped, and `unreachable` where Google did
   * not say: then it may be asked again.
   * A finished Operation is returned as it is.
   */
  cancel(operationId: string, person: Person): Promise<Operation>
  /** A front end no longer speaks in these workspaces: what has not begun there ends, for nothing. */
  leave(gone: (workspace: string) => boolean, why: Leaving): Promise<void>
  /** It speaks in these again: what happened there in the last 30 days and could not be told there is told now. */
  comeBack(here: (workspace: string) => Promise<boolean>): Promise<void>
  /** Takes away files and personal data; only the requester or an admin. */
  remove(operationId: string, person: Person): Promise<Operation>
  /** Admins: lets a held Operation go, or not. */
  decide(operationId: string, decision: 'approve' | 'decline', admin: Person): Promise<Operation>
  /** Admins: what is perhaps charged was, or was not; throws `not_now` where nothing is open. */
  settle(operationId: string, charged: boolean, admin: Person): Promise<Operation>
  /** Admins: delivers a finished Operation once more. */
  deliverAgain(operationId: string, admin: Person): Promise<Operation>
  /** One that was given up is looked at once more, for nothing, while Google may have its video; throws `not_now` else. */
  lookAgain(operationId: string, person: Person): Promise<Operation>
  /** Throws `not_found` also for what the person may not see. */
  get(operationId: string, viewer: Person): Promise<Operation>
  /**
   * What was removed, whoever asks, to empty a message that shows it still: no words, pictures or video are left in it. Null
   * for any other.
   */
  removed(operationId: string): Promise<Operation | null>
  /** Members see their own, admins their workspace's. */
  list(filter: OperationFilter, viewer: Person, cursor: string | null, limit: number): Promise<Page>
  /**
   * The id of the newest finished video in that thread, posted or not; where there is none, of the newest that is still being
   * made or was not made. Of what nobody removed, whoever may see it; null where nothing is.
   */
  lastVideoIn(thread: ThreadSought): Promise<string | null>
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
  /**
   * Takes away the person's prompts, images, videos and, a day later, their name; the ledger stays without it. Waits ten
   * seconds at most to hear what becomes of the messages.
   */
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
