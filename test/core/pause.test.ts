import { expect, it, vi } from 'vitest'
import { openTestStore } from '../db/memory-store.ts'
import { ask, openHouse, someone } from '../money/house.ts'
import { openThread } from './thread.ts'

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
    const thread = openThread(house)
    const { said } = thread
    const tell = () => {
      house.clock.time += 10_000
      return thread.tell()
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

it.each([
  ['its place', otto],
  ['the installation', host],
])(
  'what is just taking in its picture when an admin of %s pauses waits like the rest, and goes on later',
  async (_, admin) => {
    const store = await openTestStore()
    const house = openHouse({ store })
    const saved = { kind: 'saved', file: 'uploads/input_1.png', mimeType: 'image/png', width: 9, height: 9 } as const
    let fetched = 0
    const fetchImage = async () => {
      fetched += 1
      await house.commands.pause(true, admin)
      return saved
    }
    const readImage = async () => ({ bytes: new Uint8Array(), mimeType: 'image/png' })
    Object.assign(house.core, { files: { fetchImage, readImage } })
    const starts = vi.spyOn(house.google, 'start')
    const url = 'https://cdn.discordapp.com/lion.png'
    const firstFrame = { kind: 'remote', url, declaredType: 'image/png', declaredBytes: 9, name: 'lion.png' } as const
    const { operation } = await ask(house, anna, { firstFrame })
    await house.start()
    expect(starts).not.toHaveBeenCalled()
    expect(await store.get(operation.id)).toMatchObject({ status: 'pending', startingAt: null, leaseUntil: 0 })
    await house.commands.pause(false, admin)
    house.clock.time += 60_000
    await house.start()
    expect([starts.mock.calls.length, fetched]).toEqual([1, 1])
    await store.close()
  },
)
