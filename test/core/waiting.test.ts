import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Core } from '../../src/core/context.ts'
import { VideoError } from '../../src/core/errors.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { keepWaitingImages } from '../../src/core/waiting.ts'
import { openTestStore } from '../db/memory-store.ts'
import { ask, type House, openHouse, someone } from '../money/house.ts'

const hour = 3_600_000
const anna = someone('anna')
const otto = someone('otto', { admin: true })
const never = new AbortController().signal
const saved = { kind: 'saved', file: 'uploads/input_1.png', mimeType: 'image/png', width: 9, height: 9 } as const
const url = 'https://cdn.discordapp.com/ephemeral-attachments/1/2/lion.png?ex=6921&is=6920&hm=ab'
const firstFrame = { kind: 'remote', url, declaredType: 'image/png', declaredBytes: 9, name: 'lion.png' } as const

describe('a picture of a request that waits for an admin', () => {
  let store: OperationStore
  let house: House
  let core: Core
  let fetched: number
  beforeEach(async () => {
    store = await openTestStore()
    house = openHouse({ store, policy: { approvalAboveMicros: 0 } })
    const from = house.clock.time
    fetched = 0
    const files = {
      // Discord's addresses carry a signature that ends after a day.
      fetchImage: async () => {
        if (house.clock.time - from > 24 * hour) throw new VideoError('bad_image', '404', { facts: { why: 'gone' } })
        fetched += 1
        return saved
      },
      readImage: async () => ({ bytes: new Uint8Array(), mimeType: 'image/png' }),
    }
    core = Object.assign(house.core, { files })
  })
  afterEach(() => store.close())

  async function waited(hours: number) {
    const { operation } = await ask(house, anna, { firstFrame })
    for (let passed = 0; passed < hours; passed += 1) {
      house.clock.time += hour
      await keepWaitingImages(core, never)
    }
    return operation.id
  }

  it('is there when it is approved days later, and was fetched once', async () => {
    const id = await waited(60)
    await house.commands.decide(id, 'approve', otto)
    await house.start()
    expect(await store.get(id)).toMatchObject({ status: 'processing', request: { firstFrame: saved } })
    expect(fetched).toBe(1)
  })

  it('is not fetched for who is approved soon, or declined', async () => {
    const { operation } = await ask(house, anna, { firstFrame })
    await keepWaitingImages(core, never)
    await house.commands.decide(operation.id, 'decline', otto)
    house.clock.time += 2 * hour
    await keepWaitingImages(core, never)
    expect(fetched).toBe(0)
  })

  it('that cannot be had leaves the request as it is', async () => {
    const { operation } = await ask(house, anna, { firstFrame })
    house.clock.time += 30 * hour
    await keepWaitingImages(core, never)
    expect(await store.get(operation.id)).toMatchObject({ status: 'pending', request: { firstFrame } })
  })
})
