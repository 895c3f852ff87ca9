import { DiscordAPIError, RESTJSONErrorCodes } from 'discord.js'
import { expect, it } from 'vitest'
import { type Api, recentAtMost } from '../../src/bots/discord/api.ts'
import { createBuckets } from '../../src/bots/discord/buckets.ts'
import { asFailure, isHopeless } from '../../src/bots/discord/failure.ts'
import { createFinder } from '../../src/bots/discord/spots.ts'
import { VideoError } from '../../src/core/errors.ts'
import { VirtualClock } from '../slack/virtual-clock.ts'
import { createLimits, ruleFor } from './stand-in/limits.ts'

const wanted = { operationId: '01a20507-6292-7640-ae3c-7bc80777d4cf', delivery: true, since: 1_790_000_000_000 }
const { signal } = new AbortController()

it('asks a channel for a message of its own once a minute, while the nonce keeps what is posted from being doubled', async () => {
  let now = 1_790_000_060_000
  const asked: string[] = []
  const ours = { id: 'm1', author: { id: 'bot' }, content: '<@1>', embeds: [{ footer: { text: wanted.operationId } }] }
  let there: unknown[] = []
  const api = {
    botId: async () => 'bot',
    async recent(channel: string) {
      asked.push(channel)
      return there
    },
  } as unknown as Api
  const find = createFinder(api, { now: () => now, sleep: async () => {} })
  expect(await find('here', wanted, signal)).toBeNull()
  now += 59_000
  expect(await find('here', wanted, signal)).toBeNull()
  expect(await find('there', wanted, signal)).toBeNull()
  expect(await find('here', { ...wanted, delivery: false }, signal)).toBeNull()
  expect(asked).toEqual(['here', 'there', 'here'])
  there = [ours]
  now += 1_000
  expect(await find('here', wanted, signal)).toBe('m1')
  there = []
  expect(await find('here', wanted, signal)).toBeNull()
  there = [ours]
  expect(await find('here', wanted, signal)).toBeNull()
  // Of what is to go none is posted any more.
  expect(await find('here', { ...wanted, toGo: true }, signal)).toBe('m1')
})

/** A channel with so many messages of others since the video ended, read at the pace that Discord's limits leave. */
function busyChannel(count: number) {
  const clock = new VirtualClock()
  const buckets = createBuckets(clock)
  const limits = createLimits(clock.now)
  const first = BigInt(wanted.since - 1_420_070_400_000) << 22n
  const idAt = (index: number) => String(first + BigInt(index))
  const chat = { author: { id: 'bob' }, content: 'chat', embeds: [] }
  const footer = { text: wanted.operationId }
  const messages: object[] = Array.from({ length: count }, (_, index) => ({ ...chat, id: idAt(index) }))
  let reads = 0
  const recent = (channel: string, after: string) =>
    buckets.take(`GET ${channel}`, async () => {
      reads += 1
      const toll = limits.take(...ruleFor('GET', `/channels/${channel}/messages`, 1))
      expect(toll.retryAfterMs).toBeNull()
      buckets.learn(`GET ${channel}`, new Headers(toll.headers))
      const later = (messages as { id: string }[]).filter((each) => BigInt(each.id) > BigInt(after))
      return later.slice(0, recentAtMost).toReversed()
    })
  const api = { botId: async () => 'bot', recent } as unknown as Api
  const find = createFinder(api, clock)
  /** As announce does it: who is sent away comes back when it was told to. */
  const look = async (what: typeof wanted) => {
    for (let turn = 0; turn < 10; turn += 1) {
      try {
        return await find('100', what, signal)
      } catch (thrown) {
        if (!(thrown instanceof VideoError) || thrown.code !== 'busy') throw thrown
        await clock.sleep((thrown.retryAfterSeconds ?? 0) * 1000 + 15, signal)
      }
    }
    throw new Error('sent away again and again')
  }
  return {
    look: (what = wanted) => clock.through(look(what)),
    /** The bot's own message, with a video that ended at `since`. */
    deliver: () => {
      const id = idAt(messages.length)
      messages.push({ id, author: { id: 'bot' }, content: '<@1>', embeds: [{ footer }] })
      return id
    },
    reads: () => reads,
    find,
  }
}

it('comes to the end of a channel with 1,200 messages since a video ended, in three windows of Discord’s', async () => {
  const channel = busyChannel(1_200)
  expect(await channel.look()).toBeNull()
  expect(channel.reads()).toBe(13)
})

it('finds what it posted already behind 1,200 messages, also where that came while it was looking', async () => {
  const channel = busyChannel(1_200)
  await expect(channel.find('100', wanted, signal)).rejects.toMatchObject({ code: 'busy' })
  const posted = channel.deliver()
  expect(await channel.look()).toBe(posted)
  expect(await channel.look()).toBe(posted)
})

it('takes no earlier outcome of a video for its new one, though it was looked for before', async () => {
  const channel = busyChannel(600)
  await expect(channel.find('100', wanted, signal)).rejects.toMatchObject({ code: 'busy' })
  channel.deliver()
  expect(await channel.look({ ...wanted, since: wanted.since + 3_600_000 })).toBeNull()
})

it.each([
  'ThreadLocked',
  'CannotReplyWithoutPermissionToReadMessageHistory',
  'CannotSendMessagesInNonTextChannel',
  'CannotSendMessagesToThisUserDueToHavingNoMutualGuilds',
  'ExplicitContentCannotBeSentToTheDesiredRecipient',
  'MessageWasBlockedByAutomaticModeration',
  'MessageBlockedByHarmfulLinksFilter',
  'AccessToFileUploadsHasBeenLimitedForThisGuild',
] as const)('tries the next best place where Discord says %s', (name) => {
  const refused = refusal(400, RESTJSONErrorCodes[name])
  expect(isHopeless(refused)).toBe(true)
  expect(asFailure(refused).retryable).toBe(false)
})

it.each([
  'UnknownMessage',
  'InvalidFormBodyOrContentType',
  'RequestEntityTooLarge',
  'CannotSendAnEmptyMessage',
] as const)('tries no more where Discord says %s', (name) =>
  expect(asFailure(refusal(400, RESTJSONErrorCodes[name])).retryable).toBe(false),
)

it.each([
  [403, 'CloudflareIsBlockingYourRequest'],
  [400, 'OpeningDirectMessagesTooFast'],
  [403, 'SendMessagesHasBeenTemporarilyDisabled'],
  [403, 'FeatureTemporarilyDisabledServerSide'],
  [408, 'GeneralError'],
  [429, 'MaximumNumberOfEditsToMessagesOlderThanOneHourReached'],
  [401, 'GeneralError'],
] as const)('comes back after %s %s, which passes', (status, name) => {
  const refused = refusal(status, RESTJSONErrorCodes[name])
  expect(isHopeless(refused)).toBe(false)
  expect(asFailure(refused).retryable).toBe(true)
})

function refusal(status: number, code: number): DiscordAPIError {
  return new DiscordAPIError({ code, message: '' }, code, status, 'POST', '/channels/1/messages', {})
}
