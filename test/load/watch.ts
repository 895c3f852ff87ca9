import { cpuOf, residentOf } from '../../bench/parts/machine.ts'
import { growth, median, megabytes } from './figures.ts'

/** A process as it was, sampled once a second. */
export interface Watched {
  /** By how much the last minute's memory lies above the second's, in MB; of a short run the last quarter above the second. */
  readonly grownMegabytes: number
  readonly secondMinuteMegabytes: number
  readonly lastMinuteMegabytes: number
  readonly peakMegabytes: number
  /** Share of one core. */
  readonly cpu: number
}

const minute = 60

/** Watches a process until `end`. */
export function watch(pid: number): { now(): number; end(): Watched } {
  const resident: number[] = []
  const [from, cpuFrom] = [performance.now(), cpuOf(pid)]
  const timer = setInterval(() => resident.push(megabytes(residentOf(pid).now)), 1000)
  return {
    now: () => resident.at(-1) ?? 0,
    end() {
      clearInterval(timer)
      const long = resident.length >= 3 * minute
      const [second, last] = [median(resident.slice(minute, 2 * minute)), median(resident.slice(-minute))]
      return {
        grownMegabytes: long ? last - second : growth(resident),
        secondMinuteMegabytes: second,
        lastMinuteMegabytes: last,
        peakMegabytes: megabytes(residentOf(pid).peak),
        cpu: (cpuOf(pid) - cpuFrom) / (performance.now() - from),
      }
    },
  }
}
