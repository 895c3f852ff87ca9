import { describe, expect, it } from 'vitest'
import { Pace } from '../../src/bots/slack/pace.ts'

const signal = new AbortController().signal

/** A clock that jumps ahead where somebody sleeps. */
function jumpingClock() {
  const clock = {
    at: 1_000_000,
    now: () => clock.at,
    async sleep(milliseconds: number) {
      clock.at += milliseconds
    },
  }
  return clock
}

describe('Slack’s limits', () => {
  it('let at most a message a second into a channel, and others do not wait for it', async () => {
    const clock = jumpingClock()
    const pace = new Pace(clock)
    const times: number[] = []
    for (let index = 0; index < 4; index += 1) {
      await pace.turn('post:C1', true, signal)
      times.push(clock.at)
    }
    expect(times).toEqual([1_000_000, 1_001_050, 1_002_100, 1_003_150])
    await pace.turn('post:C2', true, signal)
    expect(clock.at).toBe(1_003_150)
  })

  it('never let more than 50 edits through in any minute, and keep some for outcomes', async () => {
    const clock = jumpingClock()
    const pace = new Pace(clock)
    const times: number[] = []
    const edit = async (important: boolean) => {
      try {
        await pace.turn('chat.update', important, signal)
        times.push(clock.at)
        return true
      } catch {
        return false
      }
    }
    while (await edit(false));
    const progress = times.length
    while (await edit(true));
    expect(clock.at).toBe(1_000_000)
    expect(times.length - progress).toBe(12)
    while (clock.at < 1_400_000) if (!(await edit(true))) clock.at += 100
    const most = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length))
    expect(most).toBe(48)
    expect(times.length).toBeGreaterThan(300)
  })

  it('are shared by as many processes as there are, but for those of a channel, which one of them tells', async () => {
    const clock = jumpingClock()
    let processes = 4
    const edits = async (pace: Pace, important: boolean) => {
      for (let count = 0; ; count += 1)
        if (
          !(await pace.turn('chat.update', important, signal).then(
            () => true,
            () => false,
          ))
        )
          return count
    }
    const one = new Pace(clock, () => processes)
    expect(await edits(one, false)).toBe(9)
    expect(await edits(one, true)).toBe(3)
    await one.turn('post:C1', true, signal)
    await one.turn('post:C1', true, signal)
    expect(clock.at).toBe(1_001_050)
    processes = 1
    expect(await edits(one, true)).toBe(36)
  })

  it('send back with the time whoever would wait long, and wait as long as Slack says', async () => {
    const clock = jumpingClock()
    const pace = new Pace(clock)
    pace.slowDown('chat.update', 30)
    await expect(pace.turn('chat.update', true, signal)).rejects.toMatchObject({
      retryable: true,
      retryAfterSeconds: 30,
    })
    clock.at += 30_000
    await pace.turn('chat.update', true, signal)
    expect(clock.at).toBe(1_030_000)
  })
})
