import { readFile } from 'node:fs/promises'
import type { Dispatcher } from 'undici'
import { bareDownload } from './bare-download.ts'

/** One video from Google to Discord and nothing else: a download with fsync, an upload. */
export async function bareChain(
  agent: Dispatcher,
  video: string,
  path: string,
  discord: { readonly url: string; readonly token: string },
  channel: string,
): Promise<void> {
  await bareDownload(agent, video, path)
  const form = new FormData()
  form.append('payload_json', JSON.stringify({ content: 'Your video is ready' }))
  form.append('files[0]', new Blob([await readFile(path)], { type: 'video/mp4' }), 'video.mp4')
  const answer = await fetch(`${discord.url}/v10/channels/${channel}/messages`, {
    method: 'POST',
    headers: { authorization: `Bot ${discord.token}` },
    body: form,
  })
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  await answer.arrayBuffer()
}
