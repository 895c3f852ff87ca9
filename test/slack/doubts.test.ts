import { beforeEach, describe, expect, it } from 'vitest'
import { busy } from '../../src/bots/busy.ts'
import { Doubts, type Told } from '../../src/bots/slack/doubts.ts'
import { later } from '../../src/bots/slack/errors.ts'
import { VirtualClock } from './virtual-clock.ts'

describe('whether the thread is asked before something is said', () => {
  let clock: VirtualClock
  let doubts: Doubts
  let finishedAt: number
  beforeEach(() => {
    clock = new VirtualClock()
    doubts = new Doubts(clock)
    clock.at += 60_000
    finishedAt = clock.at
  })

  const row = (more: Partial<Told>) => {
    return { id: 'a', version: 7, statusMessage: 'status', announceDueAt: clock.at, announceAttempts: 0, ...more }
  }
  const mayStand = (more: Partial<Told> = {}) => doubts.mayStand(row(more), finishedAt)
  const putOff = (seconds: number) =>
    expect(doubts.unlessBusy(row({}), () => Promise.reject(busy('full', seconds * 1000)))).rejects.toThrow('full')

  it('no, within a lease of its end: nobody else can have said it', () => {
    expect(mayStand()).toBe(false)
    clock.at += 10_001
    expect(mayStand()).toBe(true)
  })

  it('no, after it only waited for Slack’s limits, however long and however often', async () => {
    for (const seconds of [600, 300, 2]) {
      await putOff(seconds)
      clock.at += seconds * 1000
      expect(mayStand()).toBe(false)
    }
  })

  it('yes, once its time is over for as long as a lease: another process may have taken it, said it and died', async () => {
    await putOff(600)
    clock.at += 610_000
    expect(mayStand({ announceDueAt: clock.at - 10_000 })).toBe(true)
  })

  it('yes, if a change of it made it due before, and that is as long ago', async () => {
    await putOff(600)
    clock.at += 300_000
    const pressed = { version: 8, announceDueAt: clock.at }
    clock.at += 10_000
    expect(mayStand(pressed)).toBe(true)
    await putOff(600)
    clock.at += 1
    expect(mayStand({ version: 8, announceDueAt: clock.at })).toBe(false)
  })

  it('no, right after the status message, without which nothing is delivered; but that one itself may stand', () => {
    clock.at += 30_000
    doubts.putOff(row({}), 0)
    expect(mayStand()).toBe(false)
    doubts.putOff(row({}), 0)
    expect(mayStand({ statusMessage: null })).toBe(true)
  })

  it('yes, if that took so long that another process may have tried too', async () => {
    const tried = doubts.unlessBusy(row({}), async () => {
      clock.at += 12_000
      throw busy('full', 1_000)
    })
    await expect(tried).rejects.toThrow('full')
    expect(mayStand()).toBe(true)
  })

  it('no, if it changed as often as it likes within a lease', async () => {
    clock.at += 30_000
    await putOff(600)
    clock.at += 9_000
    expect(mayStand({ version: 12 })).toBe(false)
  })

  it('yes, after several changes: each of them may have made it due', async () => {
    await putOff(600)
    clock.at += 300_000
    expect(mayStand({ version: 9 })).toBe(true)
  })

  it('yes, when it is tried for the second time: the first one may hang', async () => {
    await putOff(600)
    clock.at += 600_000
    expect(mayStand()).toBe(false)
    expect(mayStand()).toBe(true)
  })

  it('yes, after a call whose answer was lost, whatever it waited for since', async () => {
    const lost = doubts.posting(row({}), () => Promise.reject(later('lost', undefined)))
    await expect(lost).rejects.toMatchObject({ code: 'unreachable', retryAfterSeconds: 10 })
    await putOff(10)
    clock.at += 10_000
    expect(mayStand()).toBe(true)
    await doubts.posting(row({}), async () => 'said')
    await putOff(10)
    clock.at += 10_000
    expect(mayStand()).toBe(false)
  })

  it('yes, after a failure of another process, which the row tells', async () => {
    await putOff(10)
    clock.at += 10_000
    expect(mayStand({ announceAttempts: 1 })).toBe(true)
  })
})
