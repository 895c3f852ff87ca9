import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { VideoError } from '../../src/core/errors.ts'
import { type House, openGround, openHouse, person, until } from './house.ts'

const trouble = () => Promise.reject(new VideoError('storage', 'the database is held', { retryable: true }))

describe('a database that fails while Google is being asked to begin', () => {
  let ground: Awaited<ReturnType<typeof openGround>>
  let house: House
  beforeEach(async () => {
    ground = await openGround()
    house = await openHouse({ folder: ground.folder, googleUrl: ground.google.url })
  })
  afterEach(async () => {
    await house.close()
    await ground.close()
  })

  async function ask(): Promise<string> {
    const asked = { eventId: 'test:late', person, thread: 'test:thread', private: false, input: { prompt: 'late' } }
    return (await house.commands.submit(asked)).operation.id
  }
  const ended = (id: string) =>
    until(async () => expect(await house.core.store.get(id)).toMatchObject({ status: 'completed', charge: 'settled' }))

  it('does not lose Google’s name for the work: it is written as soon as the database takes it', async () => {
    const { store } = house.core
    const { change } = store
    let refused = 0
    store.change = (id, when, patch, options) => {
      if (patch.handle === undefined || refused >= 5) return change(id, when, patch, options)
      refused += 1
      return trouble()
    }
    const id = await ask()
    await house.begin()
    await ended(id)
    expect(refused).toBe(5)
    expect(ground.google.starts).toHaveLength(1)
  })

  it.each([
    ['quota', { startingAt: null }, { status: 'completed', charge: 'settled' }, 1],
    ['billing', { status: 'error' }, { errorCode: 'billing', charge: 'released' }, 0],
  ] as const)('does not forget a refusal (%s): nothing is perhaps charged', async (kind, written, outcome, starts) => {
    const { store } = house.core
    const { change } = store
    let refused = 0
    store.change = (id, when, patch, options) => {
      const isIt = Object.entries(written).every(([name, value]) => Reflect.get(patch, name) === value)
      if (!isIt || refused >= 2) return change(id, when, patch, options)
      refused += 1
      return trouble()
    }
    ground.google.fault({ route: 'start', kind })
    const id = await ask()
    await house.begin()
    await until(async () => expect(await house.core.store.get(id)).toMatchObject(outcome))
    expect(refused).toBe(2)
    expect(ground.google.starts).toHaveLength(starts)
  })

  it('does not take a start that is still under way for one that was interrupted, although its lease ran out', async () => {
    const { store } = house.core
    const { renew } = store
    ground.google.fault({ route: 'start', kind: 'slow', seconds: 1.5 })
    store.renew = trouble
    const id = await ask()
    await house.begin()
    await until(() => expect(ground.google.starts).toHaveLength(1))
    store.renew = renew
    await ended(id)
    expect(ground.google.starts).toHaveLength(1)
  })
})
