import type { RemoteImage, VideoRequestInput } from '../core/request.ts'

/** One image is the first frame, a second one the last; three, or any number asked for as such, are references. */
export function framesFrom(pictures: readonly RemoteImage[], asReferences: boolean): VideoRequestInput {
  const [first, last] = pictures
  if (!first) return {}
  if (asReferences || pictures.length > 2) return { references: pictures }
  return { firstFrame: first, ...(last ? { lastFrame: last } : {}) }
}
