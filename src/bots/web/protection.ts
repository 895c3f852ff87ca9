import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import { HttpProblem } from './problems.ts'

/** Requests a minute of one client, by address. */
const requestsAMinute = 1_200

/** Nothing inline, nothing from elsewhere; `data:` and `blob:` are previews of what the person chose. */
export const contentSecurityPolicy = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'media-src': ["'self'", 'blob:'],
  'font-src': ["'self'"],
  'connect-src': ["'self'"],
  'form-action': ["'self'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
}

interface ProtectionSettings {
  readonly allowedOrigins: readonly string[]
  /** Reached over https only. */
  readonly secure: boolean
}

/** Headers, limits and compression for every route there will be. */
export async function protect(app: FastifyInstance, settings: ProtectionSettings): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: contentSecurityPolicy },
    strictTransportSecurity: settings.secure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    // Not `no-referrer`: browsers then send `Origin: null` with a form of our own page.
    referrerPolicy: { policy: 'same-origin' },
  })
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('x-robots-tag', 'noindex, nofollow')
  })
  if (settings.allowedOrigins.length > 0) {
    await app.register(cors, {
      origin: [...settings.allowedOrigins],
      credentials: true,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
      exposedHeaders: ['location', 'retry-after', 'etag', 'content-range', 'accept-ranges'],
      maxAge: 600,
    })
  }
  await app.register(rateLimit, {
    max: requestsAMinute,
    timeWindow: 60_000,
    errorResponseBuilder: (_request, { ttl }) => new HttpProblem('rate_limited', { seconds: Math.ceil(ttl / 1000) }),
  })
  await app.register(cookie)
  await app.register(compress, { encodings: ['br', 'gzip', 'deflate', 'identity'], globalDecompression: false })
}
