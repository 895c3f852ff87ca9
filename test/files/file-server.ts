import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void

export interface FileServer {
  readonly origin: string
  readonly port: number
  /** What was asked, in order. */
  readonly requests: { readonly path: string; readonly headers: IncomingHttpHeaders }[]
  /** Answers a path; `count` is 1 at its first request. Other paths get 404. */
  on(path: string, handler: Handler): string
  /** Answers a path with these bytes. Returns its address. */
  serve(path: string, body: Uint8Array, headers?: Record<string, string>): string
  close(): Promise<void>
}

/** A stand-in for whoever keeps files, over a real socket on the loopback interface. */
export async function startFileServer(): Promise<FileServer> {
  const handlers = new Map<string, { handler: Handler; count: number }>()
  const requests: FileServer['requests'] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    requests.push({ path, headers: request.headers })
    const found = handlers.get(path)
    if (!found) return void response.writeHead(404).end()
    found.count += 1
    found.handler(request, response, found.count)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const on = (path: string, handler: Handler) => {
    handlers.set(path, { handler, count: 0 })
    return `${origin}${path}`
  }
  return {
    origin,
    port,
    requests,
    on,
    serve: (path, body, headers = {}) =>
      on(path, (_request, response) => {
        response.writeHead(200, { 'content-length': body.length, ...headers }).end(body)
      }),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
