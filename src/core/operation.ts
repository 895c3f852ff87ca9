import type { ErrorCode, Facts } from './errors.ts'
import type { VideoRequest } from './request.ts'

/** Where an Operation stands. There is no fifth: waiting and delivering are columns of their own. */
export const operationStatuses = ['pending', 'processing', 'completed', 'error'] as const
export type OperationStatus = (typeof operationStatuses)[number]

/** Why a pending Operation is not in the queue for a slot at Google; null while it is. */
export type HoldReason = 'approval' | null

/** How long announce leaves the status message to a front end that posts it itself, in milliseconds. */
export const frontEndPostsMilliseconds = 10_000

/** How an Operation came out of its parent; null for a first request. */
export const relations = ['again', 'edit_prompt', 'retry', 'last_frame', 'extend', 'edit', 'final'] as const
export type Relation = (typeof relations)[number]

/**
 * What the host's money has to do with this Operation. `none`: rehearsal, nothing is ever paid. `reserved`: counts
 * against the budgets. `settled`: Google charges it. `released`: Google does not. `uncertain`: the start was
 * interrupted, so it is perhaps charged; it counts until an admin settles it.
 */
export const charges = ['none', 'reserved', 'settled', 'released', 'uncertain'] as const
export type Charge = (typeof charges)[number]

/**
 * One requested video from acceptance to outcome: the row. Times are milliseconds since 1970, money is millionths of a
 * US dollar (micros), both integers.
 */
export interface Operation {
  readonly id: string
  /** The platform's own name for the event that asked, such as `discord:<interaction id>`; unique. */
  readonly eventId: string
  readonly status: OperationStatus
  readonly hold: HoldReason
  readonly errorCode: ErrorCode | null
  /**
   * The particulars that the sentence about the failure needs, such as a support code; never a secret. While it is pending
   * `refusals`: how often in a row Google's allowance did not let it begin, and `unwanted`: it was cancelled while Google was
   * being asked. While it runs: since when Google has not known it (`lostSince`), and whether it is looked for again because
   * of that (`lookedAgain`). Once completed: whether an admin had it posted again (`postedAgain`).
   */
  readonly errorFacts: Facts

  readonly request: VideoRequest
  readonly parentId: string | null
  readonly relation: Relation | null

  /** `discord:<user id>`, `slack:<team>:<user id>`, `web:<session>`, `terminal:local`; `forgotten` for nobody any more. */
  readonly requester: string
  /** The name people see; never used to decide anything. */
  readonly requesterName: string
  /** `discord:<guild id>`, `slack:<team id>`, `web`, `terminal`; direct messages `discord:dm-<user id>`, or a server of theirs. */
  readonly workspace: string
  /** Where to answer, `<platform>:<opaque>`; null where nobody is answered (terminal). */
  readonly thread: string | null
  /** BCP 47 tag of the language to answer in, such as `de`. */
  readonly locale: string
  /** Only the requester and admins may see it. */
  readonly private: boolean

  readonly priceMicros: number
  readonly charge: Charge
  /** Who approved or declined it, as a person's name; null while nobody did or nobody had to. */
  readonly decidedBy: string | null

  /** Google's name for the running work; null until Google has named it. */
  readonly handle: string | null
  /** Google's address of the finished video (no key in it); an extension and a second fetch need it. */
  readonly sourceUri: string | null
  readonly createdAt: number
  /** When the start call was recorded, just before it was made; null again if Google proved that nothing began. */
  readonly startingAt: number | null
  /** When Google named the work. */
  readonly startedAt: number | null
  /** When we saw that Google is done. */
  readonly seenDoneAt: number | null
  /** When the row became completed or error. */
  readonly finishedAt: number | null
  /** Attempts of the current step that failed in a way that may pass; 0 again after a step that worked. */
  readonly attempts: number
  /** When to take the next step; meaningless once final. */
  readonly dueAt: number

