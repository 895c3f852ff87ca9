import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBudget } from '../../src/veo/budget.ts'
import { createWire } from '../../src/veo/wire.ts'
import { apiKey, type Google, startGoogle } from './google.ts'
import { memoryLog } from './setup.ts'

const never = new AbortController().signal

describe('the wire below the SDK', () => {
  let google: Google
  beforeEach(async () => {
    google = await startGoogle()
  })
  afterEach(() => google.stop())

  const wire = () => createWire({ start: 300, idle: 300 }, memoryLog())
  const call = { service: 'omni', model: 'm', budget: createBudget(1000) } as const
  const post = { method: 'POST', body: '{}', headers: { 'x-goog-api-key': apiKey } }

  it('sends a start once, even for an SDK that tries again by itself', async () => {
    const { call: make, fetch } = wire()
    const twice = make({ ...call, action: 'start' }, never, async () => {
      await fetch(`${google.origin}/v1beta/interactions`, post)
      return fetch(`${google.origin}/v1beta/interactions`, post)
    })
    await expect(twice).rejects.toMatchObject({ code: 'interrupted' })
    expect(google.seen).toHaveLength(1)
  })

  it('sends nothing any more once the time is over', async () => {
    const { call: make, fetch } = wire()
    const over = Promise.withResolvers<void>()
    const sent = Promise.withResolvers<unknown>()
    const started = make({ ...call, action: 'start' }, never, async () => {
      await over.promise
      const late = fetch(`${google.origin}/v1beta/interactions`, post)
      sent.resolve(late.then(() => 'sent', String))
      return late
    })
    await expect(started).rejects.toMatchObject({ code: 'unreachable', retryable: true })
    over.resolve()
    expect(await sent.promise).toContain('no answer within 300 ms')
    expect(google.seen).toEqual([])
  })

  it('sends nothing outside of a call, where nobody counts and nobody waits', async () => {
    await expect(wire().fetch(google.origin)).rejects.toThrow('outside of a call')
    expect(google.seen).toEqual([])
  })
})
