import type { FastifyInstance } from 'fastify'
import { HttpProblem } from './problems.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** Swagger UI declares its routes twice over. */
const documentation = '/docs'

/** Answers 405 with Allow, instead of 404, where an address of the routes that follow is asked with another method. */
export function refuseOtherMethods(app: FastifyInstance): { seal(): void } {
  const known = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const taken = known.get(url) ?? new Set<string>()
    for (const each of [method].flat()) taken.add(each)
    known.set(url, taken)
  })
  return {
    seal() {
      for (const [url, taken] of [...known]) {
        const allowed = [...taken].sort().join(', ')
        const others = methods.filter((each) => !taken.has(each))
        if (others.length === 0 || url.includes('*') || url.startsWith(documentation)) continue
        app.route({
          method: others,
          url,
          schema: { hide: true },
          onRequest: async () => {
            throw new HttpProblem('method_not_allowed', { allowed }, { allow: allowed })
          },
          handler: async () => undefined,
        })
      }
    },
  }
}
