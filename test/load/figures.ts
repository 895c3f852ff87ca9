/** What is measured about one process. */
export interface Sample {
  /** Milliseconds since the beginning. */
  readonly at: number
  readonly rssMegabytes: number
  readonly heapMegabytes: number
  /** Open handles and requests of the process. */
  readonly handles: number
}

const megabyte = 1024 * 1024

/** The process as it is now; a collection first, where `--expose-gc` allows it. */
export function sample(since: number): Sample {
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  const handles = process.getActiveResourcesInfo().length
  return {
    at: Date.now() - since,
    rssMegabytes: Math.round(rss / megabyte),
    heapMegabytes: Math.round(heapUsed / megabyte),
    handles,
  }
}

/** The middle value. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

/** The value that so many (0 to 1) lie below. */
export function quantile(values: readonly number[], p: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(p * values.length))] ?? 0
}

/** Whether the last quarter lies no more than a tenth, and no more than `spare`, above the second quarter. */
export function isFlat(values: readonly number[], spare: number): boolean {
  const quarter = Math.max(1, Math.floor(values.length / 4))
  const early = median(values.slice(quarter, 2 * quarter))
  return median(values.slice(-quarter)) <= Math.max(early * 1.1, early + spare)
}
