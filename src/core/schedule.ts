/** How finely time is cut when a schedule is worked out. */
const cells = 360

/** What a schedule must keep, in seconds. */
export interface Spacing {
  /** Two looks are never closer. */
  readonly shortest: number
  /** The average Operation is looked at as often as if it were looked at every so many seconds. */
  readonly interval: number
  /** Nor further apart, once the first one has been taken. */
  readonly longest: number
}

/**
 * When to look at an Operation, in seconds after its start, so that on average the least time passes between its end and
 * the look that sees it, with no more looks than a fixed interval would take. `samples` are the times (seconds) after
 * which the ends of its kind were seen. After the last entry: every `spacing.longest`.
 *
 * Exact for the histogram of the samples: the cheapest path from 0 to the end, where a step costs the waiting of those
 * that end within it plus a price for the look, and the price is the one at which the looks are used up.
 */
export function scheduleFor(samples: readonly number[], spacing: Spacing): readonly number[] {
  const histogram = histogramOf(samples, spacing)
  const allowed = meanOf(samples) / spacing.interval
  let [cheap, dear] = [0, 100 * spacing.interval]
  let best = cheapestPath(histogram, spacing, dear)
  for (let round = 0; round < 18; round += 1) {
    const price = (cheap + dear) / 2
    const path = cheapestPath(histogram, spacing, price)
    if (path.looks > allowed) cheap = price
    else {
      dear = price
      best = path
    }
  }
  return best.at.map((cell) => cell * histogram.width)
}

interface Histogram {
  /** Seconds a cell. */
  readonly width: number
  /** Probability that the end lies before the cell's beginning. */
  readonly before: Float64Array
  /** Integral of `before` up to the cell's beginning, in seconds. */
  readonly area: Float64Array
}

function meanOf(samples: readonly number[]): number {
  return samples.reduce((sum, each) => sum + each, 0) / samples.length
}

/**
 * The share of ended Operations by time. An end lies anywhere between the look that saw it and the one before, so each
 * sample is spread over the interval before it (taken for the end itself, looks would gather where looks have been); and
 * over its neighbourhood, as two hundred are not a law.
 */
function histogramOf(samples: readonly number[], spacing: Spacing): Histogram {
  const sorted = samples.toSorted((a, b) => a - b)
  const end = (sorted.at(-1) ?? 0) * 1.25 + spacing.longest
  const width = end / cells
  const before = new Float64Array(cells + 2)
  const spread = Math.max(
    width,
    spacing.interval / 2,
    ((sorted.at(Math.floor(sorted.length * 0.75)) ?? 0) - (sorted.at(Math.floor(sorted.length * 0.25)) ?? 0)) / 8,
  )
  for (let cell = 0; cell < before.length; cell += 1) {
    let ended = 0
    for (const sample of sorted) {
      const middle = Math.max(0, sample - spacing.interval / 2)
      ended += Math.min(1, Math.max(0, (cell * width - middle + spread) / (2 * spread)))
    }
    before[cell] = ended / sorted.length
  }
  const area = new Float64Array(cells + 2)
  for (let cell = 1; cell < area.length; cell += 1) {
    area[cell] = (area[cell - 1] ?? 0) + (((before[cell - 1] ?? 0) + (before[cell] ?? 0)) / 2) * width
  }
  return { width, before, area }
}

interface Path {
  readonly at: readonly number[]
  /** Looks that an Operation takes on average. */
  readonly looks: number
}

function cheapestPath({ width, before, area }: Histogram, spacing: Spacing, price: number): Path {
  const shortest = Math.max(1, Math.ceil(spacing.shortest / width))
  const longest = Math.max(shortest, Math.floor(spacing.longest / width))
  const cost = new Float64Array(cells + 1)
  const next = new Int32Array(cells + 1)
  for (let from = cells - 1; from >= 0; from -= 1) {
    // Nothing has been seen before the first look, so that one may come as late as it likes.
    const last = from === 0 ? cells : Math.min(cells, from + longest)
    const look = price * (1 - (before[from] ?? 0))
    let least = Number.POSITIVE_INFINITY
    for (let to = Math.min(cells, from + shortest); to <= last; to += 1) {
      const waiting = (area[to] ?? 0) - (area[from] ?? 0) - (before[from] ?? 0) * (to - from) * width
      const sum = look + waiting + (cost[to] ?? 0)
      if (sum < least) {
        least = sum
        next[from] = to
      }
    }
    cost[from] = least
  }
  return walk(next, before)
}

function walk(next: Int32Array, before: Float64Array): Path {
  const at: number[] = []
  let looks = 0
  for (let from = 0; from < cells; from = next[from] ?? cells) {
    looks += 1 - (before[from] ?? 0)
    const to = next[from] ?? cells
    // Cut short by the end of the table, not chosen: the looks after it go by the longest gap.
    if (to < cells) at.push(to)
  }
  return { at, looks }
}
