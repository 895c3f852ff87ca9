import Database from 'better-sqlite3'
import { expect, it, onTestFinished, vi } from 'vitest'
import { groupCommits } from '../../src/db/commits.ts'
import { alone } from '../../src/db/presence.ts'
import { openSqlite } from '../../src/db/sqlite.ts'
import { createStore } from '../../src/db/store.ts'
import { ask, done, openHouse, someone } from '../money/house.ts'
import { newFolder } from './folder.ts'
import { silentLog } from './memory-store.ts'

/** A disk that is done at once unless it is told to be slow; then each sync ends when the test says so. */
function slowDisk() {
  const syncs: PromiseWithResolvers<void>[] = []
  let slow = false
  let hold: () => () => void = () => () => {}
  return {
    synced: async () => {
      if (!slow) return
      const sync = Promise.withResolvers<void>()
      syncs.push(sync)
      await sync.promise
    },
    committed(given: typeof hold) {
      hold = given
    },
    syncs,
    hold: () => hold(),
    becomeSlow() {
      slow = true
    },
  }
}

const aWhile = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
}

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
  const disk = slowDisk()
  const commits = groupCommits(client, disk)
  const insert = (number: number, bytes = 0) =>
    commits.write(() => client.prepare('insert into numbers values (?, zeroblob(?))').run(number, bytes).changes)
  const kept = () => other.prepare('select number from numbers').pluck().all()
  return { client, other, disk, commits, insert, kept }
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

it('tells nobody before the disk has it, but who needs no disk at once', async () => {
  const { client, disk, commits, insert, kept } = await setUp()
  disk.becomeSlow()
  let told = false
  const write = insert(1).then(() => {
    told = true
  })
  await commits.writePassing(() => client.prepare('insert into numbers values (2, null)').run())
  expect(kept()).toEqual([1, 2])
  expect(told).toBe(false)
  disk.syncs[0]?.resolve()
  await write
  expect(disk.syncs).toHaveLength(1)
})

it('makes one transaction of what is asked for while the disk is at work', async () => {
  const { disk, insert, kept } = await setUp()
  disk.becomeSlow()
  const first = insert(1)
  await aWhile()
  const [second, third] = [insert(2), insert(3)]
  await aWhile()
  expect(kept()).toEqual([1])
  disk.syncs[0]?.resolve()
  await first
  await aWhile()
  expect(kept()).toEqual([1, 2, 3])
  expect(disk.syncs).toHaveLength(2)
  disk.syncs[1]?.resolve()
  await Promise.all([second, third])
})

it('does not have a crowd wait for the disk before its transaction is made', async () => {
  const { disk, insert, kept } = await setUp()
  disk.becomeSlow()
  const writes = [insert(0)]
  await aWhile()
  for (let number = 1; number <= 20; number += 1) writes.push(insert(number))
  await aWhile()
  expect(kept()).toHaveLength(21)
  for (const sync of disk.syncs) sync.resolve()
  await Promise.all(writes)
})

it('tells those whose transaction the disk refused, and goes on', async () => {
  const { disk, insert } = await setUp()
  disk.becomeSlow()
  const refused = expect(insert(1)).rejects.toMatchObject({ code: 'storage', message: expect.stringContaining('EIO') })
  await aWhile()
  disk.syncs[0]?.reject(new Error('EIO'))
  await refused
  const next = insert(2)
  await aWhile()
  disk.syncs[1]?.resolve()
  await next
})

it('commits nothing while it is held', async () => {
  const { disk, insert, kept } = await setUp()
  await insert(1)
  const release = disk.hold()
  const write = insert(2)
  await aWhile()
  expect(kept()).toEqual([1])
  release()
  await write
  expect(kept()).toEqual([1, 2])
})

it('keeps the neighbours of a write that is refused', async () => {
  const { insert, kept } = await setUp()
  const settled = await Promise.allSettled([insert(1), insert(5000), insert(1), insert(2)])
  expect(settled.map((each) => each.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
  expect(kept()).toEqual([1, 2])
})

it('keeps the neighbours of a write that meets a full disk, and goes on when there is room', async () => {
  const { client, insert, kept } = await setUp()
  client.pragma('max_page_count = 10')
  const [, refused] = await Promise.allSettled([insert(1), insert(2, 1_000_000), insert(3)])
  expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'storage', retryable: true } })
  expect(kept()).toEqual([1, 3])
  client.pragma('max_page_count = 100000')
  await insert(2, 1_000_000)
  expect(kept()).toEqual([1, 2, 3])
})

it('keeps the neighbours of a write after which nothing in its transaction can be trusted, each once', async () => {
  const { client, commits, insert, kept } = await setUp()
  const corrupt = Object.assign(new Error('database disk image is malformed'), { code: 'SQLITE_CORRUPT' })
  const broken = commits.write(() => {
    client.prepare('insert into numbers values (9, null)').run()
    throw corrupt
  })
  const settled = await Promise.allSettled([insert(1), broken, insert(2), insert(5000)])
  expect(settled).toMatchObject([{ value: 1 }, { reason: { cause: corrupt, retryable: false } }, { value: 1 }, {}])
  expect(settled[3].status).toBe('rejected')
  expect(kept()).toEqual([1, 2])
})

it('refuses what is to be made alone while another process has the database', async () => {
  const { client, other, commits, insert, kept } = await setUp()
  const full = Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' })
  const broken = commits.write(() => {
    client.exec('rollback')
    other.exec('begin immediate')
    throw full
  })
  const settled = await Promise.allSettled([insert(1), broken])
  expect(settled).toMatchObject([{ reason: { code: 'storage', retryable: true } }, { reason: { retryable: true } }])
  other.exec('commit')
  expect(kept()).toEqual([])
})

it('refuses what a read-only database cannot keep', async () => {
  const { insert } = await setUp({ readonly: true })
  await expect(insert(1)).rejects.toMatchObject({ code: 'storage', retryable: true })
})

it('waits for another process without holding up the event loop', async () => {
  const { other, insert, kept } = await setUp()
  other.exec('begin immediate')
  const write = insert(1)
  await aWhile()
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

it('is waited for four times in the life of a video, however often Google is asked how it is', async () => {
  const engine = openSqlite(':memory:')
  const write = vi.spyOn(engine, 'write')
  const store = createStore(engine, alone, silentLog)
  const house = openHouse({ store })
  const { operation } = await ask(house, someone('anna'))
  await house.start()
  for (let look = 0; look < 9; look += 1) {
    house.clock.time += 60_000
    if (look === 8) house.google.check = async () => done
    await house.check()
  }
  expect(await store.get(operation.id)).toMatchObject({ status: 'completed' })
  expect(write).toHaveBeenCalledTimes(4)
  await store.close()
})
