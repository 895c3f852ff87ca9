import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { createApi } from '../../src/bots/discord/api.ts'
import { createBuckets } from '../../src/bots/discord/buckets.ts'
import { createBudget, type Rank } from '../../src/bots/discord/budget.ts'
import { systemClock } from '../../src/core/clock.ts'
import { VideoError } from '../../src/core/errors.ts'
import type { Clock } from '../../src/core/ports/machine.ts'
import { silentLog } from '../db/memory-store.ts'
import { VirtualClock } from '../slack/virtual-clock.ts'
import { createLimits, ruleFor, ruleForAll } from './stand-in/limits.ts'

const never = new AbortController().signal

/**
 * Discord's limits as the stand-in has them, under this clock; a request takes `latency` there and `latency` back. Of
 * several processes each tells its own channels.
 */
function discord(clock: Clock, latency: number, processes = 1) {
  const limits = createLimits(clock.now)
  const answered: { readonly rank: Rank; readonly at: number }[] = []
  let refused = 0
  const began = clock.now()
  const elapsed = () => clock.now() - began
  const each = Array.from({ length: processes }, () => ({
    buckets: createBuckets(clock),
    budget: createBudget(clock, () => processes),
  }))
  async function ask(rank: Rank, channel: string): Promise<void> {
    const { buckets, budget } = each[Number(channel) % processes] as (typeof each)[number]
    const method = rank === 'change' ? 'PATCH' : 'POST'
    const path = `/channels/${channel}/messages`
    const take = () =>
      buckets.take(`${method} ${channel}`, (opening) =>
        budget.inTurn(
          { rank: rank === 'outcome' && opening ? 'opening' : rank, upload: rank === 'outcome' },
          never,
          async () => {
            await clock.sleep(latency, never)
            const whole = ruleForAll(path, 1)
            const [rule, major] = ruleFor(method, path, 1)
            const overall = whole && limits.take(whole, '').retryAfterMs
            const toll = limits.take(rule, major)
            if (overall !== null || toll.retryAfterMs !== null) refused += 1
            answered.push({ rank, at: elapsed() })
            await clock.sleep(latency, never)
            buckets.learn(`${method} ${channel}`, new Headers(toll.headers))
          },
        ),
      )
    await (rank === 'change' ? budget.ifRoom(take) : take())
  }
  /** As announce does it: who is sent away comes back when it was told to, a little later for the way through the store. */
  async function until(rank: Rank, channel: string): Promise<void> {
    for (;;) {
      try {
        return await ask(rank, channel)
      } catch (thrown) {
        if (!(thrown instanceof VideoError) || thrown.retryAfterSeconds === undefined) throw thrown
        await clock.sleep(thrown.retryAfterSeconds * 1000 + 15, never)
      }
    }
  }
  /** What discord.js asks by itself when it connects, past the budget of the first process. */
  async function connect(): Promise<void> {
    for (let count = 0; count < 3; count += 1) {
      const rule = ruleForAll('/gateway/bot', 1)
      if (rule && limits.take(rule, '').retryAfterMs !== null) refused += 1
      await clock.sleep(latency, never)
      each[0]?.budget.count()
    }
  }
  return { until, connect, answered, elapsed, refused: () => refused }
}

const channels = Array.from({ length: 40 }, (_, index) => `10000000${index + 10}`)

it('delivers 2,000 videos on 40 channels as fast as the limits allow, changes beside them, and asks nothing in vain', async () => {
  const clock = new VirtualClock()
  const there = discord(clock, 40)
  const videos = Array.from({ length: 2_000 }, async (_, index) => {
    const channel = channels[index % channels.length] ?? ''
    await there.until('outcome', channel)
    await there.until('change', channel)
  })
  await clock.through(Promise.all(videos))
  const of = (rank: Rank) => there.answered.filter((each) => each.rank === rank).map((each) => each.at)
  expect(there.refused()).toBe(0)
  expect(of('outcome')).toHaveLength(2_000)
  expect(of('change')).toHaveLength(2_000)
  // Nine windows of five seconds after the first, and a second for each 50 of the last 200.
  expect(Math.max(...of('outcome'))).toBeLessThan(1.15 * 45_000)
  expect(Math.max(...of('change'))).toBeLessThan(120_000)
})

it('shares the limit of all routes between two processes, 40 channels between them, and asks nothing in vain', async () => {
  const clock = new VirtualClock()
  const there = discord(clock, 40, 2)
  const ask = async (rank: Rank) => {
    await Promise.all(Array.from({ length: 400 }, (_, index) => there.until(rank, channels[index % 40] ?? '')))
  }
  await clock.through(Promise.all([ask('outcome'), ask('change')]))
  expect(there.refused()).toBe(0)
  expect(there.answered).toHaveLength(800)
  // Two windows of five seconds, at most 200 in each and 50 a second; then the changes, at most as many.
  const outcomes = there.answered.filter((each) => each.rank === 'outcome').map((each) => each.at)
  expect(Math.max(...outcomes)).toBeLessThan(1.3 * 9_000)
  expect(there.elapsed()).toBeLessThan(30_000)
})

