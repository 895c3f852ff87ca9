import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { examineDiscord } from '../../src/bots/discord/index.ts'
import type { Intake } from '../../src/bots/discord/intake.ts'
import { interactionsMount } from '../../src/bots/discord/interactions.ts'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../db/memory-store.ts'
import { type StandIn, startDiscord } from './stand-in/start.ts'

describe('what doctor says of Discord', () => {
  let discord: StandIn

  beforeEach(async () => {
    discord = await startDiscord({ botPublic: false })
  })
  afterEach(() => discord.close())

  const examine = (token = discord.token, guildIds: readonly string[] = [], publicKey: string | null = null) =>
    examineDiscord({ token, apiUrl: discord.url, guildIds, publicKey }, systemClock, silentLog)

  it('is content with a good token and a server in which the bot has what it needs', async () => {
    discord.controls.addGuild('Film club')
    const findings = await examine()
    expect(findings.map((each) => [each.name, each.ok])).toEqual([
      ['discord token', true],
      ['discord intents', true],
      ['discord guests', true],
      ['discord interactions', true],
      ['discord server Film club', true],
    ])
  })

  it('warns of a bot that strangers can add where no servers are listed, and of nothing once they are', async (context) => {
    const open = await startDiscord()
    context.onTestFinished(() => open.close())
    const guild = open.controls.addGuild('Film club')
    const guestsOf = async (guildIds: readonly string[]) =>
      (
        await examineDiscord({ token: open.token, apiUrl: open.url, guildIds, publicKey: null }, systemClock, silentLog)
      )[2]
    expect(await guestsOf([])).toMatchObject({
      ok: false,
      text: expect.stringMatching(/server of their own.*account/),
      remedy: expect.stringMatching(/Public Bot.*DISCORD_GUILD_IDS/),
    })
    expect(await guestsOf([guild])).toMatchObject({ name: 'discord guests', ok: true })
  })

  it('warns where Discord sends what people do elsewhere than the bot listens, over the gateway and over HTTP', async (context) => {
    const key = discord.controls.publicKey()
    const told = async (publicKey: string | null) => (await examine(discord.token, [], publicKey))[3]
    const name = 'discord interactions'
    const entered = expect.stringMatching(/write https:.*\/discord\/interactions into Interactions Endpoint URL/)
    expect(await told(key)).toMatchObject({ name, ok: false, remedy: entered })
    const { handler } = interactionsMount(key, {} as Intake, silentLog)
    const bot = createServer((request, response) => void handler(request, response)).listen(0, '127.0.0.1')
    await once(bot, 'listening')
    context.onTestFinished(() => void bot.close())
    const url = `http://127.0.0.1:${(bot.address() as AddressInfo).port}/discord/interactions`
    expect(await discord.controls.setEndpoint(url)).toEqual({ signed: 200, forged: 401 })
    expect(await told(key.toUpperCase())).toMatchObject({ name, ok: true, text: expect.stringContaining(url) })
    const copied = expect.stringContaining('copy Public Key')
    expect(await told('0'.repeat(64))).toMatchObject({ name, ok: false, remedy: copied })
    const emptied = expect.stringContaining('empty Interactions Endpoint URL')
    expect(await told(null)).toMatchObject({ name, ok: false, text: expect.stringContaining(url), remedy: emptied })
  })

  it('names the channels whose own settings keep the bot out', async () => {
    const guild = discord.controls.addGuild('Film club')
    discord.controls.addChannel(guild, { name: 'open' })
    const closed = discord.controls.addChannel(guild, { name: 'staff' })
    discord.controls.changeChannel(closed, { denied: String(1n << 11n) })
    const server = (await examine()).at(-1)
    expect(server).toMatchObject({ ok: true, text: expect.stringContaining('not in #staff:') })
  })

  it('names a token that Discord does not know, without showing it', async () => {
    const [finding] = await examine('a.wrong.token')
    expect(finding).toMatchObject({ ok: false, remedy: expect.stringContaining('DISCORD_TOKEN') })
    expect(JSON.stringify(finding)).not.toContain('a.wrong.token')
  })

  it('gives the invitation for a server where the bot is not, or lacks permissions', async () => {
    const strange = discord.controls.addGuild('Strangers', { hasBot: false })
    const weak = discord.controls.addGuild('Weak', { botPermissions: String(1n << 10n) })
    const findings = (await examine(discord.token, [strange, weak])).slice(4)
    for (const finding of findings) {
      expect(finding).toMatchObject({
        ok: false,
        remedy: expect.stringContaining('https://discord.com/oauth2/authorize?'),
      })
    }
    expect(findings).toHaveLength(2)
  })

  it('says that Discord cannot be reached', async () => {
    await discord.controls.outage('refuse')
    expect(await examine()).toMatchObject([{ ok: false, text: 'Discord cannot be reached' }])
    await discord.controls.outage('none')
  })
})
