import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { VideoError } from '../../core/errors.ts'
import { type Settings, settingsShape } from '../../core/settings.ts'
import type { ApiOptions } from './answers.ts'
import { bookRoutes } from './books.ts'
import { scopeQuery, settingsBody, settingsChange } from './schemas.ts'
import { visitorOf } from './session.ts'

const tags = ['admin']
const response = { 200: settingsBody }

/** What only admins may, under /api/admin. */
export const adminRoutes: FastifyPluginAsyncZod<ApiOptions> = async (app, options) => {
  const { commands } = options
  app.addHook('preValidation', async (request) => {
    if (!visitorOf(request).person.admin) throw new VideoError('forbidden', 'not an admin')
  })

  await app.register(bookRoutes, { ...options, prefix: '' })

  app.get(
    '/settings',
    { schema: { tags, summary: 'What is in force in a scope', querystring: scopeQuery, response } },
    async (request) => ({ scope: request.query.scope, settings: snake(await commands.settings(request.query.scope)) }),
  )

  app.put(
    '/settings',
    {
      schema: {
        tags,
        summary: 'Change some of a scope’s settings; `reset` names those that the wider scope decides again',
        querystring: scopeQuery,
        body: settingsChange,
        response,
      },
    },
    async (request) => {
      const { scope } = request.query
      const { reset = [], settings } = request.body
      const change = { ...camel(settings), ...Object.fromEntries(reset.map((name) => [camelName(name), undefined])) }
      await commands.changeSettings(scope, change, visitorOf(request).person)
      return { scope, settings: snake(await commands.settings(scope)) }
    },
  )

  for (const [name, paused] of [
    ['pause', true],
    ['resume', false],
  ] as const) {
    app.post(`/${name}`, { schema: { tags, summary: `${name} new videos`, response } }, async (request) => {
      await commands.pause(paused, visitorOf(request).person)
      return { scope: 'installation', settings: snake(await commands.settings('installation')) }
    })
  }
}

/** Only the names of settings change their style; role and person ids under them stay as they are. */
function snake(settings: Settings): Record<string, unknown> {
  const entries = Object.entries(settings).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries.map(([name, value]) => [snakeName(name), value]))
}

function camel(settings: Readonly<Record<string, unknown>>): Settings {
  const entries = Object.entries(settings).map(([name, value]) => [camelName(name), value])
  const parsed = settingsShape.strict().safeParse(Object.fromEntries(entries))
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.flatMap((issue) => {
    const fields = issue.code === 'unrecognized_keys' ? issue.keys : [String(issue.path[0] ?? 'settings')]
    return fields.map((field) => ({ field: snakeName(field), given: '', accepted: [], rule: 'malformed' as const }))
  })
  throw new VideoError('invalid_request', 'bad settings', { problems })
}

function snakeName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function camelName(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
