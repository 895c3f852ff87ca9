import type { Card } from '../../core/card.ts'
import { isFinal, type Operation } from '../../core/operation.ts'
import type { StoredFile } from '../../core/ports/files.ts'
import type { Clock, Log } from '../../core/ports/machine.ts'
import type { Delivery, Messenger } from '../../core/ports/messenger.ts'
import type { WordingKey } from '../../core/wording/en.ts'
import { say } from '../../core/wording.ts'
import { shorten } from '../shorten.ts'
import type { SlackApi } from './api.ts'
import { cardBlocks, fallback } from './blocks.ts'
import type { Whose } from './bucket.ts'
import { asOwed, asSlackError, later, placeProblem, refusesFile, slackWord } from './errors.ts'
import { type Player, refusedFiles } from './link.ts'
import { Once, whoseOf } from './once.ts'
import { isPerson, messageAt, placeOf, userOf } from './place.ts'
import { sweep, withdrawIn } from './removal.ts'
import { escapeText } from './text.ts'
import type { Where } from './thread.ts'

const closedKeys: Readonly<Record<string, WordingKey>> = {
  not_in_channel: 'delivery.not_in_channel',
  unseen: 'delivery.unseen',
  archived: 'delivery.archived',
  restricted: 'delivery.restricted',
}

/** Slack's side of a conversation. What waits for Slack's limits is `busy` until the moment at which they let it. */
export class SlackMessenger implements Messenger {
  readonly platform = 'slack'
  private readonly once: Once
  private readonly api: SlackApi
  private readonly log: Log
  private readonly player: Player

  constructor(api: SlackApi, player: Player, clock: Clock, log: Log) {
    this.api = api
    this.player = player
    this.log = log
    this.once = new Once(api, clock)
  }

  async post(operation: Operation, card: Card, signal: AbortSignal): Promise<string> {
    return this.somewhere(operation, signal, async (where) => {
      const said = { text: fallback(card), blocks: cardBlocks(card, operation.locale) }
      const message = await this.once.say(operation, 'dailies_status', where, operation.createdAt, said, signal)
      return { message, problem: null }
    }).then(({ message }) => message)
  }

  async edit(operation: Operation, message: string, card: Card, signal: AbortSignal): Promise<void> {
    const said = { text: fallback(card), blocks: cardBlocks(card, operation.locale) }
    const rank = isFinal(operation.status) ? 'outcome' : 'change'
    const { channel, ts } = messageAt(message)
    try {
      await this.api.inTurn('chat.update', rank, whoseOf(operation, signal), () =>
        this.api.client.chat.update({ channel, ts, ...said }),
      )
    } catch (thrown) {
      // Whoever removed the message or closed its place wants to see it no more; but in a closed one stands what was removed.
      const mayStand = operation.removedAt !== null && slackWord(thrown) !== 'message_not_found'
      if (placeProblem(thrown) !== null && !mayStand) return
      throw asSlackError(thrown)
    }
  }

  async deliver(
    operation: Operation,
    card: Card,
    video: StoredFile | null,
    signal: AbortSignal,
    before: readonly string[] = [],
  ): Promise<Delivery> {
    const mention = `<@${userOf(operation.requester)}>`
    return this.somewhere(operation, signal, async (where) => {
      const inWords = (words: string) => this.sayOutcome(operation, words, where, signal, before)
      const told = `${mention} *${escapeText(card.title)}.* ${escapeText(card.text)}`
      if (video === null) return { message: await inWords(told), problem: null }
      try {
        const message = await this.once.share(operation, card, mention, video, where, signal, before)
        return { message, problem: null }
      } catch (thrown) {
        if (!refusesFile(thrown)) throw thrown
        const { words, problem } = await this.insteadOf(operation)
        return { message: await inWords(`${told}\n${words}`), problem }
      }
    })
  }

  async askAdmins(operation: Operation, card: Card, channel: string, signal: AbortSignal): Promise<string> {
    try {
      const said = { text: fallback(card), blocks: cardBlocks(card, operation.locale) }
      return await this.once.say(
        operation,
        'dailies_admins',
        { channel, root: null },
        operation.createdAt,
        said,
        signal,
      )
    } catch (thrown) {
      throw asSlackError(thrown)
    }
  }

  async withdraw(operation: Operation, message: string | null, signal: AbortSignal): Promise<void> {
    if (message === null) return this.withdrawUnnamed(operation, signal)
    const where = this.around(operation, messageAt(message).channel)
    await withdrawIn(this.api, operation, message, where, whoseOf(operation, signal))
  }

