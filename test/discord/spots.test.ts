import { DiscordAPIError, RESTJSONErrorCodes } from 'discord.js'
import { expect, it } from 'vitest'
import type { Api } from '../../src/bots/discord/api.ts'
import { asFailure, isHopeless } from '../../src/bots/discord/failure.ts'
import { createFinder } from '../../src/bots/discord/spots.ts'

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
