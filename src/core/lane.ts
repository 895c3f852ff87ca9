import { asVideoError } from './errors.ts'
import { Leases, leaseMilliseconds, type Owner } from './leases.ts'
import type { Operation } from './operation.ts'
import type { Clock, Log } from './ports/machine.ts'
import type { Lease, OperationStore } from './ports/store.ts'
import { during } from './trace.ts'

/** The longest sleep: another process may have written a row that nobody here heard of. */
const longestSleepMilliseconds = 1_000
/** In a crowd the next claim waits so many times as long as this one took, so that it takes all that came meanwhile. */
const restAfterClaim = 4
const longestRestMilliseconds = 20
/** More than this, claimed or heard of during one claim, are a crowd; whoever comes alone waits for nothing. */
const fewAtOnce = 2
/** A lane that found more than it has room for goes on when this share of its slots is free. */
const refillShare = 1 / 8

/** Named, because an abort without a reason makes an error with its stack. */
const woken = 'woken'

/** What a lane does: which rows it claims, what one step is, how many steps go on at once. */
export interface LaneWork extends Owner {
  readonly atOnce: number
  claim(lease: Lease, limit: number): Promise<Operation[]>
  /** `held` aborts in time where the store could not be told that the lease is still needed. */
  step(operation: Operation, held: AbortSignal): Promise<void>
  /** When there will be something to claim, or null. */
  nextDueAt(now: number): Promise<number | null>
}

/**
 * Claims what is due, takes one step of each, and sleeps until the next is due or somebody wakes it. Invariants: a row
 * is in one step at a time (its lease); at most `atOnce` steps; a claim or step that fails ends neither lane nor process.
 */
export class Lane {
  private readonly running = new Map<string, Promise<void>>()
  private readonly stopping = new AbortController()
  private sleeping: { readonly until: number; readonly end: AbortController } | null = null
  /** The earliest time at which something falls due, as heard since the last claim began. */
  private heard = Number.POSITIVE_INFINITY
  private claimedAt = Number.NEGATIVE_INFINITY
  /** How often it was woken since the last claim began. */
  private wakes = 0
  private restedAt = Number.NEGATIVE_INFINITY
  private loop: Promise<void> | null = null
  /** Goes on while a lane that stops waits for its last steps. */
  private keeping: Promise<void> | null = null
  private readonly stopped = new AbortController()
  private failures = 0
  private readonly leases: Leases
  private readonly work: LaneWork
  private readonly store: OperationStore
  private readonly clock: Clock
  private readonly log: Log

  constructor(work: LaneWork, store: OperationStore, clock: Clock, log: Log) {
    this.leases = new Leases(work, store, clock, log)
    this.work = work
    this.store = store
    this.clock = clock
    this.log = log
  }

  start(): void {
    this.loop ??= this.run()
    this.keeping ??= this.leases.keep(this.stopped.signal)
  }

  /** Something falls due at that time, milliseconds since 1970: look then, or at once if it has passed. */
  expect(at: number): void {
    this.heard = Math.min(this.heard, at)
    this.wakes += 1
    const { sleeping } = this
    const forRoom = sleeping?.until === Number.POSITIVE_INFINITY
    if (sleeping && !forRoom && this.nextClaimAt() < sleeping.until) sleeping.end.abort(woken)
  }

