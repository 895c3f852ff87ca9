import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, webApi } from '@slack/bolt'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions } from '../../src/bots/slack/api.ts'
import { asSlackError } from '../../src/bots/slack/errors.ts'
import { listenToRemovals } from '../../src/bots/slack/install.ts'
import { Installations, type Installed } from '../../src/bots/slack/installations.ts'
import { InstalledMessenger, type Workspace } from '../../src/bots/slack/workspaces.ts'
import type { Card } from '../../src/core/card.ts'
import { asVideoError, VideoError } from '../../src/core/errors.ts'
import type { Operation } from '../../src/core/operation.ts'
import type { VideoCommands } from '../../src/core/ports/commands.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { openStore } from '../../src/db/open.ts'
import { silentLog } from '../db/memory-store.ts'
import { openSlack } from './open.ts'

const secret = 'a-secret-of-the-host-that-is-long-enough'
const installed = (team: string): Installed => ({
  team,
  enterprise: null,
  botUser: 'U0BOT',
  botId: 'B0BOT',
  url: 'https://a-name-of-theirs.slack.com/',
  botToken: `xoxb-keep-me-secret-${team}`,
})

describe('what a workspace gave us', () => {
  let folder: string
  let store: OperationStore
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dailies-installations-'))
    store = await openStore(`file:${join(folder, 'dailies.db')}`, { log: silentLog })
  })
  afterEach(async () => {
    await store.close()
    await rm(folder, { recursive: true })
  })
  const open = (given = secret, teams: readonly string[] | null = null) => new Installations(store, given, teams)

  it('is found again by every process, replaced by a newer one, and gone when it is dropped', async () => {
    expect(await open().find('T1')).toBeNull()
    await open().keep(installed('T1'))
    await open().keep(installed('T2'))
    expect(await open().find('T1')).toEqual(installed('T1'))
    await open().keep({ ...installed('T1'), botToken: 'xoxb-newer' })
    expect(await open().find('T1')).toMatchObject({ botToken: 'xoxb-newer' })
    expect(await open().drop(installed('T1'))).toBe(false)
    expect(await open().find('T1')).toMatchObject({ botToken: 'xoxb-newer' })
    expect(await open().drop({ ...installed('T1'), botToken: 'xoxb-newer' })).toBe(true)
    expect(await open().find('T1')).toBeNull()
    expect(await open().find('T2')).toEqual(installed('T2'))
  })

  it('stays where the app was installed anew while what waited for its removal was ended', async () => {
    const slack = await openSlack('http')
    const heard: Record<string, (event: { context: { teamId: string } }) => Promise<void>> = {}
    const app = {
      event(name: string, hear: (typeof heard)[string]) {
        heard[name] = hear
      },
    } as unknown as App
    const leave = () => open().keep({ ...installed('T1'), botToken: 'xoxb-newer' })
    const options = clientOptions(slack.apiUrl, silentLog)
    listenToRemovals(app, open(), { leave } as unknown as VideoCommands, options, silentLog)
    await open().keep(installed('T1'))
    await heard.app_uninstalled?.({ context: { teamId: 'T1' } })
    expect(await open().find('T1')).toMatchObject({ botToken: 'xoxb-newer' })
    await slack.stop()
  })

  it('is in no byte of the database, and is encrypted anew each time', async () => {
    await open().keep(installed('T1'))
    const first = await store.kept('slack.installation.T1')
    await open().keep(installed('T1'))
    const sealed = await store.kept('slack.installation.T1')
    expect(sealed).not.toBe(first)
    await store.close()
    const names = readdirSync(folder)
    expect(names).toContain('dailies.db')
    const bytes = Buffer.concat(names.map((name) => readFileSync(join(folder, name)))).toString('latin1')
    expect(bytes).toContain('slack.installation.T1')
    expect(bytes).toContain(sealed)
    for (const text of ['xoxb', 'keep-me-secret', 'a-name-of-theirs', 'botToken', secret]) {
      expect(bytes).not.toContain(text)
      expect(bytes).not.toContain(Buffer.from(text).toString('base64').slice(0, -4))
    }
    store = await openStore(`file:${join(folder, 'dailies.db')}`, { log: silentLog })
  })

  it('cannot be read with another secret, moved to another workspace or changed, and the trouble tells nothing', async () => {
    await open().keep(installed('T1'))
    const sealed = (await store.kept('slack.installation.T1')) ?? ''
    const bytes = Buffer.from(sealed, 'base64')
    bytes[20] = (bytes[20] ?? 0) ^ 1
    await store.keep('slack.installation.T2', sealed)
    await store.keep('slack.installation.T3', bytes.toString('base64'))
    await store.keep('slack.installation.T4', 'short')
    const attempts = [open(`${secret}!`).find('T1'), ...['T2', 'T3', 'T4'].map((team) => open().find(team))]
    for (const attempt of attempts) {
      const refused = await attempt.then(() => null, asVideoError)
      expect(refused).toMatchObject({ code: 'unreachable', retryable: true })
      expect(refused?.message).toMatch(
        /^slack: slack\.installation\.T\d was encrypted with another SLACK_INSTALL_SECRET$/,
      )
    }
  })

  it('is asked for again where the database does not answer, whatever that says of itself', async () => {
    const broken = { ...store, kept: () => Promise.reject(new VideoError('storage', 'malformed')) }
    const refused = await new Installations(broken, secret, null).find('T1').then(() => null, asVideoError)
    expect(refused).toMatchObject({ code: 'unreachable', retryable: true })
  })

  it('counts for nothing once the host no longer names the workspace', async () => {
    await open().keep(installed('T1'))
    expect(await open(secret, ['T2']).find('T1')).toBeNull()
    expect(await open(secret, ['T1']).find('T1')).toEqual(installed('T1'))
    expect([open(secret, ['T1']).allows('T2'), open().allows('T2')]).toEqual([false, true])
  })
})

describe('a thread whose workspace removed the app', () => {
  const at = (messenger: object) => ({ messenger }) as unknown as Workspace
  const dead = (word: string) => ({ edit: () => Promise.reject(asSlackError(refusal(word))) })
  const refusal = (word: string) => new webApi.WebAPIPlatformError({ ok: false, error: word })
  const tell = (now: () => Promise<Workspace>, before: object) => {
    const found = [async () => at(before), now]
    const messenger = new InstalledMessenger({ of: () => (found.shift() ?? now)() })
    return messenger.edit({ thread: 'slack:T1:C1' } as Operation, 'C1:1.1', {} as Card, new AbortController().signal)
  }

  it('hears nothing until the app is back, also where that was while a call waited for its turn', async () => {
    const before = dead('token_revoked')
    const left = { retryable: false, facts: { why: 'uninstalled' } }
    await expect(tell(async () => at(before), before)).rejects.toMatchObject(left)
    await expect(tell(async () => at({}), before)).rejects.toMatchObject({ code: 'unreachable', retryable: true })
  })
})
