import { expect, it, vi } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { createCommands } from '../../src/core/commands.ts'
import type { Core } from '../../src/core/context.ts'
import { Eta } from '../../src/core/eta.ts'
import type { Operation } from '../../src/core/operation.ts'
import type { Clock } from '../../src/core/ports/machine.ts'
import type { Messenger } from '../../src/core/ports/messenger.ts'
import { createWorker } from '../../src/core/worker.ts'
import { silentLog } from '../db/memory-store.ts'
import { admin, person, Studio } from './studio.ts'

/** What takes requests and what goes on by itself, over the same store, on the clock of the machine. */
function setUp(given: Core) {
  const core = { ...given, clock: systemClock }
  const eta = new Eta([], 0.1)
  const commands = createCommands(core, eta)
  const worker = createWorker(core, { eta, messengers: [], card: (operation) => commands.card(operation) })
  return { commands, worker }
}

it('a process without front ends, as at the terminal, leaves what a chat waits for to the process that has them', async () => {
  const studio = await Studio.open({ pollIntervalSeconds: 0.1 })
  const { commands, worker } = setUp(studio.core)
  worker.start()
  const submission = { eventId: 'discord:1', person, thread: 'discord:there', private: false }
  const { operation } = await commands.submit({ ...submission, input: { prompt: 'A lion' } })
  await vi.waitFor(async () => expect((await studio.read(operation.id)).status).toBe('completed'), 20_000)
  await worker.stop()
  const lease = { owner: 'the service', now: Date.now(), until: Date.now() + 10_000 }
  const announced = await studio.core.store.claimAnnouncements(lease, 10)
  expect(announced.map(({ id }) => id)).toEqual([operation.id])
  await studio.close()
})

it('an instance that is cut off from the database says nothing more once another may tell the same thread', async () => {
  const studio = await Studio.open()
  const from = Date.now()
  const clock: Clock = {
    now: () => from + (Date.now() - from) * 100,
    sleep: (milliseconds, signal) => systemClock.sleep(milliseconds / 100, signal),
  }
  const store = { ...studio.core.store, renew: () => Promise.reject(new Error('cut off')) }
  const core = { ...studio.core, store, clock, log: silentLog }
  const { promise: given, resolve: giveUp } = Promise.withResolvers<number>()
  const messenger: Messenger = {
    platform: 'discord',
    post: (_, __, signal) =>
      new Promise((_, reject) => {
        const begun = clock.now()
        signal.addEventListener('abort', () => {
          giveUp(clock.now() - begun)
          reject(signal.reason)
        })
      }),
    edit: async () => {},
    deliver: () => Promise.reject(new Error('nothing has ended')),
  }
  const eta = new Eta([], 90)
  const commands = createCommands(core, eta)
  const worker = createWorker(core, { eta, messengers: [messenger], card: (operation) => commands.card(operation) })
  const submission = { eventId: 'discord:1', person, thread: 'discord:there', private: false }
  await commands.submit({ ...submission, input: { prompt: 'A lion' } })
  worker.start()
  expect(await given).toBeLessThan(10_000)
  await worker.stop()
  await studio.close()
})

it('a rehearsal on the database of a live service leaves what is paid for as it is, and says so in the log', async () => {
  const studio = await Studio.open({ pollIntervalSeconds: 0.1, maxConcurrent: 1 })
  const warned: string[] = []
  const log = { ...silentLog, warn: (_: object, message: string) => void warned.push(message) }
  const rehearsal = setUp({ ...studio.core, log, policy: { ...studio.core.policy, free: true } })
  const submission = { person, thread: null, private: false, input: { prompt: 'A lion' } }
  const { operation: paid } = await setUp(studio.core).commands.submit({ ...submission, eventId: 'discord:paid' })
  const atGoogle = await studio.core.store.change(paid.id, {}, { status: 'processing', handle: 'g/1', startedAt: 1 })
  rehearsal.worker.start()
  const { operation } = await rehearsal.commands.submit({ ...submission, eventId: 'discord:rehearsed' })
  await vi.waitFor(async () => expect((await studio.read(operation.id)).status).toBe('completed'), 20_000)
  await rehearsal.worker.stop()
  expect(await studio.read(paid.id)).toEqual(atGoogle)
  expect(studio.google.starts).toHaveLength(1)
  expect(warned).toEqual(['real videos wait for Google’s key: a rehearsal leaves them as they are'])
  await studio.close()
})

it('tells of a start that was interrupted also while the host has paused all new videos', async () => {
  const studio = await Studio.open()
  const { store } = studio.core
  const { commands, worker } = setUp(studio.core)
  const submission = { eventId: 'discord:1', person, thread: null, private: false, input: { prompt: 'A lion' } }
  const { operation } = await commands.submit(submission)
  const died = Date.now() - 60_000
  await store.claimStarts({ owner: 'dead', now: Date.now(), until: died }, 1, 1)
  await store.change(operation.id, {}, { startingAt: died })
  await commands.pause(true, { ...admin, workspace: 'web' })
  worker.start()
  await vi.waitFor(async () => expect((await studio.read(operation.id)).errorCode).toBe('interrupted'), 20_000)
  await worker.stop()
  await studio.close()
})

it('while Google takes no more, requests that join the queue have nobody look for room, and the next starts when one ends', async () => {
  const unlimited = { maxInFlightPerRequester: null, requesterDailyMicros: null }
  const studio = await Studio.open({ pollIntervalSeconds: 0.1, maxConcurrent: 1, ...unlimited }, 600)
  const { store } = studio.core
  let claims = 0
  const claimStarts: typeof store.claimStarts = (...given) => {
    claims += 1
    return store.claimStarts(...given)
  }
  const { commands, worker } = setUp({ ...studio.core, store: { ...store, claimStarts } })
  const ask = async (eventId: string) => {
    const submission = { eventId, person, thread: null, private: false, input: { prompt: 'A lion' } }
    return (await commands.submit(submission)).operation
  }
  const isStarted = async ({ id }: Operation) => expect((await studio.read(id)).startedAt).not.toBeNull()
  worker.start()
  const first = await ask('discord:1')
  await vi.waitFor(() => isStarted(first), 20_000)
  const second = await ask('discord:2')
  const before = claims
  for (let each = 3; each <= 200; each += 1) await ask(`discord:${each}`)
  // One a second, whatever it takes to ask.
  expect(claims - before).toBeLessThan(50)
  expect((await studio.read(second.id)).startedAt).toBeNull()
  await studio.google.finish()
  await vi.waitFor(() => isStarted(second), 20_000)
  await worker.stop()
  await studio.close()
})
