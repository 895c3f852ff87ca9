import { request } from 'undici'
import type { Life } from './city.ts'
import type { Picture } from './pictures.ts'

/** Asks for a video under a key of its own; the status, or null where the connection broke before the answer. */
export async function post(life: Life, prompt: string, [first, last]: readonly Picture[]): Promise<number | null> {
  const key = { 'idempotency-key': prompt.replaceAll(' ', '-') }
  const sent = first ? new Response(formOf(prompt, first, last)) : Response.json({ prompt })
  const path = first ? 'generate_with_image' : 'generate'
  const headers = { ...key, 'content-type': sent.headers.get('content-type') ?? '' }
  const body = new Uint8Array(await sent.arrayBuffer())
  try {
    // Not with fetch: a connection that breaks within an answer it reports to nobody as well, which ends this process.
    const answer = await request(`${life.url}/api/video_chat/${path}`, { method: 'POST', headers, body })
    await answer.body.dump({ limit: Number.POSITIVE_INFINITY })
    return answer.statusCode
  } catch {
    return null
  }
}

function formOf(prompt: string, first: Picture, last: Picture | undefined): FormData {
  const form = new FormData()
  form.append('prompt', prompt)
  form.append('image', new Blob([new Uint8Array(first.bytes)]), first.name)
  if (last) form.append('last_frame', new Blob([new Uint8Array(last.bytes)]), last.name)
  return form
}
