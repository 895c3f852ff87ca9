import { expect, it, vi } from 'vitest'
import { systemClock } from '../../src/core/clock.ts'
import { createCommands } from '../../src/core/commands.ts'
import { Eta } from '../../src/core/eta.ts'
import { createWorker } from '../../src/core/worker.ts'
import { person, Studio } from './studio.ts'

it('a process without front ends, as at the terminal, leaves what a chat waits for to the process that has them', async () => {
  const studio = await Studio.open({ pollIntervalSeconds: 0.1 })
  const core = { ...studio.core, clock: systemClock }
  const eta = new Eta([], 0.1)
  const commands = createCommands(core, eta)
  const worker = createWorker(core, { eta, messengers: [], card: (operation) => commands.card(operation) })
  worker.start()
  const submission = { eventId: 'discord:1', person, thread: 'discord:there', private: false }
  const { operation } = await commands.submit({ ...submission, input: { prompt: 'A lion' } })
  await vi.waitFor(async () => expect((await studio.read(operation.id)).status).toBe('completed'), 20_000)
  await worker.stop()
  const lease = { owner: 'the service', now: Date.now(), until: Date.now() + 10_000 }
  const announced = await core.store.claimAnnouncements(lease, 10)
  expect(announced.map(({ id }) => id)).toEqual([operation.id])
  await studio.close()
})