it('asks nothing in vain where a connection was just made', async () => {
  const clock = new VirtualClock()
  const there = discord(clock, 10)
  const asked = there
    .connect()
    .then(() => Promise.all(Array.from({ length: 60 }, (_, index) => there.until('outcome', `20000000${index}`))))
  await clock.through(asked)
  expect({ refused: there.refused(), answered: there.answered.length }).toEqual({ refused: 0, answered: 60 })
})

it('gives changes what others leave, and no more', async () => {
  const clock = new VirtualClock()
  const there = discord(clock, 10)
  const busy = Array.from({ length: 500 }, (_, index) => there.until('outcome', `20000000${index}`))
  const changes = Array.from({ length: 500 }, (_, index) => there.until('change', `30000000${index}`))
  await clock.through(Promise.all(busy))
  const meanwhile = there.answered.filter((each) => each.rank === 'change').length
  // Nobody is forgotten in a crowd, and the crowd is not kept waiting for it.
  expect(meanwhile).toBeLessThanOrEqual(60)
  expect(there.elapsed()).toBeLessThan(11_500)
  await clock.through(Promise.all(changes))
  expect(there.refused()).toBe(0)
})

it('leaves room beside slow videos also where several instances share what Discord takes', async () => {
  const budget = createBudget(new VirtualClock(), () => 3)
  const went: string[] = []
  const ask = (upload: boolean, call: () => Promise<unknown>) =>
    void budget.inTurn({ rank: 'outcome', upload }, never, () => {
      went.push(upload ? 'video' : 'word')
      return call()
    })
  for (let count = 0; count < 17; count += 1) ask(true, () => new Promise(() => {}))
  for (let count = 0; count < 3; count += 1) ask(false, async () => {})
  await turn()
  expect(went).toEqual([...Array(8).fill('video'), ...Array(3).fill('word')])
})

it('does not wait for half an hour where the clock was put back by that', async () => {
  const clock = new VirtualClock()
  clock.at = 3_600_000
  const there = discord(clock, 10)
  const post = (count: number, from: number) =>
    Promise.all(Array.from({ length: count }, (_, index) => there.until('outcome', `${from + index}`)))
  await clock.through(Promise.all([post(40, 200_000_000), ...Array.from({ length: 5 }, () => post(1, 300_000_000))]))
  clock.at -= 1_800_000
  const from = clock.at
  await clock.through(Promise.all([post(10, 400_000_000), post(1, 300_000_000)]))
  expect(clock.at - from).toBeLessThan(5_500)

  const budget = createBudget(clock)
  const awayFor = async () => {
    for (let count = 0; count < 48; count += 1) budget.count()
    return budget.ifRoom(async () => 0).catch((thrown: VideoError) => thrown.retryAfterSeconds)
  }
  expect(await awayFor()).toBe(1)
  clock.at -= 600_000
  expect(await awayFor()).toBe(1)
})

it('waits for a video on a slow line as long as those under way with it take, and behind one for no answer', async (context) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const arrived: ServerResponse[] = []
  const server = createServer((request, response) => {
    request.resume().on('end', () => arrived.push(response))
  })
  context.onTestFinished(() => {
    vi.useRealTimers()
    server.closeAllConnections()
    server.close()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`
  const api = createApi({ token: 'a.token', apiUrl }, systemClock, silentLog)
  const post = (channel: number, bytes: number) => {
    const film = { name: 'film.mp4', contentType: 'video/mp4', bytes, stream: () => [Buffer.alloc(bytes)] }
    return api.post(`5000000${channel}`, { body: {}, files: [film] })
  }
  const until = async (count: number) => {
    while (arrived.length < count) await turn()
  }
  const answer = () => {
    for (const response of arrived.splice(0)) response.setHeader('content-type', 'application/json').end('{"id":"1"}')
  }
  const posts = Promise.all(Array.from({ length: 17 }, (_, index) => post(index + 10, 1_048_576)))
  const words = api.post('500000010', { body: { content: 'accepted' } })
  await until(16)
  await vi.advanceTimersByTimeAsync(15_000)
  await until(17)
  await vi.advanceTimersByTimeAsync(14_000)
  arrived.pop()?.setHeader('content-type', 'application/json').end('{"id":"2"}')
  expect(await words).toEqual({ id: '2' })
  await vi.advanceTimersByTimeAsync(171_000)
  expect(arrived).toHaveLength(16)
  answer()
  await until(1)
  await vi.advanceTimersByTimeAsync(30_000)
  answer()
  expect(await posts).toHaveLength(17)
  const lost = expect(post(30, 1_048_576)).rejects.toThrow()
  await until(1)
  await vi.advanceTimersByTimeAsync(40_000)
  await lost
})
