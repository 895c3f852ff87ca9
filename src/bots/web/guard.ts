import type { FastifyRequest } from 'fastify'
import { hostIn, isLoopback } from '../../core/loopback.ts'
import { HttpProblem } from './problems.ts'

/** Where requests may come from. */
export interface GuardSettings {
  readonly host: string
  /** Null where nobody signs in. */
  readonly accessToken: string | null
  readonly publicUrl: string | null
  readonly allowedOrigins: readonly string[]
}

/** What proxies say of whom they bring. */
const proxyHeader = /^(?:forwarded|via|x-real-ip|x-forwarded-.+)$/

/**
 * Against DNS rebinding: a server on the loopback interface answers only under the machine's own names and PUBLIC_URL's.
 * The raw header is read, because a page can send X-Forwarded-Host. Where nobody signs in it also answers no proxy, which
 * would let in everybody under the machine's name: that is what nginx and Apache send unless told otherwise.
 */
export function checkHost(request: FastifyRequest, settings: GuardSettings): void {
  if (!isLoopback(settings.host)) return
  if (settings.accessToken === null && isBrought(request)) throw new HttpProblem('wrong_host')
  const host = hostOf(`http://${request.headers.host ?? ''}`)
  const own = settings.publicUrl === null ? null : hostOf(settings.publicUrl)
  if (host !== null && (isLoopback(hostIn(new URL(`http://${host}`))) || host === own)) return
  throw new HttpProblem('wrong_host')
}

/** Whether a proxy sends it: it says so, or speaks HTTP/1.0, as nginx does to what is behind it and no browser. */
function isBrought({ headers, raw }: FastifyRequest): boolean {
  return raw.httpVersion === '1.0' || Object.keys(headers).some((name) => proxyHeader.test(name))
}

/** Against requests forged by other sites: what changes something must come from our own page or an allowed one. */
export function checkOrigin(request: FastifyRequest, settings: GuardSettings): void {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return
  const { origin, host } = request.headers
  const site = request.headers['sec-fetch-site']
  if (origin !== undefined && settings.allowedOrigins.includes(origin)) return
  if (origin !== undefined) {
    const from = hostOf(origin)
    const own = [hostOf(`http://${host ?? ''}`), settings.publicUrl === null ? null : hostOf(settings.publicUrl)]
    if (from === null || !own.includes(from)) throw new HttpProblem('wrong_origin')
    return
  }
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new HttpProblem('wrong_origin')
}

/** Host and port of an address, lower case, without a default port; null where it is none. */
function hostOf(address: string): string | null {
  return URL.canParse(address) ? new URL(address).host : null
}
