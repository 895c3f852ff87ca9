import { lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { Agent } from 'undici'
import { hostIn } from '../core/loopback.ts'
import { type Answer, answerTo } from './answer.ts'

/** How long to wait, in milliseconds: for a connection, for the next bytes, and for everything. */
export interface Patience {
  readonly connectMs: number
  readonly idleMs: number
  readonly totalMs: number
}

/** Thrown where a name or number leads into a private network that nobody has trusted. */
export class PrivateAddressError extends Error {}

/** IPv4 that no public server has (IANA special-purpose registry). */
const reservedIpv4 = networks('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
])
/** Global unicast, and what in it is documentation, Teredo, ORCHID or 6to4. */
const globalIpv6 = networks('ipv6', [['2000::', 3]])
const reservedIpv6 = networks('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
])

function networks(family: 'ipv4' | 'ipv6', list: readonly (readonly [string, number])[]): BlockList {
  const blocks = new BlockList()
  for (const [network, prefix] of list) blocks.addSubnet(network, prefix, family)
  return blocks
}

/** Whether an IP address is anything but a public one; IPv4 in IPv6 clothes counts as what it carries. */
export function isPrivateAddress(address: string): boolean {
  if (isIP(address) === 4) return reservedIpv4.check(address, 'ipv4')
  if (isIP(address) !== 6) return true
  const dotted = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (dotted) return isPrivateAddress(dotted)
  return !globalIpv6.check(address, 'ipv6') || reservedIpv6.check(address, 'ipv6')
}

/** Resolves as the system does, but fails if any answer is private: asked at each connection, so no answer is reused. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '')
    const first = addresses[0]
    if (!first || addresses.some((each) => isPrivateAddress(each.address))) {
      return callback(new PrivateAddressError(`${hostname} leads into a private network`), '')
    }
    if (options.all) callback(null, addresses)
    else callback(null, first.address, first.family)
  })
}

export interface Network {
  /** A GET that follows nothing; throws PrivateAddressError, or what undici throws. */
  get(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer>
}

/**
 * Connections of our own for fetching files. Only the given origins may lie at private addresses; for all others the
 * address is checked when connecting, which leaves a rebinding name server nothing to change.
 */
export function openNetwork(privateOrigins: readonly string[], patience: Patience): Network {
  const { connectMs: timeout, idleMs } = patience
  const common = { headersTimeout: idleMs, bodyTimeout: idleMs, allowH2: false }
  const trusted = new Agent({ ...common, connect: { timeout } })
  const guarded = new Agent({ ...common, connect: { timeout, lookup: publicLookup } })
  return {
    async get(url, headers, signal) {
      const isTrusted = privateOrigins.includes(url.origin)
      const host = hostIn(url)
      // A number instead of a name is never looked up, so it is checked here; URL has already made 2130706433 or 0x7f.1 plain.
      if (!isTrusted && isIP(host) && isPrivateAddress(host)) {
        throw new PrivateAddressError(`${host} lies in a private network`)
      }
      const dispatcher = isTrusted ? trusted : guarded
      const path = `${url.pathname}${url.search}`
      const sent = { 'accept-encoding': 'identity', ...headers }
      return answerTo(dispatcher, { origin: url.origin, path, method: 'GET', headers: sent }, signal)
    },
  }
}
