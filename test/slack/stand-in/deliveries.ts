import { createHmac } from 'node:crypto'
import type { Json, Workspace } from './workspace.ts'

export type EnvelopeType = 'events_api' | 'slash_commands' | 'interactive'

/** One try to hand something to the app. */
export interface Attempt {
  readonly at: number
  /** 0 for the first. */
  readonly retry: number
  /** Milliseconds until it was acknowledged; null if it was not within the limit. */
  acknowledgedAfter: number | null
  /** The HTTP status, or null over a socket. */
  status: number | null
  /** Which instance of the app it went to, counted from 0. */
  instance: number
}

/** The app does not want it again. */
class Unwanted extends Error {}

export interface Outcome {
  readonly acknowledged: boolean
  /** What came along with the acknowledgement. */
  readonly answer: Json | string | null
}

/** Something that Slack hands to the app, with the record of how that went. */
export interface Delivery {
  readonly id: string
  readonly type: EnvelopeType
  readonly payload: Json
  readonly attempts: Attempt[]
  /** Resolves once it was acknowledged, or Slack gave up. */
  readonly outcome: Promise<Outcome>
}

/** Hands one payload over; resolves with the answer, or rejects with the reason why it was not acknowledged. */
export interface Channel {
  send(delivery: Delivery, attempt: Attempt, reason: string | null): Promise<Json | string | null>
}

export interface DeliveryTimes {
  /** Slack's 3 seconds. */
  readonly acknowledgeMilliseconds: number
  /** Slack's are about 0, 60 and 300 seconds. */
  readonly retryMilliseconds: readonly number[]
}

/** Hands things to the app, and events again until they are acknowledged; clicks and commands only once. */
export class Deliveries {
  readonly all: Delivery[] = []
  private readonly times: DeliveryTimes
  private readonly space: Workspace
  private readonly channel: Channel
  private readonly timers = new Set<NodeJS.Timeout>()

  constructor(times: DeliveryTimes, space: Workspace, channel: Channel) {
    this.times = times
    this.space = space
    this.channel = channel
  }

  hand(type: EnvelopeType, payload: Json): Delivery {
    let settle: (outcome: Outcome) => void = () => {}
    const outcome = new Promise<Outcome>((resolve) => {
      settle = resolve
    })
    const delivery: Delivery = { id: this.space.id('E'), type, payload, attempts: [], outcome }
    this.all.push(delivery)
    void this.attempt(delivery, 0, null, settle)
    return delivery
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer)
  }

  private async attempt(
    delivery: Delivery,
    retry: number,
    reason: string | null,
    settle: (outcome: Outcome) => void,
  ): Promise<void> {
    const attempt: Attempt = { at: Date.now(), retry, acknowledgedAfter: null, status: null, instance: 0 }
    delivery.attempts.push(attempt)
    try {
      const answer = await this.within(this.channel.send(delivery, attempt, reason))
      attempt.acknowledgedAfter = Date.now() - attempt.at
      settle({ acknowledged: true, answer })
    } catch (thrown) {
      const again = delivery.type === 'events_api' && !(thrown instanceof Unwanted)
      const delay = again ? this.times.retryMilliseconds[retry] : undefined
      if (delay === undefined) settle({ acknowledged: false, answer: null })
      else {
        const why = thrown instanceof Error ? thrown.message : String(thrown)
        this.after(delay, () => void this.attempt(delivery, retry + 1, why, settle))
      }
    }
  }

  private within<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = this.after(this.times.acknowledgeMilliseconds, () => reject(new Error('timeout')))
      promise.then(resolve, reject).finally(() => {
        clearTimeout(timer)
        this.timers.delete(timer)
      })
    })
  }

  private after(milliseconds: number, act: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      act()
    }, milliseconds)
    this.timers.add(timer)
    return timer
  }
}

/** A request as Slack signs it. */
export interface SignedRequest {
  readonly headers: Record<string, string>
  readonly body: string
}

/** Signs a body with the signing secret at a time (seconds since 1970). */
function signed(body: string, contentType: string, secret: string, seconds: number): SignedRequest {
  const signature = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex')
  return {
    body,
    headers: {
      'content-type': contentType,
      'x-slack-request-timestamp': String(seconds),
      'x-slack-signature': `v0=${signature}`,
    },
  }
}

/**
 * Slack's HTTP mode: one POST for each attempt, with the retry headers; answered `x-slack-no-retry`, an event is not sent
 * again. Where several instances stand behind the Request URL, a balancer gives each request to the next one.
 */
export class HttpChannel implements Channel {
  /** Every request as it was sent, so that a test can replay it. */
  readonly sent: SignedRequest[] = []
  /** The app's Request URL. */
  url = ''
  /** Further instances behind the same Request URL. */
  readonly others: string[] = []
  /** So many of the next answers never reach Slack, although the app gave them. */
  losing = 0
  private turn = 0
  private readonly secret: string

  constructor(secret: string) {
    this.secret = secret
  }

  async send(delivery: Delivery, attempt: Attempt, reason: string | null): Promise<Json | string | null> {
    const request = signed(bodyOf(delivery), contentTypeOf(delivery), this.secret, Math.floor(Date.now() / 1000))
    if (attempt.retry > 0) {
      request.headers['x-slack-retry-num'] = String(attempt.retry)
      request.headers['x-slack-retry-reason'] = reason === 'timeout' ? 'http_timeout' : 'http_error'
    }
    this.sent.push(request)
    const instances = [this.url, ...this.others]
    const at = this.turn % instances.length
    this.turn += 1
    attempt.instance = at
    const response = await fetch(instances[at] ?? this.url, { method: 'POST', ...request })
    if (this.losing > 0) {
      this.losing -= 1
      throw new Error('timeout')
    }
    attempt.status = response.status
    if (response.headers.get('x-slack-no-retry') === '1') throw new Unwanted()
    const text = await response.text()
    if (response.status !== 200) throw new Error(`http ${response.status}`)
    if (text === '') return null
    return response.headers.get('content-type')?.includes('json') ? (JSON.parse(text) as Json) : text
  }
}

function contentTypeOf(delivery: Delivery): string {
  return delivery.type === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded'
}

function bodyOf(delivery: Delivery): string {
  if (delivery.type === 'events_api') return JSON.stringify(delivery.payload)
  if (delivery.type === 'interactive') {
    return new URLSearchParams({ payload: JSON.stringify(delivery.payload) }).toString()
  }
  return new URLSearchParams(delivery.payload as Record<string, string>).toString()
}
