import { createHash, createHmac, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import { Signer } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Person } from '../../core/ports/commands.ts'
import type { Clock } from '../../core/ports/machine.ts'
import { languages } from '../../core/wording.ts'
import { HttpProblem } from './problems.ts'

/** Who may do what on the web front end. Tokens are compared in constant time and never leave this file. */
export interface SessionSettings {
  /** Without it nobody gets in but from this machine. Null: nobody has to sign in. */
  readonly accessToken: string | null
  /** Who has it is an admin. Null together with a null access token: whoever sits at this machine is. */
  readonly adminToken: string | null
  /** Cookies travel over https only. */
  readonly secure: boolean
  /** Signs who somebody is, whatever becomes of the tokens. */
  readonly linkSecret: string
}

/** How the visitor is known: `bearer` carries its own proof, the others come along with any request of a browser. */
export interface Visitor {
  readonly person: Person
  readonly proof: 'bearer' | 'cookie' | 'new'
}

declare module 'fastify' {
  interface FastifyRequest {
    visitor: Visitor | null
  }
}

const openCookie = 'dailies'
const secureCookie = '__Host-dailies'
const maxAgeSeconds = 30 * 24 * 60 * 60
/** How old a cookie may be that is not yet given anew. */
const renewAfterMilliseconds = 24 * 60 * 60 * 1000

interface Ticket {
  readonly level: 'admin' | 'member'
  /** The session's secret name; only its hash is ever shown or stored. */
  readonly secret: string
  /** When the cookie was given, in milliseconds since 1970. */
  readonly since: number
}

/** Signs people in and recognises them again; keeps nothing in memory, so a restart signs nobody out. */
export class Sessions {
  private readonly settings: SessionSettings
  private readonly clock: Clock
  /** Signs a whole cookie with the tokens: what its holder may do ends with them. */
  private readonly levels: Signer
  private readonly cookie: string

  constructor(settings: SessionSettings, clock: Clock) {
    this.settings = settings
    this.clock = clock
    // scrypt: a cookie must not let its holder guess a short admin token at full speed. Another token signs everyone out.
    const secret = JSON.stringify([settings.accessToken, settings.adminToken])
    this.levels = new Signer(scryptSync(secret, 'dailies web session', 32))
    this.cookie = settings.secure ? secureCookie : openCookie
  }

  /** Whether a visitor has to show the access token once. */
  get signInRequired(): boolean {
    return this.settings.accessToken !== null
  }

  /** Whether there is a token of admins' own. */
  get hasAdmins(): boolean {
    return this.settings.adminToken !== null
  }

  /**
   * The visitor, with a new session where none is needed to get in, and a newer cookie for the same one where it is older than
   * a day; throws `unauthorized` or `wrong_token`.
   */
  identify(request: FastifyRequest, reply: FastifyReply): Visitor {
    const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (bearer !== undefined) {
      const level = this.levelOf(bearer)
      return { person: this.person(`token-${level}`, level, request), proof: 'bearer' }
    }
    const ticket = this.ticketOf(request)
    // Whoever keeps coming stays who they are: their videos are theirs by this session alone.
    if (ticket && this.clock.now() - ticket.since > renewAfterMilliseconds) this.open(ticket.level, request, reply)
    if (ticket) return { person: this.person(nameOf(ticket.secret), ticket.level, request), proof: 'cookie' }
    if (this.signInRequired) throw new HttpProblem('unauthorized', {}, { 'www-authenticate': 'Bearer' })
    return { person: this.open('member', request, reply), proof: 'new' }
  }

  /**
   * Takes a token and gives a session for it; throws `wrong_token`. Who had a session in this browser within the last 30 days is
   * the same person, also after another token or the way to https.
   */
  signIn(token: string, request: FastifyRequest, reply: FastifyReply): Person {
    return this.open(this.levelOf(token), request, reply)
  }

  signOut(reply: FastifyReply): void {
    reply.clearCookie(this.cookie, { path: '/', secure: this.settings.secure })
  }

