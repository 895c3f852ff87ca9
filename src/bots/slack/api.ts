import { type Logger, LogLevel, webApi } from '@slack/bolt'
import type { Log } from '../../core/ports/machine.ts'
import { busy } from '../busy.ts'
import type { Rank, Whose } from './bucket.ts'
import { asSlackError } from './errors.ts'
import type { Limited, Pace } from './pace.ts'

/** A call that Slack does not answer within this is taken for lost. */
const answerWithinMilliseconds = 8_000
/** A change may be repeated, and the outcome waits behind it. */
const changeWithinMilliseconds = 5_000

/** Who the bot is, as auth.test says. */
export interface Identity {
  readonly team: string
  /** The organisation that the workspace belongs to; null for a workspace of its own. */
  readonly enterprise: string | null
  readonly botUser: string
  readonly botId: string
  /** The workspace's own address, with a closing slash. */
  readonly url: string
}

/** Bolt's and the client's own log lines in ours; what they tell of requests is left out, it may hold prompts. */
export function loggerFor(log: Log): Logger {
  const words = (given: readonly unknown[]) =>
    given.map((each) => (each instanceof Error ? each.message : String(each))).join(' ')
  return {
    debug() {},
    info() {},
    warn: (...given: unknown[]) => log.warn({ platform: 'slack' }, words(given)),
    error: (...given: unknown[]) => log.warn({ platform: 'slack' }, words(given)),
    setLevel() {},
    getLevel: () => LogLevel.WARN,
    setName() {},
  }
}

/** What every client of ours is made with: no call is ever made twice by itself, because some of them post. */
export function clientOptions(apiUrl: string, log: Log): webApi.WebClientOptions {
  return {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: answerWithinMilliseconds,
    fetch: patientFetch,
    logger: loggerFor(log),
  }
}

const patientFetch: webApi.FetchFunction = (url, init = {}) => {
  if (!String(url).endsWith('/chat.update')) return fetch(url, init)
  const within = AbortSignal.timeout(changeWithinMilliseconds)
  return fetch(url, { ...init, signal: init.signal ? AbortSignal.any([init.signal, within]) : within })
}

/** The Web API with our limits and errors. Every method throws VideoErrors only. */
export class SlackApi {
  readonly client: webApi.WebClient
  private readonly pace: Pace
  private known: Promise<Identity> | null

  /** `known`: who the bot is, where that need not be asked. */
  constructor(client: webApi.WebClient, pace: Pace, known?: Identity) {
    this.client = client
    this.pace = pace
    this.known = known === undefined ? null : Promise.resolve(known)
  }

  /** Who the bot is; asked once, and again only after a failure. */
  identity(): Promise<Identity> {
    this.known ??= this.askIdentity().catch((thrown: unknown) => {
      this.known = null
      throw thrown
    })
    return this.known
  }

  /** Makes a call in its turn. The caller says what Slack counts it as. */
  async inTurn<T>(limited: Limited, rank: Rank, whose: Whose, call: () => Promise<T>): Promise<T> {
    await this.pace.turn(limited, rank, whose)
    // Who gave up while waiting wants nothing said any more.
    if (whose.signal.aborted) throw busy(`slack: ${limited} was given up`, 0, whose.signal.reason)
    try {
      return await call()
    } catch (thrown) {
      if (thrown instanceof webApi.WebAPIRateLimitedError) this.pace.slowDown(limited, thrown.retryAfter)
      throw thrown
    }
  }

  private async askIdentity(): Promise<Identity> {
    try {
      return await identityBehind(this.client)
    } catch (thrown) {
      throw asSlackError(thrown)
    }
  }
}

/** Who the client's token makes us, asked of Slack. Throws Slack's own errors. */
export async function identityBehind(client: webApi.WebClient): Promise<Identity> {
  const answer = await client.auth.test()
  return {
    team: answer.team_id ?? '',
    enterprise: answer.enterprise_id ?? null,
    botUser: answer.user_id ?? '',
    botId: answer.bot_id ?? '',
    url: answer.url ?? 'https://slack.com/',
  }
}
