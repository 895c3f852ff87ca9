import { useQuery } from '@tanstack/react-query'

/** Whether the server pushes changes, or the page has to ask. */
export type Connection = 'live' | 'polling'

export function useConnection(): Connection {
  return (
    useQuery<Connection>({ queryKey: ['connection'], queryFn: () => 'live', staleTime: Number.POSITIVE_INFINITY })
      .data ?? 'live'
  )
}

/** What a screen reader should hear of the last change. */
export function useAnnouncement(): string {
  return useQuery({ queryKey: ['announcement'], queryFn: () => '', staleTime: Number.POSITIVE_INFINITY }).data ?? ''
}
