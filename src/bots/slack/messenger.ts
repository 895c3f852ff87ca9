import type { Card } from '../../core/card.ts'
import { isFinal, type Operation } from '../../core/operation.ts'
import type { StoredFile } from '../../core/ports/files.ts'
import type { Clock, Log } from '../../core/ports/machine.ts'
import type { Delivery, Messenger } from '../../core/ports/messenger.ts'
import type { WordingKey } from '../../core/wording/en.ts'
import { say } from '../../core/wording.ts'
import type { SlackApi } from './api.ts'
import { type Block, cardBlocks, fallback } from './blocks.ts'
import { asSlackError, later, placeProblem, slackWord } from './errors.ts'
import { isPerson, messageAt, messageName, placeOf, userOf } from './place.ts'
import { escapeText, plainInMarkdown, shorten } from './text.ts'
import { aboutOf, findOwn, messagesIn, metadataOf, type Purpose, type Seen, type SlackFile } from './thread.ts'
import { uploadBytes } from './upload.ts'

/** Shorter than core's lease of a row: within it, nobody else can have tried to say what is to be said now. */
const nobodyElseWithin = 10_000
/** A file's message appears some time after its upload was completed; only then can the thread be asked for it. */
const appearsWithinSeconds = 10

const closedKeys: Readonly<Record<string, WordingKey>> = {
  not_in_channel: 'delivery.not_in_channel',
  unseen: 'delivery.unseen',
  archived: 'delivery.archived',
  restricted: 'delivery.restricted',
}

/** What takes a message or file away finds it gone. */
const gone: ReadonlySet<string> = new Set(['file_deleted', 'file_not_found'])

interface Where {
  readonly channel: string
  readonly root: string | null
}

/**
 * Slack's side of a conversation. Posting is not idempotent there, so before anything is posted that may have been
 * posted already, the thread is asked for our mark: metadata on messages, the Operation's id in a video's file name.
 */
export class SlackMessenger implements Messenger {
  readonly platform = 'slack'
  /** Operations whose next message may have been posted by a call of ours that failed. */
  private readonly doubtful = new Set<string>()
  private readonly startedAt: number
  private readonly api: SlackApi
  private readonly clock: Clock
  private readonly log: Log

  constructor(api: SlackApi, clock: Clock, log: Log) {
    this.api = api
    this.clock = clock
    this.log = log
    this.startedAt = clock.now()
  }

  async post(operation: Operation, card: Card, signal: AbortSignal): Promise<string> {
    return this.somewhere(operation, signal, async (where) => {
      const said = { text: fallback(card), blocks: cardBlocks(card, operation.locale) }
      return this.sayOnce(operation, 'dailies_status', where, operation.createdAt, said, signal)
    }).then(({ message }) => message)
  }

  async edit(operation: Operation, message: string, card: Card, signal: AbortSignal): Promise<void> {
    const said = { text: fallback(card), blocks: cardBlocks(card, operation.locale) }
    try {
      await this.api.inTurn('chat.update', isFinal(operation.status), signal, () =>
        this.api.client.chat.update({ ...messageAt(message), ...said }),
      )
    } catch (thrown) {
      // Whoever removed the message or closed its place wants to see it no more.
      if (placeProblem(thrown) !== null) return
      throw asSlackError(thrown)
    }
  }

  async deliver(operation: Operation, card: Card, video: StoredFile | null, signal: AbortSignal): Promise<Delivery> {
    const mention = `<@${userOf(operation.requester)}>`
    return this.somewhere(operation, signal, (where) =>
      video === null
        ? this.sayOutcome(operation, card, mention, where, signal)
        : this.shareOnce(operation, card, mention, video, where, signal),
    )
  }

  async askAdmins(operation: Operation, card: Card, channel: string, signal: AbortSignal): Promise<string> {
    try {
      const said = { text: fallback(card), blocks: cardBlocks(card, operation.locale) }
      return await this.sayOnce(operation, 'dailies_admins', { channel, root: null }, operation.createdAt, said, signal)
    } catch (thrown) {
      throw asSlackError(thrown)
    }
  }

