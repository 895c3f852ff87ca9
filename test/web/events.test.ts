import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createWeb, type Web } from '../../src/bots/web/index.ts'
import { buildServer } from '../../src/bots/web/server.ts'
import { accessToken, type Bench, openBench } from './harness.ts'

/** What a socket brings, brought at the latest when a busy machine has come to it. */
const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 15_000, interval: 10 })

interface Event {
  readonly id: string
  readonly operation_id: string
  readonly status: string
  readonly prompt: string
  readonly card: { readonly text: string }
}

describe('server-sent events', () => {
  let bench: Bench
  let web: Web
  let url: string
  let cookie: string
  const streams: EventReader[] = []
  beforeEach(async () => {
    bench = await openBench({ settings: { accessToken } })
    web = createWeb(bench.settings, bench.dependencies)
    url = (await web.start()).url
    cookie = await signIn()
  })
  afterEach(async () => {
    for (const stream of streams.splice(0)) stream.close()
    await web.stop()
    await bench.close()
  })

  const signIn = async () => (await bench.ask('POST', '/api/session', { payload: { token: accessToken } })).cookie
  const make = async (prompt: string, as = cookie) => {
    const answer = await bench.ask('POST', '/api/video_chat/generate', { payload: { prompt }, headers: { cookie: as } })
    return String(answer.body.operation_id)
  }
  const listen = async (query = '', headers = {}) => {
    const stream = await EventReader.open(`${url}/api/video_chat/events${query}`, { cookie, ...headers })
    streams.push(stream)
    return stream
  }
  const quiet = () => eventually(() => expect(bench.clock.sleepers).toBeGreaterThan(0))

  it('begin with what there is, oldest first, and go on with each change', async () => {
    const [one, two] = [await make('one'), await make('two')]
    const stream = await listen()
    expect(stream.headers.get('content-type')).toContain('text/event-stream')
    expect((await stream.take(2)).map((each) => each.operation_id).sort()).toEqual([one, two].sort())
    await bench.complete(one)
    await eventually(() => expect(stream.seen.at(-1)).toMatchObject({ operation_id: one, status: 'completed' }))
  })

  it('tell of one Operation only where that is asked for', async () => {
    const [one, two] = [await make('one'), await make('two')]
    const stream = await listen(`?operation_id=${two}`)
    await bench.complete(one)
    await bench.complete(two)
    await eventually(() => expect(stream.seen.at(-1)?.status).toBe('completed'))
    expect(new Set(stream.seen.map((each) => each.operation_id))).toEqual(new Set([two]))
  })

  it('tell nobody of another person’s videos', async () => {
    const stream = await listen()
    const other = await signIn()
    await bench.complete(await make('secret of another', other))
    const own = await make('own')
    expect(await stream.take(1)).toMatchObject([{ operation_id: own }])
    const denied = await fetch(`${url}/api/video_chat/events?operation_id=${own}`, { headers: { cookie: other } })
    expect(denied.status).toBe(404)
  })

  it('send after a reconnect what changed meanwhile, and not again what was seen last', async () => {
    const [one, two] = [await make('one'), await make('two')]
    const first = await listen()
    const seen = await first.take(2)
    const last = seen.at(-1)
    first.close()
    await bench.complete(seen[0]?.operation_id ?? '')
    const second = await listen('', { 'last-event-id': String(last?.id) })
    expect(await second.take(1)).toMatchObject([{ operation_id: seen[0]?.operation_id, status: 'completed' }])
    const third = await make('three')
    await eventually(() => expect(second.seen.at(-1)?.operation_id).toBe(third))
    expect(second.seen).toHaveLength(2)
    expect([one, two]).toContain(last?.operation_id)
  })

  it('look again at each heartbeat, so that a change of another process shows', async () => {
    const id = await make('one')
    // The store of another process tells this one nothing.
    const deaf = { ...bench.commands, subscribe: () => () => {} }
    const other = createWeb(bench.settings, { ...bench.dependencies, commands: deaf })
    const stream = await EventReader.open(`${(await other.start()).url}/api/video_chat/events`, { cookie })
    await stream.take(1)
    await bench.complete(id)
    await quiet()
    bench.clock.move(15_000)
    expect(await stream.take(1)).toMatchObject([{ operation_id: id, status: 'completed' }])
    expect(stream.heartbeats).toBe(1)
    await other.stop()
  })

  it('tell at each heartbeat who has come nearer in the queue, and not again who has not', async () => {
    const [one, two] = [await make('one'), await make('two')]
    const stream = await listen()
    await stream.take(2)
    const place = () => stream.seen.findLast((each) => each.operation_id === two)?.card.text
    expect(place()).toMatch(/^Number 2 in the queue/)
    await bench.ask('POST', `/api/video_chat/operations/${one}/cancel`, { headers: { cookie } })
    expect(await stream.take(1)).toMatchObject([{ operation_id: one, status: 'error' }])
    for (const beats of [1, 2]) {
      await quiet()
      bench.clock.move(15_000)
      await eventually(() => expect(stream.heartbeats).toBe(beats))
      await quiet()
    }
    expect(await stream.take(1)).toMatchObject([{ operation_id: two, status: 'pending' }])
    expect(place()).toMatch(/^Next in the queue/)
    expect(stream.seen).toHaveLength(4)
  })

  it('end at once when the service stops, and when the listener goes nothing of it stays', async () => {
    const listeners = new Set<unknown>()
    const counting = {
      ...bench.commands,
      subscribe(listener: Parameters<typeof bench.commands.subscribe>[0]) {
        listeners.add(listener)
        const stop = bench.commands.subscribe(listener)
        return () => {
          listeners.delete(listener)
          stop()
        }
      },
    }
    const other = createWeb(bench.settings, { ...bench.dependencies, commands: counting })
    const address = `${(await other.start()).url}/api/video_chat/events`
    const [gone, stays] = [await EventReader.open(address, { cookie }), await EventReader.open(address, { cookie })]
    await eventually(() => expect(listeners.size).toBe(2))
    gone.close()
    await eventually(() => expect(listeners.size).toBe(1))
    await other.stop()
    await stays.ended
    expect(listeners.size).toBe(0)
  })

  it('are open to one person only so many times', async () => {
    for (let index = 0; index < 12; index++) await listen()
    const refused = await fetch(`${url}/api/video_chat/events`, { headers: { cookie } })
    expect(refused.status).toBe(429)
    streams.shift()?.close()
    await eventually(async () => {
      const again = await fetch(`${url}/api/video_chat/events`, { headers: { cookie } })
      await again.body?.cancel()
      expect(again.status).toBe(200)
    })
  })

  it('keep no place for whoever left while their Operation was looked up', async () => {
    const id = await make('one')
    const [looking, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let found = 0
    const slow = {
      ...bench.commands,
      async get(...asked: Parameters<typeof bench.commands.get>) {
        if (++found === 12) looking.resolve()
        await left.promise
        return bench.commands.get(...asked)
      },
    }
    const app = await buildServer(bench.settings, { ...bench.dependencies, commands: slow })
    let open = 0
    app.server.on('connection', (socket) => {
      open++
      socket.once('close', () => {
        if (--open === 0) left.resolve()
      })
    })
    const address = await app.listen({ host: '127.0.0.1', port: 0 })
    const end = new AbortController()
    const leaving = Array.from({ length: 12 }, () =>
      fetch(`${address}/api/video_chat/events?operation_id=${id}`, { headers: { cookie }, signal: end.signal }),
    )
    await looking.promise
    end.abort()
    await Promise.allSettled(leaving)
    await left.promise
    const stream = await EventReader.open(`${address}/api/video_chat/events`, { cookie })
    expect(await stream.take(1)).toMatchObject([{ operation_id: id }])
    stream.close()
    await app.close()
  })
})

/** A reader of server-sent events over a real socket. */
class EventReader {
  readonly seen: Event[] = []
  heartbeats = 0
  readonly ended: Promise<void>
  readonly headers: Headers
  readonly #abort: AbortController
  #taken = 0

  static async open(url: string, headers: Record<string, string>): Promise<EventReader> {
    const abort = new AbortController()
    const response = await fetch(url, { headers, signal: abort.signal })
    expect(response.status).toBe(200)
    return new EventReader(response, abort)
  }

  private constructor(response: Response, abort: AbortController) {
    this.headers = response.headers
    this.#abort = abort
    this.ended = this.#read(response).catch(() => {})
  }

  async #read(response: Response): Promise<void> {
    let rest = ''
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      const frames = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
      rest = frames.pop() ?? ''
      for (const frame of frames) this.#take(frame)
    }
  }

  #take(frame: string): void {
    // An event with data, if empty: a browser tells scripts of nothing else.
    if (/^event: heartbeat\ndata:/.test(frame)) this.heartbeats++
    const data = /^data: (.*)$/m.exec(frame)?.[1]
    if (data === undefined) return
    expect(frame).toMatch(/^event: operation$/m)
    this.seen.push({ ...(JSON.parse(data) as Event), id: /^id: (.*)$/m.exec(frame)?.[1] ?? '' })
  }

  /** The next events that were not yet taken. */
  async take(count: number): Promise<Event[]> {
    await eventually(() => expect(this.seen.length).toBeGreaterThanOrEqual(this.#taken + count))
    this.#taken += count
    return this.seen.slice(this.#taken - count, this.#taken)
  }

  close(): void {
    this.#abort.abort()
  }
}
