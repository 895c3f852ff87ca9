import type { z } from 'zod'
import { problemBody } from '../schemas.ts'
import { say } from './start.ts'

/** What the server or the way to it refused, in words for the person. */
export class ApiProblem extends Error {
  /** 0 where there was no answer. */
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
  let response: Response
  try {
    response = await fetch(path, { method, headers, ...sent, ...(signal ? { signal } : {}) })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new ApiProblem(0, say('web.offline.title'), say('web.offline.text'))
  }
  const answer: unknown = await response.json().catch(() => null)
  if (response.ok) {
    const parsed = shape.safeParse(answer)
    if (parsed.success) return parsed.data
    // Cut off on its way, or the page of somebody in between: no answer of the service.
    throw new ApiProblem(0, say('web.offline.title'), say('web.offline.text'))
  }
  const problem = problemBody.safeParse(answer)
  if (!problem.success) throw new ApiProblem(response.status, say('web.offline.title'), say('web.offline.text'))
  const { title, detail, remedy } = problem.data
  throw new ApiProblem(response.status, title, detail, remedy ?? null)
}
