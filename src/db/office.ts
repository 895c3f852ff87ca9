import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import type { OperationStore } from '../core/ports/store.ts'
import { auditor } from './audit.ts'
import type { Engine } from './engine.ts'
import { auditTrail, heartbeat, settings } from './schema.sqlite.ts'

type Office = Pick<OperationStore, 'getSettings' | 'getSettingsOf' | 'putSettings' | 'swapSettings' | 'audit' | 'ping'>

/** What admins set and did, and whether the database can be written. */
export function office(engine: Engine): Office {
  const { db, read, write, writeBoth } = engine
  const setting = db
    .select({ value: settings.value })
    .from(settings)
    .where(eq(settings.scope, sql.placeholder('scope')))
    .prepare()
  const settingsOf = db
    .select({ scope: settings.scope, value: settings.value })
    .from(settings)
    .where(inArray(settings.scope, [sql.placeholder('wide'), sql.placeholder('middle'), sql.placeholder('narrow')]))
    .prepare()
  const put = db
    .insert(settings)
    .values({ scope: sql.placeholder('scope'), value: sql.placeholder('value') })
    .onConflictDoUpdate({ target: settings.scope, set: { value: sql`excluded.value` } })
    .prepare()
  const first = db
    .insert(settings)
    .values({ scope: sql.placeholder('scope'), value: sql.placeholder('value') })
    .onConflictDoNothing()
    .returning({ scope: settings.scope })
    .prepare()
  const swap = db
    .update(settings)
    .set({ value: sql`${sql.param(sql.placeholder('value'), settings.value)}` })
    .where(
      and(
        eq(settings.scope, sql.placeholder('scope')),
        sql`${settings.value} = ${sql.param(sql.placeholder('was'), settings.value)}`,
      ),
    )
    .returning({ scope: settings.scope })
    .prepare()
  const kept = auditor(engine)
  const trail = db
    .select({
      at: auditTrail.at,
      admin: auditTrail.admin,
      workspace: auditTrail.workspace,
      action: auditTrail.action,
      subject: auditTrail.subject,
      detail: auditTrail.detail,
    })
    .from(auditTrail)
    .where(
      sql`(cast(${sql.placeholder('workspace')} as text) is null
        or ${auditTrail.workspace} = ${sql.placeholder('workspace')})`,
    )
    .orderBy(desc(auditTrail.id))
    .limit(sql.placeholder('limit'))
    .prepare()
  const beat = db
    .insert(heartbeat)
    .values({ id: 1, at: sql.placeholder('at') })
    .onConflictDoUpdate({ target: heartbeat.id, set: { at: sql`excluded.at` } })
    .prepare()
  return {
    getSettings: async (scope) => (await read(setting, { scope }))[0]?.value ?? null,
    async getSettingsOf(scopes) {
      const [wide, middle, narrow] = scopes
      const found = await read(settingsOf, { wide, middle, narrow })
      return found.sort((a, b) => scopes.indexOf(a.scope) - scopes.indexOf(b.scope)).map(({ value }) => value)
    },
    async putSettings(scope, value) {
      await write(put, { scope, value })
    },
    async swapSettings(scope, was, value, audit) {
      const statement = was === null ? first : swap
      const values = was === null ? { scope, value } : { scope, was, value }
      const swapped = audit ? writeBoth({ statement, values }, kept(audit)) : write(statement, values)
      return (await swapped).length > 0
    },
    audit: (limit, workspace = null) => read(trail, { limit, workspace }),
    async ping() {
      await write(beat, { at: Date.now() })
    },
  }
}
