import { VideoError } from '../core/errors.ts'
import type { SavedVideo, StoredFile, VideoFiles } from '../core/ports/files.ts'
import type { ImageBytes, VideoSource } from '../core/ports/google.ts'
import type { Log } from '../core/ports/machine.ts'
import type { RemoteImage, SavedImage } from '../core/request.ts'
import { type Folder, openFolder } from './disk.ts'
import { download, receive } from './download.ts'
import { type Encoder, findEncoder, openEncoder } from './encoder.ts'
import { Gate } from './gate.ts'
import { cleanImage, type WebPageMeans } from './images.ts'
import { type Mp4, probeMp4 } from './mp4.ts'
import { type Extension, imageName, isTemporary, mimeTypeOf, temporaryName, videoName } from './names.ts'
import { type Network, openNetwork, type Patience } from './network.ts'
import { type ImageOrigin, imageOrder, videoOrder } from './orders.ts'
import type { S3Settings } from './s3-client.ts'
import type { Shelf } from './shelf.ts'
import { makeSmaller } from './smaller.ts'
import type { Temporary } from './temporary.ts'

export interface FilesSettings {
  /** Where finished videos go, and images in `uploads` below it; made if missing. With `s3` only what is being worked on. */
  readonly folder: string
  /** Where finished files go instead; null or left out for the folder. */
  readonly s3?: S3Settings | null
  readonly imageOrigins: readonly ImageOrigin[]
  /** Origins, of videos or images, that may lie at private addresses: a test server, a proxy of the house. */
  readonly privateOrigins: readonly string[]
  /** The ffmpeg program; null looks for it on `searchPath`. */
  readonly ffmpegPath: string | null
  /** The value of PATH; empty for no encoder. */
  readonly searchPath: string
  readonly maxVideoBytes: number
  /** Google takes at most 20 MB. */
  readonly maxImageBytes: number
}

/** For a video. An image gets a minute in total. */
const usualPatience: Patience = { connectMs: 10_000, idleMs: 30_000, totalMs: 15 * 60_000 }
const imageTotalMs = 60_000

/**
 * Videos and images in a folder on this machine or in a bucket. Throws `storage` where the folder cannot be made. Tests
 * pass a shorter patience.
 */
export async function openFiles(
  settings: FilesSettings,
  log: Log,
  patience: Patience = usualPatience,
): Promise<VideoFiles> {
  const folder = await openFolder(settings.folder)
  const program = await findEncoder(settings.ffmpegPath, settings.searchPath)
  if (program === null) log.warn({}, 'no ffmpeg: no posters, no last frames, no smaller copies')
  const encoder = program === null ? null : openEncoder(program, settings.searchPath)
  // Loaded only for those who use it.
  const shelf = settings.s3 ? (await import('./s3.ts')).openS3(settings.s3, folder) : folder
  return new Files(settings, log, patience, folder, shelf, encoder)
}

class Files implements VideoFiles {
  readonly #settings: FilesSettings
  readonly #log: Log
  readonly #patience: Patience
  /** Where this machine works on files. */
  readonly #folder: Folder
  /** Where finished ones stay. */
  readonly #shelf: Shelf
  readonly #encoder: Encoder | null
  readonly #network: Network
  /** More at once are slower each and together: what they hold no longer fits the processor's cache (measured). */
  readonly #fetching = new Gate(16)
  /** A decoded image is up to 200 MB, so only two at once. */
  readonly #decoding = new Gate(2)

  constructor(
    settings: FilesSettings,
    log: Log,
    patience: Patience,
    folder: Folder,
    shelf: Shelf,
    encoder: Encoder | null,
  ) {
    this.#settings = settings
    this.#log = log
    this.#patience = patience
    this.#folder = folder
    this.#shelf = shelf
    this.#encoder = encoder
    this.#network = openNetwork(settings.privateOrigins, patience)
  }