  /** Claims no more and resolves when every step that runs has ended; until then their leases are kept. */
  async stop(): Promise<void> {
    this.stopping.abort()
    this.sleeping?.end.abort(woken)
    await this.loop
    await Promise.all(this.running.values())
    this.stopped.abort()
    await this.keeping
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const room = this.work.atOnce - this.running.size
      const claimed = await this.claim(room)
      for (const operation of claimed) this.begin(operation)
      if (this.failures > 0) await this.sleep(this.clock.now() + Math.min(30_000, 250 * 2 ** this.failures))
      else if (claimed.length === room) await this.waitForRoom()
      else await this.waitForWork()
    }
  }

  private async claim(room: number): Promise<Operation[]> {
    const now = this.clock.now()
    const from = performance.now()
    this.claimedAt = now
    this.heard = Number.POSITIVE_INFINITY
    this.wakes = 0
    let found = 0
    try {
      const claimed = await this.work.claim({ owner: this.work.owner, now, until: now + leaseMilliseconds }, room)
      this.failures = 0
      found = claimed.length
      return claimed
    } catch (thrown) {
      this.failures += 1
      this.log.error(
        { lane: this.work.name, error: asVideoError(thrown).message },
        'the store cannot be asked for work',
      )
      return []
    } finally {
      const isCrowd = found + this.wakes > fewAtOnce
      const rest = isCrowd ? Math.floor((performance.now() - from) * restAfterClaim) : 0
      this.restedAt = this.clock.now() + Math.min(longestRestMilliseconds, rest)
    }
  }

  private begin(operation: Operation): void {
    const { id } = operation
    const since = this.claimedAt
    const before = this.running.get(id)
    const begun = before === undefined ? this.step(operation, since) : this.stepAfter(before, operation, since)
    const step = begun.finally(() => {
      if (this.running.get(id) !== step) return
      this.running.delete(id)
      this.roomMade()
    })
    this.running.set(id, step)
  }

  private async step(operation: Operation, since: number): Promise<void> {
    const held = this.leases.hold(operation.id, since)
    try {
      await during(operation.id, () => this.work.step(operation, held))
    } catch (thrown) {
      const fields = { operation: operation.id, lane: this.work.name, error: asVideoError(thrown).message }
      this.log.error(fields, 'a step threw')
    } finally {
      this.leases.end(operation.id)
    }
  }

  /**
   * A step gives its lease back a moment before it has ended, and in that moment its row may be claimed again: it comes
   * next. A lease that ran out under our own hands, because the store could not be told, has been given back by then.
   */
  private async stepAfter(before: Promise<void>, operation: Operation, since: number): Promise<void> {
    const { id, dueAt, announceDueAt } = operation
    await before
    const { owner, lane } = this.work
    const held =
      lane === 'advance'
        ? this.store.change(id, { leaseOwner: owner }, { dueAt })
        : this.store.change(id, { announceLeaseOwner: owner }, { announceDueAt })
    const ours = await held.catch((thrown: unknown) => {
      this.log.error(
        { operation: id, lane: this.work.name, error: asVideoError(thrown).message },
        'a lease is uncertain',
      )
      return null
    })
    if (ours) await this.step(ours, since)
  }

  /** There was at least as much to do as there was room for. */
  private async waitForRoom(): Promise<void> {
    while (!this.hasRoom() && !this.stopping.signal.aborted) await this.sleep(Number.POSITIVE_INFINITY)
  }

  private hasRoom(): boolean {
    return this.work.atOnce - this.running.size >= Math.max(1, this.work.atOnce * refillShare)
  }

  private roomMade(): void {
    if (this.sleeping?.until === Number.POSITIVE_INFINITY && this.hasRoom()) this.sleeping.end.abort(woken)
  }

  private async waitForWork(): Promise<void> {
    const dueAt = (await this.work.nextDueAt(this.claimedAt).catch(() => null)) ?? Number.POSITIVE_INFINITY
    // What was due when it claimed and was not claimed waits for something else, whose change will be heard of.
    if (dueAt > this.claimedAt) this.heard = Math.min(this.heard, dueAt)
    this.heard = Math.min(this.heard, this.clock.now() + longestSleepMilliseconds)
    while (this.restLeft() > 0 && !this.stopping.signal.aborted) await this.sleep(this.nextClaimAt())
  }

  private restLeft(): number {
    const left = this.nextClaimAt() - this.clock.now()
    // Nobody rests for longer: the clock was put back, and that time is no longer to be waited for.
    return left > longestSleepMilliseconds ? 0 : left
  }

  private nextClaimAt(): number {
    return Math.max(this.heard, this.restedAt)
  }

  private async sleep(until: number): Promise<void> {
    if (this.stopping.signal.aborted) return
    const end = new AbortController()
    this.sleeping = { until, end }
    // The moment may have passed since it was looked at.
    const left = Math.max(0, until - this.clock.now())
    await this.clock.sleep(Math.min(left, longestSleepMilliseconds), end.signal)
    this.sleeping = null
  }
}
