import { type SQL, sql } from 'drizzle-orm'
import type { SpendLimit } from '../core/ports.ts'

/** What a budget is kept under: people's names stand in the books as pseudonyms. */
export function keyInBooks(key: SQL, period: SQL): SQL {
  return sql`coalesce((select pseudonym from pseudonyms where name = ${key} and period = ${period}), ${key})`
}

/** That so many micros more keep every limit, a condition each; the limits' values come from `budgetValues`. */
export function withinBudgets(limits: readonly SpendLimit[], micros: SQL): SQL[] {
  return limits.map((_, index) => {
    const [scope, key, period, limit] = namesOf(index).map((name) => sql`${sql.placeholder(name)}`) as [
      SQL,
      SQL,
      SQL,
      SQL,
    ]
    return sql`coalesce((select micros from spend where scope = ${scope} and key = ${keyInBooks(key, period)}
      and period = ${period}), 0) + ${micros} <= ${limit}`
  })
}

/** The values for the placeholders of `withinBudgets`. */
export function budgetValues(limits: readonly SpendLimit[]): Record<string, unknown> {
  const entries = limits.flatMap(({ scope, key, period, limitMicros }, index) => {
    const values = [scope, key, period, limitMicros]
    return namesOf(index).map((name, place) => [name, values[place]] as const)
  })
  return Object.fromEntries(entries)
}

function namesOf(index: number): readonly string[] {
  return ['scope', 'key', 'period', 'limit'].map((name) => `${name}${index}`)
}
