import { randomUUID } from 'node:crypto'
import { VideoError } from '../core/errors.ts'

const operationId = /^[A-Za-z0-9_-]{1,64}$/
const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const temporary = new RegExp(`^\\.part_${uuid}\\.(mp4|jpg|png)$`)
const kept: readonly { readonly pattern: RegExp; readonly mimeType: string }[] = [
  { pattern: /^gen_video_[A-Za-z0-9_-]{1,64}\.mp4$/, mimeType: 'video/mp4' },
  { pattern: /^gen_video_[A-Za-z0-9_-]{1,64}\.jpg$/, mimeType: 'image/jpeg' },
  { pattern: new RegExp(`^uploads/input_${uuid}\\.jpg$`), mimeType: 'image/jpeg' },
  { pattern: new RegExp(`^uploads/input_${uuid}\\.png$`), mimeType: 'image/png' },
]

export type Extension = 'mp4' | 'jpg' | 'png'

/** Where uploaded and cut-out images lie inside the outputs folder. */
export const uploadsFolder = 'uploads'

/** `gen_video_<id>.mp4`, or its poster's name; throws `internal` for an id that could name anything else. */
export function videoName(id: string, extension: 'mp4' | 'jpg'): string {
  if (!operationId.test(id)) throw new VideoError('internal', 'an Operation id holds 1 to 64 letters, digits, - and _')
  return `gen_video_${id}.${extension}`
}

/** A new `uploads/input_<uuid>.<ext>`. */
export function imageName(extension: 'jpg' | 'png'): string {
  return `${uploadsFolder}/input_${randomUUID()}.${extension}`
}

/** A new name for a file that is not finished; `sweep` removes it when it is left behind. */
export function temporaryName(extension: Extension): string {
  return `.part_${randomUUID()}.${extension}`
}

/** Whether a file of that name is one of ours that was not finished. */
export function isTemporary(file: string): boolean {
  return temporary.test(file)
}

/** The mime type of a finished file of ours; null for every other name, such as one that leaves the folder. */
export function mimeTypeOf(file: string): string | null {
  return kept.find((each) => each.pattern.test(file))?.mimeType ?? null
}
