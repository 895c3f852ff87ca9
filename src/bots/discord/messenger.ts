import type { Card } from '../../core/card.ts'
import { VideoError } from '../../core/errors.ts'
import { isFinal, type Operation } from '../../core/operation.ts'
import type { StoredFile } from '../../core/ports/files.ts'
import type { Clock, Log } from '../../core/ports/machine.ts'
import type { Delivery, Messenger } from '../../core/ports/messenger.ts'
import type { Api } from './api.ts'
import { type Fitted, filesOf, fitVideo, type LargeVideos, limitAfterRefusal, usualUploadLimit } from './delivery.ts'
import { asFailure, codeOf, discordCode, isGone, isHopeless } from './failure.ts'
import { deliveryBody, named, referenceTo, summaryBody } from './outgoing.ts'
import { liveToken, parseRef, placeOf, refText } from './place.ts'
import { statusBody } from './render.ts'
import { createFinder, nonceMilliseconds, nonceOf, type Spot, spotsFor } from './spots.ts'
import type { Standing } from './standing.ts'
import { createWithdrawal } from './withdrawal.ts'

export interface MessengerParts {
  readonly api: Api
  readonly clock: Clock
  readonly log: Log
  readonly large: LargeVideos
  readonly standing: Standing
  /** As in DiscordSettings. */
  readonly adminIds: readonly string[]
  /** What a server takes in one upload, in bytes; null where it is not known. */
  readonly uploadLimitOf: (guild: string) => number | null
}

/**
 * Discord's side of announce: one status message, edited; one delivery. Throws VideoErrors; a bucket without room is
 * `busy` at once, so that announce comes back with a newer card instead of queueing this one.
 */
