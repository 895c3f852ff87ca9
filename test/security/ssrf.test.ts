import dns from 'node:dns'
import { mkdtemp, rm } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assemble } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import { asVideoError } from '../../src/core/errors.ts'
import type { VideoFiles } from '../../src/core/ports/files.ts'
import { openFiles } from '../../src/files/open.ts'
import { silentLog } from '../db/memory-store.ts'
import { type FileServer, startFileServer } from '../files/file-server.ts'

const never = new AbortController().signal

describe('file addresses from outside', () => {
  let folder: string
  let inside: FileServer
  let trusted: FileServer
  let files: VideoFiles
  const realLookup = dns.lookup
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dailies-ssrf-'))
    inside = await startFileServer()
    trusted = await startFileServer()
    files = await openFiles(
      {
        folder,
        imageOrigins: [
          { origin: trusted.origin },
          { origin: 'https://cdn.discordapp.com' },
          { origin: 'http://rebind.test' },
          { origin: `http://rebind.test:${inside.port}` },
          { origin: 'http://[::ffff:127.0.0.1]' },
        ],
        privateOrigins: [trusted.origin],
        ffmpegPath: null,
        searchPath: '',
        maxVideoBytes: 1_000_000,
        maxImageBytes: 1_000_000,
      },
      silentLog,
      { connectMs: 2000, idleMs: 2000, totalMs: 4000 },
    )
  })
  afterAll(async () => {
    await Promise.all([inside.close(), trusted.close()])
    await rm(folder, { recursive: true })
  })

  const fetchFrom = (url: string) => {
    const image = { kind: 'remote', url, declaredType: 'image/png', declaredBytes: 10, name: 'x.png' } as const
    return files.fetchImage(image, never).then(() => null, asVideoError)
  }
  const untrusted = { code: 'bad_image', facts: { why: 'untrusted_address' } }

  it.each([
    'http://127.0.0.1:PORT/',
    'http://localhost:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f000001:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://0:PORT/',
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://169.254.169.254/latest/meta-data/',
    'http://metadata.google.internal/computeMetadata/v1/',
    'https://cdn.discordapp.com@127.0.0.1:PORT/',
    'https://cdn.discordapp.com.evil.example/',
    'https://evil.example/https://cdn.discordapp.com/',
    'http://cdn.discordapp.com/',
    'https://cdn.discordapp.com:8443/',
    'file:///etc/passwd',
    'data:image/png;base64,iVBORw0KGgo=',
    'ftp://cdn.discordapp.com/',
    'gopher://127.0.0.1:PORT/_GET%20/',
    '//127.0.0.1:PORT/',
    'not an address',
    '',
  ])('%s is not asked', async (pattern) => {
    expect(await fetchFrom(pattern.replace('PORT', String(inside.port)))).toMatchObject(untrusted)
    expect(inside.requests).toEqual([])
  })

  it.each(['http://127.0.0.1:PORT/', 'http://2130706433:PORT/', 'http://[::1]:PORT/', 'file:///etc/passwd'])(
    'a redirect to %s is not followed',
    async (pattern) => {
      const location = pattern.replace('PORT', String(inside.port))
      const url = trusted.on(`/to/${pattern}`, (_, response) => void response.writeHead(302, { location }).end())
      expect(await fetchFrom(url)).toMatchObject(untrusted)
      expect(inside.requests).toEqual([])
    },
  )

  it('a name that is public when looked up and private when connected to (DNS rebinding) gets no connection', async () => {
    let asked = 0
    // Whatever is asked first, the connection itself gets the private answer.
    const rebinding = (name: string, options: dns.LookupOptions, done: (...given: unknown[]) => void) => {
      if (name !== 'rebind.test') return realLookup(name, options, done as never)
      asked += 1
      const address = { address: '127.0.0.1', family: 4 }
      if (options.all) done(null, asked === 1 ? [{ address: '93.184.216.34', family: 4 }, address] : [address])
      else done(null, address.address, 4)
    }
    Object.assign(dns, { lookup: rebinding })
    syncBuiltinESMExports()
    try {
      expect(await fetchFrom(`http://rebind.test:${inside.port}/`)).toMatchObject(untrusted)
      expect(await fetchFrom(`http://rebind.test:${inside.port}/`)).toMatchObject(untrusted)
      expect(asked).toBe(2)
    } finally {
      Object.assign(dns, { lookup: realLookup })
      syncBuiltinESMExports()
    }
    expect(inside.requests).toEqual([])
  })

  it('no token of Slack’s goes with an address that came from Discord, nor is Slack asked for it', async () => {
    const env = {
      DATABASE_URL: `file:${join(folder, 'data', 'both.db')}`,
      OUTPUTS_URL: folder,
      DISCORD_TOKEN: 'a.discord.token',
      SLACK_BOT_TOKEN: 'xoxb-the-bot',
      SLACK_APP_TOKEN: 'xapp-1',
      SLACK_API_URL: `${trusted.origin}/api/`,
    }
    const { core, close } = await assemble(readConfig(env), silentLog)
    const url = trusted.on('/api/chat.postMessage', (_, response) => void response.end('<html>'))
    const image = { kind: 'remote', url, declaredType: 'image/png', declaredBytes: 10, name: 'x.png' } as const
    const tokens = () =>
      trusted.requests.filter(({ path }) => path.includes('post')).map(({ headers }) => headers.authorization)
    await expect(core.files.fetchImage(image, never)).rejects.toMatchObject(untrusted)
    expect(tokens()).toEqual([])
    const own = { ...image, workspace: 'slack:T1' }
    await expect(core.files.fetchImage(own, never)).rejects.toMatchObject({ code: 'bad_image' })
    expect(tokens()).toEqual(['Bearer xoxb-the-bot'])
    await close()
  })

  it('pictures of a front end that was switched off meanwhile are fetched from Discord, and waited for from Slack', async () => {
    const env = { DATABASE_URL: `file:${join(folder, 'data', 'off.db')}`, OUTPUTS_URL: folder }
    const { core, close } = await assemble(readConfig(env), silentLog)
    const fetched = (url: string, workspace: string) => {
      const image = {
        kind: 'remote',
        url,
        declaredType: 'image/png',
        declaredBytes: 10,
        name: 'x.png',
        workspace,
      } as const
      // Nothing leaves the machine.
      return core.files.fetchImage(image, AbortSignal.abort()).catch(asVideoError)
    }
    for (const host of ['cdn.discordapp.com', 'media.discordapp.net'])
      expect(await fetched(`https://${host}/x.png`, 'discord:1')).toMatchObject({
        code: 'unreachable',
        retryable: true,
      })
    const address = 'https://files.slack.com/files-pri/T1-F1/x.png'
    expect(await fetched(address, 'slack:T1')).toMatchObject({ code: 'busy', retryable: true, retryAfterSeconds: 60 })
    expect(await fetched(address, 'discord:1')).toMatchObject(untrusted)
    await close()
  })

  it('IPv4 in IPv6 clothes is no way in, even for an origin that was allowed', async () => {
    expect(await fetchFrom('http://[::ffff:127.0.0.1]/')).toMatchObject(untrusted)
  })
})
