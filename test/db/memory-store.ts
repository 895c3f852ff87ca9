import type { Log } from '../../src/core/ports/machine.ts'
import type { InsertLimits, NewOperation, OperationStore } from '../../src/core/ports/store.ts'
import type { VideoRequest } from '../../src/core/request.ts'
import { openStore } from '../../src/db/open.ts'

/** Tells nobody anything. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** A store of its own in memory; close it after the test. */
export function openTestStore(): Promise<OperationStore> {
  return openStore('file::memory:', { log: silentLog })
}

export const noLimits: InsertLimits = { spend: [], maxInFlight: null, maxSince: null }

/** Noon of a November day, UTC. */
export const noon = Date.UTC(2026, 10, 22, 12)

const request: VideoRequest = {
  prompt: 'A lion at dusk',
  model: 'veo-3.1-fast-generate-preview',
  aspectRatio: '16:9',
  resolution: '720p',
  durationSeconds: 8,
  negativePrompt: null,
  seed: null,
  personGeneration: null,
  firstFrame: null,
  lastFrame: null,
  references: [],
  builds: null,
  buildsOn: null,
  draft: null,
}

/** A request like any other, with what the test is about. */
export function someRequest(given: Partial<VideoRequest> = {}): VideoRequest {
  return { ...request, ...given }
}

/** A new Operation like any other; its event is named after its id. */
export function someOperation(id: string, given: Partial<NewOperation> = {}): NewOperation {
  return {
    id,
    eventId: `discord:${id}`,
    hold: null,
    request,
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
