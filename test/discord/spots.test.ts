import { DiscordAPIError, RESTJSONErrorCodes } from 'discord.js'
import { expect, it } from 'vitest'
import type { Api } from '../../src/bots/discord/api.ts'
import { isHopeless } from '../../src/bots/discord/failure.ts'
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
] as const)('tries the next best place where Discord says %s', (name) => {
  const code = RESTJSONErrorCodes[name]
  const refused = new DiscordAPIError({ code, message: name }, code, 400, 'POST', '/channels/1/messages', {})
  expect(isHopeless(refused)).toBe(true)
})
