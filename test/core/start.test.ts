import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { announce } from '../../src/core/announce.ts'
import { VideoError } from '../../src/core/errors.ts'
import type { Messenger } from '../../src/core/ports/messenger.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { openTestStore } from '../db/memory-store.ts'
import { ask, type House, openHouse, someone } from '../money/house.ts'

const anna = someone('anna')
const refusal = (retryAfterSeconds?: number) =>
  new VideoError('quota_exceeded', '429 RESOURCE_EXHAUSTED', {
    retryable: true,
    facts: { limit: 'rate' },
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })

let store: OperationStore
let house: House
beforeEach(async () => {
  store = await openTestStore()
  house = openHouse({ store })
})
afterEach(() => store.close())

/** A thread, and what its status message said each time. */
function openThread() {
  const said: string[] = []
  const messenger: Messenger = {
    platform: 'discord',
    post: async (_, { text }) => {
      said.push(text)
      return 'status'
    },
    edit: async (_, __, { text }) => void said.push(text),
    deliver: () => Promise.reject(new Error('nothing has ended')),
  }
  const lane = { owner: 'me', signal: new AbortController().signal, messengers: new Map([['discord', messenger]]) }
  const tell = async () => {
    const { time } = house.clock
    const due = await store.claimAnnouncements({ owner: 'me', now: time, until: time + 9_000 }, 9)
    for (const each of due) await announce(house.core, each, { ...lane, card: house.commands.card })
  }
  return { said, tell }
}

describe('a start that Google refuses for a while', () => {
  it('is told as waiting again after each attempt, and as asking only while Google is asked', async () => {
    const { said, tell } = openThread()
    const { operation } = await ask(house, anna, {}, 'discord:there')
    await tell()
    house.google.start = async () => {
      await tell()
      throw refusal(600)
    }
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      said.length = 0
      house.clock.time += 60_000
      await house.start()
      house.clock.time += 60_000
      await tell()
      expect(said).toEqual([
        expect.stringMatching(/^Asking Google to begin/),
        expect.stringMatching(/^It cannot begin just now/),
      ])
      house.clock.time = (await store.get(operation.id))?.dueAt ?? 0
    }
  })
})
