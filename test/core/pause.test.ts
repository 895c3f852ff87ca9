import { expect, it } from 'vitest'
import { type Announcing, announce } from '../../src/core/announce.ts'
import type { Messenger } from '../../src/core/ports/messenger.ts'
import { openTestStore } from '../db/memory-store.ts'
import { ask, openHouse, someone } from '../money/house.ts'

const anna = someone('anna')
const otto = someone('otto', { admin: true })
const host = someone('host', { admin: true, workspace: 'web' })

it.each([
  ['its place', otto],
  ['the installation', host],
])(
  'the thread of what waits is told that an admin of %s has paused new videos, and when it goes on',
  async (_, admin) => {
    const store = await openTestStore()
    const house = openHouse({ store })
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
    const lane: Announcing = {
      owner: 'me',
      signal: new AbortController().signal,
      messengers: new Map([['discord', messenger]]),
      card: (operation) => house.commands.card(operation),
    }
    const tell = async () => {
      house.clock.time += 10_000
      const { time } = house.clock
      for (const due of await store.claimAnnouncements({ owner: 'me', now: time, until: time + 9_000 }, 9))
        await announce(house.core, due, lane)
    }
    await ask(house, anna, {}, 'discord:there')
    await ask(house, { ...anna, workspace: 'discord:elsewhere' }, {}, 'discord:elsewhere')
    await tell()
    await house.commands.pause(true, admin)
    await tell()
    await house.commands.pause(false, admin)
    await tell()
    const paused = said.filter((text) => text.includes('paused'))
    expect(paused).toHaveLength(admin === host ? 2 : 1)
    expect(said).toHaveLength(2 + 2 * paused.length)
    expect(said.at(-1)).toBe(said[admin === host ? 1 : 0])
    await store.close()
  },
)
