import type { MultipartFile } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { type Problem, VideoError } from '../../core/errors.ts'
import type { VideoCommands } from '../../core/ports/commands.ts'
import { maxReferences, type SavedImage } from '../../core/request.ts'
import type { TakenImages } from './input.ts'
import { HttpProblem, misfit, unknownField } from './problems.ts'
import { type GenerateBody, generateBody } from './schemas.ts'

/** Limits of a multipart request, in bytes and parts. */
export const uploadLimits = {
  fileSize: 20 * 1024 * 1024,
  files: 2 + maxReferences,
  fields: 16,
  parts: 24,
  fieldSize: 32 * 1024,
  fieldNameSize: 100,
  headerPairs: 20,
} as const

const maxUploadBytes = uploadLimits.files * uploadLimits.fileSize + uploadLimits.parts * uploadLimits.fieldSize
const allowedCount: Readonly<Record<string, number>> = { image: 1, last_frame: 1, reference: maxReferences }

/**
 * Reads a multipart request part by part. Images stream into core as they come; what is refused afterwards leaves them to
 * the sweep of files that no Operation owns. Throws `invalid_request`, `bad_image`, `too_large` or `malformed`.
 */
export async function takeUpload(
  request: FastifyRequest,
  commands: VideoCommands,
): Promise<{ body: GenerateBody; images: TakenImages }> {
  if (Number(request.headers['content-length'] ?? 0) > maxUploadBytes) throw new HttpProblem('too_large')
  try {
    return await takeParts(request, commands)
  } catch (thrown) {
    // What still comes in is read and dropped, so that the answer is not lost in a reset connection.
    request.raw.unpipe()
    request.raw.resume()
    throw thrown
  }
}

async function takeParts(request: FastifyRequest, commands: VideoCommands) {
  const fields: Record<string, unknown> = {}
  const images = new Map<string, SavedImage[]>()
  const parts = request.parts()
  for (;;) {
    const { done, value: part } = await parts.next().catch(unreadable)
    if (done) break
    if (part.type === 'field') {
      if (part.valueTruncated || part.fieldnameTruncated) throw new HttpProblem('too_large')
      if (Object.hasOwn(fields, part.fieldname)) throw refused({ ...unknownField(part.fieldname), rule: 'malformed' })
      fields[part.fieldname] = part.value
    } else if (!part.filename) part.file.resume()
    else {
      const taken = roomFor(part.fieldname, images)
      taken.push(await takeImage(part, commands))
    }
  }
  const parsed = generateBody.safeParse(fields)
  if (!parsed.success) throw misfit(parsed.error.issues)
  return {
    body: parsed.data,
    images: {
      image: images.get('image')?.[0] ?? null,
      last_frame: images.get('last_frame')?.[0] ?? null,
      reference: images.get('reference') ?? [],
    },
  }
}

function roomFor(name: string, images: Map<string, SavedImage[]>): SavedImage[] {
  const limit = Object.hasOwn(allowedCount, name) ? allowedCount[name] : undefined
  if (limit === undefined) throw refused(unknownField(name))
  const taken = images.get(name) ?? []
  if (taken.length >= limit) throw refused({ field: name, given: '', accepted: [String(limit)], rule: 'too_many' })
  images.set(name, taken)
  return taken
}

function refused(problem: Problem): VideoError {
  return new VideoError('invalid_request', 'multipart request refused', { problems: [problem] })
}

/** Core's verdict on the image, but what went wrong with the request itself goes first. */
async function takeImage(part: MultipartFile, commands: VideoCommands): Promise<SavedImage> {
  let broken: HttpProblem | null = null
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      yield* part.file
    } catch (thrown) {
      broken = problemOf(thrown)
      throw broken
    }
    if (!part.file.truncated) return
    broken = new HttpProblem('too_large')
    throw broken
  }
  try {
    return await commands.takeImage(bytes())
  } catch (thrown) {
    throw broken ?? thrown
  }
}

function unreadable(thrown: unknown): never {
  throw problemOf(thrown)
}

function problemOf(thrown: unknown): HttpProblem {
  const { statusCode } = thrown as { statusCode?: unknown }
  return new HttpProblem(statusCode === 413 ? 'too_large' : 'malformed')
}
