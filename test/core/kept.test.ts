import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { VideoError } from '../../src/core/errors.ts'
import { isFinal, type Operation } from '../../src/core/operation.ts'
import type { CheckOutcome } from '../../src/core/ports/google.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { createMetrics } from '../../src/metrics/metrics.ts'
import { openTestStore, silentLog } from '../db/memory-store.ts'
import { ask, done, type House, openHouse, someone } from '../money/house.ts'

const hour = 3_600_000
const anna = someone('anna')
const lost: CheckOutcome = { state: 'failed', error: new VideoError('lost_operation', '404 NOT_FOUND') }
const keyBroken = new VideoError('bad_key', 'no', { retryable: true })
const fileGone = new VideoError('bad_video', '404', { facts: { why: 'gone', status: 404 } })

describe('a paid video that Google may still have', () => {
  let store: OperationStore
  let house: House
  let starts: number
  let looks: number
  beforeEach(async () => {
    store = await openTestStore()
    house = openHouse({ store, policy: { operationTimeoutSeconds: (4 * hour) / 1000 } })
    starts = 0
    house.google.start = async () => {
      starts += 1
      return `models/m/operations/${starts}`
    }
  })
  afterEach(() => store.close())

  /** What Google says to every look from now on. */
  function googleSays(outcome: CheckOutcome | Error): void {
    looks = 0
    house.google.check = async () => {
      looks += 1
      if (outcome instanceof Error) throw outcome
      return outcome
    }
  }
  async function begun(): Promise<Operation> {
    const { operation } = await ask(house, anna, {}, 'discord:thread')
    await house.start()
    return read(operation)
  }
  async function read({ id }: Operation): Promise<Operation> {
    const row = await store.get(id)
    if (!row) throw new Error('no row')
    return row
  }
  /** Takes every step of it until it has ended, or so much time has passed. */
  async function live(operation: Operation, milliseconds = Number.POSITIVE_INFINITY): Promise<Operation> {
    const until = house.clock.time + milliseconds
    for (let row = await read(operation); ; row = await read(operation)) {
      if (isFinal(row.status)) return row
      if (row.dueAt > until) {
        house.clock.time = until
        return row
      }
      house.clock.time = Math.max(house.clock.time, row.dueAt)
      await house.check()
    }
  }
  let presses = 0
  function tryAgain({ id }: Operation) {
    presses += 1
    return house.commands.rerun('retry', id, { eventId: `discord:press-${presses}`, person: anna, thread: null })
  }
  const textOf = async (operation: Operation) => (await house.commands.card(operation)).text

  it('is asked for again where Google said for half an hour that it does not know it, and then comes', async () => {
    const operation = await begun()
    googleSays(lost)
    const waiting = await live(operation, hour / 2)
    expect(waiting).toMatchObject({ status: 'processing', charge: 'reserved' })
    expect(await textOf(waiting)).toContain('It is asked again by itself')
    googleSays(done)
    expect(await live(operation)).toMatchObject({ status: 'completed', charge: 'settled', errorFacts: {} })
    expect(starts).toBe(1)
  })

  it('counts as unknown to Google only after an hour without any other answer', async () => {
    const operation = await begun()
    googleSays(lost)
    await live(operation, hour * 0.9)
    googleSays({ state: 'running' })
    await live(operation, hour / 10)
    googleSays(lost)
    const from = house.clock.time
    expect(await live(operation, hour * 0.9)).toMatchObject({ status: 'processing' })
    expect(await live(operation)).toMatchObject({ errorCode: 'lost_operation', charge: 'uncertain' })
    expect(house.clock.time - from).toBeLessThan(1.2 * hour)
    expect(looks).toBeLessThan(80)
  })

  it.each<[string, CheckOutcome | Error, VideoError | null]>([
    ['Google did not know it', lost, null],
    ['its file was gone', done, fileGone],
    ['there was no room for it', done, new VideoError('storage', 'ENOSPC')],
    ['the bot stumbled over it', new TypeError('undefined is not a function'), null],
  ])('is looked for again, unpaid, when it is tried again after %s', async (_, outcome, unsaved) => {
    const operation = await begun()
    googleSays(outcome)
    const { files } = house.core
    if (unsaved) Object.assign(house.core, { files: { saveVideo: () => Promise.reject(unsaved) } })
    const ended = await live(operation)
    expect(ended).toMatchObject({ status: 'error', charge: 'uncertain' })
    expect(await textOf(ended)).toContain('without paying again')
    googleSays(done)
    Object.assign(house.core, { files })
    const again = await tryAgain(operation)
    expect(again).toMatchObject({ created: false, operation: { id: operation.id, status: 'processing' } })
    expect(await live(operation)).toMatchObject({ status: 'completed', charge: 'settled' })
    expect(starts).toBe(1)
    expect(await store.auditBooks()).toEqual([])
  })

  it.each<[string, CheckOutcome, VideoError | null]>([
    ['that it does not know it', lost, null],
    ['that its file is gone', done, fileGone],
  ])('is made anew only once such a look was answered, too, %s', async (_, outcome, unsaved) => {
    const operation = await begun()
    googleSays(outcome)
    if (unsaved) Object.assign(house.core, { files: { saveVideo: () => Promise.reject(unsaved) } })
    await live(operation)
    expect((await tryAgain(operation)).created).toBe(false)
    looks = 0
    const ended = await live(operation)
    expect(ended).toMatchObject({ status: 'error', charge: 'uncertain' })
    expect(looks).toBe(1)
    expect(await textOf(ended)).not.toContain('without paying again')
    expect(await textOf(ended)).toContain('“Try again” makes a new one')
    expect((await tryAgain(operation)).created).toBe(true)
  })

  const [reserved, released] = [800_000, -800_000]
  it.each<[string, boolean, CheckOutcome, string, number[]]>([
    ['charged is charged once where it comes after all', true, done, 'completed', [reserved, 0, 0]],
    ['charged stays so where Google does not know it again', true, lost, 'error', [reserved, 0, 0]],
    ['not charged is charged where it comes after all', false, done, 'completed', [reserved, 0, released, reserved]],
    ['not charged stays so where Google does not know it again', false, lost, 'error', [reserved, 0, released]],
  ])('settled by an admin as %s', async (_, found, outcome, status, lines) => {
    const metrics = createMetrics(house.clock, silentLog)
    Object.assign(house.core, { store: metrics.store(store) })
    const charged = async () => {
      const { text } = await metrics.expose(store, house.core.policy, house.core.health)
      return Number(/^dailies_charged_usd_total{.+} (.+)$/m.exec(text)?.[1] ?? 0)
    }
    const operation = await begun()
    googleSays(lost)
    expect(await textOf(await live(operation))).toContain('perhaps charged')
    await house.commands.settle(operation.id, found, someone('otto', { admin: true }))
    expect(await charged()).toBe(found ? 0.8 : 0)
    const charge = found ? 'settled' : 'released'
    expect((await tryAgain(operation)).operation).toMatchObject({ status: 'processing', charge })
    googleSays(outcome)
    const counts = found || status === 'completed'
    const ended = await live(operation)
    expect(ended).toMatchObject({ status, charge: counts ? 'settled' : 'released' })
    expect(await textOf(ended)).not.toContain('perhaps')
    expect(await charged()).toBe(counts ? 0.8 : 0)
    expect((await store.ledger(0, 9)).map(({ micros }) => micros)).toEqual(lines)
    expect(await store.auditBooks()).toEqual([])
  })

  it('is made anew two days after it began: Google keeps no video for longer', async () => {
    const operation = await begun()
    googleSays({ state: 'running' })
    expect(await live(operation)).toMatchObject({ errorCode: 'timed_out' })
    house.clock.time = (operation.startedAt ?? 0) + 48 * hour + 1
    expect(await textOf(await read(operation))).toContain('“Try again” makes a new one')
    expect((await tryAgain(operation)).created).toBe(true)
  })

  it('comes when a key that was refused for more than a day and a half is mended, seldom asked for until then', async () => {
    const operation = await begun()
    googleSays(keyBroken)
    expect(await live(operation, 40 * hour)).toMatchObject({ status: 'processing', charge: 'reserved' })
    expect(looks).toBeLessThan(320)
    googleSays(done)
    expect(await live(operation)).toMatchObject({ status: 'completed', charge: 'settled' })
    expect(starts).toBe(1)
  })

  it('is not given up by a machine that was off for a day and then has no network for an hour', async () => {
    const operation = await begun()
    house.clock.time += 25 * hour
    googleSays(new VideoError('unreachable', 'no network', { retryable: true }))
    await live(operation, hour)
    googleSays(done)
    expect(await live(operation)).toMatchObject({ status: 'completed', charge: 'settled' })
  })

  it('is given up when nobody answered for as long as Google keeps it, and then is made anew', async () => {
    const operation = await begun()
    googleSays(keyBroken)
    const ended = await live(operation)
    expect(ended).toMatchObject({ errorCode: 'unreachable', charge: 'uncertain' })
    expect(house.clock.time - (operation.startedAt ?? 0)).toBeGreaterThan(47 * hour)
    expect(await textOf(ended)).toContain('perhaps charged')
    house.clock.time += hour
    expect((await tryAgain(operation)).created).toBe(true)
  })
})
