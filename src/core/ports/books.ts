import type { SpendLimit } from './store.ts'

/** What is left of one budget. Money in micros; null limits and rests are without limit. */
export interface Budget {
  readonly scope: SpendLimit['scope']
  readonly limitMicros: number | null
  /** Spent, reserved or perhaps charged. */
  readonly spentMicros: number
  readonly leftMicros: number | null
  /** The day on which it is whole again, YYYY-MM-DD (UTC). */
  readonly renews: string
  /** Rehearsal: shown, and not drawn on. */
  readonly free: boolean
}

/** An admin's change of a budget: a workspace's month, or the day of everyone, a role or a member in it. */
export interface BudgetChange {
  readonly workspace: string
  readonly target:
    | { readonly of: 'workspace' | 'everyone' }
    /** `id` as in Person. */
    | { readonly of: 'role' | 'member'; readonly id: string }
  /** 0 for none allowed, null for unlimited, undefined for what the wider scope says. */
  readonly micros: number | null | undefined
}

export interface LedgerEntry {
  readonly id: number
  readonly at: number
  readonly operationId: string
  readonly kind: 'reservation' | 'settlement' | 'release' | 'uncertain' | 'suggestion'
  /** The person, or `anonymous:<pseudonym>` once forgotten. */
  readonly requester: string
  readonly workspace: string
  readonly model: string
  readonly durationSeconds: number
  /** What the entry adds to the spend of its day and month: a release is negative. */
  readonly micros: number
}
