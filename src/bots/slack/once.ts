import type { Card } from '../../core/card.ts'
import type { Operation } from '../../core/operation.ts'
import type { StoredFile } from '../../core/ports/files.ts'
import type { Clock } from '../../core/ports/machine.ts'
import { shorten } from '../shorten.ts'
import type { SlackApi } from './api.ts'
import type { Block } from './blocks.ts'
import type { Whose } from './bucket.ts'
import { Doubts } from './doubts.ts'
import { later } from './errors.ts'
import { isPerson, messageAt, messageName } from './place.ts'
import { shownAs } from './shares.ts'
import { escapeText, plainInMarkdown } from './text.ts'
import { aboutOf, findOwn, metadataOf, type Purpose, type Seen, type Where } from './thread.ts'
import { uploadBytes } from './upload.ts'

/** A video that Slack takes so often without showing it is tried again later, and its thread is told so. */
const mostUploads = 2

/** For whom a row's calls are made. */
export function whoseOf(operation: Operation, signal: AbortSignal): Whose {
  return { person: operation.requester, operation: operation.id, signal }
}

/**
 * Says things once. Posting is not idempotent in Slack, so before anything is posted that may have been posted already,
 * the thread is asked for our mark: metadata on messages, the Operation's id in a video's file name.
 */
export class Once {
  private readonly doubts: Doubts
  private readonly api: SlackApi
  private readonly clock: Clock

  constructor(api: SlackApi, clock: Clock) {
    this.api = api
    this.clock = clock
    this.doubts = new Doubts(clock)
  }

  /**
   * Posts words that nobody could say before `since`, and that none of the messages named `before` is; returns the message's
   * name. Throws Slack's errors and ours.
   */
  async say(
    operation: Operation,
    purpose: Purpose,
    where: Where,
    since: number,
    said: { readonly text: string; readonly blocks?: Block[] },
    signal: AbortSignal,
    before: readonly string[] = [],
  ): Promise<string> {
    const { channel, root } = where
    const whose = whoseOf(operation, signal)
    if (this.doubts.mayStand(operation, since) && !isPerson(channel)) {
      const isIt = (message: Seen) =>
        aboutOf(message, purpose) === operation.id && !before.includes(messageName(channel, message.ts ?? ''))
      const found = await findOwn(this.api, where, since, whose, isIt)
      if (found) return messageName(channel, found.ts)
    }
    const { text, blocks } = said
    const message = { channel, text, metadata: metadataOf(purpose, operation.id), unfurl_links: false }
    const answer = await this.posting(operation, () =>
      this.api.inTurn(`post:${channel}`, 'outcome', whose, () =>
        this.api.client.chat.postMessage({
          ...message,
          ...(blocks ? { blocks } : {}),
          ...(root === null ? {} : { thread_ts: root }),
        }),
      ),
    )
    const name = messageName(answer.channel ?? channel, answer.ts ?? '')
    // Nothing is delivered before the status message stands.
    if (purpose === 'dailies_status') this.doubts.putOff({ ...operation, statusMessage: name }, 0)
    return name
  }

  /**
   * Shares a video, anew where Slack took it and never showed it, or where it hangs on messages named `before` alone; returns
   * its message's name, without the ts where Slack does not tell it. Throws Slack's errors and ours.
   */
  async share(
    operation: Operation,
    card: Card,
    mention: string,
    video: StoredFile,
    where: Where,
    signal: AbortSignal,
    before: readonly string[],
  ): Promise<string> {
    const { channel, root } = where
    const whose = whoseOf(operation, signal)
    const since = operation.finishedAt ?? operation.createdAt
    if (this.doubts.mayStand(operation, since)) {
      const old = before.map((name) => messageAt(name).file)
      const videoOf = ({ files }: Seen) =>
        files?.find(({ id, name }) => name?.includes(operation.id) && !old.includes(id ?? ''))
      const found = await findOwn(this.api, where, since, whose, (message) => videoOf(message) !== undefined)
      if (found) return messageName(channel, found.ts, videoOf(found)?.id)
    }
    const title = shorten(card.prompt || card.title, 100)
    const comment = `${mention} *${escapeText(card.title)}.* ${plainInMarkdown(card.text, 1000)}`
    const name = `gen_video_${operation.id}.mp4`
    for (let uploads = 0; uploads < mostUploads; uploads += 1) {
      const id = await this.doubts.unlessBusy(operation, () => uploadBytes(this.api, video, name, whose))
      await this.posting(operation, () =>
        this.api.inTurn('files.completeUploadExternal', 'begun', whose, () =>
          this.api.client.files.completeUploadExternal({
            files: [{ id, title }],
            channel_id: channel,
            ...(root === null ? {} : { thread_ts: root }),
            initial_comment: comment,
          } as Parameters<typeof this.api.client.files.completeUploadExternal>[0]),
        ),
      )
      const ts = await shownAs(this.api, this.clock, id, where, since, whose)
      if (ts !== null) return messageName(channel, ts, id)
    }
    throw later('slack: the video was taken and never shown', undefined, 120)
  }

  private posting<T>(operation: Operation, call: () => Promise<T>): Promise<T> {
    return this.doubts.unlessBusy(operation, () => this.doubts.posting(operation, call))
  }
}
