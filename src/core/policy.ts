/** What the host decided, as configuration gives it. Money in micro-USD; null means without limit. */
export interface Policy {
  /** Never look at one Operation more often than this. */
  readonly pollIntervalSeconds: number
  /** Operations in Google's hands at once. */
  readonly maxConcurrent: number
  /** How long Google may take before we stop asking. */
  readonly operationTimeoutSeconds: number
  readonly retentionDays: number
  readonly maxInFlightPerRequester: number | null
  readonly requesterDailyMicros: number | null
  readonly workspaceMonthlyMicros: number | null
  readonly totalMonthlyMicros: number | null
  /** Above this price an admin has to approve; null for never. */
  readonly approvalAboveMicros: number | null
  /** Rehearsal: prices are shown, budgets are not drawn on. */
  readonly free: boolean
  /** Model ids in order of preference; empty for the catalogue's order. */
  readonly models: readonly string[]
}