export function createMessenger(parts: MessengerParts): Messenger {
  const { api, clock, log, standing } = parts
  const find = createFinder(api, clock)
  const withdraw = createWithdrawal(api, standing, find)

  async function inFirstSpot(
    operation: Operation,
    signal: AbortSignal,
    put: (spot: Spot) => Promise<Delivery>,
  ): Promise<Delivery> {
    for await (const spot of spotsFor(operation, api, signal)) {
      try {
        return await put(spot)
      } catch (thrown) {
        if (!isHopeless(thrown)) throw thrown
        log.warn(
          { operation: operation.id, channel: spot.channel, discord: codeOf(thrown) },
          'this place is closed to us',
        )
      }
    }
    throw new VideoError('forbidden', 'no place in Discord takes it', { facts: { why: 'gone' } })
  }

  async function post(operation: Operation, card: Card, signal: AbortSignal): Promise<string> {
    const body = statusBody(card, operation.locale)
    const token = liveToken(operation, clock.now())
    const answered = token === null ? null : await originalOf(api, token, signal)
    if (answered !== null) return refText({ channel: null, message: answered })
    const wanted = { operationId: operation.id, delivery: false, since: operation.createdAt }
    const { message } = await inFirstSpot(operation, signal, async ({ channel }) => {
      // The answer to the interaction may stand there, from before a crash; it has no nonce.
      const found = await find(channel, wanted, signal)
      const place = placeOf(operation.thread ?? '')
      const reply = channel === place.channel ? referenceTo(place.replyTo) : {}
      const nonce = { nonce: nonceOf(operation.id, 'status', channel), enforce_nonce: true }
      const id = found ?? (await api.post(channel, { body: { ...body, ...nonce, ...reply }, signal })).id
      return { message: refText({ channel, message: id }), problem: null }
    })
    return message
  }

  async function edit(operation: Operation, message: string, card: Card, signal: AbortSignal): Promise<void> {
    const delivered = operation.deliveredMessage
    const removed = operation.removedAt !== null
    const elsewhere = delivered !== null && delivered !== message && message !== operation.adminMessage
    const over = isFinal(operation.status) && elsewhere && !removed
    const body = over
      ? summaryBody(operation, clock.now())
      : statusBody(card, operation.locale, await linked(operation, message))
    const sending = { body: removed ? { ...body, attachments: [] } : body, signal, rank: 'change' } as const
    await standing.change(operation, message, sending)
  }

  /** The link that the card of an outcome promises, in the message that is the outcome: the admins' are read by others. */
  async function linked(operation: Operation, message: string): Promise<string[]> {
    const { deliveredMessage, deliveryProblem, retiredAt } = operation
    const promised = message === deliveredMessage && deliveryProblem === 'link_only' && retiredAt === null
    const link = promised ? await parts.large.link(operation) : null
    return link === null ? [] : [link]
  }

  async function deliver(...given: Parameters<Messenger['deliver']>): Promise<Delivery> {
    const [operation, card, video, signal, before] = given
    const inPlace = await deliverInPlace(operation, card, video, signal)
    if (inPlace !== null) return inPlace
    const place = placeOf(operation.thread ?? '')
    return inFirstSpot(operation, signal, async (spot) => {
      const there = spot.channel === place.channel
      const known = there && place.guild !== null ? parts.uploadLimitOf(place.guild) : null
      const stated = there ? place.uploadLimit : null
      const limit = Math.min(known ?? Number.POSITIVE_INFINITY, stated ?? known ?? usualUploadLimit)
      const found = await delivered(operation, spot, before, signal)
      if (found !== null) return { message: refText({ channel: spot.channel, message: found }), problem: spot.problem }
      return fitting(operation, video, limit, signal, async (fitted) => {
        const body = deliveryBody(operation, card, fitted, spot)
        const { id } = await api.post(spot.channel, { body, signal, files: filesOf(fitted) })
        return { message: refText({ channel: spot.channel, message: id }), problem: spot.problem ?? fitted.problem }
      })
    })
  }

  /**
   * What only the interaction's token reaches gets its outcome by a change of the answer itself, which may be repeated
   * (a follow-up takes no nonce, so that it may not). What was cancelled needs no second message either.
   */
  async function deliverInPlace(
    operation: Operation,
    card: Card,
    video: StoredFile | null,
    signal: AbortSignal,
  ): Promise<Delivery | null> {
    const message = operation.statusMessage
    if (message === null) return null
    const byToken = parseRef(message).channel === null
    if (!byToken && operation.errorCode !== 'cancelled') return null
    const limit = placeOf(operation.thread ?? '').uploadLimit ?? usualUploadLimit
    return fitting(operation, video, limit, signal, async (fitted) => {
      const body = statusBody(card, operation.locale, fitted.lines)
      const sending = { body: { ...body, attachments: named(fitted) }, signal, files: filesOf(fitted) }
      const done = await standing.change(operation, message, sending)
      return done ? { message, problem: fitted.problem } : null
    })
  }

  async function delivered(
    { id: operationId, finishedAt, createdAt }: Operation,
    { channel }: Spot,
    before: readonly string[],
    signal: AbortSignal,
  ): Promise<string | null> {
    const since = finishedAt ?? createdAt
    if (clock.now() - since < nonceMilliseconds) return null
    const others = before.map((each) => parseRef(each).message)
    return find(channel, { operationId, delivery: true, since, others }, signal)
  }

  /** Sends what fits, and once more something smaller if Discord finds it too large at the last moment. */
  async function fitting<T>(
    operation: Operation,
    video: StoredFile | null,
    limit: number,
    signal: AbortSignal,
    send: (fitted: Fitted) => Promise<T>,
  ): Promise<T> {
    const fitted = async (most: number) => {
      const found = await fitVideo(operation, video, most, parts.large, log, signal)
      try {
        return await send(found)
      } finally {
        if (found.copy !== null) await parts.large.discard(found.copy)
      }
    }
    try {
      return await fitted(limit)
    } catch (thrown) {
      if (video === null || codeOf(thrown) !== discordCode.tooLarge) throw thrown
      const less = limitAfterRefusal(limit, video.bytes)
      log.info({ operation: operation.id, bytes: video.bytes, limit: less }, 'Discord takes less than it said')
      return fitted(less)
    }
  }

  /** The status message may stand in the same channel. */
  async function askedAlready(operation: Operation, channel: string, signal: AbortSignal): Promise<string | null> {
    const { id: operationId, createdAt: since, statusMessage } = operation
    if (clock.now() - since < nonceMilliseconds) return null
    const others = statusMessage === null ? [] : [parseRef(statusMessage).message]
    return find(channel, { operationId, delivery: false, since, others }, signal)
  }

  /** Only into a channel of the server whose admins decide: elsewhere others would read it. */
  async function askAdmins(operation: Operation, card: Card, channel: string, signal: AbortSignal): Promise<string> {
    const there = /^\d{5,20}$/.test(channel) ? await api.channel(channel, signal) : null
    if (there === null || !('guild_id' in there) || `discord:${there.guild_id}` !== operation.workspace) {
      throw new VideoError('forbidden', 'the admins’ channel is not one of this server', { facts: { why: 'gone' } })
    }
    return ask(operation, card, channel, signal)
  }

  /** The first of them whom the bot may write to: each message that asks has to be changed once it is decided. */
  async function askHost(operation: Operation, card: Card, signal: AbortSignal): Promise<string | null> {
    for (const id of parts.adminIds.filter((each) => each.startsWith('discord:'))) {
      try {
        return await ask(operation, card, await api.directChannel(id.slice('discord:'.length), signal), signal)
      } catch (thrown) {
        // Without a word of Discord's own it may pass.
        if (!codeOf(thrown)) throw thrown
        log.warn({ operation: operation.id, admin: id, discord: codeOf(thrown) }, 'this admin could not be asked')
      }
    }
    return null
  }

  async function ask(operation: Operation, card: Card, channel: string, signal: AbortSignal): Promise<string> {
    const nonce = { nonce: nonceOf(operation.id, 'admins', channel), enforce_nonce: true }
    const body = { ...statusBody(card, operation.locale), ...nonce }
    const message = (await askedAlready(operation, channel, signal)) ?? (await api.post(channel, { body, signal })).id
    return refText({ channel, message })
  }

  return {
    platform: 'discord',
    post: (operation, card, signal) => asked(() => post(operation, card, signal)),
    edit: (operation, message, card, signal) => asked(() => edit(operation, message, card, signal)),
    deliver: (...given) => asked(() => deliver(...given)),
    askAdmins: (operation, card, channel, signal) =>
      asked(() => (channel === null ? askHost(operation, card, signal) : askAdmins(operation, card, channel, signal))),
    withdraw: (operation, message, signal) => asked(() => withdraw(operation, message, signal)),
  }
}

async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (thrown) {
    throw asFailure(thrown)
  }
}

async function originalOf(api: Api, token: string, signal: AbortSignal): Promise<string | null> {
  try {
    return (await api.original(token, signal)).id
  } catch (thrown) {
    if (isGone(thrown)) return null
    throw thrown
  }
}
