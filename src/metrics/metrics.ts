import { dayOf, monthOf } from '../core/budget.ts'
import type { Health } from '../core/context.ts'
import { asVideoError } from '../core/errors.ts'
import { type Operation, platformOf } from '../core/operation.ts'
import type { Policy } from '../core/policy.ts'
import type { OperationPatch } from '../core/ports/change.ts'
import type { Submission, VideoCommands } from '../core/ports/commands.ts'
import type { VideoModel } from '../core/ports/google.ts'
import type { Clock, Log } from '../core/ports/machine.ts'
import type { Messenger } from '../core/ports/messenger.ts'
import type { OperationStore } from '../core/ports/store.ts'
import { observedMessenger, observedModel } from './calls.ts'
import { createInstruments, type Instruments } from './registry.ts'

/** What Prometheus is answered with. */
export interface Exposition {
  readonly contentType: string
  readonly text: string
}

/** Counts what passes through core's ports: each method gives back the same thing, observed. */
export interface Metrics {
  store(store: OperationStore): OperationStore
  model(model: VideoModel): VideoModel
  messenger(messenger: Messenger): Messenger
  commands(commands: VideoCommands): VideoCommands
  /** Everything as of now. Never rejects for the database: `dailies_store_up` says so. */
  expose(store: OperationStore, policy: Policy, health: Health): Promise<Exposition>
}

const dollar = 1_000_000

/** The metrics of this process. Each process counts what it did itself; the gauges tell of the whole installation. */
export function createMetrics(clock: Clock, log: Log): Metrics {
  const instruments = createInstruments()
  return {
    store: (store) => observedStore(store, instruments),
    model: (model) => observedModel(model, instruments),
    messenger: (messenger) => observedMessenger(messenger, instruments, log),
    commands: (commands) => observedCommands(commands, instruments),
    async expose(store, policy, health) {
      instruments.accepting.set(health.trouble === null ? 1 : 0)
      await look(store, policy, clock.now(), instruments).catch((thrown: unknown) => {
        instruments.storeUp.set(0)
        log.warn({ error: asVideoError(thrown).message }, 'metrics could not ask the database')
      })
      const { registry } = instruments
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
  }
}

function labelsOf(operation: Operation) {
  const { model, resolution } = operation.request
  return { model, resolution, platform: platformOf(operation.requester) }
}

/** A change that a patch makes happens once, in whichever process makes it: so it is counted here, and not from rows. */
function observedStore(store: OperationStore, instruments: Instruments): OperationStore {
  return {
    ...store,
    async insert(operation, limits) {
      const outcome = await store.insert(operation, limits)
      if (outcome.kind === 'created') instruments.accepted.inc(labelsOf(outcome.operation))
      return outcome
    },
    async change(id, when, patch, options) {
      const changed = await store.change(id, when, patch, options)
      if (changed) count(changed, patch, instruments)
      return changed
    },
  }
}

function count(operation: Operation, patch: OperationPatch, instruments: Instruments): void {
  const labels = labelsOf(operation)
  const between = (from: number | null, to: number | null | undefined) =>
    from === null || typeof to !== 'number' ? null : Math.max(0, to - from) / 1000
  const observe = (what: 'generation' | 'queue' | 'delivery', seconds: number | null) => {
    if (seconds !== null) instruments[what].observe(labels, seconds)
  }
  if (typeof patch.startedAt === 'number') observe('queue', between(operation.createdAt, operation.startingAt))
  if (patch.status === 'completed') {
    observe('generation', between(operation.startedAt, operation.seenDoneAt))
    instruments.finished.inc({ ...labels, code: 'ok' })
  }
  if (patch.status === 'error') instruments.finished.inc({ ...labels, code: operation.errorCode ?? 'internal' })
  if (typeof patch.deliveredAt === 'number') {
    observe('delivery', between(operation.seenDoneAt ?? operation.finishedAt, patch.deliveredAt))
  }
  if (patch.charge === 'settled') {
    instruments.charged.inc({ model: operation.request.model }, operation.priceMicros / dollar)
  }
}

/** Also counts what never became an Operation, by why. */
function observedCommands(commands: VideoCommands, { refused }: Instruments): VideoCommands {
  const counted = async <T>(person: Submission['person'], run: () => Promise<T>): Promise<T> => {
    try {
      return await run()
    } catch (thrown) {
      refused.inc({ code: asVideoError(thrown).code, platform: platformOf(person.id) })
      throw thrown
    }
  }
  return {
    ...commands,
    submit: (submission) => counted(submission.person, () => commands.submit(submission)),
    rerun: (relation, id, context) => counted(context.person, () => commands.rerun(relation, id, context)),
  }
}

async function look(store: OperationStore, policy: Policy, now: number, instruments: Instruments): Promise<void> {
  const today = Date.parse(dayOf(now))
  const [figures, spentMonth] = await Promise.all([
    store.figures(today),
    store.spent({ scope: 'total', key: '', period: monthOf(now) }),
  ])
  const { totalMonthlyMicros } = policy
  const budgetMonth = totalMonthlyMicros === null ? Number.POSITIVE_INFINITY : totalMonthlyMicros / dollar
  const values = {
    queued: figures.queued,
    queueAge: figures.oldestQueuedAt === null ? 0 : Math.max(0, now - figures.oldestQueuedAt) / 1000,
    held: figures.held,
    atGoogle: figures.atGoogle,
    reserved: figures.reservedMicros / dollar,
    uncertain: figures.uncertainMicros / dollar,
    uncertainOperations: figures.uncertain,
    spentMonth: spentMonth / dollar,
    budgetMonth,
    storedFiles: figures.storedFiles,
    storedBytes: figures.storedBytes,
    requestsToday: figures.requests,
    peopleToday: figures.people,
    storeUp: 1,
  } as const
  for (const [name, value] of Object.entries(values)) instruments[name as keyof typeof values].set(value)
}
