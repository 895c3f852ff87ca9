import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import { VideoError } from '../../core/errors.ts'
import { keptUntil } from '../../core/operation.ts'
import type { OperationFilter, Person } from '../../core/ports/commands.ts'
import { describeHistory } from '../../core/wording.ts'
import { linkMilliseconds, signedLink } from '../links.ts'
import { type ApiOptions, checkId, show } from './answers.ts'
import { presentModel, presentStatistics } from './present.ts'
import {
  eventsQuery,
  historyBody,
  linkBody,
  listBody,
  listQuery,
  modelsBody,
  operationBody,
  operationParams,
  statisticsBody,
  statusBody,
} from './schemas.ts'
import { visitorOf } from './session.ts'

const tags = ['videos']

/** Looking at videos, models and figures, and taking videos away. */
export const readRoutes: FastifyPluginAsyncZod<ApiOptions> = async (app, options) => {
  const { commands } = options
  const one = { tags, params: operationParams, response: { 200: operationBody } }

  app.post(
    '/status',
    { schema: { tags, summary: 'How far a video is', body: statusBody, response: { 200: operationBody } } },
    async (request) => {
      const { person } = visitorOf(request)
      return show(await commands.get(checkId(request.body.operation_id), person), person, options)
    },
  )

  app.get(
    '/operations',
    { schema: { tags, summary: 'Videos, newest first', querystring: listQuery, response: { 200: listBody } } },
    async (request) => {
      const { person } = visitorOf(request)
      const { cursor, limit } = request.query
      const page = await commands.list(filterOf(request.query, person), person, cursor ?? null, limit)
      const operations = await Promise.all(page.operations.map((operation) => show(operation, person, options)))
      return { operations, next_cursor: page.next }
    },
  )

  app.get('/operations/:id', { schema: { ...one, summary: 'One video' } }, async (request) => {
    const { person } = visitorOf(request)
    return show(await commands.get(checkId(request.params.id), person), person, options)
  })

  app.delete(
    '/operations/:id',
    { schema: { ...one, summary: 'Take away its files, prompt and names; the row stays' } },
    async (request) => {
      const { person } = visitorOf(request)
      return show(await commands.remove(checkId(request.params.id), person), person, options)
    },
  )

  app.get(
    '/operations/:id/history',
    { schema: { tags, summary: 'What happened to it', params: operationParams, response: { 200: historyBody } } },
    async (request) => {
      const { person } = visitorOf(request)
      const entries = await commands.history(checkId(request.params.id), person)
      const shown = entries.map((entry) => ({
        ...entry,
        at: new Date(entry.at).toISOString(),
        text: describeHistory(entry, person.locale),
      }))
      return { history: shown }
    },
  )

  app.post(
    '/operations/:id/link',
    {
      schema: {
        tags,
        summary:
          'A signed address of its player page, for those who cannot sign in; holds for a week, or as long as the file is kept',
        params: operationParams,
        response: { 200: linkBody },
      },
    },
    async (request) => {
      const operation = await commands.get(checkId(request.params.id), visitorOf(request).person)
      if (operation.status !== 'completed') throw new VideoError('not_now', 'there is nothing to watch yet')
      const now = options.clock.now()
      const expiresAt = now + linkMilliseconds
      const fileUntil = keptUntil(operation, options.retentionDays) ?? expiresAt
      const origin = options.publicUrl ?? `${request.protocol}://${request.host}`
      const url = signedLink(origin, options.linkSecret, operation.id, expiresAt)
      return { url, expires_at: new Date(Math.min(expiresAt, fileUntil)).toISOString() }
    },
  )

  app.get(
    '/events',
    {
      compress: false,
      exposeHeadRoute: false,
      schema: {
        tags,
        summary: 'Changes, as server-sent events named `operation`; `heartbeat` every 15 seconds',
        querystring: eventsQuery,
      },
    },
    (request, reply) => {
      const id = request.query.operation_id
      return options.streams.answer(request, reply, visitorOf(request).person, id === undefined ? null : checkId(id))
    },
  )

  app.get(
    '/models',
    { schema: { tags, summary: 'What can be asked for, and its price', response: { 200: modelsBody } } },
    async (request) => {
      const offers = await commands.offers(visitorOf(request).person)
      return { models: offers.map(presentModel), rehearsal: options.rehearsal }
    },
  )

  app.get(
    '/stats',
    { schema: { tags, summary: 'Figures of this installation', response: { 200: statisticsBody } } },
    async (request) => presentStatistics(await commands.statistics(visitorOf(request).person)),
  )
}

function filterOf(query: z.output<typeof listQuery>, person: Person): OperationFilter {
  const { status, requester, model, charge, hold, removed, since, search } = query
  return {
    ...(status === undefined ? {} : { status }),
    ...(requester === undefined ? {} : { requester: requester === 'me' ? person.id : requester }),
    ...(model === undefined ? {} : { model }),
    ...(charge === undefined ? {} : { charge }),
    ...(hold === undefined ? {} : { hold }),
    ...(removed === undefined ? {} : { removed: false as const }),
    ...(since === undefined ? {} : { since: Date.parse(since) }),
    ...(search === undefined ? {} : { search }),
  }
}
