import type { InfiniteData } from '@tanstack/react-query'

/** What tells which state of an Operation is the newer one, and where it stands in a list. */
interface Listed {
  readonly operation_id: string
  readonly version: number
  readonly created_at: string | null
  readonly receivedAt: number
}

/** A page as the server answered it, and when it was asked for it, in milliseconds since 1970. */
interface Page<T> {
  readonly operations: readonly T[]
  readonly next_cursor: string | null
  readonly askedAt: number
}
export type PagesOf<T> = InfiniteData<Page<T>, string | null>

/**
 * The pages with the newest state of each Operation. One that they do not hold is put where it stands by its time, if it
 * belongs there, came after they were asked for, and is not further down than the pages go.
 */
export function withNews<T extends Listed>(
  pages: PagesOf<T>,
  news: readonly T[],
  belongs: (operation: T) => boolean,
): PagesOf<T> {
  return news.reduce((current, operation) => withOne(current, operation, belongs), pages)
}

function withOne<T extends Listed>(data: PagesOf<T>, operation: T, belongs: (operation: T) => boolean): PagesOf<T> {
  const same = (each: T) => each.operation_id === operation.operation_id
  if (data.pages.some((page) => page.operations.some(same))) {
    const newer = (each: T) => (same(each) && isNewer(operation, each) ? operation : each)
    return { ...data, pages: data.pages.map((page) => ({ ...page, operations: page.operations.map(newer) })) }
  }
  const asked = data.pages[0]?.askedAt ?? Number.POSITIVE_INFINITY
  if (!belongs(operation) || operation.receivedAt < asked) return data
  const place = data.pages.findIndex(
    ({ operations, next_cursor: next }) => next === null || operations.some((each) => order(operation, each) < 0),
  )
  const put = (page: Page<T>) => ({ ...page, operations: [operation, ...page.operations].sort(order) })
  return { ...data, pages: data.pages.map((page, index) => (index === place ? put(page) : page)) }
}

/** A place in the queue changes without another version. */
function isNewer(a: Listed, b: Listed): boolean {
  return a.version > b.version || (a.version === b.version && a.receivedAt >= b.receivedAt)
}

/** Newest first, as the server sorts. */
function order(a: Listed, b: Listed): number {
  return (b.created_at ?? '').localeCompare(a.created_at ?? '') || (b.operation_id < a.operation_id ? -1 : 1)
}
