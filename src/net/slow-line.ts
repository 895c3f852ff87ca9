/** Bytes a millisecond that the slowest line takes which we wait for: 50 kB a second. */
const slowest = 50

/** How long so many bytes may be on their way, in whole milliseconds, as timers take them. */
export function sendingMilliseconds(bytes: number): number {
  return Math.ceil(bytes / slowest)
}
