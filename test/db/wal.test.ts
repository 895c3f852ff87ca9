import { stat } from 'node:fs/promises'
import Database from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { groupCommits } from '../../src/db/commits.ts'
import { openLog } from '../../src/db/wal.ts'
import { newFolder } from './folder.ts'

const megabyte = 1_000_000

async function setUp() {
  const path = `${await newFolder()}/log.db`
  const client = new Database(path)
  client.pragma('journal_mode = WAL')
  client.pragma('synchronous = NORMAL')
  client.exec('create table fillings (filling blob)')
  const log = openLog(client, path)
  onTestFinished(async () => {
    await log.close()
    client.close()
  })
  const commits = groupCommits(client, log)
  const insert = (bytes: number) =>
    commits.write(() => client.prepare('insert into fillings values (zeroblob(?))').run(bytes))
  return { path, client, insert }
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
