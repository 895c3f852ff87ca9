import { type ChildProcess, fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FilmOrder } from './film-order.ts'
import type { RenderReply, RenderRequest } from './render-process.ts'

const idleMilliseconds = 20_000

const keyOf = (order: FilmOrder) => createHash('sha256').update(JSON.stringify(order)).digest('hex').slice(0, 32)

interface Wanted {
  readonly key: string
  readonly order: FilmOrder
  readonly film: PromiseWithResolvers<string>
}

/**
 * Films on disk, rendered one at a time in a process of its own (whose memory goes when it idles, and whose environment
 * holds nothing but the font configuration). The least recently wanted films go when they take more than `capBytes`;
 * they are rendered again, to the same bytes, when somebody asks.
 */
export class Studio {
  readonly #folder: string
  readonly #capBytes: number
  readonly #queue: Wanted[] = []
  readonly #wanted = new Map<string, Wanted>()
  #child: ChildProcess | null = null
  #idle: NodeJS.Timeout | null = null
  #busy = false
  #closed = false

  /** `folder` holds `films/` and, for orders with a picture, `pictures/`. */
  constructor(folder: string, capBytes: number) {
    this.#folder = folder
    this.#capBytes = capBytes
  }

  /** The path of the finished film. Rejects where it cannot be rendered; `urgent` goes before everything that waits. */
  async film(order: FilmOrder, urgent: boolean): Promise<string> {
    const key = keyOf(order)
    const path = this.#path(key)
    const now = new Date()
    // The time of change tells what was wanted last.
    const there = await utimes(path, now, now).then(
      () => true,
      () => false,
    )
    if (there) return path
    if (this.#closed) throw new Error('the studio is closed')
    let wanted = this.#wanted.get(key)
    if (!wanted) {
      wanted = { key, order, film: Promise.withResolvers<string>() }
      // Rendering ahead has no caller that waits; whoever asks later sees the rejection.
      wanted.film.promise.catch(() => {})
      this.#wanted.set(key, wanted)
      this.#queue.push(wanted)
    }
    if (urgent && this.#queue.includes(wanted)) {
      this.#queue.splice(this.#queue.indexOf(wanted), 1)
      this.#queue.unshift(wanted)
    }
    void this.#work()
    return wanted.film.promise
  }

  /** Whether the film is there; asks for it, before everything that waits, where it is not. */
  async has(order: FilmOrder): Promise<boolean> {
    const film = this.film(order, true)
    film.catch(() => {})
    return stat(this.#path(keyOf(order))).then(
      () => true,
      () => false,
    )
  }

  /** Ends the process; films that wait are rejected. */
  close(): void {
    this.#closed = true
    this.#dismiss()
    for (const wanted of this.#queue.splice(0)) wanted.film.reject(new Error('the studio is closed'))
  }

  async #work(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    if (this.#idle) clearTimeout(this.#idle)
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      try {
        await mkdir(join(this.#folder, 'films'), { recursive: true })
        await this.#render(next.order, this.#path(next.key))
        next.film.resolve(this.#path(next.key))
        await this.#evict(next.key)
      } catch (error) {
        next.film.reject(error)
      }
      this.#wanted.delete(next.key)
    }
    this.#busy = false
    this.#idle = setTimeout(() => this.#dismiss(), idleMilliseconds).unref()
  }

  async #render(order: FilmOrder, path: string): Promise<void> {
    if (this.#closed) throw new Error('the studio is closed')
    this.#child ??= fork(fileURLToPath(new URL('./render-process.ts', import.meta.url)), {
      execArgv: [],
      env: {
        FONTCONFIG_FILE: fileURLToPath(new URL('./fonts.conf', import.meta.url)),
        XDG_CACHE_HOME: join(this.#folder, 'cache'),
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const child = this.#child
    const picture = order.picture && join(this.#folder, 'pictures', order.picture)
    return new Promise((resolve, reject) => {
      const settle = (problem: string | null) => {
        child.off('message', onMessage)
        child.off('exit', onExit)
        if (problem === null) resolve()
        else reject(new Error(`rendering failed: ${problem}`))
      }
      const onMessage = (reply: RenderReply) => settle(reply.problem)
      const onExit = () => {
        if (this.#child === child) this.#child = null
        settle('the process ended')
      }
      child.on('message', onMessage)
      child.on('exit', onExit)
      child.send({ order: { ...order, picture }, path } satisfies RenderRequest)
    })
  }

  #dismiss(): void {
    if (this.#idle) clearTimeout(this.#idle)
    this.#idle = null
    this.#child?.kill('SIGKILL')
    this.#child = null
  }

  async #evict(kept: string): Promise<void> {
    const names = await readdir(join(this.#folder, 'films'))
    const films: { path: string; bytes: number; at: number }[] = []
    for (const name of names) {
      const path = join(this.#folder, 'films', name)
      const { size, mtimeMs } = await stat(path)
      films.push({ path, bytes: size, at: mtimeMs })
    }
    let total = films.reduce((sum, film) => sum + film.bytes, 0)
    for (const film of films.sort((a, b) => a.at - b.at)) {
      if (total <= this.#capBytes) return
      if (film.path === this.#path(kept)) continue
      await rm(film.path, { force: true })
      total -= film.bytes
    }
  }

  #path(key: string): string {
    return join(this.#folder, 'films', `${key}.mp4`)
  }
}
