import { isIP } from 'node:net'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { VideoError } from '../core/errors.ts'
import { hostIn } from '../core/loopback.ts'
import type { Log } from '../core/ports/machine.ts'
import { within } from '../core/within.ts'
import type { Answer } from './answer.ts'
import { type Network, PrivateAddressError } from './network.ts'
import type { Order } from './orders.ts'
import { headerOf, isNotGoogles, mayPass, refusalOf, tooLarge, unreachable, untrusted } from './refusals.ts'
import type { Temporary } from './temporary.ts'

/** Collected while the disk is busy and then written in one go; more made it no faster. */
const bufferBytes = 512 * 1024
const maxRedirects = 5
const maxResumes = 5

/**
 * Streams a file into a temporary one. A broken connection is resumed where the server names its version of the file.
 * Throws `order.code` for what is final (why `untrusted_address`, `gone`, `forbidden`, `refused`, `too_large`; of a video
 * most of these are retryable), retryable `unreachable` for what may pass, an abort among it, and `storage`.
 */
export function download(
  order: Order,
  network: Network,
  target: Temporary,
  signal: AbortSignal,
  log: Log,
): Promise<void> {
  return within(order.totalMs, signal, (stop) => stream(order, network, target, stop, log))
}

async function stream(order: Order, network: Network, target: Temporary, stop: AbortSignal, log: Log): Promise<void> {
  let version: string | null = null
  for (let resumes = 0; ; resumes += 1) {
    const answer = await reach(order, network, resumeHeaders(target, version), stop)
    if (!(await continues(answer, target, version))) {
      version = null
      continue
    }
    version = versionOf(answer) ?? (target.bytes > 0 ? version : null)
    const total = lengthOf(answer, target)
    try {
      if (total !== null && total > order.maxBytes) throw tooLarge(order)
      await answer.readTo((batch) => write(batch, target, order))
      if (total !== null && target.bytes !== total) throw new Error('the body has another length than announced')
      return
    } catch (cause) {
      answer.drop()
      if (cause instanceof VideoError) throw cause
      if (version === null || resumes >= maxResumes || stop.aborted) throw unreachable(cause)
      log.info({ bytes: target.bytes, resumes }, 'the connection broke during a download; going on from there')
    }
  }
}

/** Writes all chunks, and refuses with why `too_large` before what is written exceeds the limit. */
export async function receive(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  target: Temporary,
  limit: Pick<Order, 'code' | 'maxBytes'>,
): Promise<void> {
  let writing = Promise.resolve()
  const writeThen = (batch: readonly Uint8Array[], done: (error?: Error | null) => void) => {
    writing = write(batch, target, limit)
    writing.then(() => done(), done)
  }
  const sink = new Writable({
    highWaterMark: bufferBytes,
    write: (chunk: Uint8Array, _encoding, done) => writeThen([chunk], done),
    writev: (batch, done) =>
      writeThen(
        batch.map((each: { chunk: Uint8Array }) => each.chunk),
        done,
      ),
  })
  try {
    await pipeline(chunks, sink)
  } finally {
    // A broken source ends the pipeline while the last bytes are still on their way to the disk.
    await writing.catch(() => {})
  }
}

async function write(
  batch: readonly Uint8Array[],
  target: Temporary,
  limit: Pick<Order, 'code' | 'maxBytes'>,
): Promise<void> {
  const bytes = batch.reduce((sum, chunk) => sum + chunk.length, target.bytes)
  if (bytes > limit.maxBytes) throw tooLarge(limit)
  await target.write(batch)
}

/** By the first way where Google's own word is heard. */
async function reach(
  order: Order,
  network: Network,
  range: Readonly<Record<string, string>>,
  stop: AbortSignal,
): Promise<Answer> {
  try {
    return await follow(order, order.url, network, range, stop)
  } catch (refused) {
    if (order.elsewhere === undefined || !isNotGoogles(refused)) throw refused
    return follow(order, order.elsewhere, network, range, stop)
  }
}

