import type { Server } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'
import { guildJson, userJson } from './serialize.ts'
import type { World } from './world.ts'

interface Session {
  id: string
  intents: number
  socket: WebSocket | null
  sequence: number
  /** Every dispatch that the client has not confirmed: a resume replays what was missed. */
  sent: { s: number; t: string; d: unknown }[]
}

/** The gateway: sessions that can be resumed, and the ways in which Discord disturbs them. */
export interface Gateway {
  /** Hands an event to every session whose intents include it (0 for events without an intent). */
  dispatch(event: string, data: unknown, intent: number): void
  connected(): number
  identified(): number
  resumed(): number
  /** Op 7: asks every client to reconnect and resume. */
  askToReconnect(): void
  /** Op 9: the session is over, to be resumed or not. */
  invalidate(resumable: boolean): void
  /** Drops every connection without a word. */
  cut(): void
  /** Ends every connection as one whose token it does not take any more. */
  refuse(): void
  /** Stops answering heartbeats, as a half-open connection does. */
  stall(stalled: boolean): void
  /** Takes what a client says on connecting and leaves it without an answer, or is itself again. */
  mute(muted: boolean): void
  close(): void
}

const privileged = (1 << 1) | (1 << 8) | (1 << 15)
const packet = z.object({ op: z.number(), d: z.unknown() })
const identify = z.object({ token: z.string(), intents: z.number().int(), properties: z.object({}) })
const resume = z.object({ token: z.string(), session_id: z.string(), seq: z.number() })

export function createGateway(
  world: World,
  server: Server,
  settings: { url: () => string; heartbeatMs: number; refuses: () => boolean },
): Gateway {
  const sockets = new WebSocketServer({ noServer: true })
  const sessions = new Map<string, Session>()
  const counts = { identified: 0, resumed: 0 }
  let stalled = false
  let muted = false

  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '/', 'http://x')
    const good = /^\/gateway\/?$/.test(url.pathname) && url.searchParams.get('v') === '10'
    if (settings.refuses() || !good) socket.destroy()
    else sockets.handleUpgrade(request, socket, head, (client) => serve(client))
  })

  function serve(socket: WebSocket): void {
    let session: Session | null = null
    const send = (op: number, d: unknown, more = {}) =>
      socket.send(JSON.stringify({ op, d, s: null, t: null, ...more }))
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      if (session?.socket === socket) session.socket = null
    })
    socket.on('message', (raw) => {
      const { op, d } = packet.parse(JSON.parse(raw.toString()))
      if (op === 1) {
        // A heartbeat says how far the client has come: what lies before that is never asked for again.
        if (session && typeof d === 'number') session.sent = session.sent.filter((event) => event.s > d)
        if (!stalled) send(11, null)
      } else if (op === 2) {
        if (session) return socket.close(4005, 'Already authenticated.')
        const asked = identify.parse(d)
        if (asked.token !== world.token) return socket.close(4004, 'Authentication failed.')
        if ((asked.intents & privileged) !== 0) return socket.close(4014, 'Disallowed intent(s).')
        session = { id: world.nextId(), intents: asked.intents, socket, sequence: 0, sent: [] }
        sessions.set(session.id, session)
        counts.identified += 1
        if (!muted) greet(session)
      } else if (op === 6) {
        const asked = resume.parse(d)
        const known = sessions.get(asked.session_id)
        if (asked.token !== world.token) return socket.close(4004, 'Authentication failed.')
        if (!known) return send(9, false)
        session = known
        session.socket = socket
        counts.resumed += 1
        if (muted) return
        for (const each of session.sent.filter((event) => event.s > asked.seq))
          socket.send(JSON.stringify({ op: 0, ...each }))
        push(session, 'RESUMED', {})
      } else if (op !== 3 && op !== 4 && op !== 8) socket.close(4001, 'Unknown opcode.')
    })
    send(10, { heartbeat_interval: settings.heartbeatMs })
  }

  function push(session: Session, t: string, d: unknown): void {
    session.sequence += 1
    const event = { s: session.sequence, t, d }
    session.sent.push(event)
    session.socket?.send(JSON.stringify({ op: 0, ...event }))
  }

  function greet(session: Session): void {
    const guilds = [...world.guilds.values()].filter((guild) => guild.hasBot)
    push(session, 'READY', {
      v: 10,
      user: userJson(world, world.botId),
      guilds: guilds.map((guild) => ({ id: guild.id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: settings.url(),
      shard: [0, 1],
      application: { id: world.applicationId, flags: 0 },
    })
    if ((session.intents & 1) === 0) return
    for (const guild of guilds) push(session, 'GUILD_CREATE', guildJson(world, guild))
  }

  const live = () => [...sessions.values()].flatMap((session) => (session.socket ? [session.socket] : []))
  return {
    dispatch(event, data, intent) {
      for (const session of sessions.values()) if ((session.intents & intent) === intent) push(session, event, data)
    },
    connected: () => live().length,
    identified: () => counts.identified,
    resumed: () => counts.resumed,
    askToReconnect() {
      for (const socket of live()) socket.send(JSON.stringify({ op: 7, d: null, s: null, t: null }))
    },
    invalidate(resumable) {
      const all = live()
      if (!resumable) sessions.clear()
      for (const socket of all) socket.send(JSON.stringify({ op: 9, d: resumable, s: null, t: null }))
    },
    cut() {
      for (const socket of live()) socket.terminate()
    },
    refuse() {
      for (const socket of live()) socket.close(4004, 'Authentication failed.')
    },
    stall(value) {
      stalled = value
    },
    mute(value) {
      muted = value
    },
    close() {
      for (const client of sockets.clients) client.terminate()
      sockets.close()
    },
  }
}
