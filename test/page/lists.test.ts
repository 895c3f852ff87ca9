import { type InfiniteData, InfiniteQueryObserver, QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Shown } from '../../src/bots/web/page/operations.ts'
import { operation } from './operation.ts'

describe('a list of videos while its answer is on its way', () => {
  let page: typeof import('../../src/bots/web/page/operations.ts')
  let client: QueryClient
  /** Requests that wait for their answer, oldest first. */
  let asked: { url: string; answer: (operations: readonly Shown[], next?: string) => void }[]
  let leave: () => void
  beforeEach(async () => {
    vi.stubGlobal('document', { getElementById: () => null })
    vi.stubGlobal('fetch', (url: string) => {
      const { promise, resolve } = Promise.withResolvers<Response>()
      const answer = (operations: readonly Shown[], next: string | null = null) =>
        resolve(Response.json({ operations, next_cursor: next }))
      asked.push({ url, answer })
      return promise
    })
    vi.resetModules()
    asked = []
    page = await import('../../src/bots/web/page/operations.ts')
    client = new QueryClient()
    client.setQueryData(['session'], { requester: 'web:me' })
  })
  afterEach(() => {
    leave()
    client.clear()
    vi.unstubAllGlobals()
  })

  const open = (filter: object = { requester: 'me' }) => {
    const observer = new InfiniteQueryObserver(client, page.listOptions(client, filter))
    leave = observer.subscribe(() => undefined)
    const shown = () =>
      page
        .operationsIn(observer.getCurrentResult().data as InfiniteData<never> | undefined)
        .map(({ prompt, stage }) => `${prompt} ${stage}`)
    return { observer, shown }
  }
  const tell = (minute: number, changes: Partial<Shown> = {}) =>
    page.take(client, page.received(operation(minute, changes)))
  const done = { version: 2, stage: 'completed', status: 'completed' } as const

  it('shows what was told before the first answer', async () => {
    const { shown } = open()
    tell(2)
    tell(1, done)
    asked[0]?.answer([operation(1)])
    await expect.poll(shown).toEqual(['Shot 2 generating', 'Shot 1 completed'])
  })

  it('keeps what finished or was sent while earlier videos were loading', async () => {
    const { observer, shown } = open()
    asked[0]?.answer([operation(2)], 'more')
    await expect.poll(shown).toHaveLength(1)
    const loaded = observer.fetchNextPage()
    tell(2, done)
    tell(3)
    asked[1]?.answer([operation(1)])
    await loaded
    expect(shown()).toEqual(['Shot 3 generating', 'Shot 2 completed', 'Shot 1 generating'])
  })

  it('keeps what was sent while the list was asked for anew, and drops what is gone by then', async () => {
    const { observer, shown } = open()
    asked[0]?.answer([operation(2), operation(1)])
    await expect.poll(shown).toHaveLength(2)
    const loaded = observer.refetch()
    tell(3)
    asked[1]?.answer([operation(1, done)])
    await loaded
    expect(shown()).toEqual(['Shot 3 generating', 'Shot 1 completed'])
  })

  it('shows nothing twice that a later page brings, and nothing of others among one’s own', async () => {
    const { observer, shown } = open()
    asked[0]?.answer([operation(3)], 'more')
    await expect.poll(shown).toHaveLength(1)
    tell(1)
    tell(4, { requester: 'web:other' })
    const loaded = observer.fetchNextPage()
    asked[1]?.answer([operation(2), operation(1)])
    await loaded
    expect(shown()).toEqual(['Shot 3 generating', 'Shot 2 generating', 'Shot 1 generating'])
  })
})
