import { type SQL, sql } from 'drizzle-orm'
import type { SpendLimit } from '../core/ports/store.ts'
import type { Words } from './words.ts'

/** What a budget is kept under: people's names stand in the books as pseudonyms. */
export function keyInBooks(key: SQL, period: SQL): SQL {
  return sql`coalesce((select pseudonym from pseudonyms where name = ${key} and period = ${period}), ${key})`
}

/** That so many micros more keep every limit, a condition each; the limits' values come from `budgetValues`. */
export function withinBudgets({ budgetHolds }: Words, limits: readonly SpendLimit[], micros: SQL): SQL[] {
  return limits.map((_, index) => {
    const given = (name: string) => sql`${sql.placeholder(`${name}${index}`)}`
    const budget = { scope: given('scope'), key: given('key'), period: given('period'), limit: given('limit') }
    return budgetHolds(budget, micros)
  })
}

/** The values for the placeholders of `withinBudgets`. */
export function budgetValues(limits: readonly SpendLimit[]): Record<string, unknown> {
  const entries = limits.flatMap(({ scope, key, period, limitMicros }, index) =>
    Object.entries({ scope, key, period, limit: limitMicros }).map(([name, value]) => [`${name}${index}`, value]),
  )
  return Object.fromEntries(entries)
}