  /** Of what was posted without an answer: in its place or, where that was closed to us, with its person. */
  private async withdrawUnnamed(operation: Operation, signal: AbortSignal): Promise<void> {
    const whose = whoseOf(operation, signal)
    try {
      const where = await this.placeFor(operation, signal)
      if (await sweep(this.api, operation, where, whose)) return
      const channel = await this.directChannel(userOf(operation.requester), whose)
      if (channel !== where.channel) await sweep(this.api, operation, { channel, root: null }, whose)
    } catch (thrown) {
      const error = asSlackError(thrown)
      // Whoever cannot be written to directly has got nothing there.
      if (error.retryable) throw error
    }
  }

  /** Where the Operation's messages in that channel stand. */
  private around(operation: Operation, channel: string): Where {
    const asked = placeOf(operation.thread ?? '')
    const shown = messageAt(operation.statusMessage ?? '')
    const above = shown.channel === channel ? shown.ts : null
    return { channel, root: asked.channel === channel ? (asked.root ?? above) : above }
  }

  /** What stands in the place of a video that Slack does not take: a link where there is one, and why. */
  private async insteadOf(operation: Operation) {
    const { locale } = operation
    const link = await this.player(operation)
    const problem = link === null ? refusedFiles.without : refusedFiles.linked
    const why = escapeText(say(locale, 'delivery.elsewhere', { problem: say(locale, `delivery.${problem}`) }))
    return { problem, words: link === null ? why : `${why} <${escapeText(link)}|${say(locale, 'chat.link.video')}>` }
  }

  private sayOutcome(
    operation: Operation,
    words: string,
    where: Where,
    signal: AbortSignal,
    before: readonly string[],
  ): Promise<string> {
    const text = shorten(words, 3000)
    const since = operation.finishedAt ?? operation.createdAt
    const said = { text, blocks: [{ type: 'section' as const, text: { type: 'mrkdwn' as const, text } }] }
    return this.once.say(operation, 'dailies_outcome', where, since, said, signal, before)
  }

  /** Where it was asked for or, where that place is closed to us, directly to the person. */
  private async somewhere(
    operation: Operation,
    signal: AbortSignal,
    act: (where: Where) => Promise<Delivery>,
  ): Promise<Delivery> {
    try {
      const where = await this.placeFor(operation, signal)
      try {
        return await act(where)
      } catch (thrown) {
        const why = placeProblem(thrown)
        if (why === null) throw thrown
        const channel = await this.directChannel(userOf(operation.requester), whoseOf(operation, signal))
        if (channel === where.channel) throw thrown
        this.log.info(
          { operation: operation.id, why },
          'the place is closed to the bot, so the person is told directly',
        )
        const explained = await this.explain(operation, channel, why, signal)
        const there = () => act({ channel, root: null })
        const { message, problem } = await (explained ? afterWords(there) : there())
        return { message, problem: problem ?? why }
      }
    } catch (thrown) {
      throw asOwed(thrown)
    }
  }

  /** Says once, directly, why the answer comes there; whether it had to be said. */
  private async explain(operation: Operation, channel: string, why: string, signal: AbortSignal): Promise<boolean> {
    if (operation.statusMessage !== null) return false
    const problem = say(operation.locale, closedKeys[why] ?? 'delivery.gone')
    const text = escapeText(say(operation.locale, 'delivery.elsewhere', { problem }))
    await this.once.say(operation, 'dailies_reply', { channel, root: null }, operation.createdAt, { text }, signal)
    return true
  }

  private async placeFor(operation: Operation, signal: AbortSignal): Promise<Where> {
    const place = placeOf(operation.thread ?? '')
    const shown = operation.statusMessage === null ? null : messageAt(operation.statusMessage)
    // What was told directly goes on there.
    if (shown && (isPerson(place.channel) || shown.channel === place.channel)) {
      return { channel: shown.channel, root: place.root ?? shown.ts }
    }
    if (isPerson(place.channel))
      return { channel: await this.directChannel(place.channel, whoseOf(operation, signal)), root: null }
    return { channel: place.channel, root: place.root }
  }

  private async directChannel(user: string, whose: Whose): Promise<string> {
    try {
      const opened = await this.api.inTurn('conversations.open', 'outcome', whose, () =>
        this.api.client.conversations.open({ users: user }),
      )
      return opened.channel?.id ?? user
    } catch (thrown) {
      // Messages may be sent to a person's id as well; what is lost is the look at what stands there.
      if (slackWord(thrown) === 'missing_scope') return user
      throw thrown
    }
  }
}

/** Makes a call after something else was said: what waits for Slack's limits has been tried then, and the place is asked. */
async function afterWords<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (thrown) {
    const { code, message, retryAfterSeconds } = asSlackError(thrown)
    throw code === 'busy' ? later(message, thrown, retryAfterSeconds) : thrown
  }
}
