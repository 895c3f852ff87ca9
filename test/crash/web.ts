import type { Life } from './city.ts'
import type { Picture } from './pictures.ts'

/** Asks for a video under a key of its own; the status, or null where the connection broke before the answer. */
export async function post(life: Life, prompt: string, [first, last]: readonly Picture[]): Promise<number | null> {
  const key = { 'idempotency-key': prompt.replaceAll(' ', '-') }
  const json = { 'content-type': 'application/json' }
  const sent = first
    ? { path: 'generate_with_image', headers: key, body: formOf(prompt, first, last) }
    : { path: 'generate', headers: { ...key, ...json }, body: JSON.stringify({ prompt }) }
  try {
    const { path, headers, body } = sent
    // Not undici's request, which never ends the body of a form.
    const answer = await fetch(`${life.url}/api/video_chat/${path}`, { method: 'POST', headers, body })
    await answer.arrayBuffer()
    return answer.status
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
