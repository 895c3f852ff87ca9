import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { advance } from '../../src/core/advance.ts'
import { createCommands } from '../../src/core/commands.ts'
import { type Core, Health, OfferedModels } from '../../src/core/context.ts'
import { Eta } from '../../src/core/eta.ts'
import { isFinal, type Operation } from '../../src/core/operation.ts'
import { Pace } from '../../src/core/pace.ts'
import type { Policy } from '../../src/core/policy.ts'
import type { Person, VideoCommands } from '../../src/core/ports/commands.ts'
import type { Clock } from '../../src/core/ports/machine.ts'
import type { VideoRequestInput } from '../../src/core/request.ts'
import { openFiles } from '../../src/files/open.ts'
import { type Rehearsal, startRehearsal } from '../../src/rehearsal/server.ts'
import { createVideoModel } from '../../src/veo/services.ts'
import { noon, openTestStore, silentLog } from '../db/memory-store.ts'
import { mp4 } from '../files/mp4-fixture.ts'

const patience = 1_000

export const person: Person = {
  id: 'discord:anna',
  name: 'Anna',
  workspace: 'discord:guild',
  channel: null,
  roles: [],
  admin: false,
  locale: 'en',
}
export const admin: Person = { ...person, id: 'discord:otto', name: 'Otto', admin: true }

/** The core over the real store, files and SDK, its steps taken one at a time, on a clock that moves when told. */
export class Studio {
  readonly core: Core
  readonly commands: VideoCommands
  readonly google: Rehearsal
  readonly clock = { now: noon }
  private readonly eta = new Eta([], 90)
  private readonly folder: string
  private events = 0

  private constructor(folder: string, google: Rehearsal, core: Omit<Core, 'clock'>) {
    this.folder = folder
    this.google = google
    const clock: Clock = { now: () => this.clock.now, sleep: async () => undefined }
    this.core = { ...core, clock }
    this.commands = createCommands(this.core, this.eta)
  }

  /** Google takes so many seconds for each video. */
  static async open(policy: Partial<Policy> = {}, seconds = 0): Promise<Studio> {
    const folder = await mkdtemp(join(tmpdir(), 'dailies-core-'))
    const google = await startRehearsal({ folder: join(folder, 'google'), seconds, video: mp4() })
    const origins = { imageOrigins: [{ origin: google.url }], privateOrigins: [google.url] }
    const limits = { maxVideoBytes: 1024 ** 2, maxImageBytes: 1024 ** 2, ffmpegPath: null, searchPath: '' }
    const times = { connectMs: patience, idleMs: patience, totalMs: patience }
    const settings = {
      services: ['developer', 'omni'] as const,
      apiKey: 'a-key',
      geminiBaseUrl: google.url,
      vertex: null,
      requestsPerSecond: 1000,
      timeOuts: { start: patience, idle: patience },
    }
    return new Studio(folder, google, {
      store: await openTestStore(),
      files: await openFiles({ folder: join(folder, 'outputs'), ...origins, ...limits }, silentLog, times),
      model: createVideoModel(settings, silentLog),
      log: silentLog,
      policy: { ...usualPolicy, ...policy },
      offered: new OfferedModels([]),
      health: new Health(),
    })
  }

  async submit(input: VideoRequestInput = {}, by: Person = person): Promise<Operation> {
    this.events += 1
    const eventId = `discord:${this.events}`
    const submission = { eventId, person: by, thread: null, private: false, input: { prompt: 'A lion', ...input } }
    return (await this.commands.submit(submission)).operation
  }

  /** Takes every step that is due, moving the clock to whatever is due next, until the Operation is final. */
  async finish({ id }: Operation): Promise<Operation> {
    for (let turn = 0; turn < 500; turn += 1) {
      await this.step()
      const operation = await this.read(id)
      if (isFinal(operation.status)) return operation
      this.clock.now = Math.max(this.clock.now, operation.dueAt)
    }
    throw new Error('not final after five hundred turns')
  }

  /** One step of everything that is due. */
  async step(): Promise<void> {
    const { store } = this.core
    const turn = { owner: 'me', signal: new AbortController().signal, eta: this.eta, pace: new Pace(this.core) }
    const lease = { owner: 'me', now: this.clock.now, until: this.clock.now + 10_000 }
    const due = [...(await store.claimStarts(lease, 10, 10)), ...(await store.claimChecks(lease, 10))]
    await Promise.all(due.map((operation) => advance(this.core, operation, turn)))
  }

  async read(id: string): Promise<Operation> {
    const operation = await this.core.store.get(id)
    if (!operation) throw new Error(`no Operation ${id}`)
    return operation
  }

  async close(): Promise<void> {
    await this.google.close()
    await this.core.store.close()
    await rm(this.folder, { recursive: true })
  }
}

const usualPolicy: Policy = {
  pollIntervalSeconds: 5,
  maxConcurrent: 10,
  operationTimeoutSeconds: 900,
  retentionDays: 2,
  maxInFlightPerRequester: 3,
  requesterDailyMicros: 5_000_000,
  workspaceMonthlyMicros: null,
  totalMonthlyMicros: null,
  approvalAboveMicros: null,
  free: false,
  models: [],
}
