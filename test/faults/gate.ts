import { connect as dial, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { type FaultName, redirectStatus } from './faults.ts'
import { openWire, type Wire } from './wire.ts'

/** Real milliseconds for which a connection gives no sign of life before it is cut. */
const hangMilliseconds = 4_000

/**
 * Stands between a client and a server that speak WebSocket, and spoils a connection that it is told to. `choose`: what
 * happens to the next connection; null lets it pass. Connections go on to that port of the loopback.
 */
export function startGate(port: number, stranger: string, choose: () => FaultName | null): Promise<Wire> {
  return openWire((client, keep) => {
    client.once('data', (greeting) => {
      const fault = choose()
      const refusal = fault === null ? null : refusalOf(fault, stranger)
      if (refusal !== null) client.end(refusal)
      else if (fault === 'reset before the effect') client.resetAndDestroy()
      else if (fault === 'hangs') hang(client)
      else open(client, greeting, keep(dial(port, '127.0.0.1')), fault)
    })
  })
}

function hang(client: Socket): void {
  setTimeout(() => client.destroy(), hangMilliseconds).unref()
}

function open(client: Socket, greeting: Buffer, upstream: Socket, fault: FaultName | null): void {
  upstream.write(greeting)
  client.on('close', () => upstream.destroy())
  upstream.on('close', () => (fault === 'hangs after the effect' ? undefined : client.destroy()))
  client.pipe(upstream)
  if (fault === null) return void upstream.pipe(client)
  upstream.once('data', (first) => void spoil(client, first, upstream, fault))
}

/** The server took the connection; what it says first does not arrive as it was said. */
async function spoil(client: Socket, first: Buffer, upstream: Socket, fault: FaultName): Promise<void> {
  const half = Math.floor(first.length / 2)
  switch (fault) {
    case 'reset after the effect':
      client.resetAndDestroy()
      return
    case 'hangs after the effect':
      hang(client)
      return
    case 'truncated body':
      client.end(first.subarray(0, half))
      return
    default:
      // Slow.
      client.write(first.subarray(0, half))
      await wait(100)
      client.write(first.subarray(half))
      upstream.pipe(client)
  }
}

function refusalOf(fault: FaultName, stranger: string): string | null {
  const redirect = redirectStatus(fault)
  if (redirect !== null) return answer(`${redirect} Elsewhere`, `location: ${stranger}/elsewhere\r\n`)
  switch (fault) {
    case '429 with Retry-After':
      return answer('429 Too Many Requests', 'retry-after: 1\r\n')
    case '429 without Retry-After':
      return answer('429 Too Many Requests')
    case '500':
      return answer('500 Internal Server Error')
    case '503':
    case 'ten-minute outage':
      return answer('503 Service Unavailable')
    case 'HTML instead':
      return answer('200 OK', 'content-type: text/html\r\n', '<!doctype html><title>Sign in</title>')
    default:
      return null
  }
}

function answer(status: string, headers = '', body = ''): string {
  return `HTTP/1.1 ${status}\r\n${headers}content-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`
}
