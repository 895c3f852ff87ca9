import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { VideoError } from '../../src/core/errors.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { describeError } from '../../src/core/wording.ts'
import { openTestStore } from '../db/memory-store.ts'
import { ask, done, type House, openHouse, someone } from '../money/house.ts'
import { openThread } from './thread.ts'

const anna = someone('anna')
const handle = 'models/m/operations/1'
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

describe('a start that Google refuses for a while', () => {
  it('is told as waiting again after each attempt, and as asking only while Google is asked', async () => {
    const { said, tell } = openThread(house)
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
        expect.stringMatching(/^Google takes only so much from this account .* cancelling is free\.$/),
      ])
      house.clock.time = (await store.get(operation.id))?.dueAt ?? 0
    }
  })

  it('goes through in its turn, however many are accepted at once: three in ten minutes make twenty in about an hour', async () => {
    for (let n = 0; n < 20; n += 1) await ask(house, someone(`p${n}`))
    const started: number[] = []
    let asked = 0
    house.google.start = async () => {
      asked += 1
      const now = house.clock.time
      if (started.filter((at) => at > now - 600_000).length >= 3) throw refusal()
      started.push(now)
      return `models/m/operations/${started.length}`
    }
    house.google.check = async () => done
    const from = house.clock.time
    while (started.length < 20 && house.clock.time < from + 2 * 3_600_000) {
      house.clock.time += 2_000
      while (await house.start());
      while (await house.check());
    }
    const rows = (await store.list({}, null, 100)).operations
    expect(rows.filter(({ status, errorCode }) => status === 'error' || errorCode !== null)).toEqual([])
    expect(started).toHaveLength(20)
    // Nor is Google pressed: no more often than each of them once a minute.
    expect(asked).toBeLessThan(20 * 60)
  })

  it('ends after half a day of that, uncharged, and not for the one time that it cannot be reached', async () => {
    const { operation } = await ask(house, anna)
    const from = house.clock.time
    house.google.start = () => Promise.reject(refusal())
    const hours = () => (house.clock.time - from) / 3_600_000
    const attempt = async () => {
      await house.start()
      const row = await store.get(operation.id)
      house.clock.time = Math.max(house.clock.time, row?.dueAt ?? 0)
      return row
    }
    while (hours() < 5) expect(await attempt()).toMatchObject({ status: 'pending' })
    const unreachable = new VideoError('unreachable', 'no way', { retryable: true })
    house.google.start = () => Promise.reject(unreachable)
    const row = await attempt()
    expect(row).toMatchObject({ status: 'pending' })
    expect((await house.commands.card(row as never)).text).toContain('the server of an image is busy')
    house.google.start = () => Promise.reject(refusal())
    while ((await attempt())?.status === 'pending');
    expect(hours()).toBeGreaterThan(10)
    expect(hours()).toBeLessThan(20)
    expect(await store.get(operation.id)).toMatchObject({ errorCode: 'quota_exceeded', charge: 'released' })
  })
})

describe('a video that is cancelled while Google is asked to begin', () => {
  const wish = /^It was cancelled while Google was being asked/
  const press = (id: string) => house.commands.cancel(id, anna)

  it('is not begun later, and costs nothing, where Google has refused', async () => {
    const { said, tell } = openThread(house)
    const { operation } = await ask(house, anna, {}, 'discord:there')
    await tell()
    house.google.start = async () => {
      // The second press finds what the first has left.
      for (const _ of ['once', 'twice']) expect(await press(operation.id)).toMatchObject({ status: 'pending' })
      house.clock.time += 60_000
      await tell()
      throw refusal()
    }
    await house.start()
    expect(said.at(-1)).toMatch(wish)
    const ended = { status: 'error', errorCode: 'cancelled', charge: 'released' }
    expect(await store.get(operation.id)).toMatchObject(ended)
    expect(await store.auditBooks()).toEqual([])
  })

  it.each([
    [
      'comes, and is paid for, where Google had begun',
      async () => handle,
      { status: 'processing', charge: 'reserved' },
    ],
    [
      'is perhaps charged where nobody knows whether Google had',
      () => Promise.reject(new VideoError('interrupted', 'reset')),
      { status: 'error', errorCode: 'interrupted', charge: 'uncertain' },
    ],
  ])('%s', async (_, answer, became) => {
    const { operation } = await ask(house, anna)
    house.google.start = async () => {
      expect((await house.commands.card(await press(operation.id))).text).toMatch(wish)
      return answer()
    }
    await house.start()
    expect(await store.get(operation.id)).toMatchObject(became)
    expect((await store.get(operation.id))?.errorFacts).toEqual({})
  })

  it('is not begun after a restart that came before its turn at Google', async () => {
    const stopping = new AbortController()
    house = openHouse({ store, signal: stopping.signal })
    const { operation } = await ask(house, anna)
    house.google.start = async () => {
      await press(operation.id)
      stopping.abort()
      throw new VideoError('unreachable', 'stopping', { retryable: true })
    }
    await house.start()
    expect(await store.get(operation.id)).toMatchObject({ errorCode: 'cancelled', charge: 'released' })
  })

  it('and what is only rehearsed is not said to be paid for', async () => {
    house = openHouse({ store, policy: { free: true } })
    const { operation } = await ask(house, anna)
    await house.start()
    const refused = await press(operation.id).catch((thrown: unknown) => thrown as VideoError)
    if (!(refused instanceof VideoError)) throw new Error('not refused')
    expect(describeError(refused, 'en').text).toBe(
      'It is being made already and cannot be stopped. The video will be posted when it is ready.',
    )
  })
})

