import type { FastifyPluginAsync } from 'fastify'
import type { Log } from '../../core/ports/machine.ts'
import { actionRoutes } from './actions.ts'
import { adminRoutes } from './admin.ts'
import type { ApiOptions } from './answers.ts'
import type { Page } from './built-page.ts'
import { document } from './documentation.ts'
import { generateRoutes } from './generate.ts'
import { checkHost, checkOrigin, type GuardSettings } from './guard.ts'
import { type Checks, healthRoutes } from './health.ts'
import { refuseOtherMethods } from './methods.ts'
import { type Exposition, metricsRoutes } from './metrics.ts'
import { outputRoutes } from './outputs.ts'
import { pageRoutes } from './page-routes.ts'
import { peopleRoutes } from './people.ts'
import { readRoutes } from './routes.ts'
import type { Sessions } from './session.ts'
import { sessionRoutes } from './sign-in.ts'
import { watchRoutes } from './watch.ts'

interface SiteOptions {
  readonly api: ApiOptions
  readonly sessions: Sessions
  readonly guard: GuardSettings
  readonly checks: Checks
  readonly page: Page
  /** Left out where nothing is counted. */
  readonly metrics?: Exposition
  readonly log: Log
}

/** Everything that people and their programs reach: page, documentation, health, sign-in and API. */
export const siteRoutes: FastifyPluginAsync<SiteOptions> = async (app, options) => {
  const others = refuseOtherMethods(app)
  app.addHook('onRequest', async (request) => checkHost(request, options.guard))
  await document(app)
  await app.register(healthRoutes, { checks: options.checks, log: options.log })
  if (options.metrics) await app.register(metricsRoutes, { metrics: options.metrics, sessions: options.sessions })
  await app.register(visitRoutes, options)
  await app.register(watchRoutes, options.api)
  await app.register(signInRoutes, { ...options, prefix: '/api/session' })
  await app.register(memberRoutes, options)
  others.seal()
}

/** Whoever opens the page has a session from then on, where nobody has to sign in. */
const visitRoutes: FastifyPluginAsync<SiteOptions> = async (app, { sessions, page }) => {
  app.addHook('preParsing', async (request, reply) => {
    if (!sessions.signInRequired) sessions.identify(request, reply)
  })
  await app.register(pageRoutes, { page })
}

const signInRoutes: FastifyPluginAsync<SiteOptions> = async (app, { sessions, guard, api }) => {
  app.addHook('preParsing', async (request) => checkOrigin(request, guard))
  await app.register(sessionRoutes, { sessions, rehearsal: api.rehearsal })
}

/** What only somebody known may use. */
const memberRoutes: FastifyPluginAsync<SiteOptions> = async (app, { sessions, guard, api }) => {
  // After the rate limit, which counts at onRequest, so that nobody guesses tokens at full speed.
  app.addHook('preParsing', async (request, reply) => {
    request.visitor = sessions.identify(request, reply)
    if (request.visitor.proof !== 'bearer') checkOrigin(request, guard)
  })
  await app.register(generateRoutes, { ...api, prefix: '/api/video_chat' })
  await app.register(readRoutes, { ...api, prefix: '/api/video_chat' })
  await app.register(actionRoutes, { ...api, prefix: '/api/video_chat' })
  await app.register(peopleRoutes, { ...api, prefix: '/api/video_chat' })
  await app.register(adminRoutes, { ...api, prefix: '/api/admin' })
  await app.register(outputRoutes, { commands: api.commands })
}
