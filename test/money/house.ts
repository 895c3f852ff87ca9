import { advance } from '../../src/core/advance.ts'
import { createCommands } from '../../src/core/commands.ts'
import { type Core, Health, OfferedModels } from '../../src/core/context.ts'
import { Eta } from '../../src/core/eta.ts'
import type { Operation } from '../../src/core/operation.ts'
import { Pace } from '../../src/core/pace.ts'
import type { Policy } from '../../src/core/policy.ts'
import type { Person, VideoCommands } from '../../src/core/ports/commands.ts'
import type { VideoFiles } from '../../src/core/ports/files.ts'
import type { CheckOutcome, Rewriter, VideoModel } from '../../src/core/ports/google.ts'
import type { Clock } from '../../src/core/ports/machine.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import type { VideoRequestInput } from '../../src/core/request.ts'
import { noon, silentLog } from '../db/memory-store.ts'
import { unlimited } from '../policy.ts'

/** Google as the test says: what the next start and the next check come to. */
export class ScriptedGoogle implements VideoModel {
  start: VideoModel['start'] = () => Promise.resolve('models/m/operations/1')
  check: (model: string, handle: string, signal: AbortSignal) => Promise<CheckOutcome> = async () => ({
    state: 'running',
  })
  available = async () => []
  pace = () => 1_000
  cancel = async () => false
  discard: VideoModel['discard'] = async () => {}
}

export class HandClock implements Clock {
  time = noon
  now = () => this.time
  sleep: Clock['sleep'] = async () => {}
}

export const done: CheckOutcome = {
  state: 'done',
  sourceUri: null,
  source: { kind: 'bytes', bytes: new Uint8Array() },
}

const usualPolicy: Policy = {
  pollIntervalSeconds: 5,
  maxConcurrent: 10,
  operationTimeoutSeconds: 900,
  ...unlimited,
}

/** Core over a store, with everything around it in the test's hand. One house is one process. */
export interface House {
  readonly core: Core
  readonly commands: VideoCommands
  readonly google: ScriptedGoogle
  readonly clock: HandClock
  /** Takes the next step of what may start, of at most one Operation; resolves to what was claimed. */
  start(): Promise<Operation | null>
  /** The same for what is at Google. */
  check(): Promise<Operation | null>
}

export interface HouseParts {
  readonly store: OperationStore
  readonly policy?: Partial<Policy>
  readonly clock?: HandClock
  readonly google?: ScriptedGoogle
  readonly rewriter?: Rewriter
  readonly owner?: string
  /** Aborts when its process stops; never unless given. */
  readonly signal?: AbortSignal
}

const noFiles = new Proxy({} as VideoFiles, {
  get: (_, name) => {
    if (name === 'saveVideo') return async (id: string) => savedVideo(id)
    if (name === 'remove' || name === 'ping') return async () => undefined
    if (name === 'then') return undefined
    return () => Promise.reject(new Error(`files.${String(name)} was not expected`))
  },
})

function savedVideo(id: string) {
  return { file: `gen_video_${id}.mp4`, poster: null, bytes: 1000, hash: 'abc', seconds: 8, width: 1280, height: 720 }
}

export const leaseMilliseconds = 10_000

export function openHouse(parts: HouseParts): House {
  const { store, clock = new HandClock(), google = new ScriptedGoogle(), owner = 'house' } = parts
  const core: Core = {
    store,
    files: noFiles,
    model: google,
    log: silentLog,
    clock,
    policy: { ...usualPolicy, ...parts.policy },
    offered: new OfferedModels([]),
    health: new Health(),
    ...(parts.rewriter && { rewriter: parts.rewriter }),
  }
  const eta = new Eta([], 90)
  const { signal = new AbortController().signal } = parts
  const turn = { owner, signal, eta, pace: new Pace(core) }
  const lease = () => ({ owner, now: clock.time, until: clock.time + leaseMilliseconds })
  const step = async (claimed: readonly Operation[]) => {
    const [operation] = claimed
    if (operation) await advance(core, operation, turn)
    return operation ?? null
  }
  return {
    core,
    commands: createCommands(core, eta),
    google,
    clock,
    start: async () => step(await store.claimStarts(lease(), 1, 1_000, core.policy.free)),
    check: async () => step(await store.claimChecks(lease(), 1, core.policy.free)),
  }
}

export function someone(id: string, given: Partial<Person> = {}): Person {
  const person = { id: `discord:${id}`, name: id, workspace: 'discord:guild', channel: 'c1', roles: [] }
  return { ...person, admin: false, locale: 'en', ...given }
}

let events = 0

/** Asks for a video as a front end would; 8 s at 720p of Veo 3.1 Fast, $0.80, unless told. */
export function ask(house: House, person: Person, input: VideoRequestInput = {}, thread: string | null = null) {
  events += 1
  return house.commands.submit({
    eventId: `discord:event-${events}`,
    person,
    thread,
    private: false,
    input: { prompt: 'A lion at dusk', model: 'veo-3.1-fast-generate-preview', durationSeconds: 8, ...input },
  })
}
