import { lang, say } from './start.ts'

/** US dollars as core writes them: at least cents, a third digit where it matters. */
export function money(usd: number): string {
  const micros = Math.round(usd * 1_000_000)
  return `$${(micros / 1_000_000).toFixed(micros % 10_000 === 0 ? 2 : 3)}`
}

/** Seconds as a clock: `0:48`, `12:05`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

const times = new Intl.DateTimeFormat(lang, { timeStyle: 'short' })
const moments = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short' })
const days = new Intl.DateTimeFormat(lang, { day: 'numeric', month: 'short' })

export function timeOf(at: number): string {
  return times.format(at)
}

/** Time of day for today, with the date for other days. */
export function momentOf(at: number): string {
  return new Date(at).toDateString() === new Date().toDateString() ? times.format(at) : moments.format(at)
}

export function dayOf(at: number): string {
  return days.format(at)
}

/** Bytes as people read them. */
export function sizeOf(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const unit = units[step] ?? 'byte'
  const format = new Intl.NumberFormat(lang, { style: 'unit', unit, maximumFractionDigits: 1 })
  return format.format(bytes / 1000 ** step)
}

/** What happened in a sentence such as `720p · 16:9 · 8 s`. */
export function slate(parts: readonly (string | null | undefined | false)[]): string {
  return parts.filter(Boolean).join(' · ')
}

export function secondsText(seconds: number): string {
  return say('web.settings.seconds', { seconds })
}
