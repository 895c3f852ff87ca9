import { describe, expect, it } from 'vitest'
import { createApi } from '../../src/bots/discord/api.ts'
import { register, renderCommands } from '../../src/bots/discord/commands.ts'
import { systemClock } from '../../src/core/clock.ts'
import { silentLog } from '../db/memory-store.ts'
import { parseCommands } from './stand-in/command-shape.ts'
import { startDiscord } from './stand-in/start.ts'

describe('the commands as Discord gets them', () => {
  it('keep every limit of Discord’s, in every language', () => {
    expect(parseCommands(renderCommands(false)).map((each) => each.name)).toEqual(
      expect.arrayContaining(['video', 'videos', 'operations', 'settings', 'Animate this image', 'Use as last frame']),
    )
  })

  it('hide what is for admins from members, unless admins are named by id', () => {
    const hidden = (list: ReturnType<typeof renderCommands>) =>
      list.filter((each) => each.default_member_permissions).map((each) => each.name)
    expect(hidden(renderCommands(false))).toEqual(expect.arrayContaining(['operations', 'settings']))
    expect(hidden(renderCommands(true))).toEqual([])
  })

  it('leave a server that is no longer listed, and stand once where none is listed any more', async (context) => {
    const discord = await startDiscord()
    context.onTestFinished(() => discord.close())
    const { controls } = discord
    const [a, b] = [controls.addGuild('A'), controls.addGuild('B')]
    const api = createApi({ token: discord.token, apiUrl: discord.url }, systemClock, silentLog)
    const rendered = renderCommands(false)
    const shown = async (guildIds: readonly string[]) => {
      await register(api, guildIds, rendered, silentLog)
      return ['', a, b].map((place) => controls.commands(place).length)
    }
    const all = rendered.length
    expect(await shown([a, b])).toEqual([0, all, all])
    expect(await shown([b])).toEqual([0, 0, all])
    expect(await shown([])).toEqual([all, 0, 0])
  })
})
