import type { Log } from '../../src/core/ports/machine.ts'
import type { InsertLimits, NewOperation, OperationStore } from '../../src/core/ports/store.ts'
import { openStore } from '../../src/db/open.ts'
import { someRequest } from '../some-request.ts'

/** Tells nobody anything. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** A store of its own in memory; close it after the test. */
export function openTestStore(): Promise<OperationStore> {
  return openStore('file::memory:', { log: silentLog })
}

export const noLimits: InsertLimits = { spend: [], maxInFlight: null, maxSince: null }

/** Noon of a November day, UTC. */
export const noon = Date.UTC(2026, 10, 22, 12)

/** A new Operation like any other; its event is named after its id. */
export function someOperation(id: string, given: Partial<NewOperation> = {}): NewOperation {
  return {
    id,
    eventId: `discord:${id}`,
    hold: null,
    request: someRequest(),
    parentId: null,
    relation: null,
    requester: 'discord:anna',
    requesterName: 'Anna',
    workspace: 'discord:guild',
    thread: 'discord:channel:1',
    locale: 'en',
    private: false,
    priceMicros: 800_000,
    charge: 'reserved',
    createdAt: noon,
    announceDueAt: noon,
    ...given,
  }
}
