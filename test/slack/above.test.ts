import { webApi } from '@slack/bolt'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clientOptions, SlackApi } from '../../src/bots/slack/api.ts'
import type { Desk } from '../../src/bots/slack/desk.ts'
import { eventIdOf, type Heard } from '../../src/bots/slack/intake.ts'
import { hear } from '../../src/bots/slack/mentions.ts'
import { Pace } from '../../src/bots/slack/pace.ts'
import { threadOf } from '../../src/bots/slack/place.ts'
import { press } from '../../src/bots/slack/press.ts'
import { Replies } from '../../src/bots/slack/reply.ts'
import type { SlackFile } from '../../src/bots/slack/thread.ts'
import { systemClock } from '../../src/core/clock.ts'
import type { Operation } from '../../src/core/operation.ts'
import type { VideoRequestInput } from '../../src/core/request.ts'
import { Studio } from '../core/studio.ts'
import { silentLog } from '../db/memory-store.ts'
import { answersIn, buttonsOf, newChannel, textOf } from './house.ts'
import { alice, bob, general, openSlack } from './open.ts'
import { type Slack, tokens } from './stand-in/index.ts'

let studio: Studio
let slack: Slack
let desk: Desk
let person: Awaited<ReturnType<Desk['people']['person']>>

beforeAll(async () => {
  studio = await Studio.open({ maxInFlightPerRequester: null, requesterDailyMicros: null })
  slack = await openSlack('socket')
  const workspace = `slack:${slack.space.team}`
  const who = { id: `${workspace}:${alice}`, name: 'alice', workspace, channel: general, roles: [] }
  person = { ...who, admin: false, locale: 'en', outsider: false, known: true }
  const client = new webApi.WebClient(tokens.bot, clientOptions(slack.apiUrl, silentLog))
  const api = new SlackApi(client, new Pace(systemClock))
  const named = async ({ user }: { user: string }) => ({ ...person, id: `${workspace}:${user}` })
  const [people, replies] = [{ person: named }, new Replies(api, silentLog)]
  const rest = { clock: systemClock, log: silentLog, twice: () => false }
  desk = { api, commands: studio.commands, people, replies, ...rest } as unknown as Desk
})
afterAll(async () => {
  await slack.stop()
  await studio.close()
})

/** A thread in a channel of its own: Slack takes one message a second into each. */
interface Thread {
  readonly channel: string
  readonly root: string
}

function begunBy(user: string): Thread {
  const channel = newChannel(slack)
  const root = slack.space.post({ channel, thread: null, user, text: 'look' }).ts
  studio.clock.now = Math.floor(Number(root) * 1000)
  return { channel, root }
}

const omni = { model: 'gemini-omni-1.2-flash', resolution: '720p' as const }

/** What is asked for now, in the thread or, with `inside` null, in its channel. */
async function ask(
  { channel, root }: Thread,
  prompt: string,
  input: VideoRequestInput = omni,
  inside: string | null = root,
): Promise<Operation> {
  const thread = threadOf({ team: slack.space.team, channel, root: inside })
  const eventId = `slack:${root}:${prompt}`
  const submission = { eventId, person, thread, private: false, input: { prompt, ...input } }
  return (await studio.commands.submit(submission)).operation
}

/** A thread in which all of these were asked for, one after the other, and have ended; nothing is told in it yet. */
async function asked(...prompts: string[]) {
  const thread = begunBy(alice)
  const made: Operation[] = []
  for (const prompt of prompts) {
    made.push(await studio.finish(await ask(thread, prompt)))
    studio.clock.now += 60_000
  }
  return { thread, made: made as [Operation, Operation, ...Operation[]] }
}

const ours = ({ channel, root }: Thread) => ({ channel, thread: root, user: slack.space.botUser })
const showFile = (thread: Thread, { id }: Operation) => {
  const file = slack.space.addFile({ user: slack.space.botUser, bytes: Buffer.from(id), name: `gen_video_${id}.mp4` })
  slack.space.post({ ...ours(thread), text: 'Your video is ready.', files: [file] })
}
const showWords = (thread: Thread, { id }: Operation) => {
  const metadata = { event_type: 'dailies_outcome', event_payload: { about: id } }
  slack.space.post({ ...ours(thread), text: 'How it ended.', metadata })
}

