import type { FastifyPluginAsync } from 'fastify'
import { VideoError } from '../../core/errors.ts'
import type { Sessions } from './session.ts'

/** What Prometheus reads. */
export type Exposition = () => Promise<{ readonly contentType: string; readonly text: string }>

interface MetricsOptions {
  readonly metrics: Exposition
  readonly sessions: Sessions
}

/**
 * GET /metrics. It tells what the host spends, so it is for admins: with the admin token, or, where none is set, with the
 * access token; without any token the server listens on this machine only, and so may whoever sits there.
 */
export const metricsRoutes: FastifyPluginAsync<MetricsOptions> = async (app, { metrics, sessions }) => {
  app.get('/metrics', { compress: false }, async (request, reply) => {
    const { person } = sessions.identify(request, reply)
    if (!person.admin && sessions.hasAdmins) throw new VideoError('forbidden', 'not an admin')
    const { contentType, text } = await metrics()
    // Set past the serializer, which makes JSON.
    return reply.type(contentType).serializer(String).send(text)
  })
}
