import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { afterAll, describe, expect, it } from 'vitest'
import { Secret } from '../../src/config/secret.ts'
import { type Config, ConfigError, readConfig } from '../../src/config.ts'
import { VideoError } from '../../src/core/errors.ts'
import type { Service } from '../../src/core/models.ts'
import type { VideoModel } from '../../src/core/ports/google.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { openStore } from '../../src/db/open.ts'
import { migrationsToCome } from '../../src/db/to-come.ts'
import { encoderCheck, folderCheck, nodeCheck } from '../../src/doctor/machine.ts'
import { databaseCheck, googleCheck, settingsCheck, storageCheck } from '../../src/doctor/service.ts'
import { type Check, runDoctor } from '../../src/doctor.ts'
import { silentLog } from '../db/memory-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'dailies-doctor-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function examine(checks: readonly Check[], timeoutMs = 5000) {
  const lines: string[] = []
  const code = await runDoctor(checks, {
    write: (line) => lines.push(line),
    secrets: [new Secret('planted-key')],
    timeoutMs,
  })
  return { code, lines: lines.map((line) => line.replace(/\n$/, '')), text: lines.join('') }
}

function saying(name: string, ok: boolean, text: string, remedy?: string): Check {
  return { name, run: async () => [remedy === undefined ? { name, ok, text } : { name, ok, text, remedy }] }
}

/** A model of which only the list can be asked for. */
function offering(available: () => Promise<readonly string[]>): VideoModel {
  const never = () => Promise.reject(new Error('doctor must not ask for this'))
  return { available, start: never, check: never, pace: () => 10, cancel: never, discard: never }
}

describe('the doctor', () => {
  it('writes one line for each finding, in order, and ends with 0 when all is well', async () => {
    expect(await examine([saying('a', true, 'fine'), saying('b', true, 'good')])).toMatchObject({
      code: 0,
      lines: ['ok     a: fine', 'ok     b: good', 'All is well.'],
    })
  })

  it('says what is wrong with its remedy, and ends with 1', async () => {
    expect(await examine([saying('a', false, 'broken', 'mend it'), saying('b', true, 'good')])).toMatchObject({
      code: 1,
      lines: ['WRONG  a: broken -> mend it', 'ok     b: good', '1 thing needs attention.'],
    })
  })

  it('goes on when a check throws or never answers', async () => {
    const throws: Check = { name: 'a', run: () => Promise.reject(new Error('oh')) }
    const hangs: Check = { name: 'b', run: () => Promise.withResolvers<never>().promise }
    const { code, lines } = await examine([throws, hangs, saying('c', true, 'good')], 50)
    expect(code).toBe(1)
    expect(lines).toEqual([
      'WRONG  a: oh',
      'WRONG  b: no answer within 0.05 s',
      'ok     c: good',
      '2 things need attention.',
    ])
  })

  it('writes no secret and no control character, whatever a check says', async () => {
    const { lines } = await examine([saying('a', false, 'GET /?key=planted-key\nfailed\u001b[2J', 'not planted-key')])
    expect(lines[0]).toBe('WRONG  a: GET /?key=[secret] failed [2J -> not [secret]')
  })
})

describe('settings', () => {
  it('that are bad are reported one line each', async () => {
    let bad: unknown
    try {
      readConfig({ PORT: 'x', DISCORD_TOKEM: 'planted-key', HOST: '0.0.0.0' })
    } catch (error) {
      bad = error
    }
    if (!(bad instanceof ConfigError)) throw new Error('accepted')
    const { code, lines } = await examine([settingsCheck(bad)])
    expect(code).toBe(1)
    expect(lines.slice(0, -1)).toEqual([
      'WRONG  settings: DISCORD_TOKEM -> Dailies reads no such variable; DISCORD_TOKEN?',
      'WRONG  settings: PORT is "x" -> write a whole number from 0 to 65535',
      'WRONG  settings: WEB_ACCESS_TOKEN -> set it, because HOST=0.0.0.0 lets others in; or leave HOST at 127.0.0.1',
    ])
  })

  it('without credentials are well, and said to be a rehearsal', async () => {
    const { code, text } = await examine([settingsCheck(readConfig({}))])
    expect(code).toBe(0)
    expect(text).toContain('rehearsal')
  })

  it('that are odd are noted', async () => {
    const { code, text } = await examine([settingsCheck(readConfig({ GEMINI_API_KEY: 'a1', GOOGLE_API_KEY: 'b2' }))])
    expect(code).toBe(0)
    expect(text).toContain('note: Both GOOGLE_API_KEY and GEMINI_API_KEY')
  })
})

