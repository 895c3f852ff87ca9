import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { provideServers } from '../place.ts'
import { startServers } from '../servers.ts'
import { Crowd } from './crowd.ts'

/** So soon after its leader was killed or frozen an installation is connected again. */
const handOverMilliseconds = 15_000
/** What is left at least of a leader's lease when it stops: whoever waited for its end would take longer. */
const leaseLeftMilliseconds = 6_000

let stopServers = async () => {}
beforeAll(async () => {
  const { servers, stop } = await startServers()
  provideServers(servers)
  stopServers = stop
})
afterAll(async () => {
  provideServers(null)
  await stopServers()
})

describe.concurrent('of several instances', { timeout: 120_000 }, () => {
  it('one is connected to Discord, and another within 15 seconds after it was killed, at once after it was stopped', async (context) => {
    const crowd = await Crowd.openFor(context)
    const first = await crowd.add()
    await crowd.connections(1)
    const second = await crowd.add()
    await crowd.command('while the first leads')
    await crowd.shows(['while the first leads'])
    await first.kill('SIGKILL')
    expect(await crowd.connections(2)).toBeLessThan(handOverMilliseconds)
    await crowd.command('while the second leads')
    await crowd.mention('beside it')
    await crowd.add()
    const stopped = second.kill('SIGTERM')
    expect(await crowd.connections(3)).toBeLessThan(leaseLeftMilliseconds)
    await crowd.command('while the third leads')
    await crowd.shows(['while the first leads', 'while the second leads', 'beside it', 'while the third leads'])
    expect(await stopped).toBe(0)
    await crowd.connected(1)
  })

  it('one is connected to Discord, and another within 15 seconds after it was frozen: when it thaws it answers nothing twice, and lets go', async (context) => {
    const crowd = await Crowd.openFor(context)
    const first = await crowd.add()
    await crowd.connections(1)
    await crowd.add()
    first.freeze()
    expect(await crowd.connections(2)).toBeLessThan(handOverMilliseconds)
    // Discord tells both of these events: the frozen one hears of them when it thaws.
    await crowd.command('heard by both')
    await crowd.mention('read by both')
    await crowd.mention('')
    await crowd.shows(['heard by both', 'read by both'], 1)
    first.thaw()
    await crowd.connected(1)
    await crowd.command('heard by one')
    await crowd.shows(['heard by both', 'read by both', 'heard by one'], 1)
  })
})