  async withdraw(operation: Operation, message: string, signal: AbortSignal): Promise<void> {
    const { channel, ts } = messageAt(message)
    const { client } = this.api
    try {
      const named = (file: SlackFile) => file.id !== undefined && file.name?.includes(operation.id) === true
      for await (const seen of messagesIn(this.api, this.around(operation, channel), operation.createdAt, signal)) {
        for (const file of (seen.files ?? []).filter(named)) await client.files.delete({ file: file.id ?? '' })
      }
      if (/^[\d.]+$/.test(ts)) await client.chat.delete({ channel, ts })
    } catch (thrown) {
      if (placeProblem(thrown) !== null || gone.has(slackWord(thrown) ?? '')) return
      throw asSlackError(thrown)
    }
  }

  /** Where the Operation's messages in that channel stand. */
  private around(operation: Operation, channel: string): Where {
    const asked = placeOf(operation.thread ?? '')
    const shown = messageAt(operation.statusMessage ?? '')
    const above = shown.channel === channel ? shown.ts : null
    return { channel, root: asked.channel === channel ? (asked.root ?? above) : above }
  }

  private sayOutcome(operation: Operation, card: Card, mention: string, where: Where, signal: AbortSignal) {
    const text = shorten(`${mention} *${escapeText(card.title)}.* ${escapeText(card.text)}`, 3000)
    const since = operation.finishedAt ?? operation.createdAt
    const said = { text, blocks: [{ type: 'section' as const, text: { type: 'mrkdwn' as const, text } }] }
    return this.sayOnce(operation, 'dailies_outcome', where, since, said, signal)
  }

  /** Where it was asked for or, where that place is closed to us, directly to the person. */
  private async somewhere(
    operation: Operation,
    signal: AbortSignal,
    act: (where: Where) => Promise<string>,
  ): Promise<Delivery> {
    try {
      const where = await this.placeFor(operation, signal)
      try {
        return { message: await act(where), problem: null }
      } catch (thrown) {
        const why = placeProblem(thrown)
        if (why === null) throw thrown
        const channel = await this.directChannel(userOf(operation.requester), signal)
        if (channel === where.channel) throw thrown
        this.log.info(
          { operation: operation.id, why },
          'the place is closed to the bot, so the person is told directly',
        )
        await this.explain(operation, channel, why, signal)
        return { message: await act({ channel, root: null }), problem: why }
      }
    } catch (thrown) {
      throw asSlackError(thrown)
    }
  }

  /** Says once, directly, why the answer comes there. */
  private async explain(operation: Operation, channel: string, why: string, signal: AbortSignal): Promise<void> {
    if (operation.statusMessage !== null) return
    const problem = say(operation.locale, closedKeys[why] ?? 'delivery.gone')
    const text = escapeText(say(operation.locale, 'delivery.elsewhere', { problem }))
    await this.sayOnce(operation, 'dailies_reply', { channel, root: null }, operation.createdAt, { text }, signal)
  }

  private async placeFor(operation: Operation, signal: AbortSignal): Promise<Where> {
    const place = placeOf(operation.thread ?? '')
    const shown = operation.statusMessage === null ? null : messageAt(operation.statusMessage)
    // What was told directly goes on there.
    if (shown && (isPerson(place.channel) || shown.channel === place.channel)) {
      return { channel: shown.channel, root: place.root ?? shown.ts }
    }
    if (isPerson(place.channel)) return { channel: await this.directChannel(place.channel, signal), root: null }
    return { channel: place.channel, root: place.root }
  }

  private async directChannel(user: string, signal: AbortSignal): Promise<string> {
    try {
      const opened = await this.api.inTurn('conversations.open', true, signal, () =>
        this.api.client.conversations.open({ users: user }),
      )
      return opened.channel?.id ?? user
    } catch (thrown) {
      // Messages may be sent to a person's id as well; what is lost is the look at what stands there.
      if (slackWord(thrown) === 'missing_scope') return user
      throw thrown
    }
  }

