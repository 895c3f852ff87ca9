import type { QueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { operationBody } from '../schemas.ts'
import type { Connection } from './connection.ts'
import { type Filter, isOpen, type Pages, received, type Shown, take } from './operations.ts'
import { say } from './start.ts'

const reconnectMilliseconds = 3_000
/** A short interruption is not worth a word. */
const patienceMilliseconds = 1_500
/** The server sends something every 15 seconds: after so long the connection is dead, whatever the browser thinks of it. */
const silenceMilliseconds = 40_000
const openMilliseconds = 10_000
/** Over HTTP/1.1 all windows of a browser share six connections to a server: one that nobody looks at needs none. */
const hiddenMilliseconds = 5_000
/** What comes at once is one reason to ask anew. */
const gatherMilliseconds = 250

/** Keeps the cache up to date by server-sent events while somebody is signed in; each `who` gets a stream of their own. */
export function useEvents(client: QueryClient, who: string | null): void {
  useEffect(() => (who === null ? undefined : follow(client)), [client, who])
}

/** Follows the stream while the page is looked at, and asks for the lists anew after each gap; returns the way to stop. */
export function follow(client: QueryClient): () => void {
  let source: EventSource | null = null
  /** What happened while there was no stream is told only as far as the next one goes back. */
  let hasGap = false
  const timers: Partial<Record<'retry' | 'doubt' | 'silence' | 'hidden' | 'outdated', ReturnType<typeof setTimeout>>> =
    {}
  const tell = (connection: Connection) => client.setQueryData(['connection'], connection)
  const start = (name: keyof typeof timers, act: () => void, milliseconds: number) => {
    clearTimeout(timers[name])
    timers[name] = setTimeout(() => {
      delete timers[name]
      act()
    }, milliseconds)
  }
  const stop = (...names: (keyof typeof timers)[]) => {
    for (const name of names) {
      clearTimeout(timers[name])
      delete timers[name]
    }
  }
  const renew = () => {
    tell('polling')
    open()
  }
  const listen = () => start('silence', renew, silenceMilliseconds)
  const close = () => {
    stop('retry', 'doubt', 'silence')
    if (source) hasGap = true
    source?.close()
    source = null
  }
  const open = () => {
    close()
    start('silence', renew, openMilliseconds)
    source = new EventSource('/api/video_chat/events')
    source.addEventListener('open', () => {
      stop('doubt')
      listen()
      tell('live')
      if (hasGap) void client.invalidateQueries({ queryKey: ['operations'] })
      hasGap = false
    })
    source.addEventListener('heartbeat', listen)
    source.addEventListener('operation', (event: MessageEvent<string>) => {
      listen()
      const parsed = operationBody.safeParse(JSON.parse(event.data))
      if (!parsed.success || !notice(client, received(parsed.data)) || timers.outdated) return
      start('outdated', () => outdate(client), gatherMilliseconds)
    })
    source.addEventListener('error', () => {
      hasGap = true
      if (!timers.doubt) start('doubt', () => tell('polling'), patienceMilliseconds)
      // The browser connects again by itself unless the answer was none at all.
      if (source?.readyState === EventSource.CLOSED) start('retry', open, reconnectMilliseconds)
    })
  }
  const look = () => {
    if (document.hidden) return start('hidden', close, hiddenMilliseconds)
    stop('hidden')
    if (source === null) open()
  }
  open()
  look()
  document.addEventListener('visibilitychange', look)
  return () => {
    document.removeEventListener('visibilitychange', look)
    stop('hidden', 'outdated')
    close()
  }
}

/** Shows an Operation's newest state, and says it; whether lists with filters may have to show it, or to show it no longer. */
function notice(client: QueryClient, operation: Shown): boolean {
  const before = client
    .getQueriesData<Pages>({ queryKey: ['operations'] })
    .flatMap(([, pages]) => pages?.pages ?? [])
    .flatMap((page) => page.operations)
    .find((each) => each.operation_id === operation.operation_id)
  take(client, operation)
  if (before?.stage === operation.stage) return false
  if (before) {
    const facts = { title: operation.card.title, prompt: operation.prompt.slice(0, 80) }
    client.setQueryData(['announcement'], say('web.announce', facts))
    if (operation.status === 'completed' || operation.status === 'error')
      void client.invalidateQueries({ queryKey: ['statistics'] })
  }
  return true
}

/** Lists without filters are right already. */
function outdate(client: QueryClient): void {
  void client.invalidateQueries({
    predicate: ({ queryKey }) => queryKey[0] === 'operations' && !isOpen(queryKey[1] as Filter),
  })
}
