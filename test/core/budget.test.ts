import { describe, expect, it } from 'vitest'
import { limitsFor, needsApproval, refusalOf, renewalOf } from '../../src/core/budget.ts'
import type { Policy } from '../../src/core/policy.ts'
import type { Person } from '../../src/core/ports/commands.ts'
import { describeError } from '../../src/core/wording.ts'

const policy: Policy = {
  pollIntervalSeconds: 5,
  maxConcurrent: 3,
  operationTimeoutSeconds: 900,
  retentionDays: 2,
  maxInFlightPerRequester: 3,
  requesterDailyMicros: 5_000_000,
  workspaceMonthlyMicros: 50_000_000,
  totalMonthlyMicros: null,
  approvalAboveMicros: 2_000_000,
  free: false,
  models: [],
}
const person: Person = {
  id: 'discord:1',
  name: 'Ada',
  workspace: 'discord:g',
  channel: null,
  roles: ['r1', 'r2'],
  admin: false,
  locale: 'en',
}
const now = Date.UTC(2026, 11, 31, 23, 59)

function dailyLimit(settings: Parameters<typeof limitsFor>[1]) {
  return limitsFor(policy, settings, person, now).spend.find((each) => each.scope === 'requester')?.limitMicros
}

describe('the limits of a submission', () => {
  it('are the host’s, per person and day, per place and month; an unlimited one is not asked for', () => {
    expect(limitsFor(policy, {}, person, now).spend).toEqual([
      { scope: 'requester', key: 'discord:1', period: '2026-12-31', limitMicros: 5_000_000 },
      { scope: 'workspace', key: 'discord:g', period: '2026-12', limitMicros: 50_000_000 },
    ])
  })

  it('give way to the place’s, a role’s and a member’s own, the nearest winning and the largest role counting', () => {
    expect(dailyLimit({ requesterDailyMicros: 1 })).toBe(1)
    expect(dailyLimit({ requesterDailyMicros: 1, roleDailyMicros: { r1: 7, r2: 9, other: 99 } })).toBe(9)
    expect(dailyLimit({ roleDailyMicros: { r1: null, r2: 9 } })).toBeUndefined()
    expect(dailyLimit({ roleDailyMicros: { r1: 7 }, memberDailyMicros: { 'discord:1': 0 } })).toBe(0)
  })

  it('draw on no budget in rehearsal', () => {
    expect(limitsFor({ ...policy, free: true }, {}, person, now).spend).toEqual([])
  })

  it('renew the day or month after, over the end of a year', () => {
    expect(renewalOf('2026-12-31')).toBe('2027-01-01')
    expect(renewalOf('2026-12')).toBe('2027-01-01')
  })

  it('are refused with the budget, what is left and when it renews', () => {
    const [limit] = limitsFor(policy, {}, person, now).spend
    if (!limit) throw new Error('no limit')
    const error = refusalOf({ kind: 'over_budget', limit, spentMicros: 4_200_000 }, 1_200_000)
    if (!error) throw new Error('not refused')
    expect(describeError(error, 'en').text).toBe(
      'Your budget for today: $0.80 left, this video costs $1.20. Nothing was started. Choose a cheaper one, or wait until the budget renews on 2027-01-01.',
    )
  })
})

describe('approval', () => {
  it('is needed above the limit, and by whoever lacks a trusted role; never by admins or in rehearsal', () => {
    expect(needsApproval(policy, {}, person, 2_000_001)).toBe(true)
    expect(needsApproval(policy, {}, person, 2_000_000)).toBe(false)
    expect(needsApproval(policy, { trustedRoles: ['r9'] }, person, 1)).toBe(true)
    expect(needsApproval(policy, { trustedRoles: ['r1'] }, person, 1)).toBe(false)
    expect(needsApproval(policy, {}, { ...person, admin: true }, 9_000_000)).toBe(false)
    expect(needsApproval({ ...policy, free: true }, {}, person, 9_000_000)).toBe(true)
  })
})
