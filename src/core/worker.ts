import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { advance } from './advance.ts'
import { announce } from './announce.ts'
import type { Card } from './card.ts'
import type { Core } from './context.ts'
import { asVideoError } from './errors.ts'
import type { Eta } from './eta.ts'
import { Lane, type LaneWork } from './lane.ts'
import type { Operation } from './operation.ts'
import { Pace } from './pace.ts'
import { forgetPeople } from './people.ts'
import type { Messenger } from './ports/messenger.ts'
import type { Lease } from './ports/store.ts'
import { keepHouse, lookAtHealth } from './retire.ts'
import { keepWaitingImages } from './waiting.ts'

/** Steps at once: checks are short and many, starts carry images, announcements wait for their platform. */
const atOnce = { starts: 16, checks: 256, announcements: 256 }
const houseEveryMilliseconds = 600_000
const healthEveryMilliseconds = 15_000
const forgettingEveryMilliseconds = 60_000
const modelsEveryMilliseconds = 6 * 3_600_000

/** What the worker needs beside core. */
export interface WorkerParts {
  readonly eta: Eta
  readonly messengers: readonly Messenger[]
  readonly card: (operation: Operation) => Promise<Card>
}

/** What differs from lane to lane. */
type OwnWork = Omit<LaneWork, 'name' | 'owner' | 'nextDueAt'> & {
  readonly name: Parameters<Core['store']['nextDueAt']>[0]
}

/** Everything that goes on by itself: starting, checking, announcing, tidying. */
export interface Worker {
  start(): void
  /** Resolves when no step runs any more; downloads are cut short, starts are awaited. */
  stop(): Promise<void>
}

/**
 * Three lanes over the same rows, none waiting for another, and the housekeeping. A restart enters again here: there is
 * no other recovery path than claiming what is due.
 */
export function createWorker(core: Core, parts: WorkerParts): Worker {
  const owner = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`
  const stopping = new AbortController()
  const { signal } = stopping
  const turn = { owner, signal, eta: parts.eta, pace: new Pace(core) }
  const messengers = new Map(parts.messengers.map((each) => [each.platform, each]))
  const announcing = { owner, signal, messengers, card: parts.card }
  const { store, clock, log, policy } = core
  const paused = async () => (await store.getSettings('installation'))?.paused === true
  /** Google takes no more: whoever joins the queue is not looked for until something has ended, or for a second. */
  let full = false
  async function claimStarts(lease: Lease, limit: number): Promise<Operation[]> {
    // What was being started when its process died is told all the same: it needs no room.
    const room = (await paused()) ? 0 : policy.maxConcurrent
    const claimed = await store.claimStarts(lease, limit, room, policy.free)
    full = claimed.length === 0 && (await store.countInFlight(policy.free)) >= policy.maxConcurrent
    return claimed
  }
  const lane = (work: OwnWork) =>
    new Lane({ ...work, owner, nextDueAt: (now) => store.nextDueAt(work.name, now) }, store, clock, log)
  const lanes = {
    starts: lane({
      name: 'starts',
      lane: 'advance',
      atOnce: Math.min(atOnce.starts, policy.maxConcurrent),
      claim: claimStarts,
      step: (operation) => advance(core, operation, turn),
    }),
    checks: lane({
      name: 'checks',
      lane: 'advance',
      atOnce: atOnce.checks,
      claim: (lease, limit) => store.claimChecks(lease, limit, policy.free),
      step: (operation) => advance(core, operation, turn),
    }),
    announcements: lane({
      name: 'announcements',
      lane: 'announce',
      atOnce: atOnce.announcements,
      claim: (lease, limit) => store.claimAnnouncements(lease, limit),
      step: (operation, held) => announce(core, operation, { ...announcing, signal: AbortSignal.any([signal, held]) }),
    }),
  }
  // A process without front ends, as at the terminal, would only keep rows from the one that has them.
  const own = messengers.size > 0 ? Object.values(lanes) : [lanes.starts, lanes.checks]
  /** Each change wakes only the lane that has something to do with it, and when it has. */
  const hear = (operation: Operation) => {
    const { status, leaseUntil } = operation
    if (status === 'processing') lanes.checks.expect(Math.max(operation.dueAt, leaseUntil))
    else if (status === 'pending') {
      if (!full) lanes.starts.expect(Math.max(operation.dueAt, leaseUntil))
    } else {
      // It made room at Google for another.
      full = false
      lanes.starts.expect(clock.now())
    }
    if (isBehind(operation)) lanes.announcements.expect(operation.announceDueAt)
  }
  const chores = [
    { every: houseEveryMilliseconds, run: () => keepHouse(core) },
    { every: houseEveryMilliseconds, run: () => keepWaitingImages(core, signal) },
    { every: healthEveryMilliseconds, run: () => lookAtHealth(core) },
    { every: forgettingEveryMilliseconds, run: () => forgetPeople(core) },
  ]
  const refreshModels = async () => {
    // Whoever starts the service has asked once already.
    for (;;) {
      await clock.sleep(modelsEveryMilliseconds, signal)
      if (signal.aborted) return
      await core.offered.refresh(core.model, log, signal)
    }
  }
  const repeat = async ({ every, run }: (typeof chores)[number]) => {
    while (!signal.aborted) {
      await run()
      await clock.sleep(every, signal)
    }
  }
  let running: Promise<unknown> = Promise.resolve()
  let unsubscribe = () => {}
  return {
    start() {
      unsubscribe = store.subscribe(hear)
      for (const lane of own) lane.start()
      running = Promise.all([...chores.map(repeat), refreshModels(), tellOfPaid(core)])
    },
    async stop() {
      unsubscribe()
      stopping.abort()
      await Promise.all([...own.map((lane) => lane.stop()), running])
    },
  }
}

/** A host whose key is missing sees in the log what waits for it. */
async function tellOfPaid({ store, policy, clock, log }: Core): Promise<void> {
  if (!policy.free) return
  try {
    const { reservedMicros } = await store.figures(clock.now())
    const fields = { reservedUsd: reservedMicros / 1_000_000 }
    if (reservedMicros > 0) log.warn(fields, 'real videos wait for Google’s key: a rehearsal leaves them as they are')
  } catch (thrown) {
    log.error({ error: asVideoError(thrown).message }, 'what waits could not be counted')
  }
}

/** Whether its thread shows less than the row says. */
function isBehind({ thread, version, announcedVersion }: Operation): boolean {
  return thread !== null && version > (announcedVersion ?? -1)
}
