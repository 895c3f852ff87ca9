import { request } from 'undici'
import type { StoredFile } from '../../core/ports/files.ts'
import type { SlackApi } from './api.ts'
import type { Whose } from './bucket.ts'
import { later } from './errors.ts'

/** Bytes that stop coming for this long mean a dead connection. */
const idleMilliseconds = 30_000

/** Brings a video's bytes to Slack; nothing is posted yet, and doing it twice posts nothing either. The file's id. */
export async function uploadBytes(api: SlackApi, video: StoredFile, name: string, whose: Whose): Promise<string> {
  const answer = await api.inTurn('files.getUploadURLExternal', 'outcome', whose, () =>
    api.client.files.getUploadURLExternal({ filename: name, length: video.bytes }),
  )
  const { upload_url: url, file_id: id } = answer
  if (!url || !id) throw later('slack: no address to upload to', undefined)
  // The address itself is the permission: no token goes with it.
  const { statusCode, body } = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(video.bytes) },
    body: video.stream() as import('node:stream').Readable,
    headersTimeout: idleMilliseconds,
    bodyTimeout: idleMilliseconds,
    signal: whose.signal,
  })
  const said = (await body.text()).slice(0, 100)
  if (statusCode !== 200) throw later(`slack: the upload was answered with ${statusCode}`, undefined)
  // Slack says `OK - <bytes>`; a portal or proxy on the way says its own, and Slack has nothing.
  if (said.trimStart().startsWith('<')) throw later('slack: the upload was answered with a web page', undefined)
  return id
}
