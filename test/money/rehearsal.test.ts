import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { VideoError } from '../../src/core/errors.ts'
import type { CheckOutcome } from '../../src/core/ports/google.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { readyToDeliver } from '../../src/core/refetch.ts'
import { keepHouse } from '../../src/core/retire.ts'
import { noLimits, openTestStore, someOperation } from '../db/memory-store.ts'
import { mp4 } from '../files/mp4-fixture.ts'
import { never, oneChunk, openTemporaryFiles } from '../files/setup.ts'
import { ask, done, type House, leaseMilliseconds, openHouse, someone } from './house.ts'

const anna = someone('anna')
const otto = someone('otto', { admin: true })
const lost: CheckOutcome = { state: 'failed', error: new VideoError('lost_operation', 'never heard of it') }

describe('a process in rehearsal and one with Google’s key on the same database', () => {
  let store: OperationStore
  let live: House
  let rehearsal: House
  /** What Google was asked, and what its stand-in was. */
  let asked: { live: string[]; rehearsal: string[] }
  beforeEach(async () => {
    store = await openTestStore()
    live = openHouse({ store, owner: 'live' })
    const policy = { free: true, approvalAboveMicros: 1_000_000 }
    rehearsal = openHouse({ store, owner: 'rehearsal', clock: live.clock, policy })
    asked = { live: [], rehearsal: [] }
    for (const [house, calls] of [
      [live, asked.live],
      [rehearsal, asked.rehearsal],
    ] as const) {
      const told = <T>(call: string, answer: T) => {
        calls.push(call)
        return Promise.resolve(answer)
      }
      house.google.start = () => told('start', 'models/m/operations/1')
      house.google.check = () => told('check', lost)
      house.google.cancel = () => told('cancel', true)
      house.google.discard = () => told('discard', undefined)
    }
  })
  afterEach(() => store.close())

  /** Both look for work, the one in rehearsal first. */
  async function turns() {
    for (const house of [rehearsal, live]) {
      live.clock.time += 60_000
      await house.start()
      await house.check()
    }
  }

  it('what was held in rehearsal is not paid for when it is approved after the host went live', async () => {
    const { operation } = await ask(rehearsal, anna, { resolution: '4k' })
    expect(operation).toMatchObject({ hold: 'approval', charge: 'none' })
    await live.commands.decide(operation.id, 'approve', otto)
    await live.start()
    const ended = await live.commands.get(operation.id, anna)
    expect(ended).toMatchObject({ status: 'error', charge: 'none' })
    expect((await live.commands.card(ended)).text).toBe(
      'This was asked for in rehearsal, and real videos are made here now. Nothing was charged. “Try again” asks for a real one ($2.40).',
    )
    expect([asked.live, await store.ledger(0, 9)]).toEqual([[], []])
    const retry = { eventId: 'discord:retry', person: anna, thread: null }
    const again = await live.commands.rerun('retry', operation.id, retry)
    await live.start()
    expect(await store.get(again.operation.id)).toMatchObject({ status: 'processing', charge: 'reserved' })
  })

  it('what the stand-in had begun ends where Google would be asked about it, and may be cancelled', async () => {
    const [first, second] = [await ask(rehearsal, anna), await ask(rehearsal, anna)]
    await rehearsal.start()
    await rehearsal.start()
    live.clock.time += 60_000
    expect(await live.commands.cancel(first.operation.id, anna)).toMatchObject({ status: 'error', charge: 'none' })
    await live.check()
    expect(await store.get(second.operation.id)).toMatchObject({ status: 'error', errorCode: 'cancelled' })
    expect(asked.live).toEqual([])
  })

  it('what is paid for waits untouched for the process with the key, wherever it stands', async () => {
    const [running, starting, queued] = [await ask(live, anna), await ask(live, anna), await ask(live, anna)]
    await live.start()
    live.google.start = () => new Promise(() => {})
    const stuck = live.start()
    await expect.poll(async () => (await store.get(starting.operation.id))?.startingAt).not.toBeNull()
    live.clock.time += leaseMilliseconds + 1
    const ids = [running, starting, queued].map(({ operation }) => operation.id)
    const rows = () => Promise.all(ids.map((id) => store.get(id)))
    const before = await rows()
    for (const turn of ['first', 'second']) {
      live.clock.time += 60_000
      expect([turn, await rehearsal.start(), await rehearsal.check()]).toEqual([turn, null, null])
    }
    await expect(rehearsal.commands.cancel(running.operation.id, anna)).rejects.toMatchObject({ code: 'not_now' })
    expect(await rows()).toEqual(before)
    expect(asked.rehearsal).toEqual([])
    live.google.check = async () => done
    await live.check()
    expect(await store.get(running.operation.id)).toMatchObject({ status: 'completed', charge: 'settled' })
    void stuck
  })

  it('what stands behind paid ones in the queue is rehearsed all the same', async () => {
    await ask(live, anna)
    await ask(rehearsal, anna)
    expect((await rehearsal.start())?.charge).toBe('none')
    expect([asked.rehearsal, asked.live]).toEqual([['start'], []])
  })

  it('a paid video whose file is gone is fetched again by the process with the key, not given up by the other', async () => {
    const { operation } = await ask(live, anna, {}, 'discord:there')
    await live.start()
    live.google.check = async () => ({ ...done, sourceUri: 'gs://bucket/one.mp4' })
    live.clock.time += 60_000
    await live.check()
    const now = live.clock.time
    const [due] = await store.claimAnnouncements({ owner: 'me', now, until: now + 9_000 }, 1)
    if (!due) throw new Error('nothing to tell')
    const files = { ...rehearsal.core.files, open: async () => null }
    const delivering = readyToDeliver({ ...rehearsal.core, files }, due, 'me', AbortSignal.timeout(9_000))
    await expect(delivering).rejects.toMatchObject({ retryable: true })
    expect(await store.get(operation.id)).toMatchObject({ retiredAt: null })
    // Nor can the other take Google's copy away.
    await store.change(operation.id, {}, { deliveredAt: now })
    live.clock.time += 3 * 86_400_000
    await keepHouse(rehearsal.core)
    expect((await store.get(operation.id))?.sourceUri).toBe('gs://bucket/one.mp4')
    expect(asked.rehearsal).toEqual([])
  })

  it('of what was rehearsed Google is told nothing, whatever becomes of it', async () => {
    const { operation } = await ask(rehearsal, anna, {}, 'discord:there')
    await rehearsal.start()
    rehearsal.google.check = async () => ({ ...done, sourceUri: 'http://127.0.0.1/one.mp4' })
    live.clock.time += 60_000
    await rehearsal.check()
    const now = live.clock.time
    const [due] = await store.claimAnnouncements({ owner: 'me', now, until: now + 9_000 }, 1)
    if (!due) throw new Error('nothing to tell')
    const files = { ...live.core.files, open: async () => null }
    const ready = await readyToDeliver({ ...live.core, files }, due, 'me', AbortSignal.timeout(9_000))
    expect(ready).toMatchObject({ video: null, operation: { retiredAt: now } })
    await live.commands.forgetMe(anna)
    await expect.poll(async () => (await store.get(operation.id))?.sourceUri).toBeNull()
    await turns()
    expect(asked.live).toEqual([])
  })

  it('on a database of its own it leaves the live service’s files alone, however old, and sweeps its own', async () => {
    const { files, age, close } = await openTemporaryFiles()
    const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#f00' } })
      .png()
      .toBuffer()
    const { file: image } = await files.saveImage(oneChunk(picture))
    const saved = (id: string) => files.saveVideo(id, { kind: 'bytes', bytes: mp4() }, never)
    const [{ file: video }, { file: own }] = await Promise.all([saved('paid'), saved('rehearsed')])
    for (const file of [image, video, own]) await age(file)
    await store.insert(someOperation('rehearsed', { charge: 'none' }), noLimits)
    live.clock.time = Date.now() + 30 * 86_400_000
    await keepHouse({ ...rehearsal.core, files })
    const left = await Promise.all([image, video, own].map(async (file) => (await files.open(file)) !== null))
    expect(left).toEqual([true, true, false])
    await keepHouse({ ...live.core, files })
    expect(await files.open(image)).toBeNull()
    await close()
  })
})
