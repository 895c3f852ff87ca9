import { describe, expect, it } from 'vitest'
import type { Rank, Whose } from '../../src/bots/slack/bucket.ts'
import { doubleClicks } from '../../src/bots/slack/desk.ts'
import { type Limited, Pace } from '../../src/bots/slack/pace.ts'
import { asVideoError } from '../../src/core/errors.ts'
import { VirtualClock } from './virtual-clock.ts'

const { signal } = new AbortController()
const somebody: Whose = { person: 'somebody', operation: null, signal }

/** How many of a kind may go at once. */
async function atOnce(pace: Pace, limited: Limited, rank: Rank): Promise<number> {
  const tried = Array.from({ length: 100 }, () => pace.turn(limited, rank, somebody))
  const results = await Promise.allSettled(tried)
  return results.filter(({ status }) => status === 'fulfilled').length
}

/** The most that went within that many milliseconds. */
function mostWithin(milliseconds: number, times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + milliseconds).length))
}

/** A row that comes back when it was told to, until it gets its turn; resolves with the time and how often it came. */
async function persist(clock: VirtualClock, pace: Pace, limited: Limited, rank: Rank, whose: Whose) {
  for (let tries = 1; ; tries += 1) {
    try {
      await pace.turn(limited, rank, whose)
      return { at: clock.at, tries }
    } catch (thrown) {
      const { code, retryAfterSeconds = 0 } = asVideoError(thrown)
      expect(code).toBe('busy')
      await clock.sleep(Math.ceil(retryAfterSeconds * 1000), signal)
    }
  }
}