/** What somebody writes in the thread, as it is heard. */
function written({ channel, root }: Thread, text: string, { user = alice, files = [] as SlackFile[] } = {}): Heard {
  const { ts } = slack.space.post({ channel, thread: root, user, text })
  return { team: slack.space.team, channel, user, text, ts, root, files, edited: null, retries: 0 }
}

const answerIn = ({ channel, root }: Thread) => answersIn(slack, channel, root).at(-1)

/** The id of the video that is changed by it, and paid for, null where a new one is; where none is, what is said instead. */
async function becomes(thread: Thread, heard: Heard) {
  await hear(desk, heard, undefined)
  const made = await studio.core.store.getByEventId(eventIdOf(heard))
  return made === null ? textOf(answerIn(thread)) : made.parentId
}
const changed = (thread: Thread, ...said: [text: string, more?: Parameters<typeof written>[2]]) =>
  becomes(thread, written(thread, ...said))

/** What can be done while the bot may not read channels. */
async function unread<T>(act: () => Promise<T>): Promise<T> {
  slack.api.scopes.delete('channels:history')
  return await act().finally(() => slack.api.scopes.add('channels:history'))
}

it('a reply changes the video that was shown last, also below one that failed', async () => {
  const { thread, made } = await asked('a slow one', 'a fast one', 'rehearse: safety')
  const [slow, fast, failed] = made
  showFile(thread, fast)
  showFile(thread, slow)
  expect(await changed(thread, 'make it rain')).toBe(slow.id)
  expect(failed?.status).toBe('error')
  if (failed) showWords(thread, failed)
  expect(await changed(thread, 'make it snow')).toBe(slow.id)
  // Given by link, where the workspace takes no such file.
  showWords(thread, fast)
  expect(await changed(thread, 'make it hail')).toBe(fast.id)
})

it('a reply changes the video that is left where the one below it was removed', async () => {
  const { thread, made } = await asked('one', 'another')
  const [kept, removed] = made
  showFile(thread, kept)
  showWords(thread, removed)
  await studio.commands.remove(removed.id, person)
  expect(await changed(thread, 'make it night')).toBe(kept.id)
  // Nor is the thread's newest row meant where the thread itself cannot be read.
  expect(await unread(() => changed(thread, 'make it dawn'))).toBe(kept.id)
})

it('what is said below a video that is still being made buys no other one, and what to do then is said', async () => {
  const { thread, made } = await asked('a sloop')
  await studio.commands.remove(made[0].id, person)
  const fox = await ask(thread, 'a fox')
  await studio.step()
  expect((await studio.read(fox.id)).status).toBe('processing')
  expect(await changed(thread, 'no, at night')).toMatch(/not finished.*nothing and cost nothing.*outside/)
  // With a picture of its own it is a wish of its own, as below a finished one.
  const drawing = { name: 'a.png', mimetype: 'image/png', url_private_download: `${studio.google.url}/a.png` }
  expect(await changed(thread, 'set it in motion', { files: [drawing] })).toBeNull()
  expect((await studio.finish(fox)).status).toBe('completed')
  // Finished, and not posted yet, or deleted by hand.
  expect(await changed(thread, 'no, at dusk')).toBe(fox.id)
})

it('what was said to have started nothing starts nothing when Slack brings it again, to whichever process', async () => {
  const thread = begunBy(alice)
  const fox = await ask(thread, 'a fox')
  const outside = begunBy(bob)
  const wish = { ...written(outside, 'a hat'), ts: outside.root, user: bob, root: null }
  const heard = [written(thread, 'no, at night'), wish]
  const bobs = `${person.workspace}:${bob}`
  await studio.commands.ban(bobs, true, { ...person, admin: true })
  for (const each of heard) await hear(desk, each, undefined)
  expect(textOf(answerIn(thread))).toContain('started nothing')
  expect(textOf(answerIn(outside))).toContain('Not allowed')
  await studio.commands.ban(bobs, false, { ...person, admin: true })
  await studio.finish(fox)
  for (const replies of [desk.replies, new Replies(desk.api, silentLog)]) {
    for (const each of heard) {
      await hear({ ...desk, replies }, { ...each, retries: 1 }, undefined)
      expect(await studio.core.store.getByEventId(eventIdOf(each))).toBeNull()
    }
  }
  expect([thread, outside].map(({ channel, root }) => answersIn(slack, channel, root).length)).toEqual([1, 1])
  // Sent once more, as it was said, or changed, it counts.
  expect(await changed(thread, 'no, at night')).toBe(fox.id)
  expect(await becomes(outside, { ...wish, edited: '1.2' })).toBeNull()
})

