import { execFile } from 'node:child_process'
import { mkdir, rmdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { runRestore } from '../../src/backup.ts'
import { openStore } from '../../src/db/open.ts'
import { migrationsToCome } from '../../src/db/to-come.ts'
import { databaseCheck } from '../../src/doctor/service.ts'
import { linkSecretFile } from '../../src/link-secret.ts'
import { runMigrate, runMove } from '../../src/move.ts'
import { startWire } from '../faults/postgres.ts'
import { someRequest } from '../some-request.ts'
import { newFolder } from './folder.ts'
import { noLimits, noon, silentLog, someOperation } from './memory-store.ts'
import { createDatabase, type PostgresServer, startPostgres } from './postgres-server.ts'

const options = { log: silentLog }
let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.close())

let lines: string[]
const out = { write: (text: string) => lines.push(text) }
beforeEach(() => {
  lines = []
})
const said = () => lines.join('')

/** A SQLite installation in which everything has happened that leaves a row. */
async function lived(url: string): Promise<void> {
  const store = await openStore(url, options)
  const image = { kind: 'saved', file: 'uploads/input_1.png', mimeType: 'image/png', width: 2, height: 3 } as const
  await store.insert(
    someOperation('a', { request: someRequest({ prompt: 'Löwe 🦁 \\u0000', firstFrame: image }) }),
    noLimits,
  )
  await store.insert(someOperation('b', { parentId: 'a', relation: 'again', private: true, thread: null }), noLimits)
  await store.insert(someOperation('c', { requester: 'slack:t:ben', hold: 'approval', charge: 'none' }), noLimits)
  await store.change(
    'a',
    {},
    { startingAt: noon, status: 'processing', handle: 'g/1', startedAt: noon, dueAt: noon + 5 },
  )
  const done = { status: 'completed', charge: 'settled', seenDoneAt: noon + 9, finishedAt: noon + 9 } as const
  await store.change('a', {}, { ...done, videoFile: 'gen_video_a.mp4', videoBytes: 9 }, { visible: true })
  await store.change(
    'b',
    {},
    { status: 'error', errorCode: 'internal', charge: 'uncertain', errorFacts: { code: 'x' } },
  )
  await store.addCost('b', 120, noon + 50, [])
  const entry = { at: noon, admin: 'Ada', workspace: 'w', action: 'pause', subject: 's', detail: 'd' }
  await store.swapSettings('installation', null, { paused: true, blockedWords: ['ü'] }, entry)
  await store.addForgetting({ person: 'slack:t:ben', askedAt: noon })
  await store.keep('small', 'thing')
  await store.close()
}

/** Everything that a store can tell. */
async function told(url: string) {
  const store = await openStore(url, options)
  const { operations } = await store.list({}, null, 100)
  const all = {
    operations,
    histories: await Promise.all(operations.map((operation) => store.history(operation.id))),
    ledger: await store.ledger(0, 100),
    audit: await store.audit(100),
    spent: await store.spent({ scope: 'total', key: '', period: '2026-11' }),
    settings: await store.getSettings('installation'),
    forgettings: await store.forgettings(),
    owns: await store.ownsFile('uploads/input_1.png'),
    children: await store.children('a'),
    statistics: await store.statistics(null),
    kept: await store.kept('small'),
    books: await store.auditBooks(),
  }
  await store.close()
  return all
}

