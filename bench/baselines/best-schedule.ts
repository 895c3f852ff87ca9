/** Seconds a cell of time: nobody looks more finely. */
const cell = 0.25
const prices = 30

/**
 * The least mean time from the end to the look that sees it, in seconds, for so many looks an Operation on average, given
 * the very generation times (seconds). Nobody can have it who has to learn them: it is what a learned schedule is held
 * against. No limit on how late the latest are seen. Looks are at least `shortest` seconds apart.
 *
 * The cheapest path through time, where a look costs a price; the price is the one at which the looks are used up.
 */
export function leastMeanLag(times: readonly number[], looks: number, shortest: number): number {
  const ended = endedBefore(times)
  let [cheap, dear] = [0, 1000]
  let best = Number.NaN
  for (let round = 0; round < prices; round += 1) {
    const price = (cheap + dear) / 2
    const found = cheapest(ended, price, Math.max(1, Math.round(shortest / cell)))
    if (found.looks > looks) cheap = price
    else {
      dear = price
      best = found.lag
    }
  }
  return best
}

/** Share that has ended before each cell's beginning, and the integral of that. */
function endedBefore(times: readonly number[]) {
  const sorted = times.toSorted((a, b) => a - b)
  const cells = Math.ceil((sorted.at(-1) ?? 0) / cell) + 1
  const share = new Float64Array(cells + 1)
  const area = new Float64Array(cells + 1)
  let index = 0
  let sum = 0
  for (let at = 0; at <= cells; at += 1) {
    while (index < sorted.length && (sorted[index] ?? 0) <= at * cell) {
      sum += sorted[index] ?? 0
      index += 1
    }
    share[at] = index / sorted.length
    // The mean of how long each has been over at this moment.
    area[at] = (index * at * cell - sum) / sorted.length
  }
  return { cells, share, area }
}

function cheapest({ cells, share, area }: ReturnType<typeof endedBefore>, price: number, shortest: number) {
  const cost = new Float64Array(cells + 1)
  const next = new Int32Array(cells + 1)
  for (let from = cells - 1; from >= 0; from -= 1) {
    const look = price * (1 - (share[from] ?? 0))
    let least = Number.POSITIVE_INFINITY
    const rises = share[from] ?? 0
    for (let to = Math.min(cells, from + shortest); to <= cells; to += 1) {
      const waiting = (area[to] ?? 0) - (area[from] ?? 0) - rises * (to - from) * cell
      // Waiting only grows from here on.
      if (waiting > least) break
      const sum = look + waiting + (cost[to] ?? 0)
      if (sum < least) {
        least = sum
        next[from] = to
      }
    }
    cost[from] = least
  }
  let [lag, looks] = [0, 0]
  for (let from = 0; from < cells; from = next[from] ?? cells) {
    const to = next[from] ?? cells
    looks += 1 - (share[from] ?? 0)
    lag += (area[to] ?? 0) - (area[from] ?? 0) - (share[from] ?? 0) * (to - from) * cell
  }
  return { lag, looks }
}