describe('Google', () => {
  const key = { GEMINI_API_KEY: 'planted-key' }
  const omni = 'gemini-omni-1.2-flash'
  const answers = (config: Config, lists: Partial<Record<Service, readonly string[]>>) =>
    googleCheck(config, (service) => offering(async () => lists[service] ?? []))

  it('a default model that is gone is merely not offered while another can be used', async () => {
    const { code, lines } = await examine([answers(readConfig(key), { omni: [omni] })])
    expect(code).toBe(0)
    expect(lines).toContain('ok     Google (developer): takes the credentials')
    expect(lines).toContain(`ok     model: ${omni} can be used`)
    expect(lines.join()).toContain('veo-3.1-generate-preview cannot be used, may be switched off from 2026-10-22')
  })

  it('a model that MODELS names and that cannot be used is wrong, and its successor is named', async () => {
    const config = readConfig({ ...key, MODELS: `veo-3.1-generate-preview,${omni}` })
    const { code, lines } = await examine([answers(config, { omni: [omni] })])
    expect(code).toBe(1)
    expect(lines.filter((line) => line.startsWith('WRONG'))).toEqual([
      expect.stringContaining(`veo-3.1-generate-preview cannot be used with these credentials`),
    ])
    expect(lines.join()).toContain(`put ${omni} into MODELS instead`)
  })

  it('no usable model at all is wrong', async () => {
    expect((await examine([answers(readConfig(key), {})])).code).toBe(1)
  })

  it('a refused key is one line with its remedy, and no model of that service is blamed', async () => {
    const refusing = offering(() => Promise.reject(new VideoError('bad_key', 'API key not valid: planted-key')))
    const config = readConfig({ ...key, VIDEO_SERVICE: 'developer' })
    const { code, lines, text } = await examine([googleCheck(config, () => refusing)])
    expect(code).toBe(1)
    expect(lines).toHaveLength(2)
    expect(lines[0]).toContain('-> put a valid key into GEMINI_API_KEY')
    expect(text).not.toContain('planted-key')
  })

  it('a credentials file that is not there is named, and no role is asked for', async () => {
    const refusing = offering(() => Promise.reject(new VideoError('bad_key', 'no token: ENOENT: open /nope')))
    const { text } = await examine([googleCheck(readConfig({ GOOGLE_CLOUD_PROJECT: 'p' }), () => refusing)])
    expect(text).toContain('-> correct GOOGLE_APPLICATION_CREDENTIALS: no such file')
  })
})

describe('the bucket that Vertex fills', () => {
  it.each<[string, () => Promise<readonly string[]>, number, string]>([
    ['allows all', async () => [], 0, 'ok     Google (storage): gs://b/veo can be filled, read and emptied'],
    [
      'refuses some',
      async () => ['storage.objects.delete'],
      1,
      'gs://b/veo: not allowed: storage.objects.delete -> give',
    ],
    [
      'is out of reach',
      () => Promise.reject(new VideoError('unreachable', 'ENOTFOUND')),
      1,
      'be reached (ENOTFOUND) ->',
    ],
  ])('%s', async (_, missing, code, line) => {
    const found = await examine([storageCheck('gs://b/veo', missing)])
    expect(found.code).toBe(code)
    expect(found.lines[0]).toContain(line)
  })
})

describe('the machine', () => {
  it.each([
    ['24.21.0', 0],
    ['24.16.0', 0],
    ['24.15.1', 1],
    ['25.9.0', 1],
    ['26.0.0', 0],
    ['20.20.2', 1],
  ])('Node %s ends with %i', async (version, code) => {
    expect((await examine([nodeCheck(version)])).code).toBe(code)
  })

  it('a folder is made if missing, and left as it was', async () => {
    const { code, text } = await examine([folderCheck(join(folder, 'new', 'outputs'))])
    expect(text).toContain('can be written')
    expect(text).toMatch(/disk: \d+\.\d GiB free/)
    expect(code === 0).toBe(!text.includes('WRONG'))
  })

  it('a path that cannot be a folder is wrong', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    const { code, text } = await examine([folderCheck(join(file, 'outputs'))])
    expect(code).toBe(1)
    expect(text).toContain('OUTPUTS_URL')
  })

  it('ffmpeg may be missing, unless FFMPEG_PATH names it', async () => {
    const nowhere = async () => null
    expect((await examine([encoderCheck(nowhere, null)])).code).toBe(0)
    expect(await examine([encoderCheck(nowhere, '/opt/ffmpeg')])).toMatchObject({
      code: 1,
      lines: [expect.stringContaining('/opt/ffmpeg is no program that can be run'), expect.anything()],
    })
  })

  it('ffmpeg is run, and says which version it is', async () => {
    const program = join(folder, 'ffmpeg')
    writeFileSync(program, '#!/bin/sh\necho "ffmpeg version 7.1 Copyright"\n')
    chmodSync(program, 0o755)
    const { code, lines } = await examine([encoderCheck(async () => program, null)])
    expect({ code, line: lines[0] }).toEqual({ code: 0, line: 'ok     ffmpeg: ffmpeg version 7.1 Copyright' })
  })
})

