import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asVideoError } from '../../src/core/errors.ts'
import { openStore } from '../../src/db/open.ts'
import { migrationsToCome } from '../../src/db/to-come.ts'
import { databaseCheck } from '../../src/doctor/service.ts'
import { noLimits, silentLog, someOperation } from '../db/memory-store.ts'
import { type House, openGround, openHouse, person, until } from './house.ts'

const never = new AbortController().signal

describe('a database that cannot take it', () => {
  let ground: Awaited<ReturnType<typeof openGround>>
  let house: House | null
  let path: string
  beforeEach(async () => {
    ground = await openGround()
    path = join(ground.folder, 'dailies.db')
    house = null
  })
  afterEach(async () => {
    await house?.close()
    await ground.close()
  })

  const submit = (name: string, at: House) =>
    at.commands
      .submit({ eventId: `test:${name}`, person, thread: 'test:thread', private: false, input: { prompt: name } })
      .catch(asVideoError)

  it('full: refused with words and nothing half written, accepted again when there is room', async () => {
    const opened: Database.Database[] = []
    const pragma = Database.prototype.pragma
    Database.prototype.pragma = function (this: Database.Database, ...given: Parameters<typeof pragma>) {
      if (!opened.includes(this)) opened.push(this)
      return pragma.apply(this, given)
    }
    house = await openHouse({ folder: ground.folder, googleUrl: ground.google.url })
    Database.prototype.pragma = pragma
    const [connection] = opened
    const pages = Number(connection?.pragma('page_count', { simple: true }))
    connection?.pragma(`max_page_count = ${pages}`)
    const long = 'word '.repeat(700)
    const outcomes = await Promise.all(Array.from({ length: 40 }, (_, n) => submit(`${n} ${long}`, house as House)))
    const refused = outcomes.filter((each) => each instanceof Error)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.every((each) => asVideoError(each).code === 'storage')).toBe(true)
    connection?.pragma('max_page_count = 1000000')
    const kept = await house.core.store.list({}, null, 100)
    expect(kept.operations).toHaveLength(outcomes.length - refused.length)
    expect(await house.core.store.auditBooks()).toEqual([])
    expect(await submit('with room', house)).toMatchObject({ created: true })
  })

  it('held by another process: nothing new is accepted until it lets go, what runs goes on afterwards', async () => {
    house = await openHouse({ folder: ground.folder, googleUrl: ground.google.url })
    const here = house
    await here.begin()
    const accepted = await submit('before', here)
    if (accepted instanceof Error) throw accepted
    const other = new Database(path)
    other.exec('begin immediate')
    expect(await submit('meanwhile', here)).toMatchObject({ code: 'storage', retryable: true })
    other.exec('rollback')
    other.close()
    await until(async () => {
      expect(await here.core.store.get(accepted.operation.id)).toMatchObject({ status: 'completed' })
    })
    expect(ground.google.starts).toHaveLength(1)
  })

  it('a process killed in the middle of writing leaves every row that it told of, and no half of one', async () => {
    const writer = spawn(process.execPath, [join(import.meta.dirname, 'writing.ts'), path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let told = ''
    writer.stdout.on('data', (part) => {
      told += part
      if (told.split('\n').length > 200) writer.kill('SIGKILL')
    })
    await once(writer, 'exit')
    const store = await openStore(`file:${path}`, { log: silentLog })
    const names = told.split('\n').slice(0, -1)
    const found = await Promise.all(names.map((name) => store.get(name)))
    expect(found.filter((each) => each === null)).toEqual([])
    expect(await store.auditBooks()).toEqual([])
    await store.close()
  })

  async function damaged(where: (bytes: Buffer) => number): Promise<void> {
    const store = await openStore(`file:${path}`, { log: silentLog })
    for (let n = 0; n < 300; n += 1) await store.insert(someOperation(`op-${n}`), noLimits)
    await store.close()
    const bytes = await readFile(path)
    const page = Math.floor(where(bytes) / 4096) * 4096
    await writeFile(path, bytes.fill(0xa5, page, page + 4096))
  }
  const doctor = () =>
    databaseCheck({
      toCome: () => migrationsToCome(`file:${path}`, silentLog),
      open: () => openStore(`file:${path}`, { log: silentLog }),
      path,
    }).run(never)

  it('one damaged page: doctor says so, whoever meets it is told that it cannot be kept, and the process lives', async () => {
    await damaged((bytes) => bytes.indexOf('"prompt"'))
    expect(await doctor().catch(asVideoError)).toMatchObject({ code: 'storage' })
    house = await openHouse({ folder: ground.folder, googleUrl: ground.google.url })
    await house.begin()
    expect(await house.core.store.list({}, null, 300).catch(asVideoError)).toMatchObject({ code: 'storage' })
  })

  it('a damaged first page: it is not opened, and not touched', async () => {
    await damaged(() => 0)
    const before = await readFile(path)
    expect(await doctor()).toMatchObject([{ name: 'database', ok: false, remedy: expect.stringContaining('restore') }])
    expect(await readFile(path)).toEqual(before)
  })
})