describe('a start whose record the database does not confirm', () => {
  it.each([
    ['was kept', true],
    ['was not kept', false],
  ])('and which %s is made when the database answers again: nobody had asked Google', async (_, kept) => {
    const { change } = store
    const failures: string[] = []
    house.core.store.change = async (id, when, patch, options) => {
      const recording = typeof patch.startingAt === 'number'
      // The answer to the record is lost, and then the database is away for two more attempts.
      if (!(recording ? failures.length === 0 : failures.length < 3)) return change(id, when, patch, options)
      if (recording && kept) await change(id, when, patch, options)
      failures.push(recording ? 'record' : 'again')
      throw new VideoError('storage', 'Connection terminated unexpectedly', { retryable: true })
    }
    let asked = 0
    house.google.start = async () => {
      asked += 1
      return handle
    }
    const { operation } = await ask(house, anna)
    await house.start()
    expect(failures).toEqual(['record', 'again', 'again'])
    expect(await store.get(operation.id)).toMatchObject({ status: 'pending', startingAt: null, leaseUntil: 0 })
    house.clock.time += 60_000
    await house.start()
    expect(await store.get(operation.id)).toMatchObject({ status: 'processing', handle, charge: 'reserved' })
    expect(asked).toBe(1)
  })
})

describe('a refusal that comes before the answer to the interaction, which shows the request, has arrived', () => {
  const refused = new VideoError('blocked_by_safety', 'refused')
  const submit = () =>
    house.commands.submit({
      eventId: 'discord:quick',
      person: anna,
      thread: 'discord:there',
      private: false,
      postsItself: true,
      input: { prompt: 'A lion', model: 'veo-3.1-fast-generate-preview' },
    })
  const due = async () => {
    const { time } = house.clock
    return (await store.claimAnnouncements({ owner: 'me', now: time, until: time + 1 }, 9)).map((each) => each.id)
  }

  it('is told under that answer as soon as it stands, and nothing is posted beside it', async () => {
    house.google.start = () => Promise.reject(refused)
    const { operation } = await submit()
    await house.start()
    house.clock.time += 3_000
    expect(await due()).toEqual([])
    await house.commands.posted(operation, 'answer')
    expect(await due()).toEqual([operation.id])
    await house.commands.posted(operation, 'another')
    expect(await store.get(operation.id)).toMatchObject({ status: 'error', statusMessage: 'answer' })
  })

  it('is told at once where that answer arrives while Google is asked', async () => {
    const { operation } = await submit()
    house.google.start = async () => {
      await house.commands.posted(operation, 'answer')
      throw refused
    }
    await house.start()
    expect(await due()).toEqual([operation.id])
  })

  it('is told after ten seconds where that answer never arrives', async () => {
    house.google.start = () => Promise.reject(refused)
    const { operation } = await submit()
    house.clock.time += 8_000
    await house.start()
    house.clock.time += 1_999
    expect(await due()).toEqual([])
    house.clock.time += 1
    expect(await due()).toEqual([operation.id])
  })
})

it('what a thread is promised is true again soon after it has lapsed, with two edits at most, and then it says that it takes longer', async () => {
  const pass = async (seconds: number) => {
    house.clock.time += seconds * 1000
    await house.check()
  }
  // Half of them take a minute, most of them two.
  for (const seconds of [60, 60, 60, 120, 120]) {
    await ask(house, anna)
    await house.start()
    house.google.check = async () => done
    await pass(seconds)
  }
  house.google.check = async () => ({ state: 'running' })
  const { said, promised, tell } = openThread(house)
  await ask(house, anna, {}, 'discord:there')
  await tell()
  await house.start()
  const from = house.clock.time
  const stale: number[] = []
  for (let second = 0; second < 600; second += 1) {
    await tell()
    const promise = promised.at(-1) ?? null
    if (promise !== null && promise <= house.clock.time) stale.push(second)
    await pass(1)
  }
  expect(promised.map((at) => at && (at - from) / 1000)).toEqual([null, 60, 120, null])
  expect(said.slice(1)).toEqual([
    'You will be told here when it is ready.',
    'You will be told here when it is ready.',
    'It takes a little longer than usual. You will be told here when it is ready.',
  ])
  // A look or two, as they come: none is made for this.
  expect(stale.length).toBeLessThan(30)
})

it('a request with a picture of a front end that is switched off waits for it, however long, and is made when it is back', async () => {
  const saved = { kind: 'saved', file: 'uploads/input_1.png', mimeType: 'image/png', width: 9, height: 9 } as const
  const readImage = async () => ({ bytes: new Uint8Array(), mimeType: 'image/png' })
  const off = () => Promise.reject(new VideoError('busy', 'off', { retryable: true, retryAfterSeconds: 60 }))
  Object.assign(house.core, { files: { fetchImage: off, readImage } })
  const url = 'https://files.slack.com/lion.png'
  const firstFrame = { kind: 'remote', url, declaredType: 'image/png', declaredBytes: 9, name: 'lion.png' } as const
  const { operation } = await ask(house, anna, { firstFrame })
  for (let minute = 0; minute < 60; minute += 1) {
    await house.start()
    house.clock.time += 80_000
  }
  expect(await store.get(operation.id)).toMatchObject({ status: 'pending', startingAt: null })
  Object.assign(house.core, { files: { fetchImage: async () => saved, readImage } })
  await house.start()
  expect(await store.get(operation.id)).toMatchObject({ status: 'processing' })
})
