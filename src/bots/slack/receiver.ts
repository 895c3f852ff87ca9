import type { App, Receiver, ReceiverEvent, SocketModeReceiver } from '@slack/bolt'
import type { Clock, Log } from '../../core/ports/machine.ts'
import type { UnderWay } from '../under-way.ts'

/**
 * A receiver whose events are acknowledged only after the listeners have run: Bolt does it before, over a socket
 * whatever `processBeforeResponse` says, and what is acknowledged is never sent again. A listener that throws leaves the
 * event unacknowledged, and Slack sends it once more. Clicks and commands are acknowledged by their listeners.
 */
export function acknowledgingLate(inner: Receiver, underWay: UnderWay): Receiver {
  return {
    init(app: App) {
      const late: App = Object.assign(Object.create(app), {
        processEvent: (event: ReceiverEvent) => underWay.run(() => process(app, event)),
      })
      inner.init(late)
    },
    start: (...given: unknown[]) => inner.start(...given),
    stop: (...given: unknown[]) => inner.stop(...given),
  }
}

async function process(app: App, event: ReceiverEvent): Promise<void> {
  // Bolt (5.1) reads the callback_id of any view that there is, of null as well, and answers 500.
  if (event.body.view === null) delete event.body.view
  if (event.body.event === undefined) return app.processEvent(event)
  let acknowledged = false
  const hold = async () => {
    acknowledged = true
  }
  await app.processEvent({ ...event, ack: hold })
  if (acknowledged) await event.ack()
}

const helloWithin = 20_000
const longestPause = 15_000
/** A connection that ends sooner was none: the next try waits a little. */
const steadyAfter = 5_000

/**
 * Keeps one Socket Mode connection: when it ends, whoever ended it, the next one is opened at once, and while that fails
 * again after a growing pause. Bolt's own reconnecting waits 5 seconds and more, and ends the process where Slack no
 * longer takes the token.
 */
export class SteadySocket {
  private readonly stopping = new AbortController()
  private loop: Promise<void> | null = null
  /** The connection that is open, or being opened, has ended. */
  private ended: () => void = () => {}
  private readonly receiver: SocketModeReceiver
  private readonly clock: Clock
  private readonly log: Log

  /** `receiver` is made with `autoReconnectEnabled: false`. */
  constructor(receiver: SocketModeReceiver, clock: Clock, log: Log) {
    this.receiver = receiver
    this.clock = clock
    this.log = log
    receiver.client.on('disconnected', () => this.ended())
  }

  /** Resolves when it is connected, or when the first try failed and others follow by themselves. */
  start(): Promise<void> {
    return new Promise((resolve) => {
      this.loop ??= this.run(resolve)
    })
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    this.ended()
    await this.receiver.stop()
    await this.loop
  }

  private async run(tried: () => void): Promise<void> {
    let failures = 0
    while (!this.stopping.signal.aborted) {
      const began = this.clock.now()
      const { promise: end, resolve } = Promise.withResolvers<void>()
      this.ended = resolve
      const connected = await this.connect()
      tried()
      // A stop may have come while it was being opened.
      if (this.stopping.signal.aborted) void this.receiver.client.disconnect()
      else if (connected) await end
      const lasted = connected && this.clock.now() - began >= steadyAfter
      failures = lasted ? 0 : failures + 1
      const pause = failures === 0 ? 0 : Math.min(longestPause, 125 * 2 ** failures)
      await this.clock.sleep(pause, this.stopping.signal)
    }
  }

  private async connect(): Promise<boolean> {
    const giveUp = setTimeout(() => void this.receiver.client.disconnect(), helloWithin)
    try {
      await this.receiver.client.start()
      this.log.info({ platform: 'slack' }, 'connected to Slack')
      return true
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown.message : 'the connection ended before Slack said hello'
      this.log.warn({ platform: 'slack', error }, 'Slack cannot be reached; trying again')
      return false
    } finally {
      clearTimeout(giveUp)
    }
  }
}
