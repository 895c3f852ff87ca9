import type { Policy } from '../src/core/policy.ts'

/** No budgets, no approval, all models; what is kept, for two days. */
export const unlimited = {
  retentionDays: 2,
  maxInFlightPerRequester: null,
  requesterDailyMicros: null,
  workspaceMonthlyMicros: null,
  totalMonthlyMicros: null,
  approvalAboveMicros: null,
  free: false,
  models: [],
} as const satisfies Partial<Policy>
