import { hashOf } from '../../files/hash.ts'
import { blockProblems } from './block-kit.ts'
import { type Call, type Method, need, parsed, Refusal } from './call.ts'
import { fileJson } from './json.ts'
import { channelToPost, rootOf } from './place.ts'
import type { FileRecord, Json } from './workspace.ts'

interface Upload {
  readonly id: string
  readonly name: string
  readonly length: number
  bytes: Buffer | null
}

/** Uploads under way, by their one-time path. */
export class Uploads {
  private readonly byPath = new Map<string, Upload>()

  begin(path: string, upload: Upload): void {
    this.byPath.set(path, upload)
  }

  find(id: string): Upload | undefined {
    return [...this.byPath.values()].find((each) => each.id === id)
  }

  /** Takes the bytes; the answer's status. */
  receive(path: string, bytes: Buffer): number {
    const upload = this.byPath.get(path)
    if (!upload) return 404
    if (bytes.length !== upload.length) return 400
    upload.bytes = bytes
    return 200
  }
}

/** The files.* methods over these uploads. */
export function fileMethods(uploads: Uploads): Readonly<Record<string, Method>> {
  const info: Method = (call) => {
    call.grant('files:read')
    const file = call.space.files.get(need(call, 'file'))
    if (!file) throw new Refusal('file_not_found')
    if (file.mode === 'tombstone') throw new Refusal('file_deleted')
    return { file: fileJson(file, call.origin) }
  }

  const getUrl: Method = (call) => {
    call.grant('files:write')
    const length = Number(need(call, 'length'))
    if (!Number.isInteger(length) || length < 1) throw new Refusal('invalid_arguments')
    const id = call.space.id('F')
    const path = `/upload/v1/${id.toLowerCase()}`
    uploads.begin(path, { id, name: need(call, 'filename'), length, bytes: null })
    return { upload_url: `${call.origin}${path}`, file_id: id }
  }

  const complete: Method = (call) => {
    call.grant('files:write')
    const files = parsed<{ id: string; title?: string }[]>(call, 'files', [])
    if (files.length === 0) throw new Refusal('invalid_arguments')
    const place = call.args.channel_id ? shareInto(call, call.args.channel_id) : null
    const records = files.map(({ id, title }): FileRecord => {
      const known = call.space.files.get(id)
      if (known) return known
      const upload = uploads.find(id)
      if (!upload?.bytes) throw new Refusal('file_not_found')
      const { bytes, name } = upload
      const hash = hashOf(bytes)
      const mimetype = name.endsWith('.mp4') ? 'video/mp4' : 'application/octet-stream'
      const user = call.space.botUser
      const { team } = call.space
      return { id, team, name, title: title ?? name, mimetype, bytes, hash, user, mode: 'hosted', shares: [] }
    })
    for (const record of records) call.space.files.set(record.id, record)
    if (place) {
      const text = call.args.initial_comment ?? ''
      const blocks = text ? [] : parsed<Json[]>(call, 'blocks', [])
      // The message appears some time after the answer, and every call makes one more; not of what was deleted meanwhile.
      call.later(() => {
        const files = records.filter(({ id }) => call.space.files.has(id))
        if (files.length > 0) call.space.post({ ...place, user: call.space.botUser, text, blocks, files })
      })
    }
    return { files: records.map((each) => ({ id: each.id, title: each.title })) }
  }

  const remove: Method = (call) => {
    call.grant('files:write')
    const file = call.space.files.get(need(call, 'file'))
    if (!file) throw new Refusal('file_not_found')
    if (file.user !== call.space.botUser) throw new Refusal('cant_delete_file')
    call.space.files.delete(file.id)
    return {}
  }

  return {
    'files.delete': remove,
    'files.info': info,
    'files.getUploadURLExternal': getUrl,
    'files.completeUploadExternal': complete,
  }
}

function shareInto(call: Call, id: string): { channel: string; thread: string | null } {
  if (!/^[CDG]/.test(id)) throw new Refusal('channel_not_found')
  const channel = channelToPost(call, id)
  const problems = call.args.blocks ? blockProblems(parsed<Json[]>(call, 'blocks', []), 'message') : []
  if (problems.length > 0) throw new Refusal('invalid_blocks', { response_metadata: { messages: problems } })
  return { channel: channel.id, thread: rootOf(call, channel) }
}
