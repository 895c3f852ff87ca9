import { webApi } from '@slack/bolt'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clientOptions, SlackApi } from '../../src/bots/slack/api.ts'
import type { Desk } from '../../src/bots/slack/desk.ts'
import { hear } from '../../src/bots/slack/mentions.ts'
import { Pace } from '../../src/bots/slack/pace.ts'
import { Replies } from '../../src/bots/slack/reply.ts'
import { systemClock } from '../../src/core/clock.ts'
import type { Operation } from '../../src/core/operation.ts'
import { Studio } from '../core/studio.ts'
import { silentLog } from '../db/memory-store.ts'
import { answersIn, textOf } from './house.ts'
import { alice, general, openSlack } from './open.ts'
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
  const [people, replies] = [{ person: async () => person }, new Replies(api, silentLog)]
  desk = { api, clock: systemClock, commands: studio.commands, people, replies, log: silentLog } as unknown as Desk
})
afterAll(async () => {
  await slack.stop()
  await studio.close()
})

/** A thread in which all of these were asked for, one after the other, and have ended; nothing is told in it yet. */
async function asked(...prompts: string[]) {
  const root = slack.space.post({ channel: general, thread: null, user: alice, text: 'look' }).ts
  const thread = `slack:${slack.space.team}:${general}:${root}`
  studio.clock.now = Math.floor(Number(root) * 1000)
  const made: Operation[] = []
  for (const prompt of prompts) {
    const input = { prompt, model: 'gemini-omni-1.2-flash', resolution: '720p' as const }
    const eventId = `slack:${root}:${prompt}`
    const { operation } = await studio.commands.submit({ eventId, person, thread, private: false, input })
    made.push(await studio.finish(operation))
    studio.clock.now += 60_000
  }
  return { root, made: made as [Operation, Operation, ...Operation[]] }
}

const ours = (root: string) => ({ channel: general, thread: root, user: slack.space.botUser })
const showFile = (root: string, { id }: Operation) => {
  const file = slack.space.addFile({ user: slack.space.botUser, bytes: Buffer.from(id), name: `gen_video_${id}.mp4` })
  slack.space.post({ ...ours(root), text: 'Your video is ready.', files: [file] })
}
const showWords = (root: string, { id }: Operation) => {
  const metadata = { event_type: 'dailies_outcome', event_payload: { about: id } }
  slack.space.post({ ...ours(root), text: 'How it ended.', metadata })
}

/** The id of the video that is changed, and paid for, by a reply; where none is, what is said instead. */
async function changed(root: string, text: string) {
  const { ts } = slack.space.post({ channel: general, thread: root, user: alice, text })
  const said = { team: slack.space.team, channel: general, user: alice, text, ts, root }
  await hear(desk, { ...said, files: [], edited: null, retries: 0 }, undefined)
  const made = await studio.core.store.getByEventId(`slack:${said.team}:${general}:${ts}`)
  return made === null ? answersIn(slack, general, root).map(textOf).at(-1) : made.parentId
}

it('a reply changes the video that was shown last, also below one that failed', async () => {
  const { root, made } = await asked('a slow one', 'a fast one', 'rehearse: safety')
  const [slow, fast, failed] = made
  showFile(root, fast)
  showFile(root, slow)
  expect(await changed(root, 'make it rain')).toBe(slow.id)
  expect(failed?.status).toBe('error')
  if (failed) showWords(root, failed)
  expect(await changed(root, 'make it snow')).toBe(slow.id)
  // Given by link, where the workspace takes no such file.
  showWords(root, fast)
  expect(await changed(root, 'make it hail')).toBe(fast.id)
})

it('a reply changes the video that is left where the one below it was removed', async () => {
  const { root, made } = await asked('one', 'another')
  const [kept, removed] = made
  showFile(root, kept)
  showWords(root, removed)
  await studio.commands.remove(removed.id, person)
  expect(await changed(root, 'make it night')).toBe(kept.id)
  // Nor is the thread's newest row meant where the thread itself cannot be read.
  slack.api.scopes.delete('channels:history')
  expect(await changed(root, 'make it dawn')).toBe(kept.id)
  slack.api.scopes.add('channels:history')
})
