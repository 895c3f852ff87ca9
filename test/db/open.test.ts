import { open, stat, writeFile } from 'node:fs/promises'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { backupDatabase } from '../../src/db/backup.ts'
import { openStore } from '../../src/db/open.ts'
import { newFolder } from './folder.ts'
import { noLimits, silentLog, someOperation } from './memory-store.ts'

const options = { log: silentLog }

it.each(['', 'file:', 'mysql://user:secret@host/db', './data/dailies.db'])('refuses DATABASE_URL %j', async (url) => {
  const refusal = await openStore(url, options).catch((thrown: unknown) => thrown)
  expect(refusal).toMatchObject({ name: 'VideoError', code: 'storage' })
  expect(String(refusal)).toContain('DATABASE_URL')
  expect(String(refusal)).not.toContain('secret')
})

it('makes the folder and keeps what was written over a restart', async () => {
  const folder = await newFolder()
  const first = await openStore(`file://${folder}/a/b/dailies.db`, options)
  await first.insert(someOperation('a'), noLimits)
  await first.close()
  expect((await stat(`${folder}/a/b/dailies.db`)).isFile()).toBe(true)
  const second = await openStore(`file:${folder}/a/b/dailies.db`, options)
  expect(await second.get('a')).toMatchObject({ id: 'a' })
  await second.close()
})

it('refuses a database of a newer Dailies, and leaves it as it is', async () => {
  const folder = await newFolder()
  await (await openStore(`file:${folder}/dailies.db`, options)).close()
  const raw = new Database(`${folder}/dailies.db`)
  const made = Date.UTC(2099, 0, 1)
  raw.prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)').run('later', made)
  raw.close()
  await expect(openStore(`file:${folder}/dailies.db`, options)).rejects.toMatchObject({
    code: 'storage',
    message: 'this database was written by a newer Dailies (migration of 2099-01-01); update, or restore a backup',
  })
})

it('refuses a database whose migrations are not ours', async () => {
  const folder = await newFolder()
  await (await openStore(`file:${folder}/dailies.db`, options)).close()
  const raw = new Database(`${folder}/dailies.db`)
  raw.exec(
    `update __drizzle_migrations set hash = 'other' where created_at = (select min(created_at) from __drizzle_migrations)`,
  )
  raw.close()
  await expect(openStore(`file:${folder}/dailies.db`, options)).rejects.toThrow('not made by this Dailies')
})

it('refuses a file that is no database', async () => {
  const folder = await newFolder()
  await writeFile(`${folder}/dailies.db`, 'x'.repeat(5000))
  const refused = openStore(`file:${folder}/dailies.db`, options)
  await expect(refused).rejects.toMatchObject({ code: 'storage', retryable: false })
})

it('says so when a page of the database is damaged', async () => {
  const folder = await newFolder()
  const store = await openStore(`file:${folder}/dailies.db`, options)
  const inserts = Array.from({ length: 200 }, (_, index) => store.insert(someOperation(`op${index}`), noLimits))
  await Promise.all(inserts)
  await store.close()
  const { size } = await stat(`${folder}/dailies.db`)
  const raw = new Database(`${folder}/dailies.db`)
  const root = raw.prepare(`select rootpage from sqlite_master where name = 'operations'`).pluck().get()
  raw.close()
  const file = await open(`${folder}/dailies.db`, 'r+')
  await file.write(Buffer.alloc(4096, 0xee), 0, 4096, (Number(root) - 1) * 4096)
  await file.close()
  expect(size).toBeGreaterThan(4096)
  const damaged = await openStore(`file:${folder}/dailies.db`, options)
  await expect(damaged.get('op1')).rejects.toMatchObject({ code: 'storage', retryable: false })
  await expect(damaged.insert(someOperation('new'), noLimits)).rejects.toMatchObject({ code: 'storage' })
  await damaged.close()
})

it('syncs each commit, in WAL, with strict tables and foreign keys', async () => {
  const folder = await newFolder()
  await (await openStore(`file:${folder}/dailies.db`, options)).close()
  const raw = new Database(`${folder}/dailies.db`)
  expect(raw.pragma('journal_mode', { simple: true })).toBe('wal')
  const tables = raw.pragma('table_list') as { name: string; strict: number; type: string }[]
  const lax = tables.filter((table) => table.type === 'table' && table.strict === 0).map((table) => table.name)
  raw.close()
  expect(lax.filter((table) => !table.startsWith('sqlite_'))).toEqual(['__drizzle_migrations'])
})

it('lets nobody change or delete a line of the ledger', async () => {
  const folder = await newFolder()
  const store = await openStore(`file:${folder}/dailies.db`, options)
  await store.insert(someOperation('a'), noLimits)
  await store.close()
  const raw = new Database(`${folder}/dailies.db`)
  expect(() => raw.exec('update ledger set micros = 0')).toThrow('append-only')
  expect(() => raw.exec('delete from ledger')).toThrow('append-only')
  raw.exec(`update spend set micros = micros + 1 where scope = 'total'; update requesters set unfinished = 9`)
  raw.exec(
    `insert into ledger select 99, at, 'ghost', kind, requester, workspace, model, duration_seconds, 5, day from ledger`,
  )
  raw.close()
  const audited = await openStore(`file:${folder}/dailies.db`, options)
  expect(await audited.auditBooks()).toEqual([
    'Operation ghost costs 0 micros, its ledger says 5.',
    'Spend of total installation in 2026-11 is 800006 micros, the ledger says 800005.',
    'discord:anna has 1 unfinished Operations, 9 are counted.',
  ])
  await audited.close()
})

it('restores from a backup that was made while it ran', async () => {
  const folder = await newFolder()
  const store = await openStore(`file:${folder}/dailies.db`, options)
  await Promise.all(Array.from({ length: 100 }, (_, index) => store.insert(someOperation(`op${index}`), noLimits)))
  const [, ...late] = await Promise.all([
    backupDatabase(`file:${folder}/dailies.db`, `${folder}/backup.db`),
    ...Array.from({ length: 100 }, (_, index) => store.insert(someOperation(`late${index}`), noLimits)),
  ])
  expect(late.every((outcome) => outcome.kind === 'created')).toBe(true)
  await store.close()
  const restored = await openStore(`file:${folder}/backup.db`, options)
  expect((await restored.list({}, null, 1000)).operations.length).toBeGreaterThanOrEqual(100)
  expect(await restored.auditBooks()).toEqual([])
  await restored.close()
  await expect(backupDatabase(`file:${folder}/none.db`, `${folder}/x.db`)).rejects.toMatchObject({ code: 'storage' })
})
