import { invalid, ok } from './answers.ts'
import type { Call, Received } from './call.ts'

/** A text model that says every prompt a little more gently: `generateContent` with an answer as JSON. */
export function textCall({ method, path, body }: Received): Call | null {
  const [, model] = /^\/v1beta\/models\/(gemini-[\w.-]+):generateContent$/.exec(path) ?? []
  if (method !== 'POST' || model === undefined) return null
  const prompt = promptIn(body)
  return {
    route: 'suggest',
    subject: { prompt, model },
    async run() {
      if (prompt === '') throw invalid('contents must not be empty.')
      const text = JSON.stringify({ prompt: `${prompt}, gentle and peaceful` })
      const promptTokenCount = 200 + Math.ceil(prompt.length / 4)
      const candidatesTokenCount = Math.ceil(text.length / 4)
      return ok({
        candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP', index: 0 }],
        usageMetadata: {
          promptTokenCount,
          candidatesTokenCount,
          totalTokenCount: promptTokenCount + candidatesTokenCount,
        },
        modelVersion: model,
      })
    },
  }
}

function promptIn(body: unknown): string {
  const { contents } = (body ?? {}) as { contents?: { parts?: { text?: unknown }[] }[] }
  const text = contents?.at(-1)?.parts?.[0]?.text
  return typeof text === 'string' ? text : ''
}
