import { asVideoError } from './errors.ts'
import type { Clock, Log } from './ports/machine.ts'
import type { OperationStore } from './ports/store.ts'

/** A lease that its owner does not prolong ends after this, and another worker goes on. */
export const leaseMilliseconds = 10_000
const renewEveryMilliseconds = 2_500
/** One that was not prolonged for so long is let go of: another worker may be next before we look again. */
const surelyOursMilliseconds = leaseMilliseconds - renewEveryMilliseconds

/** Whose leases, and in which lane. */
export interface Owner {
  readonly name: string
  readonly lane: 'advance' | 'announce'
  readonly owner: string
}

interface Held {
  since: number
  readonly lost: AbortController
}

/** The leases of the steps that run in one lane: prolongs them, and tells a step in time that its own may run out. */
export class Leases {
  private readonly held = new Map<string, Held>()
  private renewing: Promise<void> | null = null
  private readonly owner: Owner
  private readonly store: Pick<OperationStore, 'renew'>
  private readonly clock: Clock
  private readonly log: Log

  constructor(owner: Owner, store: Pick<OperationStore, 'renew'>, clock: Clock, log: Log) {
    this.owner = owner
    this.store = store
    this.clock = clock
    this.log = log
  }

  /** A step begins under a lease of that time; the signal aborts before anybody else can have the lease. */
  hold(id: string, since: number): AbortSignal {
    const lost = new AbortController()
    this.held.set(id, { since, lost })
    return lost.signal
  }

  /** The step has ended. */
  end(id: string): void {
    this.held.delete(id)
  }

  /** Goes on until the signal aborts; resolves when nothing is asked of the store any more. */
  async keep(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      await this.clock.sleep(renewEveryMilliseconds, stopped)
      this.letGo()
      // A store that does not answer must not keep the others from being let go of.
      this.renewing ??= this.renew().finally(() => {
        this.renewing = null
      })
    }
    await this.renewing
  }

  private letGo(): void {
    const now = this.clock.now()
    for (const [id, { since, lost }] of this.held) {
      if (lost.signal.aborted || now - since < surelyOursMilliseconds) continue
      this.log.warn({ operation: id, lane: this.owner.name }, 'a lease was not prolonged in time')
      lost.abort(new Error('its lease was not prolonged in time'))
    }
  }

  private async renew(): Promise<void> {
    const renewed = [...this.held]
    if (renewed.length === 0) return
    const now = this.clock.now()
    const lease = { owner: this.owner.owner, now, until: now + leaseMilliseconds }
    const ids = renewed.map(([id]) => id)
    try {
      await this.store.renew(this.owner.lane, ids, lease)
      for (const [, each] of renewed) each.since = now
    } catch (thrown) {
      this.log.error({ lane: this.owner.name, error: asVideoError(thrown).message }, 'leases could not be prolonged')
    }
  }
}
