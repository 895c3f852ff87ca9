import { createHmac, timingSafeEqual } from 'node:crypto'

/** How long a link that people hand on holds, in milliseconds: a week, or as long as the file is kept. */
export const linkMilliseconds = 7 * 86_400_000

/** A signed address of the player page: whoever has it may watch that one video until then, and nothing else. */
export interface SignedLink {
  readonly operationId: string
  /** Seconds since 1970. */
  readonly until: number
  readonly signature: string
}

/** The address of the player page for one Operation; `expiresAt` in milliseconds since 1970. */
export function signedLink(publicUrl: string, secret: string, operationId: string, expiresAt: number): string {
  const until = Math.floor(expiresAt / 1000)
  return `${publicUrl}${pathOf({ operationId, until, signature: signatureOf(secret, operationId, until) })}`
}

/** Path and query of the player page or of one of the files that it shows. */
export function pathOf({ operationId, until, signature }: SignedLink, file: '' | '/video' | '/poster' = ''): string {
  return `/watch/${operationId}${file}?until=${until}&signature=${signature}`
}

/** Whether the link was made with this secret and still holds; compared in constant time. */
export function verifyLink(link: SignedLink, secret: string, now: number): 'good' | 'expired' | 'forged' {
  const wanted = Buffer.from(signatureOf(secret, link.operationId, link.until))
  const given = Buffer.from(link.signature)
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return 'forged'
  return now < link.until * 1000 ? 'good' : 'expired'
}

function signatureOf(secret: string, operationId: string, until: number): string {
  return createHmac('sha256', secret).update(`watch ${operationId} ${until}`).digest('base64url')
}
