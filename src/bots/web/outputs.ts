import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { VideoError } from '../../core/errors.ts'
import type { VideoCommands } from '../../core/ports/commands.ts'
import { HttpProblem } from './problems.ts'
import { visitorOf } from './session.ts'

/** GET and HEAD /outputs/:file: a finished video or its poster, whole or one range of it. */
export const outputRoutes: FastifyPluginAsyncZod<{ commands: VideoCommands }> = async (app, { commands }) => {
  const schema = {
    tags: ['videos'],
    summary: 'A finished video or its poster',
    params: z.object({ file: z.string() }),
    querystring: z.object({ download: z.enum(['0', '1']).optional() }),
  }
  app.route({
    method: ['GET', 'HEAD'],
    url: '/outputs/:file',
    compress: false,
    schema,
    handler: async (request, reply) => {
      const { file } = request.params
      await checkVisible(file, commands, request)
      return sendOutput(file, request.query.download === '1', commands, request, reply)
    },
  })
}

/** Answers with a kept file, whole or one range of it. Whether it may be seen has been asked before. */
export async function sendOutput(
  name: string,
  download: boolean,
  commands: VideoCommands,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const file = await commands.openFile(name)
  const etag = `"${file.modifiedAt.toString(36)}-${file.bytes.toString(36)}"`
  reply
    .header('accept-ranges', 'bytes')
    .header('etag', etag)
    .header('last-modified', new Date(file.modifiedAt).toUTCString())
    // Asked again each time, so that a removed video does not live on in caches.
    .header('cache-control', 'private, no-cache')
    .header('content-disposition', `${download ? 'attachment' : 'inline'}; filename="${name}"`)
  if (matches(request.headers['if-none-match'], etag)) return reply.code(304).send()
  reply.header('content-type', file.mimeType)
  const range = rangeOf(request, etag, file.bytes)
  const length = range ? range.end - range.start + 1 : file.bytes
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${file.bytes}`)
  reply.header('content-length', length)
  if (request.method === 'HEAD' || length === 0) return reply.send()
  return reply.send(Readable.from(range ? file.stream(range) : file.stream(), { objectMode: false }))
}

/** Throws `not_found` unless the name is that of a file of an Operation which the visitor may see. */
async function checkVisible(name: string, commands: VideoCommands, request: FastifyRequest): Promise<void> {
  const id = /^gen_video_([\w-]{1,64})\.(?:mp4|jpg)$/.exec(name)?.[1]
  if (id === undefined) throw new VideoError('not_found', 'not the name of an output')
  const operation = await commands.get(id, visitorOf(request).person)
  if (operation.videoFile !== name && operation.posterFile !== name)
    throw new VideoError('not_found', 'not a file of this Operation')
}

function matches(header: string | undefined, etag: string): boolean {
  return (header ?? '').split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === etag)
}

/**
 * The one range asked for (RFC 9110, 14.2), inclusive; null for the whole file, which several ranges, another unit and an
 * outdated If-Range get too. Throws 416 where the file is shorter.
 */
function rangeOf(request: FastifyRequest, etag: string, bytes: number): { start: number; end: number } | null {
  const condition = request.headers['if-range']
  if (condition !== undefined && condition !== etag) return null
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '') ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return null
  const start = first === '' ? Math.max(0, bytes - Number(last)) : Number(first)
  const end = first === '' || last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return null
  if (start > end || start >= bytes) throw new HttpProblem('bad_range', {}, { 'content-range': `bytes */${bytes}` })
  return { start, end }
}
