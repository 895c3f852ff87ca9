import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { type Operation, relations } from '../../core/operation.ts'
import type { Person, VideoCommands } from '../../core/ports/commands.ts'
import { type ApiOptions, answerAccepted, checkId, costly, show } from './answers.ts'
import { checkSameRequest, eventIdOf } from './idempotency.ts'
import { inputOf } from './input.ts'
import { HttpProblem } from './problems.ts'
import { generateBody, operationBody, operationParams } from './schemas.ts'
import { visitorOf } from './session.ts'

type Step = (commands: VideoCommands, id: string, person: Person) => Promise<Operation>

/** What changes an Operation itself; core says who may. */
const steps: Readonly<Record<string, Step>> = {
  cancel: (commands, id, person) => commands.cancel(id, person),
  look_again: (commands, id, person) => commands.lookAgain(id, person),
  approve: (commands, id, admin) => commands.decide(id, 'approve', admin),
  decline: (commands, id, admin) => commands.decide(id, 'decline', admin),
  deliver_again: (commands, id, admin) => commands.deliverAgain(id, admin),
}

const tags = ['actions']

/** POST /operations/:id/<action>: the buttons of the chat platforms. */
export const actionRoutes: FastifyPluginAsyncZod<ApiOptions> = async (app, options) => {
  const { commands } = options

  for (const [name, step] of Object.entries(steps)) {
    const schema = { tags, summary: name, params: operationParams, response: { 200: operationBody } }
    app.post(`/operations/:id/${name}`, { schema }, async (request) => {
      const { person } = visitorOf(request)
      return show(await step(commands, checkId(request.params.id), person), person, options)
    })
  }

  for (const relation of relations) {
    const schema = {
      tags,
      summary: `${relation}: a new video out of an earlier one`,
      params: operationParams,
      body: generateBody.nullish(),
      response: { 200: operationBody, 202: operationBody },
    }
    app.post(`/operations/:id/${relation}`, { config: costly, schema }, async (request, reply) => {
      const { person } = visitorOf(request)
      const eventId = eventIdOf(request)
      const id = checkId(request.params.id)
      const input = inputOf(request.body ?? {})
      const made = await commands.rerun(relation, id, { eventId, person, thread: person.id, input })
      // An Operation that was given up and is tried again is itself looked at once more, so it has another event id.
      if (!made.created && made.operation.eventId === eventId) {
        if (made.operation.parentId !== id || made.operation.relation !== relation) throw new HttpProblem('same_key')
        checkSameRequest(made, input)
      }
      return answerAccepted(made, person, reply, options)
    })
  }
}
