import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A port of the loopback behind which the way to a server can be spoiled. */
export interface Wire {
  readonly port: number
  /** Ends every connection that goes through it. */
  close(): Promise<void>
}

/** Takes care that a socket ends with the wire, and that no error of it goes unheard. */
type Keep = (socket: Socket) => Socket

/** `taken` is told of each connection, which is kept already; what it dials itself it has to have kept. */
export async function openWire(taken: (client: Socket, keep: Keep) => void): Promise<Wire> {
  const sockets = new Set<Socket>()
  const keep: Keep = (socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    return socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer((client) => taken(keep(client), keep))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
