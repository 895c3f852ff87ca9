/** The value below which a share `p` (0 to 1) of the numbers lies; NaN of none. */
export function quantile(numbers: readonly number[], p: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5)
}

export function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length
}

/** The most of these moments (milliseconds) that fall into any one second. */
export function busiestSecond(moments: readonly number[]): number {
  const sorted = moments.toSorted((a, b) => a - b)
  let [first, most] = [0, 0]
  for (const [last, at] of sorted.entries()) {
    while ((sorted[first] ?? at) <= at - 1000) first += 1
    most = Math.max(most, last - first + 1)
  }
  return most
}

/** The same numbers at every run, uniform in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}

/** Runs the contestants in turn, so many rounds, and gives what each one found; what disturbs one disturbs all. */
export async function inTurn<Name extends string, Found = number>(
  rounds: number,
  contestants: Readonly<Record<Name, () => Promise<Found>>>,
): Promise<Record<Name, Found[]>> {
  const entries = Object.entries(contestants) as [Name, () => Promise<Found>][]
  const found = Object.fromEntries(entries.map(([name]) => [name, [] as Found[]])) as Record<Name, Found[]>
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of round % 2 === 0 ? entries : entries.toReversed()) found[name].push(await run())
  }
  return found
}
