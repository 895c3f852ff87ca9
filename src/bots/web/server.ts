import type { Socket } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import type { VideoCommands } from '../../core/ports/commands.ts'
import type { Clock, Log } from '../../core/ports/machine.ts'
import type { Mount } from '../bot.ts'
import type { ApiOptions } from './answers.ts'
import type { Page } from './built-page.ts'
import { EventStreams } from './events.ts'
import type { Checks } from './health.ts'
import type { Exposition } from './metrics.ts'
import { mountRoutes } from './mounts.ts'
import { presentOperation } from './present.ts'
import { answerOf, HttpProblem } from './problems.ts'
import { protect } from './protection.ts'
import { localeOf, Sessions } from './session.ts'
import { siteRoutes } from './site.ts'

export interface WebSettings {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  /** Where people reach it from outside, without a closing slash. */
  readonly publicUrl: string | null
  readonly accessToken: string | null
  readonly adminToken: string | null
  /** Origins of other sites whose pages may use the API. */
  readonly allowedOrigins: readonly string[]
  /** Nothing is paid: the page says so. */
  readonly rehearsal: boolean
  /** Signs the links to the player page. */
  readonly linkSecret: string
  /** For how long finished videos are kept. */
  readonly retentionDays: number
}

export interface WebDependencies {
  readonly commands: VideoCommands
  readonly log: Log
  readonly clock: Clock
  /** What /readyz asks. */
  readonly checks: Checks
  readonly mounts: readonly Mount[]
  readonly page: Page
  /** What /metrics answers; left out for no such route. */
  readonly metrics?: Exposition
}

const bodyBytes = 128 * 1024
/** Against connections that are kept busy by sending next to nothing. */
const headerMilliseconds = 15_000
const requestMilliseconds = 120_000
const idleMilliseconds = 120_000

/** The whole HTTP front end, ready but not listening. */
export async function buildServer(settings: WebSettings, dependencies: WebDependencies): Promise<FastifyInstance> {
  const { commands, clock, log } = dependencies
  const secure = settings.publicUrl?.startsWith('https:') ?? false
  const app = Fastify({
    logger: false,
    bodyLimit: bodyBytes,
    connectionTimeout: idleMilliseconds,
    requestTimeout: requestMilliseconds,
    http: { headersTimeout: headerMilliseconds, connectionsCheckingInterval: 5_000 },
    // Only a proxy in front of us, on this machine or in its private network, may say whom it speaks for.
    trustProxy: settings.publicUrl === null ? false : ['loopback', 'uniquelocal'],
    frameworkErrors: (error, request, reply) => answerError(error, request, reply, log),
    clientErrorHandler: refuseUnreadable,
  })
  // A plain text is none of our bodies, and one that a form of another site can send.
  app.removeContentTypeParser('text/plain')
  app.setValidatorCompiler(validatorCompiler)
  // The compiler holds answers to their schemas; at run time an odd one is better sent than withheld.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, log))
  app.decorateRequest('visitor', null)
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    const milliseconds = Math.round(reply.elapsedTime)
    log.debug({ method: request.method, route, status: reply.statusCode, milliseconds }, 'web request')
  })
  await protect(app, { allowedOrigins: settings.allowedOrigins, secure })
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, async () => {
    throw new HttpProblem('no_route')
  })
  await app.register(mountRoutes, { mounts: dependencies.mounts })

  const sessions = new Sessions({ ...settings, secure }, clock)
  const streams: EventStreams = new EventStreams({
    commands,
    clock,
    present: (operation, viewer) => presentOperation(operation, viewer, commands, clock),
  })
  app.addHook('preClose', async () => streams.close())
  const { rehearsal, linkSecret, publicUrl, retentionDays } = settings
  const api: ApiOptions = { commands, clock, streams, rehearsal, linkSecret, publicUrl, retentionDays }
  const { checks, page, metrics } = dependencies
  await app.register(siteRoutes, { api, sessions, guard: settings, checks, page, log, ...(metrics && { metrics }) })
  await app.ready()
  return app
}

function answerError(thrown: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): void {
  const { status, headers, body } = answerOf(thrown, localeOf(request.headers['accept-language']))
  if (status >= 500) {
    const error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
    log.error({ route: request.routeOptions.url ?? 'none', code: body.code, error }, 'a request failed')
  }
  // Set on the message itself, as no schema of a route describes this body.
  reply.code(status).headers(headers).type('application/problem+json').serializer(JSON.stringify).send(body)
}

/** What is no HTTP, or too slow or too large a head: there is no request yet that could be answered in the usual way. */
function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { status, body } = answerOf(new HttpProblem('malformed'), 'en')
  const text = JSON.stringify(body)
  const head = [
    `HTTP/1.1 ${status} Bad Request`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`)
}
