import type { z } from 'zod'

/** An answer in which Discord says no: HTTP status, JSON error code, message, and the tree of field errors. */
export class Refusal extends Error {
  readonly status: number
  readonly code: number
  readonly fields: unknown

  constructor(status: number, code: number, message: string, fields?: unknown) {
    super(message)
    this.status = status
    this.code = code
    this.fields = fields
  }

  get body(): Record<string, unknown> {
    return { message: this.message, code: this.code, ...(this.fields === undefined ? {} : { errors: this.fields }) }
  }
}

/** Discord's documented JSON error codes, those that the stand-in can answer with. */
export const refusals = {
  unauthorized: () => new Refusal(401, 0, '401: Unauthorized'),
  notFound: () => new Refusal(404, 0, '404: Not Found'),
  unknownChannel: () => new Refusal(404, 10003, 'Unknown Channel'),
  unknownGuild: () => new Refusal(404, 10004, 'Unknown Guild'),
  unknownMember: () => new Refusal(404, 10007, 'Unknown Member'),
  unknownMessage: () => new Refusal(404, 10008, 'Unknown Message'),
  unknownUser: () => new Refusal(404, 10013, 'Unknown User'),
  unknownWebhook: () => new Refusal(404, 10015, 'Unknown Webhook'),
  unknownInteraction: () => new Refusal(404, 10062, 'Unknown interaction'),
  tooLarge: () => new Refusal(413, 40005, 'Request entity too large'),
  alreadyAnswered: () => new Refusal(400, 40060, 'Interaction has already been acknowledged.'),
  missingAccess: () => new Refusal(403, 50001, 'Missing Access'),
  notYourMessage: () => new Refusal(403, 50005, 'Cannot edit a message authored by another user'),
  emptyMessage: () => new Refusal(400, 50006, 'Cannot send an empty message'),
  cannotDm: () => new Refusal(403, 50007, 'Cannot send messages to this user'),
  notForText: () => new Refusal(400, 50008, 'Cannot send messages in a non-text channel'),
  missingPermissions: () => new Refusal(403, 50013, 'Missing Permissions'),
  tokenExpired: () => new Refusal(401, 50027, 'Invalid Webhook Token'),
  archived: () => new Refusal(400, 50083, 'Thread is archived'),
  noHistory: () => new Refusal(400, 160002, 'Cannot reply without permission to read message history'),
  locked: () => new Refusal(400, 160005, 'Thread is locked'),
}

/** `Invalid Form Body` for one field, as Discord nests it: `errors: {embeds: {0: {title: {_errors: [...]}}}}`. */
export function invalid(path: readonly (string | number)[], code: string, message: string): Refusal {
  return new Refusal(400, 50035, 'Invalid Form Body', nest(path, { _errors: [{ code, message }] }))
}

/** The same for everything a schema found. */
function invalidForm(error: z.ZodError): Refusal {
  const issue = error.issues[0]
  return invalid((issue?.path ?? []).map(String), 'BASE_TYPE_BAD', issue?.message ?? 'bad')
}

/** Parses, or refuses as Discord does. */
export function parseForm<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw invalidForm(parsed.error)
  return parsed.data
}

function nest(path: readonly (string | number)[], leaf: unknown): unknown {
  const [first, ...rest] = path
  return first === undefined ? leaf : { [first]: nest(rest, leaf) }
}
