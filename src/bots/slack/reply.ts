import { asVideoError, type VideoError } from '../../core/errors.ts'
import type { Log } from '../../core/ports/machine.ts'
import { describeError, say } from '../../core/wording.ts'
import type { SlackApi } from './api.ts'
import { type Block, sayingBlock, smallBlock } from './blocks.ts'
import { askedBy } from './bucket.ts'
import { asSlackError } from './errors.ts'
import type { Place } from './place.ts'
import { escapeText, fitEscaped } from './text.ts'
import { aboutOf, findOwn, metadataOf } from './thread.ts'

/** Something said that is no Operation's card. */
export interface Saying {
  readonly text: string
  readonly blocks: Block[]
}

/** A title and sentences of our own. */
export function saying(title: string, text: string, small?: string): Saying {
  const blocks = [sayingBlock(title, text)]
  if (small) blocks.push(smallBlock(escapeText(small)))
  return { text: fitEscaped(`${title}. ${text}`, 3000), blocks }
}

/** Whether a refused request asked for no video. */
function isSilent({ problems }: VideoError): boolean {
  return problems.some(({ field, rule }) => field === 'prompt' && (rule === 'required' || rule === 'small_talk'))
}

/** Whether a refused request asked for no video, or in words that we do not know. */
export function isUnclear(error: VideoError): boolean {
  return isSilent(error) || error.problems.some(({ field }) => field === 'request')
}

/** What a refused request is answered with; `help` is how to ask, for one that was unclear. */
export function refusalIn(locale: string, error: VideoError, help?: string): Saying {
  if (help !== undefined && isSilent(error)) return saying(say(locale, 'chat.help.title'), help)
  const { title, text } = describeError(error, locale)
  return saying(title, text, help)
}

const mostRemembered = 2_000

/** Answers to messages that became no Operation: one for each message, whatever Slack delivers how often. */
export class Replies {
  private readonly given = new Map<string, Promise<void>>()
  private readonly api: SlackApi
  private readonly log: Log

  constructor(api: SlackApi, log: Log) {
    this.api = api
    this.log = log
  }

  /**
   * Says it in the thread of that message, once. `again`: Slack has sent the event before, so it may stand there.
   * Throws only what a later delivery of the event can mend.
   */
  once(eventId: string, place: Place & { root: string }, said: Saying, again: boolean): Promise<void> {
    const known = this.given.get(eventId)
    if (known !== undefined) return known
    if (this.given.size >= mostRemembered) this.given.clear()
    const giving = this.give(eventId, place, said, again).catch((thrown: unknown) => {
      this.given.delete(eventId)
      const error = asVideoError(thrown)
      if (error.retryable) throw error
      this.log.info({ platform: 'slack', error: error.message }, 'an answer could not be given')
    })
    this.given.set(eventId, giving)
    return giving
  }

  /** Whether this process has answered that already; resolves once that is known, and throws as `once` does. */
  async gave(eventId: string): Promise<boolean> {
    const giving = this.given.get(eventId)
    await giving
    return giving !== undefined
  }

  private async give(
    eventId: string,
    place: Place & { root: string },
    { text, blocks }: Saying,
    again: boolean,
  ): Promise<void> {
    const { channel, root } = place
    // Whose answer it is need not be known: there is one for each message.
    const whose = askedBy(eventId, 10_000)
    try {
      if (again) {
        const since = Number(root) * 1000
        const found = await findOwn(this.api, place, since, whose, (each) => aboutOf(each, 'dailies_reply') === eventId)
        if (found) return
      }
      const metadata = metadataOf('dailies_reply', eventId)
      await this.api.inTurn(`post:${channel}`, 'outcome', whose, () =>
        this.api.client.chat.postMessage({ channel, thread_ts: root, text, blocks, metadata, unfurl_links: false }),
      )
    } catch (thrown) {
      throw asSlackError(thrown)
    }
  }
}
