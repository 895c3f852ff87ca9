import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '../core/ports/machine.ts'
import { postgresError } from './failure.postgres.ts'

const channel = 'dailies_operations'
const longestPauseMilliseconds = 5_000
const lookEveryMilliseconds = 15_000

/** What other instances tell of. */
export interface Changes {
  onChange(listener: (id: string | null) => void): void
  close(): Promise<void>
}

/**
 * Listens, on a connection of its own, for the Operations that other instances changed; what our own processes of the
 * server wrote is left out. A lost connection is made anew for as long as it takes, and null is told then.
 */
export function listen(connection: pg.ClientConfig, own: ReadonlySet<number>, log: Log): Changes {
  const listeners: ((id: string | null) => void)[] = []
  const stopping = new AbortController()
  const tell = (id: string | null) => {
    for (const listener of listeners) listener(id)
  }

  async function keepListening(): Promise<void> {
    let failures = 0
    for (let first = true; !stopping.signal.aborted; first = false) {
      try {
        await listenOnce(() => {
          failures = 0
          if (!first) tell(null)
        })
      } catch (thrown) {
        failures += 1
        log.warn({ error: postgresError(thrown).message }, 'not told of other instances’ changes for now')
      }
      const pause = Math.min(longestPauseMilliseconds, 100 * 2 ** failures)
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  /** Resolves when stopped; rejects when the connection is lost. */
  async function listenOnce(ready: () => void): Promise<void> {
    const client = new pg.Client(connection)
    let looking: NodeJS.Timeout | undefined
    try {
      await new Promise<void>((resolve, reject) => {
        // A connection that died without a word is only found out by using it.
        looking = setInterval(() => client.query('select 1').catch(reject), lookEveryMilliseconds)
        client.on('error', reject)
        client.on('end', () => reject(new Error('the connection ended')))
        client.on('notification', ({ processId, payload }) => {
          if (payload && !own.has(processId)) tell(payload)
        })
        stopping.signal.addEventListener('abort', () => resolve(), { once: true })
        client
          .connect()
          .then(() => client.query(`listen ${channel}`))
          .then(ready, reject)
      })
    } finally {
      clearInterval(looking)
      await client.end().catch(() => undefined)
    }
  }

  const listening = keepListening()
  return {
    onChange: (listener) => void listeners.push(listener),
    async close() {
      stopping.abort()
      await listening
    },
  }
}

/** The server's processes behind a pool's connections, as they come and go; a notification names one as its sender. */
export function processesOf(pool: pg.Pool): ReadonlySet<number> {
  const processes = new Set<number>()
  const processOf = (client: pg.ClientBase) => ('processID' in client ? Number(client.processID) : -1)
  pool.on('connect', (client) => processes.add(processOf(client)))
  pool.on('remove', (client) => processes.delete(processOf(client)))
  return processes
}
