import { Readable } from 'node:stream'
import { webApi } from '@slack/bolt'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { clientOptions, SlackApi } from '../../src/bots/slack/api.ts'
import { SlackMessenger } from '../../src/bots/slack/messenger.ts'
import { Pace } from '../../src/bots/slack/pace.ts'
import type { Card } from '../../src/core/card.ts'
import { asVideoError } from '../../src/core/errors.ts'
import type { Operation } from '../../src/core/operation.ts'
import { noLimits, openTestStore, silentLog, someOperation } from '../db/memory-store.ts'
import { answersIn } from './house.ts'
import { alice, general, openSlack } from './open.ts'
import { type Slack, tokens } from './stand-in/index.ts'

const { signal } = new AbortController()
const video = {
  file: 'gen_video_a.mp4',
  bytes: 4,
  mimeType: 'video/mp4',
  modifiedAt: 0,
  stream: () => Readable.from([Buffer.from('film')]),
}
const card: Card = {
  operationId: 'a',
  tone: 'done',
  title: 'Your video is ready',
  text: 'Done after 3 s.',
  prompt: 'a secret lion',
  fields: [],
  expectedAt: null,
  buttons: [],
}

/** Time passes while somebody sleeps, and no longer; at `appearsAfter` what was kept back is shown. */
let clock: { at: number; slept: number; appearsAfter: number; now(): number; sleep(ms: number): Promise<void> }
let slack: Slack
let root: string
let operation: Operation
let messenger: SlackMessenger

beforeEach(async () => {
  slack = await openSlack('socket', { shareMilliseconds: 0 })
  clock = {
    at: Date.now(),
    slept: 0,
    appearsAfter: Number.POSITIVE_INFINITY,
    now: () => clock.at,
    async sleep(milliseconds) {
      clock.at += milliseconds
      clock.slept += milliseconds
      if (clock.slept >= clock.appearsAfter) for (const show of slack.dropped.splice(0)) show()
    },
  }
  root = slack.space.post({ channel: general, thread: null, user: alice, text: 'a secret lion' }).ts
  const store = await openTestStore()
  const thread = `slack:${slack.space.team}:${general}:${root}`
  const requester = `slack:${slack.space.team}:${alice}`
  const inserted = await store.insert(someOperation('a', { thread, requester, createdAt: clock.at }), noLimits)
  operation = { ...(inserted as { operation: Operation }).operation, status: 'completed', finishedAt: clock.at }
  await store.close()
  messenger = open()
})
afterEach(() => slack.stop())

/** One instance's side of Slack. */
function open(): SlackMessenger {
  const client = new webApi.WebClient(tokens.bot, clientOptions(slack.apiUrl, silentLog))
  return new SlackMessenger(new SlackApi(client, new Pace(clock)), () => null, clock, silentLog)
}

const deliver = (until = signal) => messenger.deliver(operation, card, video, until)
const drop = (times?: number) =>
  slack.faults.add({ on: 'files.completeUploadExternal', kind: 'share_dropped', ...(times ? { times } : {}) })
const videos = () => answersIn(slack, general, root).flatMap(({ files }) => files)
const uploads = () => slack.requests.filter(({ method }) => method === 'files.completeUploadExternal').length

it('posts a video anew that Slack took and never showed, and the first one cannot come any more', async () => {
  drop(1)
  const { message } = await deliver()
  expect(clock.slept).toBeGreaterThan(120_000)
  for (const show of slack.dropped.splice(0)) show()
  const [only, ...more] = answersIn(slack, general, root)
  expect(more).toEqual([])
  expect(message).toBe(`${general}:${only?.ts}:${only?.files[0]?.id}`)
})

it('does not take a video for delivered that Slack never shows, however often: it is tried again later', async () => {
  drop()
  await expect(deliver()).rejects.toMatchObject({ retryable: true, retryAfterSeconds: 120 })
  slack.faults.clear()
  await messenger.deliver({ ...operation, announceAttempts: 1 }, card, video, signal)
  expect(videos()).toHaveLength(1)
})

