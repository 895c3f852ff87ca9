/** One line of the result: a goal of the speed issue, or a part of one. */
export interface Row {
  readonly name: string
  readonly goal: string
  /** Null where it could not be measured. */
  readonly value: number | null
  readonly unit: string
  /** Null where it could not be measured. */
  readonly met: boolean | null
}

/** Bars side by side, one group a label. */
export interface Plot {
  readonly name: string
  readonly title: string
  readonly unit: string
  readonly series: readonly string[]
  readonly groups: readonly { readonly label: string; readonly values: readonly (number | null)[] }[]
}

/** What the run of one line found. */
export interface Outcome {
  readonly rows: readonly Row[]
  readonly plots: readonly Plot[]
  /** Sentences for docs/performance.md: how it was measured, what could not be. */
  readonly notes: readonly string[]
}

/** How much is measured. */
export interface Scale {
  /** A few minutes for all: smaller numbers, fewer rounds, and not what goals are judged by. */
  readonly quick: boolean
  readonly rounds: number
}

/** A value that must not exceed the most. */
export function atMost(name: string, goal: string, value: number, unit: string, most: number): Row {
  return { name, goal, value: rounded(value), unit, met: value <= most }
}

/** A value that must reach the least. */
export function atLeast(name: string, goal: string, value: number, unit: string, least: number): Row {
  return { name, goal, value: rounded(value), unit, met: value >= least }
}

/** The row of the whole line: met where all parts are; its value is one part's. */
export function whole(name: string, goal: string, shown: Row, parts: readonly Row[]): Row {
  const known = parts.every((part) => part.met !== null)
  const met = parts.some((part) => part.met === false) ? false : known ? true : null
  return { name, goal, value: shown.value, unit: shown.unit, met }
}

/** Three digits that count. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
