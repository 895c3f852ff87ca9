import { createReadStream } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, opendir, realpath, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { VideoError } from '../core/errors.ts'
import type { StoredFile } from '../core/ports/files.ts'
import { type Extension, isTemporary, mimeTypeOf, temporaryName, uploadsFolder } from './names.ts'
import type { Shelf } from './shelf.ts'
import { codeOf, storing } from './storing.ts'
import { Temporary, writer } from './temporary.ts'

/** What nobody owns is left alone for so long: it may be about to be owned. */
export const sweepAfterMs = 60 * 60 * 1000

/** The outputs folder. Names are relative and are checked before they touch the disk. */
export class Folder implements Shelf {
  readonly #root: string
  readonly #writeAt = writer()

  constructor(root: string) {
    this.#root = root
  }

  /** The absolute path of one of our own names, for programs that need one. */
  path(file: string): string {
    return join(this.#root, file)
  }

  /** An empty temporary file; the folder is made again if someone removed it. */
  async temporary(extension: Extension): Promise<Temporary> {
    const file = temporaryName(extension)
    return storing(async () => {
      await mkdir(join(this.#root, uploadsFolder), { recursive: true })
      return new Temporary(file, await open(this.path(file), 'wx+', 0o640), this.#writeAt)
    })
  }

  /** Renames a temporary file whose bytes are durable, and makes the name durable too. */
  async keep(temporary: string, file: string): Promise<void> {
    await storing(() => rename(this.path(temporary), this.path(file)))
    await this.reading(dirname(file), (folder) => folder.sync())
  }

  /** Opens one of our files, or folders, for that piece of work. */
  async reading<T>(file: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
    return storing(async () => {
      const handle = await open(this.path(file), 'r')
      try {
        return await work(handle)
      } finally {
        await handle.close()
      }
    })
  }

  /** A finished file of ours; null where it is not there, not ours, or reached through a link. */
  async open(file: string): Promise<StoredFile | null> {
    const mimeType = mimeTypeOf(file)
    return mimeType === null ? null : this.#stat(file, mimeType)
  }

  /** A temporary file of ours as if it were finished, for a copy that lives only as long as its upload. */
  async openTemporary(file: string, mimeType: string): Promise<StoredFile | null> {
    return isTemporary(file) ? this.#stat(file, mimeType) : null
  }

  async #stat(file: string, mimeType: string): Promise<StoredFile | null> {
    const path = this.path(file)
    try {
      // A link anywhere below the root would make the real path another one.
      if ((await realpath(path)) !== path) return null
      const found = await lstat(path)
      if (!found.isFile()) return null
      const modifiedAt = Math.floor(found.mtimeMs)
      return { file, bytes: found.size, mimeType, modifiedAt, stream: (range) => createReadStream(path, { ...range }) }
    } catch (cause) {
      if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(codeOf(cause) ?? '')) return null
      return storing(() => Promise.reject(cause))
    }
  }

  locally<T>(file: string, work: (local: string) => Promise<T>): Promise<T> {
    return work(file)
  }

  link(): Promise<null> {
    return Promise.resolve(null)
  }

  /** Removes one of our files; a missing one, or a name that is not ours, is fine. */
  async remove(file: string): Promise<void> {
    if (mimeTypeOf(file) === null && !isTemporary(file)) return
    await storing(() => rm(this.path(file), { force: true }))
  }

  /** Removes temporary files, and files that nobody owns, once they are an hour old; returns how many. */
  async sweep(owned: (file: string, modifiedAt: number) => Promise<boolean>): Promise<number> {
    let removed = 0
    for (const part of ['', `${uploadsFolder}/`]) {
      for await (const { file, modifiedAt } of this.#old(part)) {
        if (!isTemporary(file) && (await owned(file, modifiedAt))) continue
        await this.remove(file)
        removed += 1
      }
    }
    return removed
  }

  async *#old(part: string): AsyncGenerator<{ readonly file: string; readonly modifiedAt: number }> {
    const before = Date.now() - sweepAfterMs
    const entries = await opendir(this.path(part)).catch((cause) => {
      if (codeOf(cause) === 'ENOENT') return []
      return storing(() => Promise.reject(cause))
    })
    for await (const entry of entries) {
      const file = `${part}${entry.name}`
      if (!entry.isFile() || (mimeTypeOf(file) === null && !isTemporary(file))) continue
      const found = await lstat(this.path(file)).catch(() => null)
      if (found && found.mtimeMs < before) yield { file, modifiedAt: found.mtimeMs }
    }
  }

  /** Rejects with `storage` unless a file can be written now and that many bytes are free. */
  async ping(neededBytes: number): Promise<void> {
    await storing(async () => {
      await mkdir(join(this.#root, uploadsFolder), { recursive: true })
      const { bavail, bsize } = await statfs(this.#root)
      const free = bavail * bsize
      if (free < neededBytes) {
        const facts = { reason: 'no_space', free, needed: neededBytes }
        const told = `only ${mebibytes(free)} are free in ${this.#root}, and ${mebibytes(neededBytes)} are needed`
        throw new VideoError('storage', told, { retryable: true, facts })
      }
      const probe = this.path(temporaryName('png'))
      try {
        await writeFile(probe, new Uint8Array(4096), { flag: 'wx' })
      } finally {
        await rm(probe, { force: true })
      }
    })
  }
}

/** Opens the outputs folder, made if missing; throws `storage` where that is impossible. */
export async function openFolder(folder: string): Promise<Folder> {
  return storing(async () => {
    await mkdir(join(folder, uploadsFolder), { recursive: true })
    return new Folder(await realpath(folder))
  })
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`
}