/** Sends the request and follows redirects by hand: each origin gets its own headers and nobody else's. */
async function follow(
  order: Order,
  address: string,
  network: Network,
  range: Readonly<Record<string, string>>,
  stop: AbortSignal,
): Promise<Answer> {
  let url = permitted(order, address)
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const answer = await ask(order, network, url, range, stop)
    const location = headerOf(answer, 'location')
    if (answer.statusCode < 300 || answer.statusCode > 399 || location === null) return accepted(order, answer)
    answer.drop()
    url = permittedAfterRedirect(order, location, url)
  }
  throw new VideoError('unreachable', 'too many redirects', { retryable: true })
}

function permitted(order: Order, address: string, base?: URL): URL {
  const url = URL.parse(address, base?.href)
  const clean =
    url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && !url.username && !url.password
  if (!clean || !order.allows(url)) throw untrusted(order, url?.host ?? 'no address')
  return url
}

/**
 * Who leads away from a finished video may be a portal or a proxy for a while: it stays at Google, and the right place is
 * asked again. An image has cost nothing yet, so that is refused at once.
 */
function permittedAfterRedirect(order: Order, location: string, base: URL): URL {
  try {
    return permitted(order, location, base)
  } catch (refused) {
    throw refused instanceof VideoError ? mayPass(order, refused) : refused
  }
}

async function ask(
  order: Order,
  network: Network,
  url: URL,
  range: Readonly<Record<string, string>>,
  stop: AbortSignal,
): Promise<Answer> {
  try {
    return await network.get(url, { ...order.headersFor(url.origin), ...range }, stop)
  } catch (cause) {
    if (!(cause instanceof PrivateAddressError)) throw unreachable(cause)
    const refused = untrusted(order, url.host, cause)
    // A number stays what it is; what a name server says passes.
    throw isIP(hostIn(url)) > 0 ? refused : mayPass(order, refused)
  }
}

async function accepted(order: Order, answer: Answer): Promise<Answer> {
  const status = answer.statusCode
  if (status === 200 || status === 206 || status === 416) return answer
  throw await refusalOf(order, answer)
}

function resumeHeaders(target: Temporary, version: string | null): Readonly<Record<string, string>> {
  if (version === null || target.bytes === 0) return {}
  return { range: `bytes=${target.bytes}-`, 'if-range': version }
}

/** Makes the temporary file fit the answer; false where the answer is of no use and must be asked for from the start. */
async function continues(answer: Answer, target: Temporary, version: string | null): Promise<boolean> {
  const from = rangeOf(answer)?.start ?? 0
  if (answer.statusCode === 200) {
    if (target.bytes > 0) await target.restart()
    return true
  }
  // Not every server heeds If-Range; one that leaves the version out of its answer does (RFC 9110, 15.3.7).
  const isSame = target.bytes === 0 || [null, version].includes(versionOf(answer))
  if (answer.statusCode === 206 && from === target.bytes && isSame) return true
  answer.drop()
  if (target.bytes === 0) throw unreachable(new Error(`an answer ${answer.statusCode} that nobody asked for`))
  await target.restart()
  return false
}

function rangeOf(answer: Answer): { start: number; total: number } | null {
  const parts = /^bytes (\d+)-\d+\/(\d+)$/.exec(headerOf(answer, 'content-range') ?? '')
  return parts ? { start: Number(parts[1]), total: Number(parts[2]) } : null
}

/** How long the whole file is, if the answer says so. */
function lengthOf(answer: Answer, target: Temporary): number | null {
  const range = rangeOf(answer)
  if (answer.statusCode === 206 && range) return range.total
  const length = Number(headerOf(answer, 'content-length') ?? Number.NaN)
  return Number.isSafeInteger(length) ? target.bytes + length : null
}

/** What If-Range may name: a strong entity tag or a date. */
function versionOf(answer: Answer): string | null {
  const tag = headerOf(answer, 'etag')
  return tag?.startsWith('"') ? tag : headerOf(answer, 'last-modified')
}
