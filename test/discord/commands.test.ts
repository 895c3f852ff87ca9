import { describe, expect, it } from 'vitest'
import { renderCommands } from '../../src/bots/discord/commands.ts'
import { parseCommands } from './stand-in/command-shape.ts'

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
})