describe('npm run move', () => {
  it('copies a SQLite installation without loss, and life goes on there', async () => {
    const [from, to] = [`file:${await newFolder()}/dailies.db`, await server.bareDatabase()]
    await lived(from)
    const before = await told(from)
    expect(await runMove(['--to', to], from, silentLog, out)).toBe(0)
    expect(said()).toMatch(/operations: 3\n[\s\S]*Moved\./)
    expect(await told(to)).toEqual(before)
    const store = await openStore(to, options)
    expect((await store.insert(someOperation('d'), noLimits)).kind).toBe('created')
    expect((await store.ledger(0, 100)).at(-1)).toMatchObject({ operationId: 'd', micros: 800_000 })
    await store.change('c', {}, { hold: null, decidedBy: 'Ada' })
    expect(await store.auditBooks()).toEqual([])
    await store.close()
  })

  it('has Google begin what waited once: there, and neither again from the old file nor from a dump put back', async () => {
    const [from, to] = [`file:${await newFolder()}/dailies.db`, await server.bareDatabase()]
    const beginning = async (url: string) => {
      const store = await openStore(url, options)
      const lease = { owner: 'me', now: Date.now(), until: Date.now() + 10_000 }
      const claimed = await store.claimStarts(lease, 5, 5)
      await store.close()
      // What is claimed with a start on record ends as interrupted, and Google is not asked.
      return claimed.map(({ id, startingAt }) => [id, startingAt === null ? 'asked of Google' : 'ends'])
    }
    const store = await openStore(from, options)
    await store.insert(someOperation('waiting'), noLimits)
    await store.close()
    expect(await runMove(['--to', to], from, silentLog, out)).toBe(0)
    expect(said()).toContain(
      'started on the old file again, Dailies ends what waited in it and asks Google for none of it',
    )
    const dump = await createDatabase(server.url, `template ${new URL(to).pathname.slice(1)}`)
    expect(await runRestore(['dump'], dump, silentLog, out)).toBe(2)
    expect(said()).toContain('pg_restore, then npm run restore without a file')
    const running = await openStore(dump, options)
    expect(await runRestore([], dump, silentLog, out)).toBe(1)
    expect(said()).toContain('Nothing was changed: the database is in use: stop Dailies first')
    await running.close()
    expect(await runRestore([], dump, silentLog, out)).toBe(0)
    expect(said()).toContain('1 request that waited')
    expect(await beginning(to)).toEqual([['waiting', 'asked of Google']])
    expect(await beginning(from)).toEqual([['waiting', 'ends']])
    expect(await beginning(dump)).toEqual([['waiting', 'ends']])
  })

  it('refuses a target that holds something, and changes nothing in it', async () => {
    const [from, to] = [`file:${await newFolder()}/dailies.db`, await server.database()]
    await lived(from)
    const store = await openStore(to, options)
    await store.insert(someOperation('there'), noLimits)
    expect(await runMove(['--to', to], from, silentLog, out)).toBe(1)
    expect(said()).toContain('Nothing was moved: the target holds something already')
    expect((await store.list({}, null, 10)).operations.map((each) => each.id)).toEqual(['there'])
    await store.insert(someOperation('later'), noLimits)
    expect(await store.auditBooks()).toEqual([])
    await store.close()
  })

  it('says so when the connection breaks on the way, and the target is as it was', async () => {
    const [from, to] = [`file:${await newFolder()}/dailies.db`, await server.database()]
    await lived(from)
    let struck = false
    const wire = await startWire(Number(new URL(to).port), (said) => {
      if (struck || !said.includes('insert into ledger')) return null
      struck = true
      return 'reset before the effect'
    })
    const through = new URL(to)
    through.port = String(wire.port)
    expect(await runMove(['--to', through.href], from, silentLog, out)).toBe(1)
    expect(said()).toMatch(/^Nothing was moved: the database failed/)
    await wire.close()
    expect(await runMove(['--to', to], from, silentLog, out)).toBe(0)
  })

  it('refuses while Dailies runs on the file', async () => {
    const [from, to] = [`file:${await newFolder()}/dailies.db`, await server.database()]
    const running = await openStore(from, options)
    expect(await runMove(['--to', to], from, silentLog, out)).toBe(1)
    expect(said()).toContain('stop Dailies first')
    await running.close()
    expect(await runMove(['--to', to], from, silentLog, out)).toBe(0)
  })

  it('says that nothing was moved only where nothing was, and else what is left to do', async () => {
    const [from, to] = [`file:${await newFolder()}/dailies.db`, await server.database()]
    const store = await openStore(from, options)
    await store.insert(someOperation('waiting'), noLimits)
    await store.close()
    const moved = async () => {
      lines = []
      const there = await openStore(to, options)
      const code = await runMove(['--to', to], from, silentLog, out)
      const { operations } = await there.list({}, null, 10)
      await there.close()
      return [code, operations.length]
    }
    await mkdir(linkSecretFile(from))
    expect(await moved()).toEqual([1, 0])
    expect(said()).toContain('Nothing was moved: EISDIR')
    await rmdir(linkSecretFile(from))
    const refuse = `create function full_disk() returns trigger language plpgsql as $$ begin raise 'disk full'; end $$`
    await server.run(refuse, to)
    await server.run('create trigger full_disk before insert on kept execute function full_disk()', to)
    expect(await moved()).toEqual([1, 1])
    expect(said()).toMatch(
      /operations: 1\n[\s\S]*Moved, but .*disk full[\s\S]*DATABASE_URL.*on the old file again, Dailies ends/,
    )
    expect(said()).not.toContain('Nothing was moved')
  })

  it.each([[[]], [['--to', 'file:./other.db']], [['--to']]])('explains itself for %j', async (argv) => {
    expect(await runMove(argv, 'file:./x.db', silentLog, out)).toBe(2)
    expect(said()).toContain('npm run move -- --to postgres://')
  })
})

