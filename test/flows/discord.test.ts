import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buttonsOf, type House, idOf, openHouse, textOf, until } from '../discord/house.ts'

describe('a video on Discord', () => {
  let house: House

  beforeEach(async ({ onTestFailed }) => {
    house = await openHouse()
    onTestFailed(() => console.log(house.story.join('\n'), house.members.traffic()))
  })
  afterEach(() => house.close())

  const act = (user = house.alice, channel = house.channel) => ({ user, channel })
  const delivered = (channel = house.channel) =>
    until(() => {
      const found = house.members.messages(channel).filter((each) => each.now.content.startsWith('<@'))
      expect(found).not.toHaveLength(0)
      return found
    })

  it('goes from /video to a video that is posted as a reply, and the status message ends as one line', async () => {
    const id = house.members.slash(act(), 'video', { prompt: 'A lion at dusk' })
    const status = await house.answered(id)
    expect(textOf(status)).toContain('Accepted')
    expect(textOf(status)).toContain('$0.80')
    expect(house.members.interaction(id)?.answeredAfter).toBeLessThan(3000)

    const [video] = await delivered()
    const operation = await house.newest()
    expect(video?.now.attachments[0]).toMatchObject({ filename: operation.videoFile, sha256: operation.videoHash })
    expect(video?.pings).toEqual([house.alice])
    expect(video?.repliesTo).toBe(status.id)
    expect(textOf(video as never)).toContain('A lion at dusk')
    const ended = await until(() => {
      const now = house.members.message(status.id)
      expect(now?.now.embeds).toEqual([])
      return now
    })
    expect(ended?.now.content).toContain('Done: Veo 3.1 Fast')
    expect(ended?.now.content.split('\n')).toHaveLength(1)
    expect(buttonsOf(video as never)).toEqual(
      expect.arrayContaining(['Again', 'Edit prompt', 'Animate its last frame', 'Extend', 'Download', 'Delete']),
    )
  })
})
