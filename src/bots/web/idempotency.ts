import { randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { findModel } from '../../core/models.ts'
import type { Accepted } from '../../core/ports/commands.ts'
import { askedOf, isNamed, type VideoRequestInput } from '../../core/request.ts'
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
 * Whether a repeated key came with the same request: 422 otherwise, as the IETF's draft has it. Compared is what is given
 * now with what was made of it then, as core reads both, so it holds across restarts; images only by their number. Whether it
 * is private is compared where `hidden` says it.
 */
export function checkSameRequest({ operation, created }: Accepted, input: VideoRequestInput, hidden?: boolean): void {
  if (created || operation.removedAt !== null) return
  const { request } = operation
  const asked = askedOf(input)
  if (!asked) throw new HttpProblem('same_key')
  const { model, resolution } = request.draft ?? request
  const pairs: readonly (readonly [unknown, unknown])[] = [
    [asked.prompt, request.prompt],
    [asked.aspectRatio, request.aspectRatio],
    [asked.resolution?.toLowerCase(), resolution],
    [asked.durationSeconds, request.durationSeconds],
    [asked.negativePrompt, request.negativePrompt],
    [asked.seed, request.seed],
    [asked.personGeneration, request.personGeneration],
    [asked.draft, request.draft !== null],
    [hidden, operation.private],
  ]
  const differs = pairs.some(([now, then]) => now !== undefined && now !== null && now !== then)
  const images =
    Boolean(asked.firstFrame) !== (request.firstFrame !== null) ||
    Boolean(asked.lastFrame) !== (request.lastFrame !== null) ||
    (asked.references?.length ?? 0) !== request.references.length
  if (differs || isAnother(model, asked.model) || (operation.relation === null && images))
    throw new HttpProblem('same_key')
}

/** Whether that names another model than the one with this id; one that is no longer known goes by its id alone. */
function isAnother(id: string, wanted: string | null | undefined): boolean {
  if (!wanted) return false
  const model = findModel(id)
  return model ? !isNamed(model, wanted) : id !== wanted
}
