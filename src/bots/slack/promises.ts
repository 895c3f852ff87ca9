/** Places that Slack's limits give away in a row: when the n-th from now is free, 0 for the next, in milliseconds since 1970. */
export type OpensAt = (place: number) => number

/** A stretch of time is at least long enough for so many places, so that there is something to be fair with. */
const fewestPlaces = 12

/** Who comes back for which row. */
interface Comer {
  readonly person: string
  readonly operation: string
}

/**
 * Who was asked to come back in which stretch of time, so that as many come as there are places. A person who has fewer
 * places there than somebody else comes in between: whose place that was is sent away once more when it is their turn.
 */
export class Promises {
  /** How many of whom were asked to come, for each stretch. */
  private readonly stretches = new Map<number, Map<string, number>>()
  private readonly made = new Map<string, { readonly stretch: number; readonly person: string }>()
  private readonly within: number

  /** `within`: after so many milliseconds each place is free again. */
  constructor(within: number) {
    this.within = within
  }

  /** The time at which that one is to come back; `places` are free in `within`, of which `kept` are for others. */
  make({ person, operation }: Comer, opensAt: OpensAt, places: number, kept: number): number {
    const rounds = Math.ceil(fewestPlaces / places)
    const stretchOf = (place: number) => Math.floor(opensAt(place) / (rounds * this.within))
    this.end(operation)
    this.forget(stretchOf(0))
    let first = 0
    for (;;) {
      const stretch = stretchOf(first)
      const size = first === 0 ? sizeOfFirst(stretchOf) : rounds * places
      const promised = this.stretches.get(stretch) ?? new Map<string, number>()
      const place = placeIn(promised, person, Math.max(1, size - rounds * kept))
      if (place !== null) {
        promised.set(person, (promised.get(person) ?? 0) + 1)
        this.stretches.set(stretch, promised)
        this.made.set(operation, { stretch, person })
        return opensAt(first + place)
      }
      first += size
    }
  }

  /** That one has come, or never will. */
  end(operation: string): void {
    const made = this.made.get(operation)
    if (made === undefined) return
    this.made.delete(operation)
    const promised = this.stretches.get(made.stretch)
    const left = promised?.get(made.person) ?? 0
    if (left > 1) promised?.set(made.person, left - 1)
    else promised?.delete(made.person)
  }

  private forget(before: number): void {
    const over = [...this.stretches.keys()].filter((stretch) => stretch < before)
    if (over.length === 0) return
    for (const stretch of over) this.stretches.delete(stretch)
    for (const [operation, { stretch }] of this.made) if (stretch < before) this.made.delete(operation)
  }
}

/** How many places the stretch that has begun already still has. */
function sizeOfFirst(stretchOf: (place: number) => number): number {
  let size = 1
  while (stretchOf(size) === stretchOf(0)) size += 1
  return size
}

/** The place that a person gets among those of a stretch, perhaps somebody else's; null where it has none for them. */
function placeIn(promised: Map<string, number>, person: string, size: number): number | null {
  const taken = [...promised.values()].reduce((all, count) => all + count, 0)
  if (taken < size) return taken
  const own = promised.get(person) ?? 0
  const [other, most] = [...promised].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0])
  if (most <= own + 1) return null
  promised.set(other, most - 1)
  return 0
}
