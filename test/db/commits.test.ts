import Database from 'better-sqlite3'
import { expect, it, onTestFinished, vi } from 'vitest'
import { groupCommits } from '../../src/db/commits.ts'
import { newFolder } from './folder.ts'

async function setUp(options: Database.Options = {}) {
  const path = `${await newFolder()}/commits.db`
  const other = new Database(path)
  other.pragma('journal_mode = WAL')
  other.exec('create table numbers (number integer primary key check (number < 1000), filling blob)')
  const client = new Database(path, { timeout: 0, ...options })
  onTestFinished(() => {
    client.close()
    other.close()
  })
  const commits = groupCommits(client)
  const insert = (number: number, bytes = 0) =>
    commits.write(() => client.prepare('insert into numbers values (?, zeroblob(?))').run(number, bytes).changes)
  const kept = () => other.prepare('select number from numbers').pluck().all()
  return { client, other, commits, insert, kept }
}

it('shares one commit between the writes that wait, and tells nobody before it', async () => {
  const { insert, kept } = await setUp()
  const seen: unknown[] = []
  const writes = [1, 2, 3].map(async (number) => {
    await insert(number)
    seen.push(kept())
  })
  expect(kept()).toEqual([])
  await Promise.all(writes)
  expect(seen).toEqual([
    [1, 2, 3],
    [1, 2, 3],
    [1, 2, 3],
  ])
})

it('syncs every transaction but one of nothing that has to outlive the machine', async () => {
  const { client, commits } = await setUp()
  const syncs = () => client.pragma('synchronous', { simple: true })
  const [full, normal] = [2, 1]
  expect(await commits.write(syncs)).toBe(full)
  expect(await Promise.all([commits.writePassing(syncs), commits.writePassing(syncs)])).toEqual([normal, normal])
  expect(await Promise.all([commits.writePassing(syncs), commits.write(syncs)])).toEqual([full, full])
})

it('keeps the neighbours of a write that is refused', async () => {
  const { insert, kept } = await setUp()
  const settled = await Promise.allSettled([insert(1), insert(5000), insert(1), insert(2)])
  expect(settled.map((each) => each.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
  expect(kept()).toEqual([1, 2])
})

it('keeps nothing of a transaction that meets a full disk, and goes on when there is room', async () => {
  const { client, insert, kept } = await setUp()
  client.pragma('max_page_count = 10')
  const settled = await Promise.allSettled([insert(1), insert(2, 1_000_000), insert(3)])
  for (const each of settled) {
    expect(each).toMatchObject({ status: 'rejected', reason: { code: 'storage', retryable: true } })
  }
  expect(kept()).toEqual([])
  client.pragma('max_page_count = 100000')
  await insert(2, 1_000_000)
  expect(kept()).toEqual([2])
})

it('refuses what a read-only database cannot keep', async () => {
  const { insert } = await setUp({ readonly: true })
  await expect(insert(1)).rejects.toMatchObject({ code: 'storage', retryable: true })
})

it('waits for another process without holding up the event loop', async () => {
  const { other, insert, kept } = await setUp()
  other.exec('begin immediate')
  const write = insert(1)
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
  other.exec('commit')
  await write
  expect(kept()).toEqual([1])
})

it('gives up on another process that does not let go, and writes nothing later', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate', 'performance'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const { other, insert, kept } = await setUp()
  other.exec('begin immediate')
  const refused = expect(insert(1)).rejects.toMatchObject({ code: 'storage', retryable: true })
  await vi.advanceTimersByTimeAsync(5_100)
  await refused
  other.exec('commit')
  const next = insert(2)
  await vi.advanceTimersByTimeAsync(100)
  await next
  expect(kept()).toEqual([2])
})

it('finishes every write that was asked for before it closes, in more than one transaction', async () => {
  const { commits, insert, kept } = await setUp()
  const writes = Array.from({ length: 600 }, (_, index) => insert(index))
  await commits.close()
  await Promise.all(writes)
  expect(kept()).toHaveLength(600)
  await expect(insert(700)).rejects.toMatchObject({ code: 'storage' })
})
