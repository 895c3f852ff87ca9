import { SimpleShardingStrategy } from 'discord.js'
import type { Clock } from '../../core/ports/machine.ts'

/** So long a connection that is being closed may take to say that it is closed. */
const closeWithinMilliseconds = 1_000

type Manager = ConstructorParameters<typeof SimpleShardingStrategy>[0]

/**
 * discord.js's own shards, with an end to them. A shard of @discordjs/ws 1.2.3 that is destroyed while it waits for
 * Discord's greeting is destroyed a second time: the first call never hears of its end, the second one connects again.
 */
export class EndingShards extends SimpleShardingStrategy {
  private readonly clock: Clock
  private readonly stopping: AbortSignal

  /** Once `stopping` is aborted nothing connects any more. */
  constructor(manager: Manager, clock: Clock, stopping: AbortSignal) {
    super(manager)
    this.clock = clock
    this.stopping = stopping
    const { options } = manager
    const sessionOf = options.retrieveSessionInfo
    // Every connection asks for it first: in the end it is never answered.
    options.retrieveSessionInfo = (shard) => (stopping.aborted ? new Promise(() => {}) : sessionOf(shard))
  }

  override async connect(): Promise<void> {
    this.stopping.throwIfAborted()
    await super.connect()
  }

  override async destroy(options?: Parameters<SimpleShardingStrategy['destroy']>[0]): Promise<void> {
    const closed = new AbortController()
    const late = this.clock.sleep(closeWithinMilliseconds, closed.signal)
    await Promise.race([super.destroy(options), late])
    closed.abort()
  }
}
