import { webApi } from '@slack/bolt'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { clientOptions, SlackApi } from '../../src/bots/slack/api.ts'
import type { Desk } from '../../src/bots/slack/desk.ts'
import type { Heard } from '../../src/bots/slack/intake.ts'
import { hear } from '../../src/bots/slack/mentions.ts'
import { Pace } from '../../src/bots/slack/pace.ts'
import { Replies } from '../../src/bots/slack/reply.ts'
import type { Submission } from '../../src/core/ports/commands.ts'
import { say } from '../../src/core/wording.ts'
import { silentLog } from '../db/memory-store.ts'
import { answersIn, picture, textOf } from './house.ts'
import { alice, general, openSlack } from './open.ts'
import { type Slack, tokens } from './stand-in/index.ts'
import { fileInEvent } from './stand-in/json.ts'

let slack: Slack
let desk: Desk
let submitted: Submission[]
/** Time passes while somebody sleeps, and no longer. */
let now = Date.now()
const clock = {
  now: () => now,
  async sleep(milliseconds: number) {
    now += milliseconds
  },
}

beforeEach(async () => {
  slack = await openSlack('socket')
  submitted = []
  const client = new webApi.WebClient(tokens.bot, clientOptions(slack.apiUrl, silentLog))
  const api = new SlackApi(client, new Pace(clock))
  const person = { id: alice, workspace: 'w', locale: 'en', outsider: false, known: true }
  const commands = {
    submit: async (submission: Submission) => {
      submitted.push(submission)
      return { created: true }
    },
    offers: async () => [],
  }
  const people = { person: async () => person }
  desk = { api, clock, commands, people, replies: new Replies(api, silentLog), log: silentLog } as unknown as Desk
})
afterEach(() => slack.stop())

/** A mention with a picture that Slack has not read for so many looks, as it comes for the `retries`th time. */
async function mention(unread: number, retries = 0): Promise<string> {
  const file = await picture(slack, alice, { unread })
  const files = [fileInEvent(file, slack.origin)]
  const { ts } = slack.space.post({ channel: general, thread: null, user: alice, text: 'the sun rises' })
  const message = { team: slack.space.team, channel: general, user: alice, text: 'the sun rises', ts, files }
  await hear(desk, { ...message, root: null, edited: null, retries } as Heard, undefined)
  return ts
}

it('a picture that Slack has not read yet is waited for', async () => {
  await mention(4)
  expect(submitted[0]?.input.firstFrame).toMatchObject({ kind: 'remote', declaredType: 'image/png' })
})

it('and asked for once more with the event that Slack brings again, and only then refused', async () => {
  await expect(mention(99)).rejects.toMatchObject({ code: 'bad_image' })
  expect(answersIn(slack, general, (await mention(5, 1)) ?? '')).toHaveLength(1)
  const [told] = slack.space.messages.filter(({ byBot }) => byBot)
  expect(textOf(told)).toContain(say('en', 'image.still_hidden'))
  expect(submitted).toEqual([])
})
