import type { Core } from './context.ts'
import type { Operation } from './operation.ts'
import type { Person } from './ports/commands.ts'
import type { AuditEntry } from './ports/store.ts'
import type { Settings } from './settings.ts'
import { money } from './wording.ts'

/** What an admin does, in short words, and to what. */
export interface Deed {
  readonly action: string
  readonly subject: string
  readonly detail?: string
}

/** Of what was changed, as much is kept for the list of what admins did, in characters. */
const longestDetail = 500

/**
 * Does what an admin does, with the entry that is kept together with it, and logs it. `workspace`: where it holds. The
 * entry is lost neither by a crash nor written for what did not come about (null).
 */
export async function audited<T>(
  core: Core,
  admin: Person,
  workspace: string,
  { action, subject, detail = '' }: Deed,
  act: (audit: AuditEntry) => Promise<T | null>,
): Promise<T | null> {
  const at = core.clock.now()
  const done = await act({ at, admin: admin.id, workspace, action, subject, detail: detail.slice(0, longestDetail) })
  if (done !== null) core.log.info({ admin: admin.id, action, subject }, 'admin')
  return done
}

/** The same for what may be done to one's own Operations as well, of which nothing is noted; null for oneself. */
export async function auditedOfOthers<T>(
  core: Core,
  person: Person | null,
  action: string,
  operation: Operation,
  act: (audit: { audit?: AuditEntry }) => Promise<T | null>,
): Promise<T | null> {
  if (person === null || operation.requester === person.id) return act({})
  const deed = { action, subject: operation.id }
  return audited(core, person, operation.workspace, deed, (audit) => act({ audit }))
}

/** What was changed, to what; `default` where the wider scope decides again. */
export function told(change: Settings): string {
  const entries = Object.entries(change).map(([name, value]) => [name, toldValue(name, value)])
  return JSON.stringify(Object.fromEntries(entries))
}

function toldValue(name: string, value: Settings[keyof Settings]): unknown {
  if (value === undefined || value === null) return toldLimit(value)
  if (!name.endsWith('Micros')) return value
  if (typeof value !== 'object') return toldLimit(Number(value))
  return Object.fromEntries(Object.entries(value).map(([whose, micros]) => [whose, toldLimit(micros)]))
}

/** A limit in micros, in dollars; `default` as above. */
export function toldLimit(micros: number | null | undefined): string {
  if (micros === undefined) return 'default'
  return micros === null ? 'unlimited' : money(micros)
}
