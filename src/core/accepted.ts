import type { Operation } from './operation.ts'
import type { NewOperation } from './ports/store.ts'

/** The Operation that comes of a row about to be made, as every store keeps it. */
export function acceptedAs(operation: NewOperation): Operation {
  return {
    ...operation,
    status: 'pending',
    errorCode: null,
    errorFacts: {},
    decidedBy: null,
    handle: null,
    sourceUri: null,
    startingAt: null,
    startedAt: null,
    seenDoneAt: null,
    finishedAt: null,
    attempts: 0,
    dueAt: operation.createdAt,
    videoFile: null,
    posterFile: null,
    videoBytes: null,
    videoHash: null,
    retiredAt: null,
    removedAt: null,
    version: 0,
    announcedVersion: null,
    announceAttempts: 0,
    statusMessage: null,
    deliveredMessage: null,
    deliveredAt: null,
    deliveryProblem: null,
    adminMessage: null,
    suggestion: null,
    extraMicros: 0,
    leaseOwner: null,
    leaseUntil: 0,
  }
}
