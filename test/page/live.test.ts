import { InfiniteQueryObserver, QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { operation } from './operation.ts'

/** The browser's, as far as the page sees it: what a stream brings, and whether it is open. */
class Stream extends EventTarget {
  static readonly CLOSED = 2
  static all: Stream[] = []
  readyState = 0

  constructor() {
    super()
    Stream.all.push(this)
  }

  opens() {
    this.readyState = 1
    this.dispatchEvent(new Event('open'))
  }

  brings(type: string, data = '') {
    if (this.readyState === 1) this.dispatchEvent(new MessageEvent(type, { data }))
  }

  breaks(readyState: 0 | 2) {
    this.readyState = readyState
    this.dispatchEvent(new Event('error'))
  }

  close() {
    this.readyState = Stream.CLOSED
  }

  static get open() {
    return Stream.all.filter(({ readyState }) => readyState !== Stream.CLOSED)
  }
}

describe('a page that follows what happens', () => {
  let client: QueryClient
  let page: EventTarget & { hidden: boolean }
  let lists: string[]
  let leave: (() => void)[]
  beforeEach(async () => {
    vi.useFakeTimers()
    vi.resetModules()
    const getElementById = () => ({ textContent: '{"texts":{}}' })
    page = Object.assign(new EventTarget(), { hidden: false, getElementById })
    lists = []
    Stream.all = []
    vi.stubGlobal('document', page)
    vi.stubGlobal('EventSource', Stream)
    vi.stubGlobal('fetch', async (url: string) => {
      lists.push(new URL(url, 'http://localhost').searchParams.get('status') ?? 'all')
      return Response.json({ operations: [operation(1)], next_cursor: null })
    })
    const { follow } = await import('../../src/bots/web/page/live.ts')
    const { listOptions } = await import('../../src/bots/web/page/operations.ts')
    client = new QueryClient()
    const observers = [{}, { status: 'pending' }].map(
      (filter) => new InfiniteQueryObserver(client, listOptions(client, filter)),
    )
    leave = [...observers.map((observer) => observer.subscribe(() => undefined)), follow(client)]
    await vi.advanceTimersByTimeAsync(0)
    stream().opens()
    lists = []
  })
  afterEach(() => {
    for (const each of leave) each()
    client.clear()
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  const stream = () => {
    const [one, ...others] = Stream.open
    expect(others).toEqual([])
    if (!one) throw new Error('no stream is open')
    return one
  }
  const light = () => client.getQueryData(['connection'])
  const look = (hidden: boolean) => {
    page.hidden = hidden
    page.dispatchEvent(new Event('visibilitychange'))
  }
  const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000)

  it('takes a connection for dead that says nothing for 40 seconds, and asks for what it missed over a new one', async () => {
    const first = stream()
    for (let beats = 0; beats < 4; beats++) {
      await pass(15)
      first.brings('heartbeat')
    }
    expect(light()).toBe('live')
    await pass(40)
    expect(light()).toBe('polling')
    expect(first.readyState).toBe(Stream.CLOSED)
    // A browser may have taken another dead connection for it.
    const second = stream()
    await pass(10)
    expect(stream()).not.toBe(second)
    stream().opens()
    await pass(0)
    expect(light()).toBe('live')
    expect(lists.sort()).toEqual(['all', 'pending'])
  })

  it('asks anew for a list that may have to show or to drop what changed, once for all that comes at once', async () => {
    const bring = (minute: number, changes = {}) =>
      stream().brings('operation', JSON.stringify(operation(minute, changes)))
    bring(1)
    await pass(1)
    expect(lists).toEqual([])
    for (const minute of [2, 3]) bring(minute, { stage: 'held' })
    await pass(1)
    expect(lists).toEqual(['pending'])
    bring(1, { version: 2, stage: 'saving' })
    await pass(1)
    expect(lists).toEqual(['pending', 'pending'])
  })

  it('asks for the lists anew when a stream that broke is there again', async () => {
    stream().breaks(0)
    await pass(2)
    expect(light()).toBe('polling')
    stream().opens()
    await pass(0)
    expect(lists.sort()).toEqual(['all', 'pending'])
    expect(light()).toBe('live')
  })

  it('holds no connection while nobody looks at it, and misses nothing of it', async () => {
    look(true)
    await pass(3)
    look(false)
    await pass(10)
    expect(stream()).toBe(Stream.all[0])
    look(true)
    await pass(5)
    expect(Stream.open).toEqual([])
    await pass(600)
    expect(light()).toBe('live')
    lists = []
    look(false)
    stream().opens()
    await pass(0)
    expect(lists.sort()).toEqual(['all', 'pending'])
  })
})
