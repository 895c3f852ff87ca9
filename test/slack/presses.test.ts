import { expect, it } from 'vitest'
import { answersIn, delivered, inHouse, newChannel, openedFromHome, textOf, until, whispersTo } from '../slack/house.ts'
import { alice, carol } from '../slack/open.ts'

it(
  'refuses a role in /settings: Slack has none, and nobody would be in it',
  () =>
    inHouse(async ({ slack }) => {
      const channel = newChannel(slack)
      await slack.people.slash({
        command: '/settings',
        text: 'role:<!subteam^S0EDITORS|@editors>',
        channel,
        user: carol,
      })
      const told = slack.people.mention({ channel, user: alice, text: 'a paper boat' })
      const answer = await until(
        () => answersIn(slack, channel, told.message.ts)[0] ?? Promise.reject(new Error('none')),
      )
      expect(textOf(answer)).not.toContain('Not allowed')
    }, 'socket'),
  60_000,
)

it(
  'says above what the home page opened what came of a press in it, and shows that anew with its buttons',
  () =>
    inHouse(async ({ slack }) => {
      const channel = newChannel(slack)
      const done = slack.people.mention({ channel, user: alice, text: 'a stone bridge' })
      await delivered(slack, channel, done.message.ts)
      await slack.people.slash({ command: '/pause', channel, user: carol })
      await until(() => expect(textOf(whispersTo(slack, carol, channel)[0])).toContain('aused'))
      const opened = await openedFromHome(slack, carol, 'stone bridge')
      const seen = () => JSON.stringify(opened.view)
      await slack.people.pressIn(opened, 'Again')
      await until(() => expect(seen()).toMatch(/aused.*stone bridge.*v1:again/), 4000)
      await slack.people.pressIn(opened, 'Download')
      await until(() => expect(seen()).toMatch(/\/archives\/.*stone bridge.*v1:again/), 4000)
      expect(seen()).not.toContain('aused')
      await slack.people.pressIn(opened, 'Delete')
      await until(() => expect(seen()).toMatch(/in a moment.*Removed/), 4000)
      expect(seen()).not.toContain('stone bridge')
    }, 'socket'),
  60_000,
)

it(
  'counts a second choice in the same menu, however soon',
  () =>
    inHouse(async ({ slack }) => {
      const channel = newChannel(slack)
      const told = slack.people.mention({ channel, user: alice, text: 'a paper boat' })
      await delivered(slack, channel, told.message.ts)
      await slack.people.slash({ command: '/operations', channel, user: carol })
      const seen = () => textOf(whispersTo(slack, carol, channel).at(-1))
      await until(() => expect(seen()).toContain('a paper boat'))
      const list = whispersTo(slack, carol, channel)[0]
      if (!list) throw new Error('none')
      await slack.people.pick(list, 'v1:list:status', 'error', carol)
      await until(() => expect(seen()).not.toContain('a paper boat'))
      await slack.people.pick(list, 'v1:list:status', 'completed', carol)
      await until(() => expect(seen()).toContain('a paper boat'), 4000)
    }, 'socket'),
  60_000,
)