it.each([5_000, 100_000])('finds a video that Slack shows after %d ms, and posts no second', async (milliseconds) => {
  drop()
  clock.appearsAfter = milliseconds
  const { message } = await deliver()
  expect(message).toBe(`${general}:${answersIn(slack, general, root)[0]?.ts}:${videos()[0]?.id}`)
  expect([videos().length, uploads()]).toEqual([1, 1])
})

it.each([
  [250, 'does not answer', { kind: 'reset' }],
  [250, 'has a hiccup', { kind: 'refused', error: 'service_unavailable' }],
  [5_000, 'leaves no turn', { kind: 'rate_limited', retryAfter: 1 }],
  [15_000, 'has a hiccup', { kind: 'refused', error: 'internal_error' }],
] as const)('looks on where Slack, asked for the video after %d ms more, %s', async (after, _, fault) => {
  drop(1)
  const { sleep } = clock
  clock.sleep = async (milliseconds) => {
    await sleep(milliseconds)
    if (milliseconds === after) slack.faults.add({ on: 'files.info', times: 1, ...fault })
  }
  await deliver()
  expect([videos().length, uploads()]).toEqual([1, 2])
})

it('knows nothing of a video where the last look is not answered: it is owed, and the thread is asked', async () => {
  drop(1)
  const { sleep } = clock
  clock.sleep = async (milliseconds) => {
    await sleep(milliseconds)
    if (milliseconds === 40_000) slack.faults.add({ on: 'files.info', kind: 'reset', times: 1 })
  }
  await expect(deliver()).rejects.toMatchObject({ code: 'unreachable', retryable: true })
  for (const show of slack.dropped.splice(0)) show()
  await messenger.deliver({ ...operation, announceAttempts: 1 }, card, video, signal)
  expect([videos().length, uploads()]).toEqual([1, 1])
})

it.each([
  ['that Slack has shown meanwhile', 10_000, 0, { message: expect.stringMatching(/:\d+\.\d+:F/) }, 1],
  ['that Slack would show later', Number.POSITIVE_INFINITY, 0, { code: 'busy' }, 2],
  ['that the last look cannot tell', 10_000, 1, { code: 'unreachable', retryable: true, retryAfterSeconds: 10 }, 1],
])(
  'posts a video once where the service stops while it looks: one %s',
  async (_, appearsAfter, mute, outcome, times) => {
    drop(1)
    clock.appearsAfter = appearsAfter
    const stop = new AbortController()
    const { sleep } = clock
    clock.sleep = async (milliseconds) => {
      await sleep(milliseconds)
      if (milliseconds !== 15_000) return
      stop.abort()
      if (mute) slack.faults.add({ on: 'files.info', kind: 'reset', times: mute })
    }
    const left = await deliver(stop.signal).catch((thrown: unknown) => thrown)
    expect(left).toMatchObject(outcome)
    for (const show of slack.dropped.splice(0)) show()
    // What core counts as a try, and another instance goes on with.
    const announceAttempts = asVideoError(left).code === 'busy' ? 0 : 1
    await open().deliver({ ...operation, announceAttempts }, card, video, signal)
    expect([videos().length, uploads()]).toEqual([1, times])
  },
)

it('takes Slack’s word for it at once where the app is removed just then: nothing can be read any more', async () => {
  const { sleep } = clock
  clock.sleep = async (milliseconds) => {
    slack.faults.add({ on: 'files.info', kind: 'refused', error: 'account_inactive' })
    await sleep(milliseconds)
  }
  const { message } = await deliver()
  expect([message, clock.slept]).toEqual([`${general}::${videos()[0]?.id}`, 250])
})

it('takes Slack’s word for it where the thread cannot be read: it may stand there', async () => {
  drop()
  slack.api.scopes.delete('channels:history')
  const { message } = await deliver()
  clock.appearsAfter = 0
  await clock.sleep(0)
  expect(message).toBe(`${general}::${videos()[0]?.id}`)
  expect([videos().length, uploads()]).toEqual([1, 1])
})

