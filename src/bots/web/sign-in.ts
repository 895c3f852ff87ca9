import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Person } from '../../core/ports/commands.ts'
import { HttpProblem } from './problems.ts'
import { sessionBody, signInBody } from './schemas.ts'
import type { Sessions } from './session.ts'

interface SignInOptions {
  readonly sessions: Sessions
  readonly rehearsal: boolean
}

const tags = ['session']
const attemptsAMinute = { rateLimit: { max: 10, timeWindow: 60_000 } }

/** Signing in and out, under /api/session; GET also gives a first session where nobody has to sign in. */
export const sessionRoutes: FastifyPluginAsyncZod<SignInOptions> = async (app, { sessions, rehearsal }) => {
  const describe = (person: Person | null) => ({
    signed_in: person !== null,
    sign_in_required: sessions.signInRequired,
    admin: person?.admin ?? false,
    requester: person?.id ?? null,
    rehearsal,
  })
  const response = { 200: sessionBody }

  app.get('', { schema: { tags, summary: 'Who asks', response } }, async (request, reply) => {
    try {
      return describe(sessions.identify(request, reply).person)
    } catch (thrown) {
      if (thrown instanceof HttpProblem && thrown.code === 'unauthorized') return describe(null)
      throw thrown
    }
  })

  app.post(
    '',
    { config: attemptsAMinute, schema: { tags, summary: 'Sign in with a token', body: signInBody, response } },
    async (request, reply) => describe(sessions.signIn(request.body.token, request, reply)),
  )

  app.delete('', { schema: { tags, summary: 'Sign out', response } }, async (_request, reply) => {
    sessions.signOut(reply)
    return describe(null)
  })
}