describe('migrations', () => {
  it('are applied once by processes that start at the same moment', async () => {
    const url = await server.bareDatabase()
    const codes = await Promise.all(Array.from({ length: 4 }, () => runMigrate(url, options, out)))
    expect([codes, said()]).toEqual([[0, 0, 0, 0], expect.stringMatching(/^(The database is up to date.\n){4}$/)])
    const applied = await server.run('select hash from drizzle.__drizzle_migrations', url)
    expect(new Set(applied.map((row) => JSON.stringify(row))).size).toBe(applied.length)
  })

  it('of an earlier Dailies that are to come are counted, and not applied by who only looks', async () => {
    const url = await server.bareDatabase()
    expect(await migrationsToCome(url, silentLog)).toBeNull()
    await server.run('create schema drizzle', url)
    await server.run('create table drizzle.__drizzle_migrations (id serial, hash text, created_at bigint)', url)
    const migrations = readMigrationFiles({ migrationsFolder: resolve('drizzle/postgres') })
    for (const { sql, hash, folderMillis } of migrations.slice(0, -1)) {
      for (const statement of sql) await server.run(statement, url)
      await server.run(
        `insert into drizzle.__drizzle_migrations (hash, created_at) values ('${hash}', ${folderMillis})`,
        url,
      )
    }
    expect(await migrationsToCome(url, silentLog)).toBe(1)
    expect(await migrationsToCome(url, silentLog)).toBe(1)
    expect(await runMigrate(url, options, out)).toBe(0)
    expect(await migrationsToCome(url, silentLog)).toBe(0)
  })

  it('of a first start that its role or its server would refuse are told by doctor, with what lets them be applied', async () => {
    const url = new URL(await server.bareDatabase())
    const database = url.pathname.slice(1)
    Object.assign(url, { username: 'doctored', password: 'one' })
    await server.run("create role doctored login password 'one'")
    const doctor = async () => {
      const [toCome, open] = [() => migrationsToCome(url.href, silentLog), () => openStore(url.href, options)]
      const [finding] = await databaseCheck({ toCome, open, path: null }).run(new AbortController().signal)
      return finding
    }
    const [text, remedy] = [expect.stringContaining('doctored'), expect.stringMatching(/(GRANT .+; )?GRANT [^;]+$/)]
    expect(await doctor()).toEqual({ name: 'database', ok: false, text, remedy })
    expect(await runMigrate(url.href, options, out)).toBe(1)
    for (let grants = 2; grants > 0; grants -= 1) {
      const advice = (await doctor())?.remedy?.match(/GRANT [^;]+/g) ?? []
      expect(advice).toHaveLength(grants)
      await server.run(advice[0] ?? '', new URL(`/${database}`, server.url).href)
    }
    await server.run(`alter database ${database} set default_transaction_read_only = on`)
    expect(await doctor()).toMatchObject({ ok: false, remedy: expect.stringContaining('takes writes') })
    expect(await runMigrate(url.href, options, out)).toBe(1)
    await server.run(`alter database ${database} reset default_transaction_read_only`)
    expect(await doctor()).toMatchObject({ ok: true, text: expect.stringContaining('the first start makes it') })
    expect(await runMigrate(url.href, options, out)).toBe(0)
  })

  it('that are all there keep no instance waiting for a lock, such as a pooler’s connection may have kept of an earlier start', async () => {
    const url = await server.database()
    const pooler = new pg.Client({ connectionString: url })
    await pooler.connect()
    onTestFinished(() => pooler.end())
    await pooler.query('select pg_advisory_lock(4711202611)')
    expect(await runMigrate(url, options, out)).toBe(0)
  })

  const newer = `insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', ${Date.UTC(2099, 0, 1)})`

  it('of a newer Dailies are borne while they leave room for this one', async () => {
    const url = await server.database()
    await server.run(newer, url)
    await server.run(`alter table operations add column something_new text`, url)
    const warn = vi.fn()
    const store = await openStore(url, { log: { ...silentLog, warn } })
    expect((await store.insert(someOperation('a'), noLimits)).kind).toBe('created')
    expect(warn).toHaveBeenCalledWith({}, expect.stringContaining('newer Dailies'))
    await store.close()
  })

  it('of a newer Dailies that took something away end this one, with a remedy', async () => {
    const url = await server.database()
    await server.run(newer, url)
    await server.run(`update compatibility set oldest = ${Date.UTC(2099, 0, 1)}`, url)
    expect(await runMigrate(url, options, out)).toBe(1)
    expect(said()).toContain('written by a newer Dailies (migration of 2099-01-01); update, or restore a backup')
  })

  it('of somebody else are not touched', async () => {
    const url = await server.database()
    await server.run(`update drizzle.__drizzle_migrations set hash = 'other'`, url)
    expect(await runMigrate(url, options, out)).toBe(1)
    expect(said()).toContain('not made by this Dailies')
  })
})

it('keeps the ledger append-only', async () => {
  const url = await server.database()
  await expect(server.run('delete from ledger', url)).rejects.toThrow('append-only')
  await expect(server.run('update ledger set micros = 0', url)).rejects.toThrow('append-only')
})

it('a rehearsal on it needs no folder beside the program, as in a container whose files cannot be written', async () => {
  const cwd = await newFolder()
  await writeFile(join(cwd, 'data'), 'no folder can be made here')
  const env = { PATH: '', DATABASE_URL: await server.database(), OUTPUTS_URL: join(cwd, 'outputs'), TMPDIR: cwd }
  const help = promisify(execFile)(process.execPath, [resolve('src/main.js'), 'video', '--help'], { cwd, env })
  expect((await help).stdout).toContain('Makes one video')
})
