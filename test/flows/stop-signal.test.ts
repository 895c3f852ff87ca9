import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { stopSignal } from '../../src/stop-signal.ts'

/** A process that is told to stop, at times of ours; `ended` counts how often it was ended at once. */
function told() {
  const process = new EventEmitter()
  const seen = { now: 0, ended: 0 }
  const asked = stopSignal(process, { now: () => seen.now, end: () => (seen.ended += 1) })
  const signal = (name: string, at: number) => {
    seen.now = at
    return process.emit(name)
  }
  return { asked, signal, seen }
}

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s asks for a stop', async (name) => {
  const { asked, signal } = told()
  expect(signal(name, 5_000)).toBe(true)
  expect(await asked).toBe(name)
})

it('whoever asks again a second later ends it at once; sooner it is the same signal by another way', () => {
  const { signal, seen } = told()
  expect(signal('SIGINT', 5_000)).toBe(true)
  expect(signal('SIGINT', 5_003)).toBe(true)
  expect(signal('SIGTERM', 5_999)).toBe(true)
  expect(seen.ended).toBe(0)
  signal('SIGINT', 6_000)
  expect(seen.ended).toBe(1)
})
