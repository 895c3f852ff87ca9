import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type ApiOptions, checkId, costly, show } from './answers.ts'
import { presentBudget } from './books.ts'
import { operationBody, operationParams, ownBudgetsBody, suggestionBody } from './schemas.ts'
import { visitorOf } from './session.ts'

const forgottenBody = z.object({
  removed: z.number(),
  running: z.number().meta({ description: 'Still in Google’s hands: removed when they end' }),
  stays: z.number().meta({
    description:
      'Messages of one’s own in Discord or Slack that could not be taken away or emptied, as far as known after ten seconds',
  }),
})
const settleBody = z.strictObject({ charged: z.boolean() })

/** What concerns a person's own money and data, and what a person asks for beside videos. */
export const peopleRoutes: FastifyPluginAsyncZod<ApiOptions> = async (app, options) => {
  const { commands } = options

  app.get(
    '/budgets',
    { schema: { tags: ['videos'], summary: 'What is left to spend', response: { 200: ownBudgetsBody } } },
    async (request) => ({ budgets: (await commands.budgets(visitorOf(request).person)).map(presentBudget) }),
  )

  app.post(
    '/forget_me',
    {
      config: costly,
      schema: {
        tags: ['session'],
        summary: 'Take away all prompts, images and videos of whoever asks, and a day later the name',
        response: { 200: forgottenBody },
      },
    },
    async (request) => ({ ...(await commands.forgetMe(visitorOf(request).person)) }),
  )

  app.post(
    '/operations/:id/suggest',
    {
      config: costly,
      schema: {
        tags: ['actions'],
        summary: 'Other words for a prompt that Google refused; nothing is sent with them',
        params: operationParams,
        response: { 200: suggestionBody },
      },
    },
    async (request) => {
      const { prompt, pieces, costMicros } = await commands.suggest(
        checkId(request.params.id),
        visitorOf(request).person,
      )
      return { prompt, pieces: pieces.map((piece) => ({ ...piece })), cost_usd: costMicros / 1_000_000 }
    },
  )

  app.post(
    '/operations/:id/settle',
    {
      schema: {
        tags: ['actions'],
        summary: 'For admins: what is perhaps charged was, or was not',
        params: operationParams,
        body: settleBody,
        response: { 200: operationBody },
      },
    },
    async (request) => {
      const { person } = visitorOf(request)
      const settled = await commands.settle(checkId(request.params.id), request.body.charged, person)
      return show(settled, person, options)
    },
  )
}
