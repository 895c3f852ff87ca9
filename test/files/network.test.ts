import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isPrivateAddress } from '../../src/files/network.ts'
import { type FileServer, startFileServer } from './file-server.ts'
import { mp4 } from './mp4-fixture.ts'
import { addressed, never, type Opened, openTemporaryFiles, refusalOf } from './setup.ts'

describe('an address', () => {
  it.each([
    ...['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1'],
    ...['255.255.255.255', '198.18.0.1', '::', '::1', 'fe80::1', 'fd00::1', 'ff02::1', '::ffff:127.0.0.1'],
    ...['::ffff:7f00:1', '::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::1', '2001:0:1::1', '2001:db8::1'],
    ...['::127.0.0.1', 'fec0::1', 'not an address', ''],
  ])('%j is private', (address) => {
    expect(isPrivateAddress(address)).toBe(true)
  })

  it.each(['8.8.8.8', '142.250.0.1', '172.32.0.1', '100.128.0.1', '2607:f8b0:4004:800::200e', '::ffff:8.8.8.8'])(
    '%s is public',
    (address) => {
      expect(isPrivateAddress(address)).toBe(false)
    },
  )
})

describe('an origin at a private address', () => {
  let server: FileServer
  let opened: Opened
  beforeAll(async () => {
    server = await startFileServer()
    server.serve('/video', mp4())
  })
  afterAll(() => server.close())
  beforeEach(async () => {
    opened = await openTemporaryFiles()
  })
  afterEach(() => opened.close())

  it.each(['127.0.0.1', '2130706433', '0x7f.1', '0177.0.0.1', '127.1', '[::1]', '[::ffff:127.0.0.1]'])(
    'is not asked when it calls itself %s and nobody has trusted it',
    async (host) => {
      const uri = `http://${host}:${server.port}/video`
      const refused = await refusalOf(opened.files.saveVideo('op', addressed(uri), never))
      expect(refused).toMatchObject({ code: 'bad_video', retryable: false, facts: { why: 'untrusted_address' } })
      expect(server.requests).toEqual([])
    },
  )

  it('is not asked by its name either; what a name server says may be another thing later', async () => {
    const video = addressed(`http://localhost:${server.port}/video`)
    const refused = await refusalOf(opened.files.saveVideo('op', video, never))
    expect(refused).toMatchObject({ code: 'bad_video', retryable: true, facts: { why: 'untrusted_address' } })
    expect(server.requests).toEqual([])
  })

  it('is asked by its name once it is trusted', async () => {
    const origin = `http://localhost:${server.port}`
    const trusting = await openTemporaryFiles({ privateOrigins: [origin] })
    await trusting.files.saveVideo('op', addressed(`${origin}/video`), never)
    expect(server.requests).toHaveLength(1)
    await trusting.close()
  })
})
