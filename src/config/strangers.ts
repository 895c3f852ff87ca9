import { distance } from 'fastest-levenshtein'
import { variableNames } from './variables.ts'

/** Names that begin like this are meant for Dailies and for nothing else. */
const prefixes = ['DISCORD_', 'SLACK_', 'WEB_', 'BUDGET_', 'REHEARSAL_', 'DAILIES_'] as const

/** Set by hosting services (Heroku, Render) for whatever runs there. */
const othersOwn: readonly string[] = ['WEB_CONCURRENCY']

/** A variable that nobody reads, and the one that was probably meant. */
interface Stranger {
  readonly name: string
  readonly meant: string | null
}

/**
 * The variables among `names` that look as if they were meant for Dailies but are not read by it: those with one of our
 * prefixes, and near misses of our names such as MODEL, POLL_INTERVAL or GEMINI_API_KEYS.
 */
export function strangersIn(names: readonly string[]): readonly Stranger[] {
  const unread = names.filter(
    (name) => /^[A-Z][A-Z0-9_]*$/.test(name) && ![...variableNames, ...othersOwn].includes(name),
  )
  return unread.flatMap((name) => {
    const meant = variableNames.find((known) => isNear(name, known)) ?? null
    return meant !== null || prefixes.some((prefix) => name.startsWith(prefix)) ? [{ name, meant }] : []
  })
}

/**
 * One letter off, two in longer names, or the same name with words missing or added at its end. Short names such as
 * HOST and PORT are left alone: other programs' variables (HOSTNAME, POST) look too much like them.
 */
function isNear(name: string, known: string): boolean {
  if (known.length < 6) return false
  if (distance(name, known) <= (known.length < 9 ? 1 : 2)) return true
  if (name.startsWith('GOOGLE_')) return false
  const [short, long] = name.length < known.length ? [name, known] : [known, name]
  return short.includes('_') && long.startsWith(`${short}_`)
}
