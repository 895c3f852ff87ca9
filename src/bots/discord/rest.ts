import { DiscordAPIError, type InternalRequest, REST, RESTEvents } from 'discord.js'
import { longestTimer } from './patience.ts'
import { createWire } from './wire.ts'

/** Where and as whom to talk to Discord. */
export interface ApiSettings {
  readonly token: string
  readonly apiUrl: string
}

/** What is to be known of all that is sent. */
interface Heard {
  /** Something was answered, as what its headers say. */
  answered(method: string, path: string, headers: Headers): void
  /** So many requests were refused, which counts for that many milliseconds more. */
  refused(count: number, milliseconds: number): void
}

/** Sends one request; `upload`: with files. Throws what discord.js throws. */
export type Rest = (request: InternalRequest, upload: boolean) => Promise<unknown>

/** Of 10,000 refused requests in ten minutes that cost a ban, this many are the end of ours. */
const refusedAtMost = 2_000

/**
 * discord.js's REST, never twice by itself. It sends what has one route one after the other: a second one has the uploads, so
 * that nobody waits for an answer until the videos of a channel have arrived.
 */
export function createRest({ token, apiUrl }: ApiSettings, heard: Heard): Rest {
  const makeRequest = createWire()

  function create(): REST {
    const rest = new REST({
      api: apiUrl,
      retries: 0,
      timeout: longestTimer,
      makeRequest,
      // The limit of all routes together is waited for, a second at most: to come back would begin with asking the thread
      // again, and in a burst nothing but those questions would fit into it.
      rejectOnRateLimit: ({ global, route }) => !global && /^\/(channels|webhooks)\//.test(route),
      invalidRequestWarningInterval: refusedAtMost,
    }).setToken(token)
    rest.on(RESTEvents.InvalidRequestWarning, ({ count, remainingTime }) => heard.refused(count, remainingTime))
    rest.on(RESTEvents.Response, ({ method, path }, response) => {
      heard.answered(method, path, new Headers(Object.fromEntries(response.headers)))
    })
    return rest
  }

  const [words, files] = [create(), create()]
  return async (request, upload) => {
    const rest = upload ? files : words
    try {
      return json(await rest.request(request))
    } catch (thrown) {
      // discord.js forgets the token at the first 401; an outage of Discord's may answer so once.
      if (thrown instanceof DiscordAPIError && thrown.status === 401) rest.setToken(token)
      throw thrown
    }
  }
}

/** Discord answers with JSON or with nothing; a page on the way, even a 200, says nothing about what was asked for. */
function json(answer: unknown): unknown {
  if (answer instanceof ArrayBuffer && answer.byteLength > 0) throw new Error('an answer that is no JSON')
  return answer
}
