import type { QueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { operationBody } from '../schemas.ts'
import type { Connection } from './connection.ts'
import { type Filter, isOpen, type Pages, received, type Shown, take } from './operations.ts'
import { say } from './start.ts'

const reconnectMilliseconds = 3_000
/** A short interruption is not worth a word. */
const patienceMilliseconds = 1_500

/** Keeps the cache up to date by server-sent events while somebody is signed in; each `who` gets a stream of their own. */
export function useEvents(client: QueryClient, who: string | null): void {
  useEffect(() => (who === null ? undefined : follow(client)), [client, who])
}

function follow(client: QueryClient): () => void {
  let source: EventSource
  let retry: ReturnType<typeof setTimeout> | undefined
  let doubt: ReturnType<typeof setTimeout> | undefined
  const tell = (connection: Connection) => client.setQueryData(['connection'], connection)
  const open = () => {
    source = new EventSource('/api/video_chat/events')
    source.addEventListener('open', () => {
      clearTimeout(doubt)
      doubt = undefined
      tell('live')
    })
    source.addEventListener('operation', (event: MessageEvent<string>) => {
      const parsed = operationBody.safeParse(JSON.parse(event.data))
      if (parsed.success) notice(client, received(parsed.data))
    })
    source.addEventListener('error', () => {
      doubt ??= setTimeout(() => tell('polling'), patienceMilliseconds)
      // The browser connects again by itself unless the answer was none at all.
      if (source.readyState !== EventSource.CLOSED) return
      clearTimeout(retry)
      retry = setTimeout(open, reconnectMilliseconds)
    })
  }
  open()
  return () => {
    clearTimeout(retry)
    clearTimeout(doubt)
    source.close()
  }
}

function notice(client: QueryClient, operation: Shown): void {
  const before = client
    .getQueriesData<Pages>({ queryKey: ['operations'] })
    .flatMap(([, pages]) => pages?.pages ?? [])
    .flatMap((page) => page.operations)
    .find((each) => each.operation_id === operation.operation_id)
  take(client, operation)
  if (before?.stage === operation.stage || !before) return
  client.setQueryData(
    ['announcement'],
    say('web.announce', { title: operation.card.title, prompt: operation.prompt.slice(0, 80) }),
  )
  if (operation.status === 'completed' || operation.status === 'error') {
    void client.invalidateQueries({ queryKey: ['statistics'] })
    // Lists with filters may have to show it now; those without are right already.
    void client.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[0] === 'operations' && !isOpen(queryKey[1] as Filter),
    })
  }
}
