import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { openTestStore } from '../db/memory-store.ts'
import { ask, done, leaseMilliseconds, openHouse, someone } from '../money/house.ts'

const anna = someone('anna')
const handle = 'models/m/operations/paid'

describe('a start that another process took for interrupted, because its lease ran out', () => {
  let store: OperationStore
  beforeEach(async () => {
    store = await openTestStore()
  })
  afterEach(() => store.close())

  /** Google names the work only after the other process gave it up, and after whatever happens `meanwhile`. */
  async function answeredLate(meanwhile = async () => {}) {
    const house = openHouse({ store, owner: 'slow' })
    const other = openHouse({ store, owner: 'other', clock: house.clock, google: house.google })
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<string>()
    house.google.start = () => {
      asked.resolve()
      return answer.promise
    }
    const { operation } = await ask(house, anna)
    const starting = house.start()
    await asked.promise
    house.clock.time += leaseMilliseconds + 1
    await other.start()
    expect(await store.get(operation.id)).toMatchObject({ errorCode: 'interrupted', charge: 'uncertain' })
    // The thread has been told of it.
    await store.change(operation.id, {}, { deliveredMessage: 'interrupted' })
    await meanwhile()
    answer.resolve(handle)
    await starting
    return { house, other, id: operation.id }
  }

  it('goes on when Google names it after all, and its thread is owed the video', async () => {
    const { house, other, id } = await answeredLate()
    const goingOn = { status: 'processing', handle, charge: 'reserved', errorCode: null, deliveredMessage: null }
    expect(await store.get(id)).toMatchObject(goingOn)
    house.google.check = async () => done
    house.clock.time += 60_000
    await other.check()
    expect(await store.get(id)).toMatchObject({ status: 'completed', charge: 'settled' })
    expect(await store.auditBooks()).toEqual([])
  })

  it('stays as it is where its person has taken it away meanwhile', async () => {
    const { id } = await answeredLate(async () => {
      expect(await openHouse({ store }).commands.forgetMe(anna)).toEqual({ removed: 1, running: 0 })
    })
    expect(await store.get(id)).toMatchObject({ status: 'error', errorCode: 'interrupted', handle: null })
  })
})
