import { type APIChannel, type APIMessage, type InternalRequest, RequestMethod, Routes } from 'discord.js'
import type { Clock, Log } from '../../core/ports/machine.ts'
import { within } from '../../core/within.ts'
import { busy } from '../busy.ts'
import { createBuckets } from './buckets.ts'
import { createBudget, type Weight } from './budget.ts'
import { codeOf, discordCode } from './failure.ts'
import { multipart, type Upload } from './multipart.ts'
import { patience, uploading } from './patience.ts'
import { type ApiSettings, createRest } from './rest.ts'

/** What a message shows, in Discord's own form. */
export type MessageBody = Record<string, unknown>

export interface Sending {
  readonly body: MessageBody
  readonly files?: readonly Upload[]
  readonly signal?: AbortSignal
  /** A change that nobody waits for: it throws `busy` where others leave no room for it. */
  readonly rank?: 'change'
}

/** What Discord gives of a channel at once. */
export const recentAtMost = 100

/** The calls this bot makes. They throw what discord.js throws, or `busy`; failure.ts tells them apart. */
export interface Api {
  get(route: `/${string}`, query?: URLSearchParams): Promise<unknown>
  put(route: `/${string}`, body: readonly object[]): Promise<unknown>
  /** Somebody else with this token has been answered: that counts in the limit of all routes like what passes here. */
  answeredElsewhere(): void
  applicationId(): Promise<string>
  /** The bot's own user id. */
  botId(): Promise<string>
  post(channel: string, sending: Sending): Promise<APIMessage>
  patch(channel: string, message: string, sending: Sending): Promise<APIMessage>
  remove(channel: string, message: string, signal?: AbortSignal): Promise<void>
  read(channel: string, message: string, signal?: AbortSignal): Promise<APIMessage>
  /** At most `recentAtMost` messages, those right after an id. */
  recent(channel: string, after: string, signal?: AbortSignal): Promise<APIMessage[]>
  channel(id: string, signal?: AbortSignal): Promise<APIChannel>
  unarchive(channel: string, signal?: AbortSignal): Promise<void>
  directChannel(user: string, signal?: AbortSignal): Promise<string>
  /** Answers an interaction; the id of the message it made, if it made one. Calling it twice answers once. */
  answer(interaction: { id: string; token: string }, body: MessageBody): Promise<string | null>
  /** The message that an interaction was answered with. */
  original(token: string, signal?: AbortSignal): Promise<APIMessage>
  patchAnswer(token: string, message: string, sending: Sending): Promise<APIMessage>
  followUp(token: string, sending: Sending): Promise<APIMessage>
}

/** A request without what it carries. */
type Route = Pick<InternalRequest, 'method' | 'fullRoute' | 'auth' | 'query'> & {
  /** Milliseconds that Discord may take; of an upload from its turn on, and the more the more others are under way. */
  readonly longest: number | (() => number)
  /** Whether it counts in the limit of all routes together. */
  readonly counted: boolean
}

