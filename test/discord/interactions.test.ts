import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { APIInteraction } from 'discord.js'
import { request } from 'undici'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { interactionsMount } from '../../src/bots/discord/interactions.ts'
import { silentLog } from '../db/memory-store.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const hexKey = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')

let server: Server
let url: string
let taken: APIInteraction[]
beforeEach(async () => {
  taken = []
  const intake = { interaction: async (given: APIInteraction) => void taken.push(given), message: async () => {} }
  const mount = interactionsMount(hexKey, intake, silentLog)
  server = createServer((incoming, response) => void mount.handler(incoming, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/discord/interactions`
})
afterEach(() => new Promise((resolve) => server.close(resolve)))

const timestamp = '1795000000'
const signed = (body: string) => sign(null, Buffer.from(timestamp + body), privateKey).toString('hex')

async function post(body: string, headers: Record<string, string>) {
  const answer = await request(url, { method: 'POST', headers, body })
  return { status: answer.statusCode, body: await answer.body.text() }
}
const asDiscord = (body: string) =>
  post(body, { 'x-signature-ed25519': signed(body), 'x-signature-timestamp': timestamp })

it('answers Discord’s ping', async () => {
  expect(await asDiscord('{"type":1}')).toEqual({ status: 200, body: '{"type":1}' })
  expect(taken).toEqual([])
})

it('takes what Discord has signed, and answers at once', async () => {
  const body = JSON.stringify({ type: 2, id: '1', data: { name: 'video' } })
  expect(await asDiscord(body)).toEqual({ status: 202, body: '' })
  expect(taken).toEqual([JSON.parse(body)])
})

it.each([
  ['another body', { 'x-signature-ed25519': signed('{"type":1}'), 'x-signature-timestamp': timestamp }],
  ['another time', { 'x-signature-ed25519': signed('{"type":2}'), 'x-signature-timestamp': '1795000001' }],
  ['no time', { 'x-signature-ed25519': signed('{"type":2}') }],
  ['no signature', { 'x-signature-timestamp': timestamp }],
  ['half a signature', { 'x-signature-ed25519': signed('{"type":2}').slice(2), 'x-signature-timestamp': timestamp }],
  ['no hexadecimal', { 'x-signature-ed25519': 'x'.repeat(128), 'x-signature-timestamp': timestamp }],
] as [string, Record<string, string>][])('refuses a signature of %s', async (_what, headers) => {
  expect((await post('{"type":2}', headers)).status).toBe(401)
  expect(taken).toEqual([])
})

it('refuses more than a megabyte, and any other method', async () => {
  expect((await asDiscord(JSON.stringify({ type: 1, x: 'x'.repeat(1_100_000) }))).status).toBe(401)
  const answer = await request(url)
  await answer.body.dump()
  expect(answer.statusCode).toBe(401)
})
