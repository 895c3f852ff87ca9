import { isHost, scopeOf, settingsIn, steers } from './access.ts'
import { toldLimit } from './audit.ts'
import { type BudgetLimit, budgetsFor, renewalOf } from './budget.ts'
import { changeSettings } from './change-settings.ts'
import type { Core } from './context.ts'
import { VideoError } from './errors.ts'
import type { Budget, BudgetChange, LedgerEntry } from './ports/books.ts'
import type { Person } from './ports/commands.ts'
import type { Settings } from './settings.ts'

const linesAtOnce = 500

/** What is left of every budget that this person draws on, and when each renews. */
export async function budgetsOf(core: Core, person: Person): Promise<readonly Budget[]> {
  const settings = await settingsIn(core.store, scopeOf(person))
  const limits = budgetsFor(core.policy, settings, person, core.clock.now())
  return Promise.all(limits.map((limit) => budgetOf(core, limit)))
}

async function budgetOf(core: Core, { scope, key, period, limitMicros }: BudgetLimit): Promise<Budget> {
  const spentMicros = await core.store.spent({ scope, key, period })
  const leftMicros = limitMicros === null ? null : Math.max(0, limitMicros - spentMicros)
  return { scope, limitMicros, spentMicros, leftMicros, renews: renewalOf(period), free: core.policy.free }
}

/** An admin's change of one budget of a workspace; throws `forbidden` or `invalid_request`. */
export function setBudget(core: Core, change: BudgetChange, admin: Person): Promise<Settings> {
  return changeSettings(core, change.workspace, (settings) => ({ ...settings, ...budgetIn(settings, change) }), admin, {
    action: 'budget',
    subject: subjectOf(change),
    detail: toldLimit(change.micros),
  })
}

function subjectOf({ workspace, target }: BudgetChange): string {
  return 'id' in target ? `${workspace} ${target.of} ${target.id}` : `${workspace} ${target.of}`
}

function budgetIn(settings: Settings, { target, micros }: BudgetChange): Settings {
  switch (target.of) {
    case 'workspace':
      return { workspaceMonthlyMicros: micros }
    case 'everyone':
      return { requesterDailyMicros: micros }
    case 'role':
      return { roleDailyMicros: withKey(settings.roleDailyMicros, target.id, micros) }
    case 'member':
      return { memberDailyMicros: withKey(settings.memberDailyMicros, target.id, micros) }
  }
}

function withKey(record: Record<string, number | null> | undefined, key: string, micros: number | null | undefined) {
  const { [key]: _, ...others } = record ?? {}
  return micros === undefined ? others : { ...others, [key]: micros }
}

/** Which lines of the ledger this admin may read: their workspace's, of the host all; throws `forbidden`. */
function shelfOf(admin: Person): string | null {
  if (!steers(admin, admin.workspace)) throw new VideoError('forbidden', 'not an admin')
  return isHost(admin) ? null : admin.workspace
}

/** The ledger's next lines after `cursor` (0 for the first), oldest first. */
export async function ledgerLines(
  core: Core,
  admin: Person,
  cursor: number,
  limit: number,
): Promise<readonly LedgerEntry[]> {
  return core.store.ledger(cursor, Math.max(1, Math.min(limit, linesAtOnce)), shelfOf(admin))
}

/** The whole ledger as CSV (RFC 4180), in pieces; money in US dollars. Throws `forbidden`. */
export async function* ledgerCsv(core: Core, admin: Person): AsyncGenerator<string> {
  const shelf = shelfOf(admin)
  yield 'line,time,operation,kind,person,workspace,model,seconds,usd\r\n'
  let cursor = 0
  for (;;) {
    const entries = await core.store.ledger(cursor, linesAtOnce, shelf)
    if (entries.length > 0) yield entries.map(csvLine).join('')
    const last = entries.at(-1)
    if (!last || entries.length < linesAtOnce) return
    cursor = last.id
  }
}

function csvLine(entry: LedgerEntry): string {
  const { id, at, operationId, kind, requester, workspace, model, durationSeconds, micros } = entry
  const usd = (micros / 1_000_000).toFixed(6)
  const cells = [id, new Date(at).toISOString(), operationId, kind, requester, workspace, model, durationSeconds, usd]
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value)
  // A cell that begins like a formula is one to a spreadsheet; a negative amount is meant as it stands.
  const safe = /^[=+@\t]|^-(?!\d)/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
