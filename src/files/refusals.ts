import { retryable, VideoError } from '../core/errors.ts'
import type { Answer } from './answer.ts'
import type { Order } from './orders.ts'

/** Google's errors are shorter. */
const longestError = 16 * 1024
/** Cloud Storage has no JSON for content that is not there (firebase-tools pull request 3647). */
const storagesWords = 'No such object: '

/** Why another way is tried: a gateway's word says nothing of the file, however it is worded. */
const notGoogles = new Error('the answer is in no form of Google’s')

/**
 * What an answer that is not the file means; drops it. A video stays at Google while somebody mends a key, a proxy or a
 * gateway, so that only Google's own word that it is gone is final; an image has cost nothing yet.
 */
export async function refusalOf(order: Order, answer: Answer): Promise<VideoError> {
  const status = answer.statusCode
  const passes = status === 408 || status === 425 || status === 429 || status >= 500
  const says = status === 501 || (!passes && status >= 400)
  const cause = says && order.code === 'bad_video' && !(await isGoogles(answer)) ? notGoogles : undefined
  answer.drop()
  if ((status === 404 || status === 410) && cause === undefined) return final(order, 'gone', status)
  if (status === 401 || status === 403) return mayPass(order, final(order, 'forbidden', status, cause))
  if (!passes) return mayPass(order, final(order, 'refused', status, cause))
  const seconds = Number(headerOf(answer, 'retry-after') ?? Number.NaN)
  return new VideoError('unreachable', `the file's server answered ${status}`, {
    retryable: true,
    facts: { status },
    cause,
    ...(Number.isFinite(seconds) && seconds >= 0 ? { retryAfterSeconds: seconds } : {}),
  })
}

/** Whether whoever refused did so in a form that is not Google's, as a gateway does that has no such route. */
export function isNotGoogles(refused: unknown): boolean {
  return refused instanceof VideoError && refused.cause === notGoogles
}

/** What Google made stays there; an image has cost nothing yet. */
export function mayPass(order: Order, refused: VideoError): VideoError {
  return order.code === 'bad_image' ? refused : retryable(refused)
}

/** One header of an answer; null without it. */
export function headerOf(answer: Answer, name: string): string | null {
  const value = answer.headers[name]
  return (Array.isArray(value) ? value[0] : value) ?? null
}

/** More than the order takes. */
export function tooLarge(order: Pick<Order, 'code' | 'maxBytes'>): VideoError {
  const limit = `${Math.floor(order.maxBytes / 1_000_000)} MB`
  return new VideoError(order.code, `larger than ${order.maxBytes} bytes`, { facts: { why: 'too_large', limit } })
}

/** No request may go to that host. */
export function untrusted(order: Order, host: string, cause?: unknown): VideoError {
  const facts = { why: 'untrusted_address', host }
  return new VideoError(order.code, `${host} is not an address to fetch from`, { facts, cause })
}

/** What broke on the way, which may pass. */
export function unreachable(cause: unknown): VideoError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
  return new VideoError('unreachable', `the file could not be fetched: ${reason}`, { retryable: true, cause })
}

function final(order: Order, why: 'gone' | 'forbidden' | 'refused', status: number, cause?: unknown): VideoError {
  return new VideoError(order.code, `the file's server answered ${status}`, { facts: { why, status }, cause })
}

/**
 * Whether it is an error in one of Google's own forms: one with a status in words (`NOT_FOUND`), or Cloud Storage's. Many
 * gateways speak as OpenAI does, with an error of a message and a type, of routes that they have not.
 */
async function isGoogles(answer: Answer): Promise<boolean> {
  const parts: Uint8Array[] = []
  try {
    await answer.readTo(async (batch) => {
      parts.push(...batch)
      if (Buffer.concat(parts).length > longestError) throw new Error('no error of Google’s is so long')
    })
    const text = Buffer.concat(parts).toString()
    if (text.startsWith(storagesWords)) return true
    const [said] = [JSON.parse(text)].flat()
    return typeof said?.error?.status === 'string' || String(said?.error?.message).startsWith(storagesWords)
  } catch {
    return false
  }
}
