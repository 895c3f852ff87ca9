import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { isLoopback } from '../../core/loopback.ts'
import type { Messenger } from '../../core/ports/messenger.ts'
import { graceMilliseconds } from '../under-way.ts'
import { webMessenger } from './messenger.ts'
import { buildServer, type WebDependencies, type WebSettings } from './server.ts'

/** The HTTP front end. `start` resolves once it listens, with its address; `stop` once nothing is open any more. */
export interface Web {
  readonly messenger: Messenger
  start(): Promise<{ url: string }>
  stop(): Promise<void>
}

/** Makes the HTTP front end; throws where it would let strangers in. */
export function createWeb(settings: WebSettings, dependencies: WebDependencies): Web {
  if (!isLoopback(settings.host) && settings.accessToken === null)
    throw new RangeError(`the web front end does not listen on ${settings.host} without an access token`)
  let app: FastifyInstance | null = null
  return {
    messenger: webMessenger,
    async start() {
      app = await buildServer(settings, dependencies)
      await app.listen({ host: settings.host, port: settings.port })
      const url = addressOf(settings.host, app.server.address() as AddressInfo)
      dependencies.log.info({ url }, 'the web front end listens')
      return { url }
    },
    async stop() {
      const { server } = app ?? {}
      const timer = setTimeout(() => server?.closeAllConnections(), graceMilliseconds)
      await app?.close()
      clearTimeout(timer)
      app = null
    },
  }
}

function addressOf(host: string, { port }: AddressInfo): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
