import { once } from 'node:events'
import fs from 'node:fs'
import { stat } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import type { Worker } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished, vi } from 'vitest'
import { groupCommits } from '../../src/db/commits.ts'
import { openLog } from '../../src/db/wal.ts'
import { newFolder } from './folder.ts'

const megabyte = 1_000_000

async function setUp(open = openLog) {
  const path = `${await newFolder()}/log.db`
  const client = new Database(path)
  client.pragma('journal_mode = WAL')
  client.pragma('synchronous = NORMAL')
  client.exec('create table fillings (filling blob)')
  const log = open(client, path)
  onTestFinished(async () => {
    await log.close()
    client.close()
  })
  const commits = groupCommits(client, log)
  const insert = (bytes: number) =>
    commits.write(() => client.prepare('insert into fillings values (zeroblob(?))').run(bytes))
  return { path, client, log, insert }
}

it('stays small however much goes through it, without an end of the writing', async () => {
  const { path, client, insert } = await setUp()
  const writers = Array.from({ length: 8 }, async () => {
    for (let count = 0; count < 50; count += 1) await insert(megabyte / 4)
  })
  await Promise.all(writers)
  expect(client.prepare('select count(*) from fillings').pluck().get()).toBe(400)
  // A hundred went through; what is written while it is emptied comes on top.
  expect((await stat(`${path}-wal`)).size).toBeLessThan(50 * megabyte)
})

it('has everything that was told in the file and its log', async () => {
  const { path, insert } = await setUp()
  for (let count = 0; count < 60; count += 1) await insert(megabyte / 4)
  const other = new Database(path, { readonly: true })
  expect(other.prepare('select count(*) from fillings').pluck().get()).toBe(60)
  expect(other.pragma('integrity_check', { simple: true })).toBe('ok')
  other.close()
})

it('lets its thread end by itself where it is closed as that begins: ended from outside it takes the process along', async () => {
  const begun = new Promise<Worker>((resolve) => {
    process.once('worker', (keeper) => keeper.once('online', () => resolve(keeper)))
  })
  const { client, log, insert } = await setUp()
  for (let count = 0; count < 8; count += 1) await insert(1.1 * megabyte)
  const ended = once(await begun, 'exit')
  await log.close()
  expect(await ended).toEqual([0])
  expect(client.prepare('select count(*) from fillings').pluck().get()).toBe(8)
})

/** The log as it is, on a slow disk that tells of each sync that has ended: how it was made, and of which file. */
async function watchSyncs() {
  const syncs: { how: string; inode: number }[] = []
  const { fdatasync, fdatasyncSync } = fs
  fs.fdatasyncSync = (file) => {
    fdatasyncSync(file)
    for (const end = performance.now() + 20; performance.now() < end; );
    syncs.push({ how: 'in place', inode: fs.fstatSync(file).ino })
  }
  const beside = (file: number, done: fs.NoParamCallback) =>
    fdatasync(file, (thrown) => {
      syncs.push({ how: 'beside', inode: fs.fstatSync(file).ino })
      done(thrown)
    })
  fs.fdatasync = Object.assign(beside, { __promisify__: fdatasync.__promisify__ })
  syncBuiltinESMExports()
  onTestFinished(() => {
    Object.assign(fs, { fdatasync, fdatasyncSync })
    syncBuiltinESMExports()
    vi.resetModules()
  })
  vi.resetModules()
  return { syncs, open: (await import('../../src/db/wal.ts')).openLog }
}

it('is on disk before a commit is told, whether that is waited for in place or beside the event loop', async () => {
  const { syncs, open } = await watchSyncs()
  const { path, insert } = await setUp(open)
  const synced = async () => {
    const before = syncs.length
    await insert(10)
    return syncs.slice(before)
  }
  const inode = (await stat(`${path}-wal`)).ino
  expect(await synced()).toEqual([{ how: 'in place', inode }])
  // For twenty seconds after a slow one.
  for (let count = 0; count < 3; count += 1) expect(await synced()).toEqual([{ how: 'beside', inode }])
})
