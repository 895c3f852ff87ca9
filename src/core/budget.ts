import { VideoError } from './errors.ts'
import type { Policy } from './policy.ts'
import type { Person } from './ports/commands.ts'
import type { InsertLimits, InsertOutcome, SpendLimit } from './ports/store.ts'
import { isAmong, type Settings } from './settings.ts'

const dayMilliseconds = 86_400_000

/** The UTC day of a time, as a budget period. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

/** The UTC month of a time, as a budget period. */
export function monthOf(time: number): string {
  return new Date(time).toISOString().slice(0, 7)
}

/** The day on which a period's budget is whole again, as YYYY-MM-DD. */
export function renewalOf(period: string): string {
  const [year = 1970, month = 1, day] = period.split('-').map(Number)
  return dayOf(day === undefined ? Date.UTC(year, month, 1) : Date.UTC(year, month - 1, day + 1))
}

/** `undefined` falls through to the next, null is a decision: without limit. */
function first(...values: readonly (number | null | undefined)[]): number | null {
  return values.find((value) => value !== undefined) ?? null
}

function largest(values: readonly (number | null | undefined)[]): number | null | undefined {
  const set = values.filter((value) => value !== undefined)
  if (set.length === 0) return undefined
  return set.includes(null) ? null : Math.max(...set.map((value) => value ?? 0))
}

/** The daily limit of one person: their own, else the largest of their roles, else the place's, else the host's. */
function requesterLimit(policy: Policy, settings: Settings, person: Person): number | null {
  const byRole = largest(person.roles.map((role) => settings.roleDailyMicros?.[role]))
  return first(
    settings.memberDailyMicros?.[person.id],
    byRole,
    settings.requesterDailyMicros,
    policy.requesterDailyMicros,
  )
}

/** A budget that somebody draws on; `limitMicros` null is without limit. */
export type BudgetLimit = Omit<SpendLimit, 'limitMicros'> & { readonly limitMicros: number | null }

/** The budgets that this person draws on now, narrow to wide. */
export function budgetsFor(policy: Policy, settings: Settings, person: Person, now: number): readonly BudgetLimit[] {
  return [
    { scope: 'requester', key: person.id, period: dayOf(now), limitMicros: requesterLimit(policy, settings, person) },
    {
      scope: 'workspace',
      key: person.workspace,
      period: monthOf(now),
      limitMicros: first(settings.workspaceMonthlyMicros, policy.workspaceMonthlyMicros),
    },
    { scope: 'total', key: '', period: monthOf(now), limitMicros: policy.totalMonthlyMicros },
  ]
}

/** Every limit that a submission of this person must keep now. In rehearsal no money limit holds. */
export function limitsFor(policy: Policy, settings: Settings, person: Person, now: number): InsertLimits {
  const budgets = policy.free ? [] : budgetsFor(policy, settings, person, now)
  const spend = budgets.flatMap((limit) =>
    limit.limitMicros === null ? [] : [{ ...limit, limitMicros: limit.limitMicros }],
  )
  const daily = settings.dailyRequests ?? null
  return {
    spend,
    maxInFlight: policy.maxInFlightPerRequester,
    maxSince: daily === null ? null : { count: daily, since: now - dayMilliseconds },
  }
}

/** Whether an admin must approve a request of this price by this person; in rehearsal too, where it is tried out. */
export function needsApproval(policy: Policy, settings: Settings, person: Person, priceMicros: number): boolean {
  if (person.admin) return false
  const trusted = settings.trustedRoles ?? []
  if (trusted.length > 0 && !isAmong(person, trusted)) return true
  const above = first(settings.approvalAboveMicros, policy.approvalAboveMicros)
  return above !== null && priceMicros > above
}

/** The refusal that a store's outcome means; null if the Operation is there. */
export function refusalOf(outcome: InsertOutcome, priceMicros: number): VideoError | null {
  switch (outcome.kind) {
    case 'created':
    case 'existing':
      return null
    case 'too_many_in_flight':
      return new VideoError('too_many_in_flight', 'too many unfinished Operations', { facts: { limit: outcome.limit } })
    case 'too_many_today':
      return new VideoError('too_many_in_flight', 'too many requests today', {
        facts: { limit: outcome.limit, variant: 'today' },
      })
    case 'over_budget':
      return overBudget(outcome.limit, outcome.spentMicros, priceMicros)
  }
}

/** The refusal of what costs more than a budget has left: it says which, how much is left, and when it renews, if that helps. */
export function overBudget(limit: SpendLimit, spentMicros: number, priceMicros: number): VideoError {
  const { scope, limitMicros, period } = limit
  const leftMicros = Math.max(0, limitMicros - spentMicros)
  // What is dearer than the whole of it stays so when it renews.
  const variant = limitMicros === 0 ? 'none' : 'too_small'
  return new VideoError('over_budget', `over the ${scope} budget`, {
    facts: {
      scope,
      limitMicros,
      leftMicros,
      priceMicros,
      renews: renewalOf(period),
      ...(limitMicros < priceMicros && { variant }),
    },
  })
}
