import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { createJsonSchemaTransform } from 'fastify-type-provider-zod'
import { problemBody } from './schemas.ts'

const transform = createJsonSchemaTransform({ skipList: [] })
const problems = {
  default: { description: 'What went wrong', content: { 'application/problem+json': { schema: problemBody } } },
}

/** Collects the routes that follow into an OpenAPI 3 document at /docs/json, with a page to try them at /docs. */
export async function document(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Dailies',
        description:
          'Ask for videos and follow them. Errors are application/problem+json. Give a POST that makes a video an `Idempotency-Key`: repeated, it is the same video; with another content it is refused with 422.',
        version: '1',
      },
      components: {
        securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      },
      security: [{}, { token: [] }],
    },
    transform: (route) => {
      if (!route.schema || route.schema.hide) return transform(route)
      const schema = { ...route.schema, response: { ...problems, ...(route.schema.response as object | undefined) } }
      return transform({ ...route, schema })
    },
  })
  await app.register(swaggerUi, { routePrefix: '/docs', uiConfig: { validatorUrl: null }, theme: { title: 'Dailies' } })
}
