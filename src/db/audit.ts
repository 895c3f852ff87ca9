import { sql } from 'drizzle-orm'
import type { AuditEntry } from '../core/ports/store.ts'
import type { Engine, Written } from './engine.ts'
import { auditTrail } from './schema.sqlite.ts'

/** Makes the statement that keeps what an admin did; it is written together with the deed itself. */
export function auditor({ db }: Engine): (entry: AuditEntry) => Written<unknown> {
  const statement = db
    .insert(auditTrail)
    .values({
      at: sql.placeholder('at'),
      admin: sql.placeholder('admin'),
      workspace: sql.placeholder('workspace'),
      action: sql.placeholder('action'),
      subject: sql.placeholder('subject'),
      detail: sql.placeholder('detail'),
    })
    .prepare()
  return (entry) => ({ statement, values: { ...entry } })
}
