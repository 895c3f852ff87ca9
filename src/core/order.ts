import type { Core } from './context.ts'
import { VideoError } from './errors.ts'
import type { Operation } from './operation.ts'
import type { StartOrder } from './ports/google.ts'
import type { ImageSource, SavedImage, VideoRequest } from './request.ts'
import { change, type Turn } from './turn.ts'

/** Its images as files of ours, so that nobody else need keep them; null where the row is no longer this owner's. */
export async function takeInImages(core: Core, operation: Operation, turn: Turn): Promise<Operation | null> {
  const request = await withImages(core, operation.request, turn.signal)
  return request === operation.request ? operation : change(core, operation, turn, { request })
}

/** The request with all of its images as files of ours; itself where they are that already. Throws `bad_image`. */
export async function withImages(core: Core, request: VideoRequest, signal: AbortSignal): Promise<VideoRequest> {
  const sources = [request.firstFrame, request.lastFrame, ...request.references]
  if (sources.every((source) => source === null || source.kind === 'saved')) return request
  const take = (source: ImageSource | null) => (source === null ? null : takeIn(core, source, signal))
  const [firstFrame, lastFrame] = [await take(request.firstFrame), await take(request.lastFrame)]
  const references: SavedImage[] = []
  for (const source of request.references) references.push(await takeIn(core, source, signal))
  return { ...request, firstFrame, lastFrame, references }
}

async function takeIn(core: Core, source: ImageSource, signal: AbortSignal): Promise<SavedImage> {
  if (source.kind === 'saved') return source
  if (source.kind === 'remote') return core.files.fetchImage(source, signal)
  const parent = await core.store.get(source.operationId)
  if (!parent?.videoFile || parent.retiredAt !== null)
    throw new VideoError('bad_image', 'no video', { facts: { why: 'no_video' } })
  return core.files.lastFrame(parent.videoFile)
}

/** What Google is asked for, with the bytes of its images. */
export async function orderFor(core: Core, operation: Operation): Promise<StartOrder> {
  const { request } = operation
  const read = (source: ImageSource | null) => (source?.kind === 'saved' ? core.files.readImage(source) : null)
  return {
    request,
    firstFrame: await read(request.firstFrame),
    lastFrame: await read(request.lastFrame),
    references: (await Promise.all(request.references.map(read))).filter((each) => each !== null),
    parent: await namesOfBase(core, request),
  }
}

async function namesOfBase(core: Core, request: VideoRequest): Promise<StartOrder['parent']> {
  if (request.buildsOn === null) return null
  const base = await core.store.get(request.buildsOn)
  return base?.handle ? { handle: base.handle, sourceUri: base.sourceUri } : null
}
