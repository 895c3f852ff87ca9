import { asVideoError } from './errors.ts'
import type { Operation } from './operation.ts'
import type { Clock, Lease, Log, OperationStore } from './ports.ts'
import { during } from './trace.ts'

/** A lease that its owner does not prolong ends after this, and another worker goes on. */
const leaseMilliseconds = 10_000
const renewEveryMilliseconds = 2_500
/** The longest sleep: another process may have written a row that nobody here heard of. */
const longestSleepMilliseconds = 1_000

/** What a lane does: which rows it claims, what one step is, how many steps go on at once. */
export interface LaneWork {
  readonly name: string
  readonly lane: 'advance' | 'announce'
  readonly owner: string
  readonly atOnce: number
  claim(lease: Lease, limit: number): Promise<Operation[]>
  step(operation: Operation): Promise<void>
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
  private waking = new AbortController()
  private wakened = false
  private loop: Promise<void> | null = null
  private failures = 0
  private readonly work: LaneWork
  private readonly store: OperationStore
  private readonly clock: Clock
  private readonly log: Log

  constructor(work: LaneWork, store: OperationStore, clock: Clock, log: Log) {
    this.work = work
    this.store = store
    this.clock = clock
    this.log = log
  }

  start(): void {
    this.loop ??= Promise.all([this.run(), this.keepLeases()]).then(() => undefined)
  }

  /** Something may be due now. */
  wake(): void {
    this.wakened = true
    this.waking.abort()
  }

  /** Claims no more and resolves when every step that runs has ended. */
  async stop(): Promise<void> {
    this.stopping.abort()
    this.wake()
    await this.loop
    await Promise.all(this.running.values())
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      this.wakened = false
      const claimed = await this.claim()
      for (const operation of claimed) this.begin(operation)
      if (claimed.length === 0) await this.rest()
    }
  }

  private async claim(): Promise<Operation[]> {
    const room = this.work.atOnce - this.running.size
    if (room <= 0) return []
    const now = this.clock.now()
    try {
      const claimed = await this.work.claim({ owner: this.work.owner, now, until: now + leaseMilliseconds }, room)
      this.failures = 0
      return claimed
    } catch (thrown) {
      this.failures += 1
      this.log.error(
        { lane: this.work.name, error: asVideoError(thrown).message },
        'the store cannot be asked for work',
      )
      return []
    }
  }

  private begin(operation: Operation): void {
    const step = during(operation.id, () => this.work.step(operation))
      .catch((thrown: unknown) => {
        this.log.error(
          { operation: operation.id, lane: this.work.name, error: asVideoError(thrown).message },
          'a step threw',
        )
      })
      .finally(() => {
        this.running.delete(operation.id)
        this.wake()
      })
    this.running.set(operation.id, step)
  }

  private async rest(): Promise<void> {
    if (this.wakened) return
    this.waking = new AbortController()
    const signal = AbortSignal.any([this.waking.signal, this.stopping.signal])
    await this.clock.sleep(await this.restMilliseconds(), signal)
  }

  private async restMilliseconds(): Promise<number> {
    if (this.failures > 0) return Math.min(30_000, 250 * 2 ** this.failures)
    const now = this.clock.now()
    const dueAt = this.running.size < this.work.atOnce ? await this.work.nextDueAt(now).catch(() => null) : null
    // What is due and was not claimed waits for a slot: its end wakes the lane.
    if (dueAt === null || dueAt <= now) return longestSleepMilliseconds
    return Math.min(longestSleepMilliseconds, dueAt - now)
  }

  private async keepLeases(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await this.clock.sleep(renewEveryMilliseconds, this.stopping.signal)
      await this.renew()
    }
  }

  private async renew(): Promise<void> {
    const ids = [...this.running.keys()]
    if (ids.length === 0) return
    const now = this.clock.now()
    const lease = { owner: this.work.owner, now, until: now + leaseMilliseconds }
    await this.store.renew(this.work.lane, ids, lease).catch((thrown: unknown) => {
      this.log.error({ lane: this.work.name, error: asVideoError(thrown).message }, 'leases could not be prolonged')
    })
  }
}