describe('Slack’s limits', () => {
  it('let at most a message a second into a channel, and others do not wait for it', async () => {
    const clock = new VirtualClock()
    const pace = new Pace(clock)
    const times: number[] = []
    for (let index = 0; index < 4; index += 1) {
      await clock.through(pace.turn('post:C1', 'outcome', somebody))
      times.push(clock.at)
    }
    expect(times).toEqual([1_000_000, 1_001_050, 1_002_100, 1_003_150])
    await clock.through(pace.turn('post:C2', 'outcome', somebody))
    expect(clock.at).toBe(1_003_150)
  })

  it('never let more than 50 edits through in any minute, and keep some for outcomes', async () => {
    const clock = new VirtualClock()
    const pace = new Pace(clock)
    expect(await atOnce(pace, 'chat.update', 'change')).toBe(36)
    expect(await atOnce(pace, 'chat.update', 'outcome')).toBe(12)
    expect(clock.at).toBe(1_000_000)
    const rows = Array.from({ length: 300 }, (_, n) => ({ ...somebody, operation: `row ${n}` }))
    const edits = rows.map((whose) => persist(clock, pace, 'chat.update', 'outcome', whose))
    const times = (await clock.through(Promise.all(edits))).map(({ at }) => at)
    expect(mostWithin(60_000, times)).toBe(48)
    expect(Math.max(...times) - 1_000_000).toBe(7 * 60_000)
  })

  it('are shared by as many processes as there are, but for those of a channel, which one of them tells', async () => {
    const clock = new VirtualClock()
    let processes = 4
    const one = new Pace(clock, () => processes)
    expect(await atOnce(one, 'chat.update', 'change')).toBe(9)
    expect(await atOnce(one, 'chat.update', 'outcome')).toBe(3)
    await clock.through(one.turn('post:C1', 'outcome', somebody))
    await clock.through(one.turn('post:C1', 'outcome', somebody))
    expect(clock.at).toBe(1_001_050)
    processes = 1
    expect(await atOnce(one, 'chat.update', 'outcome')).toBe(36)
  })

  it('are no failure for whoever would wait long: they are told when to come back, and that is as Slack says', async () => {
    const clock = new VirtualClock()
    const pace = new Pace(clock)
    pace.slowDown('chat.update', 30)
    await expect(pace.turn('chat.update', 'outcome', somebody)).rejects.toMatchObject({
      code: 'busy',
      retryable: true,
      retryAfterSeconds: 30,
    })
    const { at, tries } = await clock.through(
      persist(clock, pace, 'chat.update', 'outcome', { ...somebody, operation: 'a' }),
    )
    expect({ at, tries }).toEqual({ at: 1_030_000, tries: 2 })
  })

  it('let 2,000 uploads of twenty people go in as little time as they allow, each asked about once or twice', async () => {
    const clock = new VirtualClock()
    const pace = new Pace(clock)
    const limited = 'files.getUploadURLExternal'
    const rows = Array.from({ length: 2_000 }, (_, n) => ({ person: `${n % 20}`, operation: `row ${n}`, signal }))
    const uploads = await clock.through(
      Promise.all(rows.map((whose) => persist(clock, pace, limited, 'outcome', whose))),
    )
    const times = uploads.map(({ at }) => at)
    expect(mostWithin(60_000, times)).toBeLessThanOrEqual(96)
    // A hundred at once and a hundred a minute: nineteen minutes.
    expect(Math.max(...times) - 1_000_000).toBeLessThanOrEqual(1.15 * 19 * 60_000)
    expect(uploads.reduce((sum, { tries }) => sum + tries, 0)).toBeLessThanOrEqual(2 * rows.length)
  })

  it('are used up also where two processes have half of them each, and unlike much to say', async () => {
    const clock = new VirtualClock()
    const limited = 'files.getUploadURLExternal'
    const [one, other] = [new Pace(clock, () => 2), new Pace(clock, () => 2)]
    const rows = Array.from({ length: 1_000 }, (_, n) => ({ person: `${n % 20}`, operation: `row ${n}`, signal }))
    const uploads = rows.map((whose, n) => persist(clock, n % 9 < 4 ? one : other, limited, 'outcome', whose))
    const times = (await clock.through(Promise.all(uploads))).map(({ at }) => at)
    expect(mostWithin(60_000, times)).toBeLessThanOrEqual(96)
    // Five ninths of them at 48 a minute.
    expect(Math.max(...times) - 1_000_000).toBeLessThanOrEqual(12 * 60_000)
  })

  it('are shared by people: who wants one thing is not behind somebody who wants a thousand', async () => {
    const clock = new VirtualClock()
    const pace = new Pace(clock)
    const limited = 'files.getUploadURLExternal'
    const crowd = Array.from({ length: 1_000 }, (_, n) => ({ person: 'greedy', operation: `row ${n}`, signal }))
    const all = Promise.all(crowd.map((whose) => persist(clock, pace, limited, 'outcome', whose)))
    await clock.through(clock.sleep(150_000, signal))
    const asked = clock.at
    const one = await clock.through(
      persist(clock, pace, limited, 'outcome', { person: 'modest', operation: 'the one', signal }),
    )
    expect(one.at - asked).toBeLessThanOrEqual(60_000)
    const times = (await clock.through(all)).map(({ at }) => at)
    expect(Math.max(...times) - 1_000_000).toBeLessThanOrEqual(11 * 60_000)
    expect(mostWithin(60_000, [...times, one.at])).toBeLessThanOrEqual(96)
  })

  it('call nobody back in vain, however many speak into a channel', async () => {
    const clock = new VirtualClock()
    const pace = new Pace(clock)
    const rows = Array.from({ length: 50 }, (_, n) => ({ person: `${n % 5}`, operation: `row ${n}`, signal }))
    const said = await clock.through(
      Promise.all(rows.map((whose) => persist(clock, pace, 'post:C1', 'outcome', whose))),
    )
    expect(Math.max(...said.map(({ at }) => at)) - 1_000_000).toBe(49 * 1_050)
    expect(Math.max(...said.map(({ tries }) => tries))).toBeLessThanOrEqual(3)
  })

  it('call no change back in vain, where outcomes take each place as soon as it is free', async () => {
    const clock = new VirtualClock()
    const pace = new Pace(clock)
    const outcomes = (async () => {
      for (let n = 0; n < 144; n += 1) {
        const whose = { person: `${n % 5}`, operation: `row ${n}`, signal }
        await persist(clock, pace, 'chat.update', 'outcome', whose)
        await clock.sleep(1_250, signal)
      }
    })()
    await clock.through(clock.sleep(70_000, signal))
    const whose = { person: 'late', operation: 'change', signal }
    const change = persist(clock, pace, 'chat.update', 'change', whose)
    await clock.through(outcomes)
    // A change leaves twelve places of a minute to outcomes, so that it comes back four times a minute at most.
    const { at, tries } = await clock.through(change)
    expect(tries).toBeLessThanOrEqual(2 + (4 * (at - 1_070_000)) / 60_000)
  })

  it('keep no place for what has come in the meantime', async () => {
    const clock = new VirtualClock()
    const pace = new Pace(clock)
    const row = (n: number): Whose => ({ person: 'p', operation: `row ${n}`, signal })
    expect(await atOnce(pace, 'chat.update', 'outcome')).toBe(48)
    const away = (n: number, rank: Rank) =>
      pace.turn('chat.update', rank, row(n)).catch((thrown) => asVideoError(thrown))
    for (let n = 0; n < 400; n += 1) await away(n, 'change')
    // All of them have ended: what they show last goes first.
    const last = await Promise.all(Array.from({ length: 400 }, (_, n) => away(n, 'outcome')))
    const waits = last.map((error) => error?.retryAfterSeconds ?? 0)
    expect(Math.max(...waits)).toBeLessThanOrEqual(12 * 60)
  })

  it('are no reason to wait for half an hour where the clock was put back by that', async () => {
    const clock = new VirtualClock()
    clock.at = 10_000_000
    const pace = new Pace(clock)
    await atOnce(pace, 'chat.update', 'outcome')
    clock.at -= 1_800_000
    await pace.turn('chat.update', 'outcome', somebody)
    const twice = doubleClicks(clock)
    expect([twice('Again'), twice('Again')]).toEqual([false, true])
    clock.at -= 1_800_000
    expect(twice('Again')).toBe(false)
  })
})