  readonly videoFile: string | null
  readonly posterFile: string | null
  readonly videoBytes: number | null
  /** Hex CRC-32 of the video file. */
  readonly videoHash: string | null
  /** When retention or a removal dropped the files; the row stays. */
  readonly retiredAt: number | null
  /** When the person's data was removed on request: prompt, names and images are gone from the row. */
  readonly removedAt: number | null

  /** Goes up by one at each change that a person can see; announce makes the thread agree with it. */
  readonly version: number
  /** The version that the thread was told last, the same until its outcome is delivered; null before it was told any. */
  readonly announcedVersion: number | null
  readonly announceDueAt: number
  readonly announceAttempts: number
  /** The platform's id of the status message. */
  readonly statusMessage: string | null
  /** The platform's id of the message with the video or the final failure. */
  readonly deliveredMessage: string | null
  /** Null beside a message: what that tells was taken back, and it is to go, or is posted anew, and it is to go after that. */
  readonly deliveredAt: number | null
  /** Why it could not be delivered where it was asked for, as a messenger's short code; null if it was. */
  readonly deliveryProblem: string | null

  /** The platform's id of the message that asks the admins to approve; null where there is none. */
  readonly adminMessage: string | null
  /** Another wording of the prompt, suggested after a refusal; null before somebody asked for one. */
  readonly suggestion: string | null
  /** What suggestions cost, or may have cost, beside the price. */
  readonly extraMicros: number

  /** Who holds the advance lease, and until when. */
  readonly leaseOwner: string | null
  readonly leaseUntil: number
}

/** Which status may follow which. `error -> processing`: given up or taken for interrupted, and Google may have it after all. */
export const transitions: Readonly<Record<OperationStatus, readonly OperationStatus[]>> = {
  pending: ['pending', 'processing', 'error'],
  processing: ['processing', 'completed', 'error'],
  completed: ['completed'],
  error: ['error', 'processing'],
}

/** Places in the queue are counted no further: each acceptance asks for one, and a count costs what it counts. */
export const placesCounted = 1_000

/** Whether nothing more happens to it by itself. */
export function isFinal(status: OperationStatus): boolean {
  return status === 'completed' || status === 'error'
}

/** Seconds from acceptance to the outcome, or to now while there is none. Never negative, whatever the clock did. */
export function elapsedSeconds(operation: Pick<Operation, 'createdAt' | 'finishedAt'>, now: number): number {
  return Math.max(0, Math.round(((operation.finishedAt ?? now) - operation.createdAt) / 1000))
}

/** Where a live Operation is on its way, for the sentence about it; derived, never stored. */
export type Stage = 'held' | 'queued' | 'starting' | 'generating' | 'saving' | 'completed' | 'error'

/** The stage a row is in. */
export function stageOf(operation: Pick<Operation, 'status' | 'hold' | 'startingAt' | 'seenDoneAt'>): Stage {
  if (operation.status === 'pending') {
    if (operation.hold) return 'held'
    return operation.startingAt === null ? 'queued' : 'starting'
  }
  if (operation.status === 'processing') return operation.seenDoneAt === null ? 'generating' : 'saving'
  return operation.status
}

/** The platform of a requester, workspace or thread: the part before the first colon. */
export function platformOf(name: string): string {
  const colon = name.indexOf(':')
  return colon < 0 ? name : name.slice(0, colon)
}

type Kept = Pick<Operation, 'finishedAt' | 'thread' | 'deliveredAt' | 'deliveryProblem' | 'announceDueAt'>

/**
 * Until when its files are kept, in milliseconds since 1970: so many days after it was finished and told in its thread, or
 * given up there. Null while that is still to come. The store's `expired` goes by the same times.
 */
export function keptUntil(operation: Kept, retentionDays: number): number | null {
  const { finishedAt, thread, deliveredAt, deliveryProblem, announceDueAt } = operation
  const told = thread === null ? finishedAt : (deliveredAt ?? (deliveryProblem === null ? null : announceDueAt))
  return finishedAt === null || told === null ? null : Math.max(finishedAt, told) + retentionDays * 86_400_000
}