describe('the database', () => {
  /** A store of which doctor may ask only this. */
  function storeWith(parts: Pick<OperationStore, 'ping' | 'auditBooks'>) {
    const closed: true[] = []
    const close = async () => {
      closed.push(true)
    }
    return { store: { ...parts, close } as OperationStore, closed }
  }

  const toCome = async () => 0

  it('of an earlier Dailies is only looked at, and what the next start does to it is told', async () => {
    const path = join(folder, 'earlier.db')
    const migrations = readMigrationFiles({ migrationsFolder: resolve('drizzle/sqlite') }).slice(0, -2)
    const raw = new Database(path)
    raw.exec('begin')
    raw.exec('create table __drizzle_migrations (id integer primary key, hash text not null, created_at numeric)')
    for (const { sql, hash, folderMillis } of migrations) {
      for (const statement of sql) raw.exec(statement)
      raw.prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)').run(hash, folderMillis)
    }
    raw.exec('commit')
    raw.close()
    const before = readFileSync(path)
    const url = `file:${path}`
    const open = () => openStore(url, { log: silentLog })
    const check = databaseCheck({ toCome: () => migrationsToCome(url, silentLog), open, path: folder })
    const { code, lines } = await examine([check])
    const told = 'ok     database: of an earlier Dailies: 2 migrations, applied for good at the next start, so'
    expect({ code, line: lines[0] }).toEqual({ code: 0, line: expect.stringContaining(told) })
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('that is not there yet is not made, and told by its place; or that it cannot be made there', async () => {
    const told = async (path: string) => {
      const url = `file:${path}`
      const open = () => openStore(url, { log: silentLog })
      const { lines } = await examine([databaseCheck({ toCome: () => migrationsToCome(url, silentLog), open, path })])
      expect(existsSync(dirname(path))).toBe(false)
      return lines[0]
    }
    const mistyped = join(folder, 'dta', 'dailies.db')
    expect(await told(mistyped)).toBe(`ok     database: none yet at ${mistyped}: the first start makes it`)
    writeFileSync(join(folder, 'a-file'), '')
    expect(await told(join(folder, 'a-file', 'data', 'dailies.db'))).toMatch(
      /^WRONG .*cannot be made -> correct DATABASE_URL/,
    )
  })

  it('that answers and whose books agree is well, and is closed again', async () => {
    const { store, closed } = storeWith({ ping: async () => undefined, auditBooks: async () => [] })
    const { code, lines } = await examine([databaseCheck({ toCome, open: async () => store, path: folder })])
    expect(code).toBe(0)
    expect(lines).toContain('ok     books: ledger and Operations agree')
    expect(closed).toEqual([true])
  })

  it('whose books disagree has a line for each disagreement', async () => {
    const { store } = storeWith({ ping: async () => undefined, auditBooks: async () => ['op-1 is short', 'op-2 too'] })
    const { code, text } = await examine([databaseCheck({ toCome, open: async () => store, path: folder })])
    expect(code).toBe(1)
    expect(text).toContain('WRONG  books: op-1 is short')
    expect(text).toContain('WRONG  books: op-2 too')
  })

  it('that cannot be opened or written says why, and is closed again', async () => {
    const failing = (cause?: unknown) => Promise.reject(new VideoError('storage', 'it failed', { cause }))
    const withCode = (code: string) => Object.assign(new Error('of its own'), { code })
    const told = async (cause: unknown, path: string | null) => {
      const { code, lines } = await examine([databaseCheck({ toCome, open: () => failing(cause), path })])
      expect(code).toBe(1)
      return lines[0]?.replace('WRONG  database: it failed -> ', '')
    }
    const damaged = 'put a backup in its place: npm run restore -- FILE'
    expect(await told(withCode('SQLITE_CORRUPT_VTAB'), folder)).toBe(damaged)
    expect(await told(new Error('in Drizzle’s words', { cause: withCode('SQLITE_NOTADB') }), folder)).toBe(damaged)
    const away = 'correct DATABASE_URL, or let this user write the file and its folder'
    expect(await told(withCode('SQLITE_CANTOPEN'), folder)).toBe(away)
    expect(await told(withCode('EACCES'), folder)).toBe(away)
    expect(await told(withCode('ECONNREFUSED'), null)).toBe(
      'correct DATABASE_URL, or start PostgreSQL and let this machine in',
    )
    const newer = 'update Dailies if it is the older of the two, or let DATABASE_URL name another database'
    expect(await told(undefined, folder)).toBe(newer)
    expect(await told(undefined, null)).toBe(newer)
    const full = () => Promise.reject(new VideoError('storage', 'disk full'))
    const { store, closed } = storeWith({ ping: full, auditBooks: async () => [] })
    expect((await examine([databaseCheck({ toCome, open: async () => store, path: folder })])).text).toContain(
      'disk full',
    )
    expect(closed).toEqual([true])
  })
})
