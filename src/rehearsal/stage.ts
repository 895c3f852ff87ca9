import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { spokenSeconds } from './faults.ts'
import type { FilmOrder } from './film-order.ts'
import { pixels, type RehearsedModel } from './models.ts'
import type { Ending, Operations, RehearsedOperation } from './operations.ts'
import type { Studio } from './studio.ts'

/** A request that passed every check of its service. */
export interface Casting {
  readonly model: RehearsedModel
  readonly name: (id: string) => string
  readonly prompt: string
  readonly resolution: string
  readonly aspectRatio: string
  /** What is paid for; of an extension, what it adds. */
  readonly seconds: number
  /** What is read of what was given: seconds of video, and pictures. */
  readonly given: { readonly seconds: number; readonly pictures: number }
  /** The name of the kept picture, if any. */
  readonly picture: string | null
  readonly seed: number
  readonly sound: boolean
  /** The Operation or the length in seconds of the video that this one lengthens. */
  readonly extends: RehearsedOperation | number | null
  readonly delivery: (id: string) => RehearsedOperation['delivery']
  readonly samples: number
}

/** A finished video's bytes. */
export interface Film {
  readonly bytes: number
  /** Both ends inclusive. */
  read(start: number, end: number): Readable
}

/** Where Operations are begun and films are shown. */
export class Stage {
  readonly operations: Operations
  /** The folder for pictures. */
  readonly folder: string
  readonly #studio: Studio
  readonly #seconds: number
  readonly #video: Uint8Array | null

  constructor(operations: Operations, studio: Studio, folder: string, seconds: number, video: Uint8Array | null) {
    this.operations = operations
    this.folder = folder
    this.#studio = studio
    this.#seconds = seconds
    this.#video = video
  }

  /** Starts an Operation: it is on disk when this resolves, and its film is being rendered. */
  async begin(casting: Casting, ending: Ending): Promise<RehearsedOperation> {
    const id = this.operations.newId()
    const now = Date.now()
    const { sizes, input } = casting.model
    const read = casting.given.seconds * input.second + casting.given.pictures * input.picture
    const price = (sizes[casting.resolution]?.micros ?? 0) * casting.seconds * casting.samples + read
    const operation: RehearsedOperation = {
      id,
      service: casting.model.service,
      model: casting.model.id,
      name: casting.name(id),
      prompt: casting.prompt,
      resolution: casting.resolution,
      aspectRatio: casting.aspectRatio,
      startedAt: now,
      readyAt: now + spokenSeconds(casting.prompt, this.#seconds) * 1000,
      ending,
      film: filmOrder(casting),
      micros: ending.kind === 'video' ? price : 0,
      delivery: casting.delivery(id),
      samples: casting.samples,
      cancelledAt: null,
      deleted: false,
    }
    await this.operations.put(operation)
    // Rendered ahead, so that it is there when the time has come; a failure is told to whoever asks for the film.
    if (ending.kind === 'video' && !this.#video) this.#studio.film(operation.film, false).catch(() => {})
    return operation
  }

  /** The video of a finished Operation, waiting for the renderer if it must. */
  async film(operation: RehearsedOperation): Promise<Film> {
    if (this.#video) return filmOf(this.#video, signature(operation.id))
    const path = await this.#studio.film(operation.film, true)
    const { size } = await stat(path)
    return { bytes: size, read: (start, end) => createReadStream(path, { start, end }) }
  }

  /** Whether `film` would not have to wait. */
  async isRendered(operation: RehearsedOperation): Promise<boolean> {
    return this.#video !== null || (await this.#studio.has(operation.film))
  }

  /** The whole video as base64, as answers carry it. */
  async base64(operation: RehearsedOperation): Promise<string> {
    const film = await this.film(operation)
    const parts: Buffer[] = []
    for await (const part of film.read(0, film.bytes - 1)) parts.push(part)
    return Buffer.concat(parts).toString('base64')
  }
}

/** Two parts as one film, without a copy of the first: many may be served at once. */
const filmOf = (video: Uint8Array, tail: Uint8Array): Film => ({
  bytes: video.length + tail.length,
  read: (start, end) =>
    Readable.from(
      [
        video.subarray(start, end + 1),
        tail.subarray(Math.max(0, start - video.length), Math.max(0, end + 1 - video.length)),
      ].filter(({ length }) => length > 0),
    ),
})

/** An MP4 box that players skip: makes each Operation's copy of one and the same video different. */
function signature(id: string): Buffer {
  const box = Buffer.alloc(8 + id.length)
  box.writeUInt32BE(box.length)
  box.write('free', 4, 'latin1')
  box.write(id, 8, 'latin1')
  return box
}

function filmOrder(casting: Casting): FilmOrder {
  const { model, aspectRatio, resolution, extends: earlier } = casting
  const before = typeof earlier === 'number' ? earlier : (earlier?.film.seconds ?? 0)
  const parent = typeof earlier === 'number' ? null : (earlier?.film ?? null)
  const seconds = before + casting.seconds
  const hash = createHash('sha256').update(`${model.id}\n${casting.seed}\n${casting.prompt}`).digest('hex')
  return {
    ...pixels(resolution, aspectRatio),
    seconds,
    // Omni's role tags are instructions to the model, not words of the scene.
    prompt: casting.prompt.replace(/<[A-Z_]+(_\d+)?>/g, '').trim(),
    label: `${model.name} · ${aspectRatio} · ${resolution} · ${seconds} s`,
    picture: casting.picture ?? parent?.picture ?? null,
    mood: parent?.mood ?? hash.slice(0, 16),
    sound: casting.sound,
  }
}
