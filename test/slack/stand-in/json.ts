import type { Call } from './call.ts'
import { type FileRecord, type Json, latest, type Message } from './workspace.ts'

/** A file as events, messages and files.info hand it out. */
export function fileJson(file: FileRecord, origin: string): Json {
  if (file.mode === 'tombstone') return { id: file.id, mode: 'tombstone' }
  if (file.unread) {
    file.unread -= 1
    const { id, name, title, user } = file
    return { id, name, title, mimetype: '', filetype: '', mode: 'hosted', size: 0, user, file_access: 'visible' }
  }
  const address = `${origin}/files-pri/${file.team}-${file.id}`
  const external = file.mode === 'external'
  return {
    id: file.id,
    name: file.name,
    title: file.title,
    mimetype: external ? 'application/vnd.google-apps.drawing' : file.mimetype,
    filetype: file.name.split('.').at(-1),
    mode: external ? 'external' : 'hosted',
    is_external: external,
    ...(external ? { external_type: 'gdrive' } : {}),
    size: file.bytes.length,
    user: file.user,
    file_access: 'visible',
    url_private: external ? 'https://drive.google.com/file/1' : `${address}/${file.name}`,
    ...(external ? {} : { url_private_download: `${address}/download/${file.name}` }),
    permalink: `https://dailies.slack.com/files/${file.user}/${file.id}/${file.name}`,
    shares: { public: Object.fromEntries(file.shares.map((each) => [each.channel, [{ ts: each.ts }]])) },
  }
}

/** A file as an event carries it: of some, only the id and the advice to ask. */
export function fileInEvent(file: FileRecord, origin: string): Json {
  if (file.mode === 'check_file_info') {
    return { id: file.id, mode: 'file_access', file_access: 'check_file_info', created: 0, timestamp: 0 }
  }
  const { shares: _, ...rest } = fileJson(file, origin)
  return rest
}

/** A file as its message shows it: of a deleted one a tombstone is left. */
function fileIn({ space, origin }: Pick<Call, 'space' | 'origin'>, file: FileRecord): Json {
  const isDeleted = file.team === space.team && !space.files.has(file.id)
  return isDeleted ? { id: file.id, mode: 'tombstone' } : fileJson(file, origin)
}

/** A message as the Web API hands it out. */
export function messageJson(call: Pick<Call, 'space' | 'origin'>, message: Message, withMetadata: boolean): Json {
  const { text, blocks } = latest(message)
  return {
    type: 'message',
    ...(message.files.length > 0
      ? { subtype: 'file_share', files: message.files.map((each) => fileIn(call, each)) }
      : {}),
    user: message.user,
    ...(message.byBot ? { bot_id: call.space.bot, app_id: call.space.app } : {}),
    text,
    blocks,
    ts: message.ts,
    ...(message.thread ? { thread_ts: message.thread } : {}),
    ...(withMetadata && message.metadata ? { metadata: message.metadata } : {}),
    ...(message.history.length > 1 ? { edited: { user: message.user, ts: message.ts } } : {}),
  }
}
