import type { z } from 'zod'
import { problemBody } from '../schemas.ts'
import { say } from './start.ts'

/** What the server or the way to it refused, in words for the person. */
export class ApiProblem extends Error {
  /** 0 where the service itself gave no answer. */
  readonly status: number
  readonly title: string
  readonly remedy: string | null

  constructor(status: number, title: string, detail: string, remedy: string | null = null) {
    super(detail)
    this.name = 'ApiProblem'
    this.status = status
    this.title = title
    this.remedy = remedy
  }
}

/** How long the answer to a question may take. */
const answerMilliseconds = 15_000

interface Options {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly body?: object
  /** The same key twice is the same video. */
  readonly key?: string
  readonly signal?: AbortSignal
}

/** Asks the API and checks the answer against the schema that the server answers by; throws ApiProblem. */
export async function ask<Shape extends z.ZodType>(
  path: string,
  shape: Shape,
  options: Options = {},
): Promise<z.output<Shape>> {
  const { method = 'GET', body, key, signal } = options
  const isForm = body instanceof FormData
  const headers = {
    ...(body && !isForm ? { 'content-type': 'application/json' } : {}),
    ...(key ? { 'idempotency-key': key } : {}),
  }
  const sent = body ? { body: isForm ? body : JSON.stringify(body) } : {}
  // A browser goes on using a connection that has died without a word; only giving up makes it take another.
  const limit = isQuestion(options) ? AbortSignal.timeout(answerMilliseconds) : undefined
  let response: Response
  try {
    response = await fetch(path, {
      method,
      headers,
      ...sent,
      signal: firstOf([signal, limit]),
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw unanswered(0, options)
  }
  const answer: unknown = await response.json().catch(() => null)
  if (response.ok) {
    const parsed = shape.safeParse(answer)
    if (parsed.success) return parsed.data
    // Cut off on its way, or the page of somebody in between: no answer of the service.
    throw unanswered(0, options)
  }
  const problem = problemBody.safeParse(answer)
  if (!problem.success) throw unanswered(response.status, options)
  const { title, detail, remedy } = problem.data
  throw new ApiProblem(response.status, title, detail, remedy ?? null)
}

/** `AbortSignal.any`, which Safari has since 17.4 and Firefox since 124; the rest of the page runs in older ones. */
function firstOf(signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  const first = new AbortController()
  for (const each of signals) {
    if (each?.aborted) first.abort(each.reason)
    each?.addEventListener('abort', () => first.abort(each.reason), { once: true })
  }
  return first.signal
}

/** What stands between the page and the service had to answer for it, or nothing did. */
function unanswered(status: number, options: Options): ApiProblem {
  if (status === 413) return new ApiProblem(status, say('web.too_large.title'), say('web.too_large.text'))
  const unconfirmed = options.key ? 'web.unconfirmed.once' : 'web.unconfirmed.text'
  const text = isQuestion(options) ? 'web.offline.text' : unconfirmed
  const isAway = status >= 502 && status <= 504
  return new ApiProblem(isAway ? 0 : status, say('web.offline.title'), say(text))
}

/** Whether it changes nothing, so that it can be asked again for as long as it takes. */
function isQuestion({ method = 'GET', signal }: Options): boolean {
  return method === 'GET' || signal !== undefined
}