it.each([
  ['read', changed],
  ['not read', (...said: Parameters<typeof changed>) => unread(() => changed(...said))],
])('nor does it below a status message that came long after its video was asked for: %s', async (_how, becomes) => {
  const thread = begunBy(slack.space.botUser)
  studio.clock.now -= 29 * 86_400_000
  const { id } = await ask(thread, 'a fox', {}, null)
  await studio.core.store.change(id, {}, { statusMessage: `${thread.channel}:${thread.root}` })
  expect(await becomes(thread, 'no, at night')).toContain('not finished')
})

it('nor does it of a model that changes none, in a thread that cannot be read', async () => {
  const thread = begunBy(alice)
  await ask(thread, 'a hare', {})
  expect(await unread(() => changed(thread, 'no, at dawn'))).toContain('not finished')
})

it('a wish in somebody’s thread is one wish, however often Slack brings it', async () => {
  const thread = begunBy(bob)
  const heard = written(thread, 'a paper boat')
  for (const retries of [0, 1]) expect(await becomes(thread, { ...heard, retries })).toBeNull()
  expect(answerIn(thread)).toBeUndefined()
})

it('a wish that is changed after it was accepted is told once that the first version counts, of its options too', async () => {
  const thread = begunBy(bob)
  const heard = written(thread, 'a paper boat')
  const edit = (text: string, edited: string) => hear(desk, { ...heard, text, edited }, undefined)
  expect(await becomes(thread, heard)).toBeNull()
  await edit('a paper boat ', '1.1')
  expect(answerIn(thread)).toBeUndefined()
  await edit('a paper boat 9:16', '1.2')
  expect(textOf(answerIn(thread))).toContain('first version')
  // So it is of a change of a finished video.
  const { thread: another, made } = await asked('a fox')
  showFile(another, made[0])
  const change = written(another, 'make it night')
  expect(await becomes(another, change)).toBe(made[0].id)
  await hear(desk, { ...change, text: 'make it night ', edited: '1.1' }, undefined)
  expect(answersIn(slack, another.channel, another.root)).toHaveLength(1)
  await hear(desk, { ...change, text: 'make it night 9:16', edited: '1.2' }, undefined)
  expect(textOf(answerIn(another))).toContain('first version')
})

it.each([
  ['in place of those that were refused', 'rehearse: safety', 'a calm sea'],
  ['after the earlier ones', 'rehearse: error', 'rehearse: error a calm sea'],
])(
  'what is said below a video that was not made is offered to be made anew, with the words %s',
  async (how, prompt, anew) => {
    const { thread, made } = await asked(prompt)
    showWords(thread, made[0])
    expect(await changed(thread, 'a calm sea')).toMatch(new RegExp(`was not made.*${how}`))
    const buttons = answerIn(thread)?.history[0]?.blocks.at(-1)?.elements as { value: string }[] | undefined
    const value = buttons?.[0]?.value ?? ''
    const { channel, root } = thread
    const place = {
      team: slack.space.team,
      channel,
      root,
      message: null,
      window: null,
      state: undefined,
      triggerId: root,
    }
    const nothing = async () => {}
    await press(desk, person, { ...place, actionId: 'v1:nearest:edit_prompt', value }, nothing, nothing)
    expect((await studio.core.store.children(made[0].id)).map(({ request }) => request.prompt)).toEqual([anew])
  },
)

it('what is said below a video that Google may still have is told that it may come, and offers nothing that costs', async () => {
  const { thread, made } = await asked('rehearse: stuck')
  expect(made[0]).toMatchObject({ status: 'error', errorCode: 'timed_out' })
  showWords(thread, made[0])
  expect(await changed(thread, 'no, at night')).toMatch(/may still come.*Try again.*nothing and cost nothing/)
  expect(buttonsOf(answerIn(thread))).toEqual([])
})

it('what could become of somebody else’s that was not made is not theirs to press', async () => {
  const { thread } = await asked('rehearse: error')
  expect(await changed(thread, 'a stormy sea', { user: bob })).toMatch(/was not made.*outside/)
  expect(buttonsOf(answerIn(thread))).toEqual([])
})
