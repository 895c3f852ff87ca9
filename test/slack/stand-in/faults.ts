/** What goes wrong with a request, in the words of the fault matrix. */
export type FaultKind =
  | 'reset'
  | 'reset_after'
  | 'rate_limited'
  | 'server_error'
  | 'hang'
  | 'lost_answer'
  | 'refused'
  /** A completed upload is answered with ok, and its message does not come. */
  | 'share_dropped'

export interface Fault {
  /** A method such as `chat.postMessage`, `upload`, `files` (downloads), or `*`. */
  readonly on: string
  readonly kind: FaultKind
  /** How many requests it strikes; until it is lifted where this is missing. */
  times?: number
  /** For `rate_limited`: seconds, null for an answer without Retry-After. */
  readonly retryAfter?: number | null
  /** For `refused`: Slack's word. */
  readonly error?: string
}

/** The faults that are set at the moment; `outage` answers nothing at all. */
export class Faults {
  private set: Fault[] = []
  outage = false

  add(fault: Fault): void {
    this.set.push({ ...fault })
  }

  clear(): void {
    this.set = []
    this.outage = false
  }

  /** The fault that strikes this request, if one does; counts it. */
  strike(method: string): Fault | null {
    const fault = this.set.find((each) => each.on === method || each.on === '*')
    if (!fault) return null
    if (fault.times !== undefined) {
      fault.times -= 1
      if (fault.times <= 0) this.set = this.set.filter((each) => each !== fault)
    }
    return fault
  }
}

/** A bucket that fills again with time. Slack allows some burst on top of its stated rate. */
class Bucket {
  private tokens: number
  private at = Date.now()
  private readonly capacity: number
  private readonly perSecond: number

  constructor(capacity: number, perSecond: number) {
    this.capacity = capacity
    this.perSecond = perSecond
    this.tokens = capacity
  }

  /** 0 if taken, otherwise the seconds to wait. */
  take(): number {
    const now = Date.now()
    this.tokens = Math.min(this.capacity, this.tokens + ((now - this.at) / 1000) * this.perSecond)
    this.at = now
    if (this.tokens >= 1) {
      this.tokens -= 1
      return 0
    }
    return Math.max(1, Math.ceil((1 - this.tokens) / this.perSecond))
  }
}

export interface Tiers {
  /** Requests a minute by tier. */
  readonly tier2: number
  readonly tier3: number
  readonly tier4: number
  /** Messages a second into one channel, and how many may come at once. */
  readonly postPerSecond: number
  readonly postBurst: number
}

export const slackTiers: Tiers = { tier2: 20, tier3: 50, tier4: 100, postPerSecond: 1, postBurst: 5 }

const tierOf: Readonly<Record<string, 'tier2' | 'tier3' | 'tier4'>> = {
  'chat.update': 'tier3',
  'chat.delete': 'tier3',
  'chat.postEphemeral': 'tier4',
  'conversations.replies': 'tier3',
  'conversations.history': 'tier3',
  'conversations.info': 'tier3',
  'conversations.open': 'tier3',
  'files.info': 'tier4',
  'files.getUploadURLExternal': 'tier4',
  'files.completeUploadExternal': 'tier4',
  'users.info': 'tier4',
  'users.conversations': 'tier3',
  'views.open': 'tier4',
  'views.update': 'tier4',
  'views.publish': 'tier4',
}

/** Who may call what how often, across the whole workspace. */
export class Limits {
  private readonly buckets = new Map<string, Bucket>()
  /** Requests into an exhausted bucket, by method. */
  readonly refused: string[] = []
  private readonly tiers: Tiers

  constructor(tiers: Tiers) {
    this.tiers = tiers
  }

  /** Seconds to wait, 0 when the request may go on. */
  take(method: string, channel: string | undefined): number {
    const wait = this.bucket(method, channel)?.take() ?? 0
    if (wait > 0) this.refused.push(method)
    return wait
  }

  private bucket(method: string, channel: string | undefined): Bucket | undefined {
    const posts = method === 'chat.postMessage'
    const tier = tierOf[method]
    if (!posts && !tier) return undefined
    const key = posts ? `${method} ${channel ?? ''}` : method
    const found = this.buckets.get(key)
    if (found) return found
    const made = posts
      ? new Bucket(this.tiers.postBurst, this.tiers.postPerSecond)
      : new Bucket(this.tiers[tier ?? 'tier3'], this.tiers[tier ?? 'tier3'] / 60)
    this.buckets.set(key, made)
    return made
  }
}