  async saveVideo(operationId: string, source: VideoSource, signal: AbortSignal): Promise<SavedVideo> {
    const file = videoName(operationId, 'mp4')
    return this.#withTemporary('mp4', async (temporary) => {
      const limits = { maxBytes: this.#settings.maxVideoBytes, totalMs: this.#patience.totalMs }
      if (source.kind === 'bytes') await receive([source.bytes], temporary, { ...limits, code: 'bad_video' })
      else
        await this.#fetching.run(() =>
          download(videoOrder(source, limits), this.#network, temporary, signal, this.#log),
        )
      const probed = await this.#folder.reading(temporary.file, probeMp4)
      await temporary.finish()
      const poster = await this.#savePoster(operationId, temporary.file, probed)
      await this.#shelf.keep(temporary.file, file)
      return { file, poster, bytes: temporary.bytes, hash: temporary.hash(), ...probed }
    })
  }

  async fetchImage(image: RemoteImage, signal: AbortSignal): Promise<SavedImage> {
    const { imageOrigins, maxImageBytes: maxBytes } = this.#settings
    const totalMs = Math.min(imageTotalMs, this.#patience.totalMs)
    const order = await imageOrder(image, imageOrigins, { maxBytes, totalMs })
    // A platform shows its login page to whoever may not see the file.
    return this.#saveImage((temporary) => download(order, this.#network, temporary, signal, this.#log), 'login_page')
  }

  async saveImage(bytes: AsyncIterable<Uint8Array>): Promise<SavedImage> {
    const limit = { code: 'bad_image', maxBytes: this.#settings.maxImageBytes } as const
    return this.#saveImage((temporary) => receive(bytes, temporary, limit), 'not_an_image')
  }

  async readImage(image: SavedImage): Promise<ImageBytes> {
    const stored = await this.#shelf.open(image.file)
    if (!stored) throw badImage('gone')
    const bytes = await this.#shelf.locally(image.file, (local) =>
      this.#folder.reading(local, (handle) => handle.readFile()),
    )
    return { bytes, mimeType: stored.mimeType }
  }

  async lastFrame(videoFile: string): Promise<SavedImage> {
    const encoder = this.#encoder
    if (!encoder) throw badImage('no_decoder')
    if (!(await this.#openVideo(videoFile))) throw badImage('no_video')
    return this.#withOutput('png', async (output) => {
      await this.#shelf.locally(videoFile, (local) =>
        encoder.lastFrame(this.#folder.path(local), this.#folder.path(output)).catch((cause) => {
          throw badImage('no_frame', cause)
        }),
      )
      return this.#keepImage(output, 'not_an_image')
    })
  }

  async smaller(videoFile: string, maxBytes: number, signal: AbortSignal): Promise<StoredFile | null> {
    const encoder = this.#encoder
    if (!encoder || !(await this.#openVideo(videoFile))) return null
    return this.#shelf.locally(videoFile, (local) =>
      makeSmaller(local, maxBytes, encoder, this.#folder, signal, this.#log),
    )
  }

  open(file: string): Promise<StoredFile | null> {
    return this.#shelf.open(file)
  }

  remove(file: string): Promise<void> {
    return isTemporary(file) ? this.#folder.remove(file) : this.#shelf.remove(file)
  }

  sweep(owned: (file: string, modifiedAt: number) => Promise<boolean>): Promise<number> {
    return this.#shelf.sweep(owned)
  }

  ping(neededBytes: number): Promise<void> {
    return this.#shelf.ping(neededBytes)
  }

  link(file: string, forMilliseconds: number): Promise<string | null> {
    return this.#shelf.link(file, forMilliseconds)
  }

  async #saveImage(fill: (temporary: Temporary) => Promise<void>, webPage: WebPageMeans): Promise<SavedImage> {
    return this.#withTemporary('png', async (temporary) => {
      await fill(temporary)
      return this.#keepImage(temporary.file, webPage)
    })
  }

  async #keepImage(raw: string, webPage: WebPageMeans): Promise<SavedImage> {
    return this.#decoding.run(async () => {
      const bytes = await this.#folder.reading(raw, (handle) => handle.readFile())
      const image = await cleanImage(bytes, this.#settings.maxImageBytes, webPage)
      const file = imageName(image.extension)
      await this.#withTemporary(image.extension, async (clean) => {
        await clean.write([image.bytes])
        await clean.finish()
        await this.#shelf.keep(clean.file, file)
      })
      return { kind: 'saved', file, mimeType: image.mimeType, width: image.width, height: image.height }
    })
  }

  /** The picture of a video that is still a temporary file. */
  async #savePoster(operationId: string, file: string, video: Mp4): Promise<string | null> {
    const encoder = this.#encoder
    if (!encoder) return null
    const poster = videoName(operationId, 'jpg')
    try {
      await this.#withOutput('jpg', async (output) => {
        const at = Math.min(1, video.seconds / 2)
        await encoder.poster(this.#folder.path(file), this.#folder.path(output), at)
        await this.#folder.reading(output, (handle) => handle.sync())
        await this.#shelf.keep(output, poster)
      })
      return poster
    } catch (cause) {
      this.#log.warn({ operation: operationId, error: cause }, 'no poster could be made')
      return null
    }
  }

  async #openVideo(file: string): Promise<StoredFile | null> {
    return mimeTypeOf(file) === 'video/mp4' ? this.#shelf.open(file) : null
  }

  /** Gives the work a file to write; whatever of it was not kept is gone afterwards. */
  async #withTemporary<T>(extension: Extension, work: (temporary: Temporary) => Promise<T>): Promise<T> {
    const temporary = await this.#folder.temporary(extension)
    try {
      return await work(temporary)
    } finally {
      await temporary.close()
      await this.#folder.remove(temporary.file)
    }
  }

  /** Gives the work a name for another program to write to; whatever of it was not kept is gone afterwards. */
  async #withOutput<T>(extension: Extension, work: (file: string) => Promise<T>): Promise<T> {
    const file = temporaryName(extension)
    try {
      return await work(file)
    } finally {
      await this.#folder.remove(file)
    }
  }
}

function badImage(why: string, cause?: unknown): VideoError {
  return new VideoError('bad_image', `the image cannot be had: ${why}`, { facts: { why }, cause })
}
