import type { VideoSource } from '../core/ports/google.ts'
import type { RemoteImage } from '../core/request.ts'

/** What to fetch, and under which conditions. */
export interface Order {
  readonly url: string
  /** Where to ask where `url` is refused, and not by Google: by a gateway that knows nothing of files. */
  readonly elsewhere?: string
  /** The code of everything final; its fact `why` says what it was. */
  readonly code: 'bad_video' | 'bad_image'
  /** Whether a request may go there; asked again for each redirect. */
  readonly allows: (url: URL) => boolean
  /** The headers for an origin and no other. */
  readonly headersFor: (origin: string) => Readonly<Record<string, string>>
  readonly maxBytes: number
  readonly totalMs: number
}

/** An origin from which images may be fetched, and the headers that it, and no other, gets. */
export interface ImageOrigin {
  /** Exact, as `URL.origin` writes it: `https://files.slack.com`. */
  readonly origin: string
  /** Null for an image that has no business there. */
  readonly headers?: (image: RemoteImage) => Promise<Readonly<Record<string, string>> | null>
}

interface Limits {
  readonly maxBytes: number
  readonly totalMs: number
}

/** How to fetch a video: from its key's origins with the key, through redirects to the allowed ones without it. */
export function videoOrder(source: Extract<VideoSource, { kind: 'address' }>, limits: Limits): Order {
  const allowed = [...source.keyOrigins, ...source.allowedOrigins]
  return {
    ...limits,
    url: source.uri,
    ...(source.elsewhere === undefined ? {} : { elsewhere: source.elsewhere }),
    code: 'bad_video',
    allows: (url) => allowed.some((pattern) => isAllowed(url, pattern)),
    headersFor: (origin) => (source.keyOrigins.includes(origin) ? source.headers : {}),
  }
}

/** How to fetch an image: from the given origins only, each with its own headers for this image. */
export async function imageOrder(image: RemoteImage, origins: readonly ImageOrigin[], limits: Limits): Promise<Order> {
  const own = origins.map(async ({ origin, headers }) => [origin, headers ? await headers(image) : {}] as const)
  const headersOf = new Map(
    (await Promise.all(own)).flatMap(([origin, headers]) => (headers ? [[origin, headers]] : [])),
  )
  return {
    ...limits,
    url: image.url,
    code: 'bad_image',
    allows: (address) => headersOf.has(address.origin),
    headersFor: (origin) => headersOf.get(origin) ?? {},
  }
}

/** A pattern is an origin, or `*.suffix` for everything below that name by https at its usual port. */
function isAllowed(url: URL, pattern: string): boolean {
  if (!pattern.startsWith('*.')) return url.origin === pattern
  return url.protocol === 'https:' && url.port === '' && url.hostname.endsWith(pattern.slice(1))
}
