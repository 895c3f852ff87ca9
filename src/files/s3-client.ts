import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { AwsV4Signer } from 'aws4fetch'
import { Agent, type Dispatcher, request } from 'undici'
import { VideoError } from '../core/errors.ts'
import { sendingMilliseconds } from '../net/slow-line.ts'

export interface S3Settings {
  /** `s3://bucket` or `s3://bucket/prefix`. */
  readonly url: string
  /** Null for Amazon's own. */
  readonly endpoint: string | null
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | null
}

type Answer = Dispatcher.ResponseData

interface Call {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** Relative to the prefix; null for the bucket itself. */
  readonly file: string | null
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** Every call may be made again: S3 keeps whole objects only. */
const tries = 3
/** Longer in all than a second, in which Google takes one write to one name. */
const retryMilliseconds = 400
const patience = { connect: { timeout: 10_000 }, headersTimeout: 30_000, bodyTimeout: 30_000 }

/** A bucket of any store that speaks S3, and a prefix in it; signs with Signature Version 4. */
export class S3Client {
  readonly #settings: S3Settings
  readonly #root: URL
  readonly #prefix: string
  readonly #agent = new Agent(patience)

  /** Amazon's buckets have a host of their own; others are found below the endpoint, where every store looks for them. */
  constructor(settings: S3Settings) {
    const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/?(.*?)\/?$/.exec(settings.url) ?? []
    const amazon = `https://${bucket}.s3.${settings.region}.amazonaws.com/`
    this.#settings = settings
    this.#root = new URL(settings.endpoint === null ? amazon : `${settings.endpoint.replace(/\/$/, '')}/${bucket}/`)
    this.#prefix = prefix === '' ? '' : `${prefix}/`
  }

  /** The answer with a status of success, or 404; its body must be read or dumped. Everything else is `storage`. */
  async call(call: Call): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(call)
      } catch (thrown) {
        if (attempt === tries || (thrown instanceof VideoError && !thrown.retryable)) throw asStorage(thrown)
        await sleep(retryMilliseconds * attempt)
      }
    }
  }

  /** Like `call`, and the body as text; null for 404. */
  async text(call: Call): Promise<string | null> {
    const answer = await this.call(call)
    const text = await answer.body.text().catch((thrown: unknown) => Promise.reject(asStorage(thrown)))
    return answer.statusCode === 404 ? null : text
  }

  /** All files below the prefix, in order of their names, page by page. */
  async *list(): AsyncGenerator<{ readonly file: string; readonly modifiedAt: number }> {
    let marker = ''
    for (let more = true; more; ) {
      const page = (await this.text({ method: 'GET', file: null, query: { prefix: this.#prefix, marker } })) ?? ''
      for (const [, entry = ''] of page.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)) {
        marker = valueIn(entry, 'Key')
        yield { file: marker.slice(this.#prefix.length), modifiedAt: Date.parse(valueIn(entry, 'LastModified')) }
      }
      more = valueIn(page, 'IsTruncated') === 'true'
    }
  }

  /** An address that lets anybody fetch the file until then; at most a week, as S3 allows. */
  async presigned(file: string, forMilliseconds: number): Promise<string> {
    const url = this.#urlOf(file)
    url.searchParams.set('X-Amz-Expires', String(Math.min(604_800, Math.floor(forMilliseconds / 1000))))
    const { url: signed } = await this.#signer({ method: 'GET', url: url.href, signQuery: true }).sign()
    return signed.href
  }

  async #once({ method, file, query = {}, headers = {}, body }: Call): Promise<Answer> {
    const url = this.#urlOf(file)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    const hash = createHash('sha256')
      .update(body ?? '')
      .digest('hex')
    const wanted = { ...headers, 'x-amz-content-sha256': hash }
    const signed = await this.#signer({ method, url: url.href, headers: wanted }).sign()
    const answer = await request(signed.url, {
      method,
      headers: Object.fromEntries(signed.headers),
      body: body ?? null,
      // undici counts the sending of a body into the wait for the answer.
      headersTimeout: patience.headersTimeout + sendingMilliseconds(body?.byteLength ?? 0),
      dispatcher: this.#agent,
    })
    if (answer.statusCode === 404) return answer
    if (answer.statusCode < 300) return sincere(method, file, answer)
    const said = valueIn(await answer.body.text(), 'Code')
    throw refusal(answer.statusCode, said)
  }

  #urlOf(file: string | null): URL {
    return file === null ? new URL(this.#root.href.replace(/\/$/, '')) : new URL(`${this.#prefix}${file}`, this.#root)
  }

  #signer(what: { method: string; url: string; headers?: Record<string, string>; signQuery?: boolean }): AwsV4Signer {
    const { accessKeyId, secretAccessKey, sessionToken, region } = this.#settings
    const token = sessionToken === null ? {} : { sessionToken }
    return new AwsV4Signer({ ...what, accessKeyId, secretAccessKey, ...token, service: 's3', region })
  }
}

/** A page on the way may say 200 as well: what a store says of a file that it has, or now keeps, comes with its tag. */
async function sincere(method: Call['method'], file: string | null, answer: Answer): Promise<Answer> {
  const ofFile = file !== null && (method === 'GET' || method === 'HEAD' || method === 'PUT')
  if (!ofFile || answer.headers.etag !== undefined) return answer
  await answer.body.dump()
  throw new VideoError('storage', 'something else answered for the S3 store', { retryable: true })
}

const entities: Readonly<Record<string, string>> = { quot: '"', apos: "'", lt: '<', gt: '>', amp: '&' }

/** The text of the first element of that name; empty where there is none. */
export function valueIn(xml: string, element: string): string {
  const [, text = ''] = new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml) ?? []
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (all, decimal, hex, name) => {
    if (name) return entities[name] ?? all
    return String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16))
  })
}

/** What S3 refuses for good is tried again all the same, later: somebody may set the bucket or the key right. */
function refusal(status: number, said: string): VideoError {
  const facts = { reason: said || `status_${status}` }
  return new VideoError('storage', `the S3 store answered ${status} ${said}`.trim(), {
    retryable: status >= 500 || status === 408 || status === 429,
    facts,
  })
}

/** What a call or its body threw, as `storage` that may pass. */
export function asStorage(thrown: unknown): VideoError {
  const reason = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown'
  const [message, facts] =
    thrown instanceof VideoError
      ? [thrown.message, thrown.facts]
      : [`the S3 store cannot be reached: ${reason}`, { reason }]
  return new VideoError('storage', message, { retryable: true, facts, cause: thrown })
}
