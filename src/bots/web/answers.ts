import type { FastifyReply } from 'fastify'
import { VideoError } from '../../core/errors.ts'
import type { Operation } from '../../core/operation.ts'
import type { Accepted, Person, VideoCommands } from '../../core/ports/commands.ts'
import type { Clock } from '../../core/ports/machine.ts'
import type { EventStreams } from './events.ts'
import { presentOperation } from './present.ts'
import type { OperationBody } from './schemas.ts'

/** What the routes of the API work with. */
export interface ApiOptions {
  readonly commands: VideoCommands
  readonly clock: Clock
  readonly streams: EventStreams
  readonly rehearsal: boolean
  /** Signs the links to the player page. */
  readonly linkSecret: string
  /** Without a closing slash. */
  readonly publicUrl: string | null
  readonly retentionDays: number
}

/** What a client may send a minute of that which costs money or fills the disk. */
export const costly = { rateLimit: { max: 60, timeWindow: 60_000, groupId: 'costly' } }

/** The Operation as HTTP shows it to this viewer now. */
export function show(operation: Operation, viewer: Person, { commands, clock }: ApiOptions): Promise<OperationBody> {
  return presentOperation(operation, viewer, commands, clock)
}

/** 202 for a new Operation, 200 for one that the same request made before; Location names it either way. */
export async function answerAccepted(accepted: Accepted, viewer: Person, reply: FastifyReply, options: ApiOptions) {
  const body = await show(accepted.operation, viewer, options)
  reply.code(accepted.created ? 202 : 200).header('location', `/api/video_chat/operations/${accepted.operation.id}`)
  return body
}

/** The id of an Operation, if it can be one; throws `not_found`. */
export function checkId(id: string): string {
  if (!/^[\w-]{1,64}$/.test(id)) throw new VideoError('not_found', 'not the id of an Operation')
  return id
}
