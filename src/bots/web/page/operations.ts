import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  replaceEqualDeep,
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
import { type PagesOf, withNews } from './lists.ts'

/** An Operation as the server told it, with the time at which it did, in milliseconds since 1970. */
export type Shown = OperationBody & { readonly receivedAt: number }
export type Model = z.output<typeof modelBody>
export type Session = z.output<typeof sessionBody>
export type Pages = PagesOf<Shown>

/** What a list leaves out; each value as the API takes it. */
export type Filter = Partial<
  Readonly<Record<'status' | 'model' | 'since' | 'search' | 'requester' | 'hold' | 'removed', string>>
>

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
    refetchInterval: ({ state }) => (state.status === 'error' ? pollMilliseconds : false),
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
export function useOperations(filter: Filter) {
  const connection = useConnection()
  return useInfiniteQuery({
    ...listOptions(useQueryClient(), filter),
    // While another filter is asked for, what is shown stays.
    placeholderData: keepPreviousData,
    refetchInterval: connection === 'polling' ? pollMilliseconds : false,
  })
}

/** How that list is asked for. An answer takes back nothing that was told while it was on its way. */
export function listOptions(client: QueryClient, filter: Filter) {
  return infiniteQueryOptions({
    queryKey: ['operations', filter],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const askedAt = Date.now()
      return { ...(await listOperations({ ...filter, removed: 'false' }, pageParam, pageSize, signal)), askedAt }
    },
    getNextPageParam: (page) => page.next_cursor,
    // What is equal stays the same object: while another filter's list stands in, this is asked at each rendering.
    structuralSharing: (before, next) =>
      replaceEqualDeep(before, withNews(next as Pages, newsOf(client), belonging(client, filter))),
  })
}

export async function listOperations(filter: Filter, cursor: string | null, limit: number, signal?: AbortSignal) {
  const given = Object.entries(filter).filter(([, value]) => value !== '' && value !== undefined)
  const query = new URLSearchParams([...given, ['limit', String(limit)], ...(cursor ? [['cursor', cursor]] : [])])
  const page = await ask(`${api}/operations?${query}`, listBody, signal ? { signal } : {})
  return { operations: page.operations.map(received), next_cursor: page.next_cursor }
}

/** Puts the newest state of an Operation into every list that holds it, and at its place in those that it belongs to. */
export function take(client: QueryClient, operation: Shown): void {
  // A list that is on its way now was written before this, and may be the first one.
  const earlier = client.isFetching({ queryKey: ['operations'] }) > 0 ? newsOf(client) : []
  const news = [...earlier.filter((each) => each.operation_id !== operation.operation_id), operation]
  client.setQueryData<readonly Shown[]>(['news'], news)
  for (const [key, pages] of client.getQueriesData<Pages>({ queryKey: ['operations'] })) {
    if (pages) client.setQueryData(key, withNews(pages, [operation], belonging(client, key[1] as Filter)))
  }
}

function newsOf(client: QueryClient): readonly Shown[] {
  return client.getQueryData<readonly Shown[]>(['news']) ?? []
}

function belonging(client: QueryClient, filter: Filter): (operation: Shown) => boolean {
  const me = client.getQueryData<Session>(['session'])?.requester
  return ({ requester }) => isOpen(filter) && (filter.requester !== 'me' || requester === me)
}

/** Whether everything passes that the person may see; which other filters an Operation passes only the server knows. */
export function isOpen(filter: Filter): boolean {
  return Object.keys(filter).every((name) => name === 'requester')
}

/** All of the pages, newest first, without what was removed. */
export function operationsIn(pages: Pick<Pages, 'pages'> | undefined): readonly Shown[] {
  return (pages?.pages ?? []).flatMap((page) => page.operations).filter((operation) => !operation.removed)
}

/** For what answers with one Operation: its newest state is at once in every list. */
export function useTake() {
  const client = useQueryClient()
  return (operation: OperationBody) => take(client, received(operation))
}
