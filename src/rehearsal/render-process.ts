import { rename } from 'node:fs/promises'
import sharp from 'sharp'
import { makeFilm } from './film.ts'
import type { FilmOrder } from './film-order.ts'

/** What the studio sends: where to put which film. */
export interface RenderRequest {
  readonly order: FilmOrder
  readonly path: string
}

/** What it gets back: null when the film is there under its name, else what went wrong. */
export interface RenderReply {
  readonly problem: string | null
}

// One picture at a time is drawn, and never the same twice.
sharp.cache(false)
sharp.concurrency(1)
// Ctrl-C goes to the whole process group; the studio decides when this process ends.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit())
process.on('message', (request: RenderRequest) => {
  // Of its own: the process of an earlier run may still be writing the same film.
  const unfinished = `${request.path}.${process.pid}.part`
  makeFilm(request.order, unfinished)
    .then(() => rename(unfinished, request.path))
    .then(
      () => reply({ problem: null }),
      (error: unknown) => reply({ problem: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    )
})

function reply(answer: RenderReply): void {
  process.send?.(answer)
}