const withdraw = (name: string | null, more: Partial<Operation> = {}) =>
  messenger.withdraw({ ...operation, ...more }, name, signal)
const removed = { removedAt: 1 }

it('takes an outcome away by its name where the thread cannot be read', async () => {
  const failed = await messenger.deliver({ ...operation, status: 'error' }, card, null, signal)
  slack.api.scopes.delete('channels:history')
  await withdraw(failed.message, { status: 'processing' })
  expect(answersIn(slack, general, root)).toEqual([])
})

it('takes a removed video away by its name where the thread cannot be read', async () => {
  const { message } = await deliver()
  slack.api.scopes.delete('channels:history')
  await withdraw(message, removed)
  expect([slack.space.files.size, answersIn(slack, general, root)]).toEqual([0, []])
})

it('takes a video away that Slack shows only later, words and all', async () => {
  drop()
  slack.api.scopes.delete('channels:history')
  const { message } = await deliver()
  await withdraw(message, removed)
  for (const show of slack.dropped.splice(0)) show()
  expect(answersIn(slack, general, root)).toEqual([])
})

it('takes a video away whose message it could not name, words and all', async () => {
  const { message } = await deliver()
  await withdraw(`${general}::${message.split(':')[2]}`)
  expect([slack.space.files.size, answersIn(slack, general, root)]).toEqual([0, []])
})

it.each([
  ['video', 'files.completeUploadExternal', false],
  ['sentence', 'chat.postMessage', false],
  ['video, sent directly because its place was closed,', 'files.completeUploadExternal', true],
])('takes a %s away that was posted without an answer, once its person deleted it', async (what, on, isClosed) => {
  const shown = { ...operation, statusMessage: await messenger.post(operation, card, signal) }
  const status = answersIn(slack, general, root)
  if (isClosed) slack.faults.add({ on, kind: 'refused', error: 'is_archived', times: 1 })
  slack.faults.add({ on, kind: 'lost_answer', times: 1 })
  const posted = messenger.deliver(shown, card, what === 'sentence' ? null : video, signal)
  await expect(posted).rejects.toMatchObject({ retryable: true })
  const standing = () => slack.space.messages.filter(({ byBot, deleted }) => byBot && !deleted).length
  await vi.waitFor(() => expect(standing()).toBe(2), { interval: 1 })
  const gone = { ...shown, removedAt: clock.at }
  const takes = what === 'sentence' ? 'chat.delete' : 'files.delete'
  slack.faults.add({ on: takes, kind: 'refused', error: 'internal_error', times: 1 })
  await expect(messenger.withdraw(gone, null, signal)).rejects.toMatchObject({ retryable: true })
  await messenger.withdraw(gone, null, signal)
  expect([slack.space.files.size, standing(), answersIn(slack, general, root)]).toEqual([0, 1, status])
})

it.each([
  ['is_inactive', 'was archived', { archived: true }],
  ['channel_not_found', 'is private and has let the bot go', { members: new Set<string>() }],
])('says of what is removed, with Slack’s %s, that it stands still where the channel %s', async (word, _, closed) => {
  const channel = slack.space.addChannel({ id: 'G0PRIVATE', kind: 'group' })
  const thread = `slack:${slack.space.team}:${channel.id}`
  const status = await messenger.post({ ...operation, thread }, card, signal)
  const edit = (more: Partial<Operation>) => messenger.edit({ ...operation, thread, ...more }, status, card, signal)
  const before = { ...channel }
  Object.assign(channel, closed)
  await expect(edit(removed)).rejects.toMatchObject({ retryable: false, message: `slack: ${word}` })
  // Of what was not removed nobody there wants to see any more.
  await edit({})
  Object.assign(channel, before)
  for (const each of slack.space.messages) each.deleted = true
  await edit(removed)
})
