import { copyFile, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runBackup, runRestore } from '../../src/backup.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { keepHouse } from '../../src/core/retire.ts'
import { openStore, pathOf } from '../../src/db/open.ts'
import { noLimits, silentLog, someOperation } from '../db/memory-store.ts'
import { mp4 } from '../files/mp4-fixture.ts'
import { openTemporaryFiles } from '../files/setup.ts'
import { openHouse } from '../money/house.ts'

describe('backup and restore', () => {
  let folder: string
  let url: string
  let copy: string
  let store: OperationStore
  const said: string[] = []
  const out = { write: (text: string) => said.push(text) }
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dailies-backup-'))
    url = `file:${join(folder, 'dailies.db')}`
    copy = join(folder, 'copy.db')
    store = await openStore(url, { log: silentLog })
    said.length = 0
  })
  afterEach(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })

  async function restored(): Promise<OperationStore> {
    await store.close()
    expect(await runRestore([copy], url, silentLog, out)).toBe(0)
    store = await openStore(url, { log: silentLog })
    return store
  }

  it('while the service writes, a backup is whole, and its rows and books come back', async () => {
    const before = Array.from({ length: 50 }, (_, index) => store.insert(someOperation(`before-${index}`), noLimits))
    await Promise.all(before)
    const during = Array.from({ length: 500 }, (_, index) => store.insert(someOperation(`during-${index}`), noLimits))
    expect(await runBackup([copy], url, out)).toBe(0)
    await Promise.all(during)
    const again = await restored()
    expect(await again.get('before-49')).toMatchObject({ id: 'before-49' })
    expect(await again.auditBooks()).toEqual([])
  })

  it('one of a database that is written all the time ends all the same', async () => {
    const busy = new Database(pathOf(url))
    busy.exec('create table filling as select randomblob(2000000) as bytes')
    busy.exec('create table written as select 0 as times')
    const write = busy.prepare('update written set times = times + 1')
    let ended = false
    const backup = runBackup([copy], url, out).finally(() => {
      ended = true
    })
    for (let commits = 0; !ended && commits < 20_000; commits += 1) {
      write.run()
      await turn()
    }
    expect(ended).toBe(true)
    expect(await backup).toBe(0)
    busy.close()
  })

  it('onto the database itself is refused in words, and nothing is changed', async () => {
    await store.insert(someOperation('here'), noLimits)
    expect(await runBackup([pathOf(url)], url, out)).toBe(1)
    expect(said.at(-1)).toBe('Nothing was changed: that file is the database itself: name another one\n')
    expect(await store.get('here')).toMatchObject({ id: 'here' })
  })

  it('onto a file that is no backup is refused, and the file stays', async () => {
    const settings = join(folder, '.env')
    await writeFile(settings, 'WEB_ACCESS_TOKEN=x')
    expect(await runBackup([settings], url, out)).toBe(1)
    expect(said.at(-1)).toBe('Nothing was changed: that file is there already and is no backup: name another one\n')
    expect(await readFile(settings, 'utf8')).toBe('WEB_ACCESS_TOKEN=x')
    await writeFile(settings, '')
    expect(await runBackup([settings], url, out)).toBe(0)
    expect(await runBackup([settings], url, out)).toBe(0)
  })

  it('onto a database that is no backup is refused: another program’s, another installation’s, one set aside', async () => {
    await runBackup([copy], url, out)
    const others = ['program.db', 'installation.db', 'stopped.db', 'dailies.db.before-2026-11-23T19-48-51-000Z']
    const [program = '', installation = '', stopped = '', aside = ''] = others.map((name) => join(folder, name))
    new Database(program).exec('create table dashboards (name text)').close()
    await copyFile(copy, aside)
    const running = await openStore(`file:${installation}`, { log: silentLog })
    await (await openStore(`file:${stopped}`, { log: silentLog })).close()
    for (const file of [program, installation, stopped, aside]) {
      const before = await readFile(file)
      expect({ file, code: await runBackup([file], url, out) }).toEqual({ file, code: 1 })
      expect(said.at(-1)).toContain('is no backup: name another one')
      expect((await readFile(file)).equals(before)).toBe(true)
    }
    await running.close()
    expect(await runBackup([join(folder, 'dailies.before-update.db')], url, out)).toBe(0)
  })

  it('two at the same time leave one whole backup, and what a killed one left is gone after an hour', async () => {
    await store.insert(someOperation('kept'), noLimits)
    const [old, young] = ['1'.repeat(8), '2'.repeat(8)].map((id) => `${copy}.${id}-0000-4000-8000-000000000000.part`)
    for (const left of [old, `${old}-journal`, young]) await writeFile(String(left), 'half')
    const before = new Date(Date.now() - 3_700_000)
    for (const left of [old, `${old}-journal`]) await utimes(String(left), before, before)
    const codes = await Promise.all([1, 2, 3].map(() => runBackup([copy], url, out)))
    expect({ codes, said }).toEqual({
      codes: [0, 0, 0],
      said: Array(3).fill(expect.stringContaining('The backup is in')),
    })
    const names = (await readdir(folder)).filter((name) => name.startsWith('copy'))
    expect(names.map((name) => join(folder, name))).toEqual([copy, young])
    expect(await (await restored()).get('kept')).toMatchObject({ id: 'kept' })
  })

  it('one that fails leaves the earlier backup as it was, and nothing beside it', async () => {
    await store.insert(someOperation('kept'), noLimits)
    expect(await runBackup([copy], url, out)).toBe(0)
    const elsewhere = join(folder, 'damaged.db')
    const bytes = await readFile(copy)
    await writeFile(elsewhere, bytes.fill('?', bytes.length - 60_000))
    expect(await runBackup([copy], `file:${elsewhere}`, out)).toBe(1)
    expect((await readdir(folder)).filter((name) => name.startsWith('copy'))).toEqual(['copy.db'])
    expect(await (await restored()).get('kept')).toMatchObject({ id: 'kept' })
  })

  it('a restore that was killed leaves nothing to the next one, of another backup', async () => {
    const earlier = join(folder, 'earlier.db')
    await store.insert(someOperation('one'), noLimits)
    await runBackup([earlier], url, out)
    const cancelled = { status: 'error', errorCode: 'cancelled', finishedAt: Date.now(), charge: 'released' } as const
    await store.change('one', {}, cancelled)
    await runBackup([copy], url, out)
    // Killed after it had changed the copy of the earlier one, before that was put in its place.
    const fresh = `${pathOf(url)}.restoring`
    await copyFile(earlier, fresh)
    const killed = new Database(fresh)
    killed.pragma('journal_mode = WAL')
    killed.exec(`update operations set starting_at = created_at where status = 'pending'`)
    const left = await readFile(`${fresh}-wal`)
    killed.close()
    await writeFile(`${fresh}-wal`, left)
    expect(await (await restored()).get('one')).toMatchObject({ status: 'error', charge: 'released', startingAt: null })
  })

  it('what the backup holds as waiting is not asked of Google again: it may have begun since', async () => {
    await store.insert(someOperation('waiting'), noLimits)
    await runBackup([copy], url, out)
    const again = await restored()
    const [claimed] = await again.claimStarts({ owner: 'me', now: Date.now(), until: Date.now() + 1000 }, 5, 5)
    expect(claimed).toMatchObject({ id: 'waiting', startingAt: expect.any(Number) })
  })

  it('keeps what was there before, and says where', async () => {
    await store.insert(someOperation('old'), noLimits)
    await runBackup([copy], url, out)
    await store.insert(someOperation('new'), noLimits)
    const again = await restored()
    expect(await again.get('new')).toBeNull()
    const kept = (await readdir(folder)).find((name) => name.includes('.before-'))
    expect(said.join('')).toContain(kept)
    const earlier = await openStore(`file:${join(folder, kept ?? '')}`, { log: silentLog })
    expect(await earlier.get('new')).toMatchObject({ id: 'new' })
    await earlier.close()
  })

  it('refuses the backup of a newer Dailies, with which the service would not start, and changes nothing', async () => {
    expect(await runBackup([copy], url, out)).toBe(0)
    const newer = new Database(copy)
    newer
      .prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)')
      .run('later', Date.UTC(2099, 0, 1))
    newer.close()
    await store.insert(someOperation('since'), noLimits)
    await store.close()
    expect(await runRestore([copy], url, silentLog, out)).toBe(1)
    expect(said.at(-1)).toContain('Nothing was changed: this database was written by a newer Dailies')
    store = await openStore(url, { log: silentLog })
    expect(await store.get('since')).not.toBeNull()
  })

  it('leaves the videos of what it set aside as long as any other, so that it can be undone', async () => {
    const { files, age, close } = await openTemporaryFiles()
    const made = async (id: string) => {
      const { file } = await files.saveVideo(id, { kind: 'bytes', bytes: mp4() }, AbortSignal.timeout(60_000))
      await age(file)
      return file
    }
    await store.insert(someOperation('old'), noLimits)
    await runBackup([copy], url, out)
    await store.insert(someOperation('new'), noLimits)
    const [unknown, unowned] = [await made('new'), await made('old')]
    const house = openHouse({ store: await restored(), policy: { retentionDays: 2 } })
    house.clock.time = Date.now()
    await keepHouse({ ...house.core, files })
    expect(await files.open(unknown)).not.toBeNull()
    expect(await files.open(unowned)).toBeNull()
    house.clock.time += 2 * 86_400_000
    await keepHouse({ ...house.core, files })
    expect(await files.open(unknown)).toBeNull()
    await close()
  })

  it('refuses while a service uses the database, and changes nothing', async () => {
    await store.insert(someOperation('here'), noLimits)
    await runBackup([copy], url, out)
    expect(await runRestore([copy], url, silentLog, out)).toBe(1)
    expect(said.at(-1)).toContain('in use')
    expect(await store.get('here')).toMatchObject({ id: 'here' })
    expect((await readdir(folder)).filter((name) => name.includes('restoring'))).toEqual([])
  })

  it.each([
    ['damaged', 'SQLite format 3\0 and then nothing'],
    ['no database', 'hello'],
  ])('refuses a file that is %s, and changes nothing', async (_, bytes) => {
    await store.insert(someOperation('here'), noLimits)
    await writeFile(copy, bytes)
    await store.close()
    expect(await runRestore([copy], url, silentLog, out)).toBe(1)
    store = await openStore(url, { log: silentLog })
    expect(await store.get('here')).toMatchObject({ id: 'here' })
  })
})
