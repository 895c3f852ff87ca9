import { randomUUID } from 'node:crypto'
import { asVideoError } from '../core/errors.ts'
import type { Clock, Log } from '../core/ports/machine.ts'
import type { Lease } from '../core/ports/store.ts'

/** A leader that gives no sign for so long is followed by another; a connection is up again some seconds later. */
const leaseMilliseconds = 8_000
const renewMilliseconds = 2_000
/** How often the others look whether the leader has stopped: nobody hears what is said until one of them leads. */
const lookMilliseconds = 500
/** So long before its lease ends a leader that cannot prolong it lets go: its clock may be a little slow. */
const marginMilliseconds = 1_000

/** Takes or prolongs the lease; false while another process has it. */
export type Lead = (lease: Lease) => Promise<boolean>

/** What only one process may do. It can be started again after a stop; what it rejects with ends it for good. */
interface Led {
  start(): Promise<void>
  stop(): Promise<void>
}

/** Does a thing in one process of the installation at a time: in the one that holds the lease, as long as it does. */
export class Leading {
  private readonly owner = randomUUID()
  private readonly stopping = new AbortController()
  private heldUntil = Number.NEGATIVE_INFINITY
  private doing = false
  private loop: Promise<void> = Promise.resolve()
  private readonly lead: Lead
  private readonly led: Led
  private readonly clock: Clock
  private readonly log: Log

  constructor(lead: Lead, led: Led, clock: Clock, log: Log) {
    this.lead = lead
    this.led = led
    this.clock = clock
    this.log = log
  }

  start(): void {
    this.loop = this.run()
  }

  /** Ends the thing and gives the lease back, so that another process goes on at once. */
  async stop(): Promise<void> {
    this.stopping.abort()
    await this.loop
    if (!this.doing) return
    await this.led.stop()
    const now = this.clock.now()
    await this.lead({ owner: this.owner, now, until: now }).catch(() => false)
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const held = await this.hold()
      if (held && !this.doing) this.begin()
      if (!held && this.doing) await this.end()
      await this.clock.sleep(this.doing ? renewMilliseconds : lookMilliseconds, this.stopping.signal)
    }
  }

  private async hold(): Promise<boolean> {
    const now = this.clock.now()
    const until = now + leaseMilliseconds
    try {
      const held = await this.lead({ owner: this.owner, now, until })
      this.heldUntil = held ? until : Number.NEGATIVE_INFINITY
      return held
    } catch (thrown) {
      this.log.warn({ error: asVideoError(thrown).message }, 'it is not known who leads')
      return this.clock.now() < this.heldUntil - marginMilliseconds
    }
  }

  private begin(): void {
    this.doing = true
    this.log.info({}, 'this process leads')
    // Not awaited: the lease is prolonged meanwhile.
    void this.led.start().catch((thrown: unknown) => {
      this.log.error({ error: asVideoError(thrown).message }, 'what this process leads cannot be started')
    })
  }

  private async end(): Promise<void> {
    this.doing = false
    this.log.info({}, 'another process leads')
    await this.led.stop()
  }
}
