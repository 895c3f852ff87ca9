import Database from 'better-sqlite3'
import type { NewOperation } from '../../src/core/ports/store.ts'

/** Accepted requests as one would keep them by hand: one table, one prepared insert, one row a transaction, on disk before it is told. */
export function openRaw(file: string) {
  const client = new Database(file)
  client.pragma('journal_mode = WAL')
  client.pragma('synchronous = FULL')
  client.exec(`create table operations (
    id text primary key, event_id text unique, status text, request text, requester text, requester_name text,
    workspace text, thread text, locale text, private integer, price_micros integer, created_at integer, due_at integer)`)
  const insert = client.prepare('insert into operations values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  return {
    insert(row: NewOperation): void {
      insert.run(
        row.id,
        row.eventId,
        'pending',
        JSON.stringify(row.request),
        row.requester,
        row.requesterName,
        row.workspace,
        row.thread,
        row.locale,
        Number(row.private),
        row.priceMicros,
        row.createdAt,
        row.createdAt,
      )
    },
    close: () => client.close(),
  }
}
