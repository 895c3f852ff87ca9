import { once } from 'node:events'
import { expect, it } from 'vitest'
import { createDiscord } from '../../src/bots/discord/index.ts'
import { systemClock } from '../../src/core/clock.ts'
import type { VideoCommands } from '../../src/core/ports/commands.ts'
import { startDiscord } from './stand-in/start.ts'

it('a token that Discord refuses keeps Discord off and nothing else, and the log says what to correct', async (context) => {
  const discord = await startDiscord()
  context.onTestFinished(() => discord.close())
  const said: string[] = []
  const heard = new EventTarget()
  const note = (_fields: object, message: string) => {
    said.push(message)
    if (message.startsWith('commands not registered')) heard.dispatchEvent(new Event('registered'))
  }
  const registered = once(heard, 'registered')
  const bot = createDiscord(
    { token: 'a.wrong.token', apiUrl: discord.url, guildIds: [], adminIds: [] },
    {
      commands: {} as VideoCommands,
      log: { debug: () => {}, info: () => {}, warn: note, error: note },
      clock: systemClock,
      large: { smaller: async () => null, link: () => null, discard: async () => {} },
    },
  )
  await bot.start()
  await registered
  await bot.stop()
  expect(said).toEqual([
    'Discord refuses DISCORD_TOKEN: this front end stays off until it is corrected',
    'commands not registered: correct DISCORD_TOKEN',
  ])
})

it('listens again after Discord refused its token in the middle, and the log says what to correct', async (context) => {
  const discord = await startDiscord()
  context.onTestFinished(() => discord.close())
  const errors: string[] = []
  const heard = new EventTarget()
  const tell = (what: string) => heard.dispatchEvent(new Event(what))
  const silent = () => {}
  const bot = createDiscord(
    { token: discord.token, apiUrl: discord.url, guildIds: [], adminIds: [] },
    {
      commands: {} as VideoCommands,
      log: {
        debug: silent,
        info: (_fields, message) => void (message === 'connected to Discord' && tell('connected')),
        warn: silent,
        error: (_fields, message) => void errors.push(message),
      },
      clock: {
        now: Date.now,
        sleep: async (milliseconds, signal) => {
          if (milliseconds < 300_000) return systemClock.sleep(milliseconds, signal)
          const [woken] = [once(heard, 'woken', { signal })]
          tell('asleep')
          await woken
        },
      },
      large: { smaller: async () => null, link: () => null, discard: async () => {} },
    },
  )
  context.onTestFinished(() => bot.stop())
  const connected = once(heard, 'connected')
  await bot.start()
  await connected
  const asleep = once(heard, 'asleep')
  discord.controls.gateway('refuse')
  await asleep
  expect(errors).toEqual([
    'Discord has ended the connection and does not take DISCORD_TOKEN any more: correct it; it is tried again every five minutes',
  ])
  const again = once(heard, 'connected')
  tell('woken')
  await again
  expect(discord.controls.counts()).toMatchObject({ connected: 1, identified: 2 })
})
