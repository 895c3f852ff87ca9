import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FilmOrder } from './film-order.ts'
import type { Service } from './models.ts'

/** How an Operation will end. */
export type Ending =
  | { readonly kind: 'video' }
  | { readonly kind: 'safety' | 'safety_error'; readonly supportCode: string }
  | { readonly kind: 'error' | 'empty' }

/** One start that took effect; what Google would remember. Times in ms since 1970. */
export interface RehearsedOperation {
  /** Small letters and digits; also the id of its file. */
  readonly id: string
  readonly service: Service
  readonly model: string
  /** As Google would answer it. */
  readonly name: string
  readonly prompt: string
  readonly resolution: string
  readonly aspectRatio: string
  readonly startedAt: number
  readonly readyAt: number
  readonly ending: Ending
  readonly film: FilmOrder
  /** What it adds to the bill in micro-USD: nothing where no video comes of it. */
  readonly micros: number
  /** In the answer itself, as a file at Google, or in a bucket. */
  readonly delivery: { readonly kind: 'inline' | 'file' } | { readonly kind: 'bucket'; readonly uri: string }
  readonly samples: number
  readonly cancelledAt: number | null
  readonly deleted: boolean
}

/** Google keeps a finished file for two days. */
export const keptMilliseconds = 2 * 24 * 3600 * 1000

/** Operations, each a small JSON file written before anything is answered: they survive the end of the process. */
export class Operations {
  readonly #folder: string
  readonly #byId = new Map<string, RehearsedOperation>()

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Reads what is there; what Google would have forgotten for a day is removed. */
  static async open(folder: string): Promise<Operations> {
    const operations = new Operations(join(folder, 'operations'))
    await mkdir(operations.#folder, { recursive: true })
    for (const name of await readdir(operations.#folder)) {
      const path = join(operations.#folder, name)
      if (!name.endsWith('.json')) {
        await rm(path)
        continue
      }
      const operation: RehearsedOperation = JSON.parse(await readFile(path, 'utf8'))
      if (operation.readyAt + 1.5 * keptMilliseconds < Date.now()) await rm(path)
      else operations.#byId.set(operation.id, operation)
    }
    return operations
  }

  newId(): string {
    return randomBytes(10).toString('hex')
  }

  /** Also what a rehearsal in another process has begun in this folder since: the terminal's beside the service's. */
  get(id: string): RehearsedOperation | null {
    return this.#byId.get(id) ?? this.#anothers(id)
  }

  #anothers(id: string): RehearsedOperation | null {
    const path = join(this.#folder, `${id}.json`)
    if (!/^[a-z0-9]+$/.test(id) || !existsSync(path)) return null
    const operation: RehearsedOperation = JSON.parse(readFileSync(path, 'utf8'))
    this.#byId.set(id, operation)
    return operation
  }

  /** Oldest first. */
  all(): RehearsedOperation[] {
    return [...this.#byId.values()].sort((a, b) => a.startedAt - b.startedAt)
  }

  /** Adds or replaces; resolves once it would survive the end of the process. */
  async put(operation: RehearsedOperation): Promise<void> {
    const path = join(this.#folder, `${operation.id}.json`)
    const unfinished = `${path}.${randomBytes(4).toString('hex')}.part`
    await writeFile(unfinished, JSON.stringify(operation))
    await rename(unfinished, path)
    this.#byId.set(operation.id, operation)
  }
}
