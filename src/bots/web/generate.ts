import multipart from '@fastify/multipart'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { SavedImage } from '../../core/request.ts'
import { checkAsks } from '../small-talk.ts'
import { type ApiOptions, answerAccepted, checkId, costly } from './answers.ts'
import { checkSameRequest, eventIdOf } from './idempotency.ts'
import { inputOf, isPrivate, type TakenImages } from './input.ts'
import { presentQuote } from './present.ts'
import { HttpProblem } from './problems.ts'
import { type GenerateBody, generateBody, operationBody, quoteAsked, quoteBody, uploadBody } from './schemas.ts'
import { visitorOf } from './session.ts'
import { takeUpload, uploadLimits } from './uploads.ts'

const tags = ['videos']
const response = { 200: operationBody, 202: operationBody }

/** A picture that is only told of, for a price. */
const promised: SavedImage = { kind: 'saved', file: '', mimeType: 'image/png', width: 0, height: 0 }

/** Asking for videos, in the seed's two ways, and for the price beforehand. */
export const generateRoutes: FastifyPluginAsyncZod<ApiOptions> = async (app, options) => {
  app.post(
    '/generate',
    { config: costly, schema: { tags, summary: 'Ask for a video', body: generateBody, response } },
    (request, reply) => submit(request.body, null, request, reply, options),
  )

  app.post(
    '/quote',
    { schema: { tags, summary: 'Check and price, nothing else', body: quoteAsked, response: { 200: quoteBody } } },
    async (request) => {
      const { images = {}, rerun, ...body } = request.body
      const { person } = visitorOf(request)
      const { commands } = options
      const input = inputOf(body, {
        image: images.first_frame ? promised : null,
        last_frame: images.last_frame ? promised : null,
        reference: Array.from({ length: images.references ?? 0 }, () => promised),
      })
      const quote = rerun
        ? commands.quoteRerun(rerun.relation, checkId(rerun.operation_id), { person, input })
        : commands.quote(input, person)
      return presentQuote(await quote)
    },
  )

  await app.register(uploadRoutes, { ...options, prefix: '' })
}

/** In a scope of its own, so that all other routes refuse multipart, and this one everything else. */
const uploadRoutes: FastifyPluginAsyncZod<ApiOptions> = async (app, options) => {
  const refusal = () => new HttpProblem('unsupported_media_type', { accepted: 'multipart/form-data' })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(refusal()))
  await app.register(multipart, { limits: uploadLimits, throwFileSizeLimit: false })
  const schema = {
    tags,
    summary: 'Ask for a video that begins with an image',
    consumes: ['multipart/form-data'],
    body: uploadBody,
    response,
  }
  // The parts are checked as they come in; the schema is for the documentation.
  const validatorCompiler = () => (value: unknown) => ({ value })
  app.post('/generate_with_image', { config: costly, schema, validatorCompiler }, async (request, reply) => {
    if (!request.isMultipart()) throw refusal()
    const { body, images } = await takeUpload(request, options.commands)
    return submit(body, images, request, reply, options)
  })
}

async function submit(
  body: GenerateBody,
  images: TakenImages | null,
  request: FastifyRequest,
  reply: FastifyReply,
  options: ApiOptions,
) {
  const { person } = visitorOf(request)
  const input = inputOf(body, images)
  checkAsks(input.prompt ?? '')
  const made = await options.commands.submit({
    eventId: eventIdOf(request),
    person,
    thread: person.id,
    private: isPrivate(body),
    input,
  })
  if (!made.created && made.operation.parentId !== null) throw new HttpProblem('same_key')
  checkSameRequest(made, input, body.private === undefined ? undefined : isPrivate(body))
  return answerAccepted(made, person, reply, options)
}
