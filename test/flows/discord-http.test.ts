import { createHash } from 'node:crypto'
import { request } from 'undici'
import { expect, it } from 'vitest'
import { Crowd } from '../scale/crowd.ts'

it('Discord’s interactions over HTTP: /video to either of two instances ends in its channel, without a gateway; forgeries do not', async (context) => {
  const crowd = await Crowd.openFor(context)
  const { controls } = crowd.discord
  const DISCORD_PUBLIC_KEY = await controls.publicKey()
  const open = { DISCORD_PUBLIC_KEY, WEB_ACCESS_TOKEN: 'who-sees-the-page' }
  const instances = [await crowd.add(open), await crowd.add(open)]
  await crowd.registered()
  for (const [index, { url }] of instances.entries()) {
    const address = `${url}/discord/interactions`
    expect(await controls.setEndpoint(address)).toEqual({ signed: 200, forged: 401 })
    await crowd.command(`through instance ${index}`)
    const forged = await request(address, {
      method: 'POST',
      headers: { 'x-signature-ed25519': createHash('sha512').digest('hex'), 'x-signature-timestamp': '1795000000' },
      body: JSON.stringify({ type: 2, id: '1', token: 'x', data: { name: 'video' } }),
    })
    await forged.body.dump()
    expect(forged.statusCode).toBe(401)
  }
  await crowd.shows(['through instance 0', 'through instance 1'])
  expect(await controls.taken()).toEqual([202, 202])
  expect(await controls.counts()).toMatchObject({ identified: 0, exhausted: 0 })
})
