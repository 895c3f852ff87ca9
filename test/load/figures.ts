const megabyte = 1024 * 1024

/** Bytes as megabytes with one digit after the point. */
export function megabytes(bytes: number): number {
  return Math.round((bytes / megabyte) * 10) / 10
}

/** The value that a share `p` (0 to 1) lies below; 0 of none. */
export function quantile(values: readonly number[], p: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(p * values.length))] ?? 0
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** By how much the middle of the last quarter lies above the middle of the second: the first one is for warming up. */
export function growth(values: readonly number[]): number {
  const quarter = Math.max(1, Math.floor(values.length / 4))
  return median(values.slice(-quarter)) - median(values.slice(quarter, 2 * quarter))
}

/** What a line of the promise says, what was seen, and whether it holds. */
export interface Line {
  readonly promise: string
  readonly seen: string
  readonly holds: boolean
}

/** The lines as they stand in docs/reliability.md. */
export function tableOf(lines: readonly Line[]): string {
  const rows = lines.map(({ promise, seen, holds }) => `| ${promise} | ${seen} | ${holds ? 'yes' : '**no**'} |`)
  return ['| Promised | Seen | Holds |', '| --- | --- | --- |', ...rows].join('\n')
}
