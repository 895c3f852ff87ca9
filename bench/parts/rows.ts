import { randomUUIDv7 } from 'node:crypto'
import Database from 'better-sqlite3'
import { catalogue } from '../../src/core/models.ts'
import type { NewOperation, OperationStore } from '../../src/core/ports/store.ts'
import { parseRequest } from '../../src/core/request.ts'
import { openStore } from '../../src/db/open.ts'

export const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** The model that every Operation here asks for. */
export const model = 'veo-3.1-fast-generate-preview'

const asked = { prompt: 'a lighthouse at dusk, waves against the rocks, seen from a small boat', model }

/** An Operation about to be made, by one of many people. */
export function someOperation(given: Partial<NewOperation> = {}): NewOperation {
  const id = randomUUIDv7()
  const now = Date.now()
  return {
    id,
    eventId: `bench:${id}`,
    hold: null,
    request: parseRequest(asked, catalogue),
    parentId: null,
    relation: null,
    requester: `discord:${now % 977}`,
    requesterName: 'Alice',
    workspace: 'discord:1',
    thread: null,
    locale: 'en',
    private: false,
    priceMicros: 800_000,
    charge: 'reserved',
    createdAt: now,
    announceDueAt: now,
    ...given,
  }
}

/** What many rows have in common, and what each has of its own; SQL over `i`, the row's number from 1. */
export interface Crowd {
  readonly rows: number
  readonly columns: Readonly<Record<string, string>>
}

/** In the queue, in the order of acceptance. */
export const waiting: Crowd['columns'] = { turn: 'i', status: `'pending'` }

/** At Google since just now, looked at next between now and so many seconds from now; the handle is Google's for `i`. */
export function atGoogle(now: number, spreadSeconds: number, rows: number): Crowd['columns'] {
  return {
    status: `'processing'`,
    handle: `'models/${model}/operations/crowd' || i`,
    starting_at: String(now),
    started_at: String(now),
    due_at: `${now} + i * ${Math.round(spreadSeconds * 1000)} / ${rows}`,
    version: '1',
    turn: 'i',
  }
}

/** Opens the store at a file, made and brought up to date. */
export function openAt(file: string): Promise<OperationStore> {
  return openStore(`file:${file}`, { log: silent })
}

/**
 * Fills a database with rows, a hundred thousand in some seconds. Its triggers rest meanwhile; what they would have written
 * besides (turns, counts) is written here, and history and ledger stay empty.
 */
export async function fill(file: string, crowd: Crowd): Promise<void> {
  const store = await openAt(file)
  const made = await store.insert(someOperation({ charge: 'none' }), { spend: [], maxInFlight: null, maxSince: null })
  await store.close()
  if (made.kind !== 'created') throw new Error(made.kind)
  const client = new Database(file)
  client.pragma('synchronous = OFF')
  const triggers = client
    .prepare(`select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'operations'`)
    .all() as { name: string; sql: string }[]
  for (const { name } of triggers) client.exec(`drop trigger ${name}`)
  const names = (client.prepare('pragma table_info(operations)').all() as { name: string }[])
    .map((each) => each.name)
    .filter((name) => name !== 'seq')
  const own: Record<string, string> = {
    id: `'crowd' || i`,
    event_id: `'crowd:' || i`,
    requester: `'discord:' || (i % 1000)`,
    // The template leaves the books empty; a live service ends what was asked for in rehearsal.
    charge: `'reserved'`,
    ...crowd.columns,
  }
  const values = names.map((name) => own[name] ?? `template.${name}`)
  client
    .prepare(
      `with recursive numbers(i) as (select 1 union all select i + 1 from numbers where i < ?)
       insert into operations (${names.join()}) select ${values.join()} from numbers, operations as template where template.id = ?`,
    )
    .run(crowd.rows, made.operation.id)
  client.exec(`delete from operations where id = '${made.operation.id}'; delete from operation_history; delete from requesters;
    insert into requesters (requester, unfinished) select requester, count(*) from operations
      where status in ('pending', 'processing') group by requester`)
  for (const { sql } of triggers) client.exec(sql)
  client.pragma('wal_checkpoint(truncate)')
  client.close()
}
