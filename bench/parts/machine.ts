import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'

/** The machine in one line. */
export function machine(): string {
  const [first] = cpus()
  const memory = Math.round(totalmem() / 1024 ** 3)
  return `${cpus().length} x ${first?.model.trim() ?? 'unknown processor'}, ${memory} GB, Linux ${release()}, Node ${process.versions.node}`
}

/** Resident memory of a process in bytes: now, and the most since it began. */
export function residentOf(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
  return { now: kilobytes('VmRSS') * 1024, peak: kilobytes('VmHWM') * 1024 }
}

/** Processor time that a process has used, in milliseconds. Linux counts in hundredths of a second. */
export function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}
