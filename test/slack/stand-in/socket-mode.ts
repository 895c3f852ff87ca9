import type { Server } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Attempt, Channel, Delivery } from './deliveries.ts'
import type { Json } from './workspace.ts'

interface Connection {
  readonly socket: WebSocket
  /** Neither answers nor sends any more, as when a network path died. */
  frozen: boolean
}

interface Waiting {
  readonly connection: Connection
  readonly resolve: (answer: Json | null) => void
  readonly reject: (reason: Error) => void
}

/** Slack's side of Socket Mode: hello, envelopes shared between the connections, acknowledgements, disconnects. */
export class SocketMode implements Channel {
  private readonly server: WebSocketServer
  private readonly connections = new Set<Connection>()
  private readonly waiting = new Map<string, Waiting>()
  private readonly arrivals = new Set<() => void>()
  private tickets = new Set<string>()
  private turn = 0
  /** How often an app has connected. */
  connected = 0
  /** So many of the next acknowledgements never reach Slack. */
  losing = 0
  /** Set: nobody can connect, and what is connected is cut. */
  refusing = false

  constructor(server: Server) {
    // Pings are answered by hand, so that a half-open connection can keep silent.
    this.server = new WebSocketServer({ noServer: true, autoPong: false })
    server.on('upgrade', (request, socket, head) => {
      const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? ''
      if (this.refusing || !this.tickets.delete(ticket)) {
        socket.destroy()
        return
      }
      this.server.handleUpgrade(request, socket, head, (client) => this.welcome(client))
    })
  }

  /** The path and query of a socket that can be opened once. */
  ticket(): string {
    const ticket = `ticket-${this.tickets.size}-${Date.now()}-${Math.random().toString(36).slice(2)}`
    this.tickets.add(ticket)
    return `/link/?ticket=${ticket}`
  }

  async send(delivery: Delivery, attempt: Attempt, reason: string | null): Promise<Json | string | null> {
    const connection = this.next() ?? (await this.nextArrival(delivery))
    attempt.instance = [...this.connections].indexOf(connection)
    return new Promise((resolve, reject) => {
      this.waiting.set(delivery.id, { connection, resolve, reject })
      if (connection.frozen) return
      const envelope = {
        envelope_id: delivery.id,
        type: delivery.type,
        payload: delivery.payload,
        accepts_response_payload: delivery.type !== 'events_api',
        ...(delivery.type === 'events_api' ? { retry_attempt: attempt.retry, retry_reason: reason ?? '' } : {}),
      }
      connection.socket.send(JSON.stringify(envelope))
    })
  }

  get open(): number {
    return this.connections.size
  }

  /** Asks every connection to go, as Slack does now and then; it closes them a moment later. */
  disconnectAll(reason: 'warning' | 'refresh_requested' | 'link_disabled'): void {
    for (const { socket } of this.connections) {
      socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'stand-in' } }))
    }
  }

  /** Cuts every connection without a word. */
  cutAll(): void {
    for (const { socket } of this.connections) socket.terminate()
  }

  /** From now on the present connections hear nothing and say nothing, although they seem open. */
  freezeAll(): void {
    for (const connection of this.connections) connection.frozen = true
  }

  stop(): void {
    for (const { socket } of this.connections) socket.terminate()
    this.server.close()
  }

  private welcome(socket: WebSocket): void {
    const connection: Connection = { socket, frozen: false }
    this.connections.add(connection)
    this.connected += 1
    socket.on('ping', (data) => {
      if (!connection.frozen) socket.pong(data)
    })
    socket.on('message', (data) => {
      if (connection.frozen) return
      if (this.losing > 0) this.losing -= 1
      else this.acknowledge(String(data))
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.connections.delete(connection)
      for (const [id, waiting] of this.waiting) {
        if (waiting.connection !== connection) continue
        this.waiting.delete(id)
        waiting.reject(new Error('connection closed'))
      }
    })
    const hello = { type: 'hello', num_connections: this.connections.size, connection_info: { app_id: 'A0DAILIES' } }
    socket.send(JSON.stringify({ ...hello, debug_info: { host: 'stand-in', approximate_connection_time: 18060 } }))
    for (const arrived of this.arrivals) arrived()
    this.arrivals.clear()
  }

  private acknowledge(text: string): void {
    const { envelope_id: id, payload } = JSON.parse(text) as { envelope_id: string; payload?: Json }
    const waiting = this.waiting.get(id)
    this.waiting.delete(id)
    waiting?.resolve(payload && Object.keys(payload).length > 0 ? payload : null)
  }

  private next(): Connection | undefined {
    const all = [...this.connections]
    this.turn += 1
    return all[this.turn % Math.max(1, all.length)]
  }

  /** Events wait for a connection; clicks and commands do not: the person sees that the app does not answer. */
  private async nextArrival(delivery: Delivery): Promise<Connection> {
    if (delivery.type !== 'events_api') throw new Error('dispatch_failed')
    await new Promise<void>((resolve) => this.arrivals.add(resolve))
    const connection = this.next()
    if (!connection) throw new Error('connection closed')
    return connection
  }
}
