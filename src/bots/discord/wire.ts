import { STATUS_CODES } from 'node:http'
import type { RESTOptions, ResponseLike } from 'discord.js'
import { Agent, type Dispatcher, request } from 'undici'

/** Discord's answers are small; more is somebody else's. */
const largestAnswer = 16 * 1_048_576

type Send = RESTOptions['makeRequest']

/**
 * How discord.js's REST reaches Discord: whole answers, read at once, so that none keeps its connection; a third of what
 * fetch costs. No redirects: whoever redirects would get the video and stand in Discord's place. The undici inside
 * discord.js would read a whole video into memory before it is sent.
 */
export function createWire(): Send {
  const dispatcher = new Agent({ allowH2: false, maxResponseSize: largestAnswer })
  return async (url, { method, headers, body, signal }) => {
    const answer = await request(url, {
      dispatcher,
      // Casts: discord.js's types are those of its own undici; what it gives is what api.ts gave it.
      method: method as Dispatcher.HttpMethod,
      headers: headers as Record<string, string>,
      body: (body ?? null) as Exclude<Dispatcher.DispatchOptions['body'], undefined>,
      signal: signal as AbortSignal,
    })
    const bytes = await answer.body.bytes()
    if (answer.statusCode >= 300 && answer.statusCode < 400) throw new Error('an answer that leads elsewhere')
    return answerOf(answer, bytes)
  }
}

function answerOf({ statusCode, headers }: Dispatcher.ResponseData, bytes: Uint8Array): ResponseLike {
  const text = () => Buffer.from(bytes).toString()
  return {
    status: statusCode,
    statusText: STATUS_CODES[statusCode] ?? '',
    ok: statusCode >= 200 && statusCode < 300,
    headers: new Headers(Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)])),
    body: null,
    bodyUsed: false,
    text: async () => text(),
    json: async () => JSON.parse(text()) as unknown,
    arrayBuffer: async () => new Uint8Array(bytes).buffer,
  }
}
