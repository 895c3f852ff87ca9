import { strangersIn } from './strangers.ts'
import { type Values, variables } from './variables.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** One bad variable: what was given (null for a secret or nothing), and what to do about it. */
export interface SettingProblem {
  readonly variable: string
  readonly given: string | null
  readonly remedy: string
}

const secretName = /KEY|TOKEN|SECRET/

/**
 * The value of each variable and everything that is wrong with any. A variable with a problem has the value it has
 * when it is not set, so that the rules across variables can be checked all the same.
 */
export function readValues(environment: Environment): { values: Values; problems: readonly SettingProblem[] } {
  const given = trimmed(environment)
  const problems: SettingProblem[] = strangersIn(Object.keys(given)).map(({ name, meant }) => ({
    variable: name,
    given: null,
    remedy: meant === null ? 'Dailies reads no such variable; remove it' : `Dailies reads no such variable; ${meant}?`,
  }))
  const first = variables.safeParse(given)
  if (first.success) return { values: first.data, problems }
  const good = { ...given }
  for (const issue of first.error.issues) {
    const variable = String(issue.path[0])
    if (!(variable in good)) continue
    delete good[variable]
    problems.push({ variable, given: shown(variable, given[variable] ?? ''), remedy: issue.message })
  }
  return { values: variables.parse(good), problems }
}

function trimmed(environment: Environment): Record<string, string> {
  const entries = Object.entries(environment).map(([name, value]) => [name, value?.trim() ?? ''] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== ''))
}

function shown(variable: string, value: string): string | null {
  if (secretName.test(variable)) return null
  // An address may hold a password, also one that is written wrong.
  const harmless = value.replace(/^.*@/s, '…@')
  return harmless.length > 80 ? `${harmless.slice(0, 79)}…` : harmless
}
