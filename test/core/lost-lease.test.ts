import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { VideoError } from '../../src/core/errors.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { openTestStore } from '../db/memory-store.ts'
import { ask, done, leaseMilliseconds, openHouse, someone } from '../money/house.ts'

const anna = someone('anna')
const handle = 'models/m/operations/paid'

it('a start that waits for its turn at Google when the service stops is put back, as nothing was asked', async () => {
  const store = await openTestStore()
  const stopping = new AbortController()
  const house = openHouse({ store, signal: stopping.signal })
  const { operation } = await ask(house, anna)
  house.google.start = (_, signal) =>
    new Promise((_, refuse) => {
      const stopped = new VideoError('unreachable', 'stopped before its turn', { retryable: true })
      signal.addEventListener('abort', () => refuse(stopped))
      stopping.abort()
    })
  await house.start()
  expect(await store.get(operation.id)).toMatchObject({
    status: 'pending',
    startingAt: null,
    leaseUntil: 0,
    attempts: 0,
  })
  await store.close()
})

describe('a start at Google that the database does not take down at first', () => {
  /** The first answers of Google meet `failure` where they are written down. */
  async function started(failure: () => unknown, times = 1) {
    const store = await openTestStore()
    onTestFinished(() => store.close())
    const house = openHouse({ store })
    const { operation } = await ask(house, anna)
    const starts = vi.spyOn(house.google, 'start').mockResolvedValue(handle)
    let failures = 0
    const { change } = store
    house.core.store.change = (id, when, patch, options) => {
      if (patch.status !== 'processing' || failures >= times) return change(id, when, patch, options)
      failures += 1
      return Promise.reject(failure())
    }
    await house.start()
    expect(starts).toHaveBeenCalledTimes(1)
    expect(await store.auditBooks()).toEqual([])
    return store.get(operation.id)
  }

  it.each([true, false])('goes on under Google’s name as soon as it is written (retryable: %s)', async (retryable) => {
    const malformed = () => new VideoError('storage', 'database disk image is malformed', { retryable })
    expect(await started(malformed, 3)).toMatchObject({ status: 'processing', handle, charge: 'reserved' })
  })

  it('is perhaps charged where it can never be written, and never free', async () => {
    const row = await started(() => new TypeError('a mistake of ours'))
    expect(row).toMatchObject({ status: 'error', errorCode: 'interrupted', charge: 'uncertain' })
  })
})

describe('a start that another process took for interrupted, because its lease ran out', () => {
  let store: OperationStore
  beforeEach(async () => {
    store = await openTestStore()
  })
  afterEach(() => store.close())

  /** Google answers only after the other process gave it up, and after whatever happens `meanwhile`. */
  async function answeredLate(meanwhile = async () => {}, answers: () => Promise<string> = async () => handle) {
    const house = openHouse({ store, owner: 'slow' })
    const other = openHouse({ store, owner: 'other', clock: house.clock, google: house.google })
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<void>()
    house.google.start = async () => {
      asked.resolve()
      await answer.promise
      return answers()
    }
    const { operation } = await ask(house, anna)
    const starting = house.start()
    await asked.promise
    house.clock.time += leaseMilliseconds + 1
    await other.start()
    expect(await store.get(operation.id)).toMatchObject({ errorCode: 'interrupted', charge: 'uncertain' })
    // The thread has been told of it.
    await store.change(operation.id, {}, { deliveredMessage: 'interrupted', deliveredAt: house.clock.time })
    await meanwhile()
    answer.resolve()
    await starting
    return { house, other, id: operation.id }
  }

  it('goes on when Google names it after all, and its thread is owed the video', async () => {
    const { house, other, id } = await answeredLate()
    const goingOn = { status: 'processing', handle, charge: 'reserved', errorCode: null, deliveredAt: null }
    expect(await store.get(id)).toMatchObject(goingOn)
    house.google.check = async () => done
    house.clock.time += 60_000
    await other.check()
    expect(await store.get(id)).toMatchObject({ status: 'completed', charge: 'settled' })
    expect(await store.auditBooks()).toEqual([])
  })

  it.each([false, true])(
    'costs nothing when Google refuses it after all, and says why (retryable: %s)',
    async (retryable) => {
      const refusal = new VideoError('blocked_by_safety', 'no', { retryable })
      const { id } = await answeredLate(undefined, () => Promise.reject(refusal))
      const refused = { status: 'error', errorCode: 'blocked_by_safety', charge: 'released', deliveredAt: null }
      expect(await store.get(id)).toMatchObject(refused)
      expect(await store.auditBooks()).toEqual([])
    },
  )

  /** Another process has the row, and Google answers before it says a word about it. */
  async function answeredBetween(answers: () => Promise<string>) {
    const house = openHouse({ store, owner: 'slow' })
    const claimed = Promise.withResolvers<void>()
    const spoken = Promise.withResolvers<void>()
    const change: OperationStore['change'] = async (...given) => {
      claimed.resolve()
      await spoken.promise
      return store.change(...given)
    }
    const other = openHouse({ store: { ...store, change }, owner: 'other', clock: house.clock })
    let verdict: Promise<unknown> = Promise.resolve()
    house.google.start = async () => {
      house.clock.time += leaseMilliseconds + 1
      verdict = other.start()
      await claimed.promise
      return answers()
    }
    const { operation } = await ask(house, anna)
    await house.start()
    spoken.resolve()
    await verdict
    expect(await store.auditBooks()).toEqual([])
    return store.get(operation.id)
  }

  it('goes on also where Google answers before that process has said so', async () => {
    const row = await answeredBetween(async () => handle)
    expect(row).toMatchObject({ status: 'processing', handle, charge: 'reserved', errorCode: null })
  })

  it('costs nothing also where Google refuses it before that process has said so', async () => {
    const row = await answeredBetween(() => Promise.reject(new VideoError('blocked_by_safety', 'no')))
    expect(row).toMatchObject({ status: 'error', errorCode: 'blocked_by_safety', charge: 'released' })
  })

  it('stays interrupted when nobody knows after all', async () => {
    const { id } = await answeredLate(undefined, () => Promise.reject(new Error('the connection broke')))
    const uncertain = { errorCode: 'interrupted', charge: 'uncertain', deliveredMessage: 'interrupted' }
    expect(await store.get(id)).toMatchObject(uncertain)
  })

  it('stays as it is where its person has taken it away meanwhile', async () => {
    const { id } = await answeredLate(async () => {
      expect(await openHouse({ store }).commands.forgetMe(anna)).toEqual({ removed: 1, running: 0, stays: 0 })
    })
    expect(await store.get(id)).toMatchObject({ status: 'error', errorCode: 'interrupted', handle: null })
  })
})
