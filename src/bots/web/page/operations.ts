import {
  type InfiniteData,
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import type { z } from 'zod'
import {
  historyBody,
  linkBody,
  listBody,
  type modelBody,
  modelsBody,
  type OperationBody,
  sessionBody,
  statisticsBody,
} from '../schemas.ts'
import { ask } from './api.ts'
import { useConnection } from './connection.ts'

/** An Operation as the server told it, with the time at which it did, in milliseconds since 1970. */
export type Shown = OperationBody & { readonly receivedAt: number }
export type Model = z.output<typeof modelBody>
export type Session = z.output<typeof sessionBody>
type Page = { readonly operations: readonly Shown[]; readonly next_cursor: string | null }
export type Pages = InfiniteData<Page, string | null>

/** What a list leaves out; each value as the API takes it. */
export type Filter = Partial<Readonly<Record<'status' | 'model' | 'since' | 'search' | 'requester', string>>>

export const api = '/api/video_chat'
/** How often lists are asked for while the server cannot push, in milliseconds. */
const pollMilliseconds = 3_000
const pageSize = 25

export function received(operation: OperationBody): Shown {
  return { ...operation, receivedAt: Date.now() }
}

export function useSession() {
  return useQuery({
    queryKey: ['session'],
    queryFn: ({ signal }) => ask('/api/session', sessionBody, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function useModels() {
  return useQuery({
    queryKey: ['models'],
    queryFn: async ({ signal }) => (await ask(`${api}/models`, modelsBody, { signal })).models,
    staleTime: 5 * 60_000,
  })
}

export function useStatistics() {
  return useQuery({
    queryKey: ['statistics'],
    queryFn: ({ signal }) => ask(`${api}/stats`, statisticsBody, { signal }),
  })
}

export function useHistory(id: string) {
  return useQuery({
    queryKey: ['history', id],
    queryFn: async ({ signal }) => (await ask(`${api}/operations/${id}/history`, historyBody, { signal })).history,
  })
}

export async function linkTo(id: string) {
  return ask(`${api}/operations/${id}/link`, linkBody, { method: 'POST' })
}

/** A list of Operations, newest first, page by page; kept up to date by events, or by asking again while there are none. */
export function useOperations(filter: Filter, limit = pageSize) {
  const connection = useConnection()
  return useInfiniteQuery({
    queryKey: ['operations', filter],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => listOperations(filter, pageParam, limit, signal),
    getNextPageParam: (page) => page.next_cursor,
    // While another filter is asked for, what is shown stays.
    placeholderData: keepPreviousData,
    refetchInterval: connection === 'polling' ? pollMilliseconds : false,
  })
}

export async function listOperations(filter: Filter, cursor: string | null, limit: number, signal?: AbortSignal) {
  const given = Object.entries(filter).filter(([, value]) => value !== '' && value !== undefined)
  const query = new URLSearchParams([...given, ['limit', String(limit)], ...(cursor ? [['cursor', cursor]] : [])])
  const page = await ask(`${api}/operations?${query}`, listBody, signal ? { signal } : {})
  return { operations: page.operations.map(received), next_cursor: page.next_cursor }
}

/** Puts the newest state of an Operation into every list that holds it, and at the head of those that it belongs to. */
export function take(client: QueryClient, operation: Shown): void {
  const session = client.getQueryData<Session>(['session'])
  for (const [key, pages] of client.getQueriesData<Pages>({ queryKey: ['operations'] })) {
    if (!pages) continue
    const filter = key[1] as Filter
    const isMine = filter.requester !== 'me' || operation.requester === session?.requester
    client.setQueryData(key, merge(pages, operation, isMine && isOpen(filter)))
  }
}

/** Whether everything passes that the person may see; which other filters an Operation passes only the server knows. */
export function isOpen(filter: Filter): boolean {
  return Object.keys(filter).every((name) => name === 'requester')
}

function merge(pages: Pages, operation: Shown, belongs: boolean): Pages {
  const known = pages.pages.some((page) => page.operations.some((each) => each.operation_id === operation.operation_id))
  if (!known) {
    const [first, ...rest] = pages.pages
    if (!belongs || !first) return pages
    const operations = [operation, ...first.operations].sort((a, b) =>
      (b.created_at ?? '').localeCompare(a.created_at ?? ''),
    )
    return { ...pages, pages: [{ ...first, operations }, ...rest] }
  }
  const newer = (each: Shown) =>
    each.operation_id === operation.operation_id && each.version <= operation.version ? operation : each
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, operations: page.operations.map(newer) })) }
}

/** All of the pages, newest first, without what was removed. */
export function operationsIn(pages: { readonly pages: readonly Page[] } | undefined): readonly Shown[] {
  return (pages?.pages ?? []).flatMap((page) => page.operations).filter((operation) => !operation.removed)
}

/** For what answers with one Operation: its newest state is at once in every list. */
export function useTake() {
  const client = useQueryClient()
  return (operation: OperationBody) => take(client, received(operation))
}
