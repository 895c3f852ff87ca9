import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Accepted } from '../../core/ports/commands.ts'
import type { VideoRequestInput } from '../../core/request.ts'
import { HttpProblem } from './problems.ts'
import { visitorOf } from './session.ts'

/**
 * The event id of a request: the visitor's session with the Idempotency-Key, so that nobody meets another's key, or with a
 * random one. A key may stand in quotes, as the IETF's draft writes it. Throws `bad_key`.
 */
export function eventIdOf(request: FastifyRequest): string {
  const { person, proof } = visitorOf(request)
  const given = request.headers['idempotency-key']
  if (given === undefined) return `${person.id}:${randomUUID()}`
  const key = /^"?([\w.:-]{1,128})"?$/.exec(String(given))?.[1]
  if (key === undefined) throw new HttpProblem('bad_key')
  // A program that keeps no cookies is somebody new at each request; its key must find the same Operation all the same.
  const owner = proof === 'new' ? 'web:anyone' : person.id
  // A random id is never told, but a key that looks like one must not meet it either.
  return `${owner}:key:${key}`
}

/**
 * Whether a repeated key came with the same request: 422 otherwise, as the IETF's draft has it. Compared is what was given
 * then and now, not the bytes, so it holds across restarts; images only by their number.
 */
export function checkSameRequest({ operation, created }: Accepted, input: VideoRequestInput): void {
  if (created || operation.removedAt !== null) return
  const { request } = operation
  const pairs: readonly (readonly [unknown, unknown])[] = [
    [input.prompt, request.prompt],
    [input.aspectRatio, request.aspectRatio],
    [input.resolution, request.draft?.resolution ?? request.resolution],
    [input.durationSeconds, request.durationSeconds],
    [input.negativePrompt, request.negativePrompt],
    [input.seed, request.seed],
    [input.personGeneration, request.personGeneration],
  ]
  const differs = pairs.some(([now, then]) => given(now) !== '' && plain(now) !== plain(then))
  const images =
    Boolean(input.firstFrame) !== (request.firstFrame !== null) ||
    Boolean(input.lastFrame) !== (request.lastFrame !== null) ||
    (input.references?.length ?? 0) !== request.references.length
  if (differs || (operation.relation === null && images)) throw new HttpProblem('same_key')
}

function given(value: unknown): string {
  return value === undefined || value === null ? '' : String(value).trim()
}

/** `8`, `8s` and 8 are the same, as core takes them. */
function plain(value: unknown): string {
  return given(value)
    .toLowerCase()
    .replace(/^(\d+)\s*s$/, '$1')
}
