import type { Charge, HoldReason, Operation, OperationStatus } from '../operation.ts'
import type { AuditEntry } from './store.ts'

/**
 * What a change may write. `undefined` leaves a column as it is. `announceDueAt` is kept from what is left to a front end
 * that posts the status message itself: it is not moved before those ten seconds until that message has a name.
 */
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
  /** Only while the start call that was recorded then is the last one. */
  readonly startingAt?: number
  /** Only while nobody has wished to cancel the start that is under way. */
  readonly wanted?: true
  /** Only while its person's data has not been taken away. */
  readonly notRemoved?: true
  /** Only while its files are kept. */
  readonly notRetired?: true
  /** Only while its thread has no status message. */
  readonly unposted?: true
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
  /** Is kept with the change, or not at all with a change that is not made. */
  readonly audit?: AuditEntry
}