  private open(level: Ticket['level'], request: FastifyRequest, reply: FastifyReply): Person {
    const secret = this.ticketOf(request)?.secret ?? this.keptSecret(request) ?? randomBytes(24).toString('base64url')
    const named = this.names(this.cookie).sign(`${this.clock.now()}.${secret}`)
    reply.setCookie(this.cookie, this.levels.sign(`${level}.${named}`), {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: this.settings.secure,
      maxAge: maxAgeSeconds,
    })
    if (this.settings.secure && request.cookies[openCookie]) reply.clearCookie(openCookie, { path: '/' })
    return this.person(nameOf(secret), level, request)
  }

  private ticketOf(request: FastifyRequest): Ticket | null {
    const { valid, value } = this.levels.unsign(request.cookies[this.cookie] ?? '')
    const [level, since, secret] = valid && value ? value.split('.') : []
    if ((level !== 'admin' && level !== 'member') || secret === undefined) return null
    // Without an admin token every member knows all that the key is made of: nobody is an admin by a cookie.
    if (level === 'admin' && !this.hasAdmins) return null
    return this.isOld(since) ? null : { level, secret, since: Number(since) }
  }

  /** Whose cookie it is, though it lets nobody in any more: from before another token, or from before https. */
  private keptSecret({ cookies }: FastifyRequest): string | null {
    for (const cookie of new Set([this.cookie, openCookie])) {
      const { valid, value } = this.names(cookie).unsign((cookies[cookie] ?? '').split('.').slice(1, 4).join('.'))
      const [since, secret] = valid && value ? value.split('.') : []
      if (secret !== undefined && !this.isOld(since)) return secret
    }
    return null
  }

  /** Another key for each cookie: over https nobody plants a name in it, as they can in the cookie from before. */
  private names(cookie: string): Signer {
    return new Signer(createHmac('sha256', this.settings.linkSecret).update(`web session ${cookie}`).digest())
  }

  private isOld(since: string | undefined): boolean {
    return this.clock.now() - Number(since) > maxAgeSeconds * 1000
  }

  private levelOf(token: string): Ticket['level'] {
    const { accessToken, adminToken } = this.settings
    if (adminToken !== null && isSame(token, adminToken)) return 'admin'
    if (accessToken !== null && isSame(token, accessToken)) return 'member'
    throw new HttpProblem('wrong_token', {}, { 'www-authenticate': 'Bearer' })
  }

  private person(session: string, level: Ticket['level'], request: FastifyRequest): Person {
    const { accessToken, adminToken } = this.settings
    return {
      id: `web:${session}`,
      name: `web ${session.slice(-6)}`,
      workspace: 'web',
      channel: null,
      roles: [],
      admin: level === 'admin' || (accessToken === null && adminToken === null),
      locale: localeOf(request.headers['accept-language']),
    }
  }
}

/** Who asks; only behind the hook that identifies. */
export function visitorOf(request: FastifyRequest): Visitor {
  if (!request.visitor) throw new HttpProblem('unauthorized')
  return request.visitor
}

/** The language a browser prefers of those that texts exist in, as a BCP 47 tag; English where it names none. */
export function localeOf(header: string | undefined): string {
  const wanted = (header ?? '')
    .slice(0, 200)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';')
      const quality = parameters.map((each) => /^\s*q=([\d.]+)\s*$/.exec(each)?.[1]).find(Boolean)
      return { tag, quality: quality === undefined ? 1 : Number(quality) }
    })
    .filter(({ tag, quality }) => /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(tag) && quality > 0)
    .sort((a, b) => b.quality - a.quality)
  return wanted.find(({ tag }) => languages.includes(tag.toLowerCase().split('-')[0] ?? ''))?.tag ?? 'en'
}

function nameOf(secret: string): string {
  return createHash('sha256').update(`dailies ${secret}`).digest('base64url').slice(0, 22)
}

function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(wanted))
}
