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
