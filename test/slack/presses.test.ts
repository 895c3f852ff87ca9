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
  'says that it is done to whoever presses a button in what the home page opened, which does not follow its row',
  () =>
    inHouse(async ({ slack }) => {
      const channel = newChannel(slack)
      const done = slack.people.mention({ channel, user: alice, text: 'a stone bridge' })
      await delivered(slack, channel, done.message.ts)
      const opened = await openedFromHome(slack, carol, 'stone bridge')
      await slack.people.pressIn(opened, 'Delete')
      await until(() => expect(JSON.stringify(opened.view)).toContain('in a moment'), 4000)
      expect(JSON.stringify(opened.view)).not.toContain('stone bridge')
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
