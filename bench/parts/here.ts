import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { systemClock } from '../../src/core/clock.ts'
import { createCommands } from '../../src/core/commands.ts'
import { type Core, Health, OfferedModels } from '../../src/core/context.ts'
import { Eta } from '../../src/core/eta.ts'
import { isFinal } from '../../src/core/operation.ts'
import type { VideoFiles } from '../../src/core/ports/files.ts'
import type { VideoModel } from '../../src/core/ports/google.ts'
import { createWorker } from '../../src/core/worker.ts'
import { unlimited } from '../../test/policy.ts'
import { type JobEngine, Waiting } from './engine.ts'
import { model, openAt, silent, someOperation } from './rows.ts'

const noLimits = { spend: [], maxInFlight: null, maxSince: null }

/** Of a Google that is done at once there is nothing to learn: the next look is due at once, as a peer's second job is. */
class Unlearning extends Eta {
  override learn(): void {}
}

/** Dailies’ own core and store with a Google that is done at once and files that cost nothing. */
export async function openHere(folder: string): Promise<JobEngine> {
  const store = await openAt(join(folder, 'dailies.db'))
  const over = new Waiting()
  const looked = new Waiting<number>()
  const google: VideoModel = {
    available: async () => [model],
    start: async (order) => `google/${order.request.prompt}`,
    async check(_model, handle) {
      looked.done(handle, Date.now())
      return { state: 'done', source: { kind: 'bytes', bytes: new Uint8Array() }, sourceUri: null }
    },
    pace: () => 1_000_000,
    cancel: async () => false,
    discard: async () => {},
  }
  const nothing = { poster: null, bytes: 1, hash: '', seconds: 8, width: 1, height: 1 }
  const files = {
    saveVideo: async (id: string) => ({ file: `gen_video_${id}.mp4`, ...nothing }),
    sweep: async () => 0,
    ping: async () => {},
  } as unknown as VideoFiles
  const core: Core = {
    store,
    files,
    model: google,
    log: silent,
    clock: systemClock,
    policy: {
      pollIntervalSeconds: 0,
      maxConcurrent: 1_000,
      operationTimeoutSeconds: 10_000,
      ...unlimited,
    },
    offered: new OfferedModels([model]),
    health: new Health(),
  }
  const eta = new Unlearning([], 1)
  const commands = createCommands(core, eta)
  const worker = createWorker(core, { eta, messengers: [], card: (operation) => commands.card(operation) })
  store.subscribe((operation) => {
    if (isFinal(operation.status)) over.done(operation.id, undefined)
  })
  worker.start()
  return {
    async life() {
      const operation = someOperation()
      const done = over.wait(operation.id)
      await store.insert(operation, noLimits)
      await done
    },
    async lateness(ahead) {
      const operation = someOperation({ hold: 'approval' })
      const handle = `scheduled/${randomUUID()}`
      const done = looked.wait(handle)
      await store.insert(operation, noLimits)
      const due = Date.now() + ahead
      const now = Date.now()
      const patch = { status: 'processing', handle, startingAt: now, startedAt: now, dueAt: due } as const
      await store.change(operation.id, {}, patch)
      return (await done) - due
    },
    async close() {
      await worker.stop()
      await store.close()
    },
  }
}
