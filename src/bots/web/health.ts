import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Log } from '../../core/ports/machine.ts'

/** What has to work before a request can be served, by name; each rejects where it does not. */
export type Checks = Readonly<Record<string, () => Promise<void>>>

const patienceMilliseconds = 5_000

interface HealthOptions {
  readonly checks: Checks
  readonly log: Log
}

const tags = ['health']
const healthBody = z.object({ status: z.string() })
const readyBody = z.object({ status: z.string(), checks: z.record(z.string(), z.string()) })

/** GET /healthz: the process answers. GET /readyz: what it needs answers too, else 503. */
export const healthRoutes: FastifyPluginAsyncZod<HealthOptions> = async (app, { checks, log }) => {
  let running: ReturnType<typeof runChecks> | null = null

  app.get('/healthz', { schema: { tags, summary: 'Alive', response: { 200: healthBody } } }, async () => ({
    status: 'ok',
  }))

  app.get(
    '/readyz',
    { schema: { tags, summary: 'Ready to work', response: { 200: readyBody, 503: readyBody } } },
    async (_request, reply) => {
      // Asked by many at once, it is checked once.
      running ??= runChecks(checks, log).finally(() => {
        running = null
      })
      const result = await running
      if (!result.ready) reply.code(503)
      return { status: result.ready ? 'ready' : 'not_ready', checks: result.checks }
    },
  )
}

/** Runs all checks at once and says of each `ok` or `failed`; the reason stands in the log only. */
async function runChecks(checks: Checks, log: Log): Promise<{ ready: boolean; checks: Record<string, string> }> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        await withPatience(check())
        return [name, 'ok'] as const
      } catch (thrown) {
        log.warn({ check: name, error: thrown instanceof Error ? thrown.message : String(thrown) }, 'not ready')
        return [name, 'failed'] as const
      }
    }),
  )
  return { ready: results.every(([, result]) => result === 'ok'), checks: Object.fromEntries(results) }
}

async function withPatience(check: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('no answer in time')), patienceMilliseconds)
  try {
    await Promise.race([check, promise])
  } finally {
    clearTimeout(timer)
  }
}
