import { STATUS_CODES } from 'node:http'
import type { RESTOptions, ResponseLike } from 'discord.js'
import { Agent, type Dispatcher } from 'undici'
import { exchange, type Got } from '../../net/exchange.ts'

/** Discord's answers are small; more is somebody else's. */
const largestAnswer = 16 * 1_048_576

type Send = RESTOptions['makeRequest']

/**
 * How discord.js's REST reaches Discord: whole answers, read at once, so that none keeps its connection; a third of what
 * fetch costs. No redirects: whoever redirects would get the video and stand in Discord's place. The undici inside
 * discord.js would read a whole video into memory before it is sent.
 */
export function createWire(): Send {
  const agent = new Agent({ allowH2: false, maxResponseSize: largestAnswer })
  return async (url, { method, headers, body, signal }) => {
    // Casts: discord.js's types are those of its own undici; what it gives is what api.ts gave it.
    const stop = signal as AbortSignal
    stop.throwIfAborted()
    const { origin, pathname, search } = new URL(url)
    const got = await exchange(
      agent,
      {
        origin,
        path: pathname + search,
        method: method as Dispatcher.HttpMethod,
        headers: headers as Record<string, string>,
        body: (body ?? null) as Exclude<Dispatcher.DispatchOptions['body'], undefined>,
      },
      stop,
    )
    if (got.status >= 300 && got.status < 400) throw new Error('an answer that leads elsewhere')
    return answerOf(got)
  }
}

function answerOf({ status, headers, body }: Got): ResponseLike {
  const text = () => body.toString()
  return {
    status,
    statusText: STATUS_CODES[status] ?? '',
    ok: status >= 200 && status < 300,
    headers: new Headers(Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)])),
    body: null,
    bodyUsed: false,
    text: async () => text(),
    json: async () => JSON.parse(text()) as unknown,
    arrayBuffer: async () => new Uint8Array(body).buffer,
  }
}