/** Discord's REST interface through discord.js, never twice by itself: announce repeats what may be repeated. */
export function createApi(settings: ApiSettings, clock: Clock, log: Log, sharers?: () => number): Api {
  const buckets = createBuckets(clock)
  const budget = createBudget(clock, sharers)
  const rest = createRest(settings, {
    answered(method, path, headers) {
      const key = bucketKey(method, path)
      if (key !== null) buckets.learn(key, headers)
    },
    refused(count, remainingTime) {
      quietUntil = clock.now() + remainingTime
      log.error(
        { count, remainingTime },
        'Discord refuses too much of what is sent; silent until its count begins anew',
      )
    },
  })
  let quietUntil = 0
  const applicationId = remembered(async () => idOf(await send(Get, Routes.currentApplication(), {})))
  const botId = remembered(async () => idOf(await send(Get, Routes.user(), {})))

  /** One request in its turn: its bucket's, then Discord's whole. What Discord does not count has none. */
  async function request(route: Route, { body, files, signal, rank }: Partial<Sending>): Promise<unknown> {
    if (clock.now() < quietUntil) throw busy('discord: refused too much, quiet', quietUntil - clock.now())
    const { longest, counted, ...options } = route
    const upload = files !== undefined && files.length > 0
    const ask = (stop: AbortSignal) => {
      const carried = upload ? { ...multipart(body, files), passThroughBody: true } : body ? { body } : {}
      return rest({ ...options, ...carried, signal: stop }, upload)
    }
    const send = (opening: boolean) => {
      if (!counted) return within(longest, signal, ask)
      const weight: Weight = { rank: rank ?? (opening ? 'opening' : 'outcome'), upload }
      const inTurn = (stop: AbortSignal, call: () => Promise<unknown>) => budget.inTurn(weight, stop, call)
      // A video that waits for others' is not late yet.
      if (upload) return inTurn(signal ?? new AbortController().signal, () => within(longest, signal, ask))
      return within(longest, signal, (stop) => inTurn(stop, () => ask(stop)))
    }
    const key = bucketKey(options.method, options.fullRoute)
    const take = () => (key === null ? send(false) : buckets.take(key, send, upload))
    return rank === 'change' ? budget.ifRoom(take) : take()
  }

  function send(
    method: RequestMethod,
    fullRoute: InternalRequest['fullRoute'],
    { query, ...sending }: Partial<Sending> & { readonly query?: URLSearchParams },
    auth = true,
  ): Promise<unknown> {
    const { files = [] } = sending
    const longest = files.length
      ? () => uploading(files, budget.uploading())
      : method === Patch
        ? patience.change
        : patience.usual
    return request({ method, fullRoute, auth, longest, counted: true, ...(query ? { query } : {}) }, sending)
  }
  const { Get, Post, Put, Patch, Delete } = RequestMethod
  const signalled = (signal?: AbortSignal) => (signal ? { signal } : {})

  async function answerOnce({ id, token }: { id: string; token: string }, body: MessageBody): Promise<string | null> {
    const fullRoute = Routes.interactionCallback(id, token)
    const query = new URLSearchParams({ with_response: 'true' })
    const route = { method: Post, fullRoute, query, auth: false, longest: patience.answer, counted: false }
    const made = (await request(route, { body })) as { interaction?: { response_message_id?: string } } | undefined
    return made?.interaction?.response_message_id ?? null
  }

  return {
    get: (route, query) => send(Get, route, query ? { query } : {}),
    // A cast: a list is no message's body, and goes out as JSON all the same.
    put: (route, body) => send(Put, route, { body: body as unknown as MessageBody }),
    answeredElsewhere: () => budget.count(),
    applicationId,
    botId,
    post: async (channel, sending) => (await send(Post, Routes.channelMessages(channel), sending)) as APIMessage,
    patch: async (channel, message, sending) =>
      (await send(Patch, Routes.channelMessage(channel, message), sending)) as APIMessage,
    async remove(channel, message, signal) {
      await send(Delete, Routes.channelMessage(channel, message), signalled(signal))
    },
    read: async (channel, message, signal) =>
      (await send(Get, Routes.channelMessage(channel, message), signalled(signal))) as APIMessage,
    async recent(channel, after, signal) {
      const query = new URLSearchParams({ limit: String(recentAtMost), after })
      return (await send(Get, Routes.channelMessages(channel), { query, ...signalled(signal) })) as APIMessage[]
    },
    channel: async (id, signal) => (await send(Get, Routes.channel(id), signalled(signal))) as APIChannel,
    async unarchive(channel, signal) {
      await send(Patch, Routes.channel(channel), { body: { archived: false }, ...signalled(signal) })
    },
    async directChannel(user, signal) {
      const made = await send(Post, Routes.userChannels(), { body: { recipient_id: user }, ...signalled(signal) })
      return (made as APIChannel).id
    },
    async answer(interaction, body) {
      try {
        return await answerOnce(interaction, body)
      } catch (thrown) {
        // A lost answer may have arrived: the second try then says so, and the message can be asked for.
        const again = codeOf(thrown) === null ? await retried(() => answerOnce(interaction, body)) : thrown
        if (typeof again === 'string' || again === null) return again
        if (codeOf(again) !== discordCode.alreadyAnswered) throw again
        return (await this.original(interaction.token)).id
      }
    },
    async original(token, signal) {
      const route = Routes.webhookMessage(await applicationId(), token, '@original')
      return (await send(Get, route, signalled(signal), false)) as APIMessage
    },
    async patchAnswer(token, message, sending) {
      const route = Routes.webhookMessage(await applicationId(), token, message)
      return (await send(Patch, route, sending, false)) as APIMessage
    },
    async followUp(token, sending) {
      return (await send(Post, Routes.webhook(await applicationId(), token), sending, false)) as APIMessage
    },
  }
}

async function retried<T>(call: () => Promise<T>): Promise<T | unknown> {
  try {
    return await call()
  } catch (thrown) {
    return thrown
  }
}

function bucketKey(method: string, path: string): string | null {
  const channel = path.match(/^\/channels\/(\d+)\/messages/)?.[1]
  return channel === undefined ? null : `${method} ${channel}`
}

function idOf(answer: unknown): string {
  return (answer as { id: string }).id
}

/** Asks once; a failure is not remembered. */
function remembered(ask: () => Promise<string>): () => Promise<string> {
  let known: Promise<string> | null = null
  return () => {
    known ??= ask().catch((thrown: unknown) => {
      known = null
      throw thrown
    })
    return known
  }
}
