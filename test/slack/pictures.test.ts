import { webApi } from '@slack/bolt'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { clientOptions, SlackApi } from '../../src/bots/slack/api.ts'
import { askedBy } from '../../src/bots/slack/bucket.ts'
import type { Desk } from '../../src/bots/slack/desk.ts'
import type { Heard } from '../../src/bots/slack/intake.ts'
import { hear } from '../../src/bots/slack/mentions.ts'
import { Pace } from '../../src/bots/slack/pace.ts'
import { picturesOf } from '../../src/bots/slack/pictures.ts'
import { Replies } from '../../src/bots/slack/reply.ts'
import { submitForm } from '../../src/bots/slack/submit.ts'
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
/** Time passes while somebody sleeps and while a file is looked at, and no longer; what waits for less ends then. */
let now = Date.now()
let lookTakes: number
let ends: { readonly at: number; readonly controller: AbortController }[]
const pass = (milliseconds: number) => {
  now += milliseconds
  for (const { at, controller } of ends) if (at <= now) controller.abort()
}
const clock = {
  now: () => now,
  async sleep(milliseconds: number, signal: AbortSignal) {
    for (let left = milliseconds; left > 0 && !signal.aborted; left -= 50) pass(Math.min(50, left))
  },
}

beforeEach(async () => {
  slack = await openSlack('socket')
  submitted = []
  lookTakes = 0
  ends = []
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
    const controller = new AbortController()
    ends.push({ at: now + milliseconds, controller })
    return controller.signal
  })
  const client = new webApi.WebClient(tokens.bot, clientOptions(slack.apiUrl, silentLog))
  const info = client.files.info.bind(client.files)
  client.files.info = ((asked: Parameters<typeof info>[0]) => {
    pass(lookTakes)
    return info(asked)
  }) as typeof info
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
afterEach(async () => {
  vi.restoreAllMocks()
  await slack.stop()
})

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

it.each([0, 100, 400, 3_000])(
  'and asked for once more with the event that Slack brings again, and only then refused: %d ms a look',
  async (milliseconds) => {
    lookTakes = milliseconds
    await expect(mention(99)).rejects.toMatchObject({ code: 'bad_image' })
    expect(answersIn(slack, general, await mention(99, 1))).toHaveLength(1)
    const [told] = slack.space.messages.filter(({ byBot }) => byBot)
    expect(textOf(told)).toContain(say('en', 'image.still_hidden'))
    expect(submitted).toEqual([])
  },
)

it.each([0, 100, 400, 3_000])(
  'the form says under it that a picture is not read yet: %d ms a look',
  async (milliseconds) => {
    lookTakes = milliseconds
    const files = [fileInEvent(await picture(slack, alice, { unread: 99 }), slack.origin)]
    const held = { prompt: { 'v1:form:prompt': { value: 'the sun rises' } }, first: { 'v1:form:first': { files } } }
    const form = { id: 'V1', hash: '', private_metadata: '', blocks: [{ block_id: 'prompt' }, { block_id: 'first' }] }
    const person = await desk.people.person({ user: alice, channel: null })
    const errors = await submitForm(desk, person, slack.space.team, alice, { ...form, state: { values: held } })
    expect(errors).toEqual({ first: expect.stringContaining(say('en', 'image.still_hidden')) })
    // The shortcut has less time: its form opens within 3 seconds of the press.
    const hidden = picturesOf(desk, files, askedBy(person.id, 1_500))
    await expect(hidden).rejects.toMatchObject({ code: 'bad_image', facts: { why: 'still_hidden' } })
  },
)
