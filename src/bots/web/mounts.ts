import type { FastifyPluginAsync } from 'fastify'
import type { Mount } from '../bot.ts'

/** Serves the mounts. Most prove by signatures who asks, so sessions, origins and rate limits are not theirs. */
export const mountRoutes: FastifyPluginAsync<{ mounts: readonly Mount[] }> = async (app, { mounts }) => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  for (const mount of mounts) {
    const config = mount.open ? {} : { rateLimit: false as const }
    app.all(mount.path, { config, schema: { hide: true } }, async (request, reply) => {
      reply.hijack()
      await mount.handler(request.raw, reply.raw)
    })
  }
}
