import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  alice,
  answersIn,
  buttonsOf,
  delivered,
  general,
  type House,
  modes,
  openHouse,
  picture,
  textOf,
  until,
} from '../slack/house.ts'

describe.each(modes)('a video on Slack, over %s', (mode) => {
  let house: House

  beforeEach(async ({ onTestFailed }) => {
    house = await openHouse(mode)
    onTestFailed(() => console.log(house.story.join('\n'), JSON.stringify(house.slack.requests.slice(-30), null, 1)))
  })
  afterEach(() => house.close())

  it('goes from a mention to the video in the thread, mentioning whoever asked and nobody else', async () => {
    const { slack } = house
    const told = slack.people.mention({ channel: general, user: alice, text: 'a lion at dusk' })
    const [outcome] = await told.outcomes
    expect(outcome?.acknowledged).toBe(true)
    const { status, video } = await delivered(slack, general, told.message.ts)
    expect(video.files[0]?.mimetype).toBe('video/mp4')
    expect(video.pings).toEqual([alice])
    expect(status.pings).toEqual([])
    expect(textOf(status)).toContain('a lion at dusk')
    expect(buttonsOf(status)).toEqual(
      expect.arrayContaining(['Again', 'Edit prompt', 'Animate its last frame', 'Delete']),
    )
    expect(answersIn(slack, general, told.message.ts)).toHaveLength(2)
    expect(house.google.starts).toHaveLength(1)
  })

  it('animates an attached image; with two, they are first and last frame', async () => {
    const { slack } = house
    const files = [await picture(slack, alice), await picture(slack, alice)]
    const told = slack.people.mention({ channel: general, user: alice, text: 'the sun rises', files })
    await delivered(slack, general, told.message.ts)
    expect(slack.downloads.map((each) => each.allowed)).toEqual([true, true])
    expect(house.google.starts[0]).toMatchObject({ film: expect.anything() })
    await until(() => expect(house.google.requests.some((each) => each.route === 'start')).toBe(true))
  })
})