  /** Whether what is to be said now may stand there already. */
  private mayStandThere(operation: Operation, since: number): boolean {
    if (this.doubtful.has(operation.id) || operation.announceAttempts > 0) return true
    return since < this.startedAt || this.clock.now() - since > nobodyElseWithin
  }

  private async sayOnce(
    operation: Operation,
    purpose: Purpose,
    where: Where,
    since: number,
    said: { readonly text: string; readonly blocks?: Block[] },
    signal: AbortSignal,
  ): Promise<string> {
    const { channel, root } = where
    if (!isPerson(channel) && this.mayStandThere(operation, since)) {
      const isIt = (message: Seen) => aboutOf(message, purpose) === operation.id
      const ts = await findOwn(this.api, where, since, signal, isIt)
      if (ts) return messageName(channel, ts)
    }
    const { text, blocks } = said
    const message = { channel, text, metadata: metadataOf(purpose, operation.id), unfurl_links: false }
    const answer = await this.doubting(operation, () =>
      this.api.inTurn(`post:${channel}`, true, signal, () =>
        this.api.client.chat.postMessage({
          ...message,
          ...(blocks ? { blocks } : {}),
          ...(root === null ? {} : { thread_ts: root }),
        }),
      ),
    )
    return messageName(answer.channel ?? channel, answer.ts ?? '')
  }

  private async shareOnce(
    operation: Operation,
    card: Card,
    mention: string,
    video: StoredFile,
    where: Where,
    signal: AbortSignal,
  ): Promise<string> {
    const { channel, root } = where
    const since = operation.finishedAt ?? operation.createdAt
    if (this.mayStandThere(operation, since)) {
      const isIt = (message: Seen) => message.files?.some((file) => file.name?.includes(operation.id)) === true
      const ts = await findOwn(this.api, where, since, signal, isIt)
      if (ts) return messageName(channel, ts)
    }
    const id = await uploadBytes(this.api, video, `gen_video_${operation.id}.mp4`, signal)
    const title = shorten(card.prompt || card.title, 100)
    const comment = `${mention} *${escapeText(card.title)}.* ${plainInMarkdown(card.text, 1000)}`
    await this.doubting(operation, () =>
      this.api.inTurn('files.completeUploadExternal', true, signal, () =>
        this.api.client.files.completeUploadExternal({
          files: [{ id, title }],
          channel_id: channel,
          ...(root === null ? {} : { thread_ts: root }),
          initial_comment: comment,
        } as Parameters<typeof this.api.client.files.completeUploadExternal>[0]),
      ),
    )
    return messageName(channel, (await this.tsOf(id, channel, signal)) ?? id)
  }

  /** Makes a call that posts. If it is not known to have failed, the thread is asked before the next try. */
  private async doubting<T>(operation: Operation, call: () => Promise<T>): Promise<T> {
    try {
      const answer = await call()
      this.doubtful.delete(operation.id)
      return answer
    } catch (thrown) {
      const error = asSlackError(thrown)
      if (!error.retryable || error.retryAfterSeconds !== undefined) throw thrown
      this.doubtful.add(operation.id)
      throw later(error.message, thrown, appearsWithinSeconds)
    }
  }

  /** The message that a file was shared as, if Slack tells it soon. */
  private async tsOf(id: string, channel: string, signal: AbortSignal): Promise<string | null> {
    for (let look = 0; look < 4 && !signal.aborted; look += 1) {
      await this.clock.sleep(250 * 2 ** look, signal)
      try {
        const { file } = await this.api.inTurn('files.info', true, signal, () =>
          this.api.client.files.info({ file: id }),
        )
        const shares = { ...file?.shares?.public, ...file?.shares?.private } as Record<string, { ts?: string }[]>
        const ts = shares[channel]?.[0]?.ts
        if (ts) return ts
      } catch {
        // It stands in the thread either way; its address is only a convenience.
        return null
      }
    }
    return null
  }
}
