export interface BucketRule {
  readonly name: string
  readonly limit: number
  readonly windowMs: number
}

/** What came back for one request: the headers to send, and how long to wait if it was one too many. */
export interface Toll {
  readonly headers: Record<string, string>
  readonly retryAfterMs: number | null
}

interface Bucket {
  used: number
  resetAt: number
}

/** Rate-limit buckets per rule and major parameter. */
export interface Limits {
  take(rule: BucketRule, major: string): Toll
}

/** In the machine's time unless given, milliseconds. */
export function createLimits(time: () => number = Date.now): Limits {
  const buckets = new Map<string, Bucket>()
  return {
    take(rule, major) {
      const now = time()
      const key = `${rule.name}:${major}`
      let bucket = buckets.get(key)
      if (!bucket || bucket.resetAt <= now) {
        bucket = { used: 0, resetAt: now + rule.windowMs }
        buckets.set(key, bucket)
      }
      bucket.used += 1
      const waits = Math.max(0, bucket.resetAt - now)
      const headers = {
        'x-ratelimit-limit': String(rule.limit),
        'x-ratelimit-remaining': String(Math.max(0, rule.limit - bucket.used)),
        'x-ratelimit-reset': (bucket.resetAt / 1000).toFixed(3),
        'x-ratelimit-reset-after': (waits / 1000).toFixed(3),
        'x-ratelimit-bucket': rule.name,
      }
      return { headers, retryAfterMs: bucket.used > rule.limit ? Math.max(1, waits) : null }
    },
  }
}

/** What all routes share, but for those of an interaction: 50 requests a second for a bot. */
export function ruleForAll(path: string, scale: number): BucketRule | null {
  const exempt = path.startsWith('/interactions/') || /^\/webhooks\/\d+\/[^/]+/.test(path)
  return exempt ? null : { name: 'global', limit: 50, windowMs: 1000 * scale }
}

/** Which bucket a route falls in, and its major parameter. Windows can be shortened by tests. */
export function ruleFor(method: string, path: string, scale: number): [BucketRule, string] {
  const channel = path.match(/^\/channels\/(\d+)\/messages/)?.[1]
  if (channel !== undefined) {
    const act = method === 'POST' ? 'create' : method === 'PATCH' ? 'edit' : method === 'DELETE' ? 'delete' : 'read'
    return [{ name: `message-${act}`, limit: 5, windowMs: 5000 * scale }, channel]
  }
  const webhook = path.match(/^\/webhooks\/\d+\/([^/]+)/)?.[1]
  if (webhook !== undefined) return [{ name: 'webhook', limit: 5, windowMs: 2000 * scale }, webhook]
  if (path.startsWith('/interactions/')) return [{ name: `callback-${path}`, limit: 100, windowMs: 1000 }, path]
  return [{ name: `rest ${method} ${path.replace(/\d{5,}/g, ':id')}`, limit: 50, windowMs: 1000 }, '']
}
