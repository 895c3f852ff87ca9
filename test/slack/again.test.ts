import { Readable } from 'node:stream'
import { webApi } from '@slack/bolt'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { clientOptions, SlackApi } from '../../src/bots/slack/api.ts'
import { SlackMessenger } from '../../src/bots/slack/messenger.ts'
import { Pace } from '../../src/bots/slack/pace.ts'
import { announce } from '../../src/core/announce.ts'
import type { Messenger } from '../../src/core/ports/messenger.ts'
import type { OperationStore } from '../../src/core/ports/store.ts'
import { openTestStore, silentLog } from '../db/memory-store.ts'
import { ask, done, type House, openHouse, someone } from '../money/house.ts'
import { textOf } from './house.ts'
import { alice, general, openSlack } from './open.ts'
import { type Slack, tokens } from './stand-in/index.ts'

const admin = someone('otto', { admin: true })
const hour = 3_600_000

let store: OperationStore
let house: House
let slack: Slack
let messenger: Messenger
let stop: AbortController
let operation: string

beforeEach(async () => {
  slack = await openSlack('socket', { shareMilliseconds: 0 })
  store = await openTestStore()
  house = openHouse({ store })
  house.clock.time = Date.now()
  const stream = () => Readable.from([Buffer.from('film')])
  const open = async (file: string) => ({ file, bytes: 4, mimeType: 'video/mp4', modifiedAt: 0, stream })
  Object.assign(house.core, { files: { ...fakeFiles(house), open } })
  startAnew()
  const { team } = slack.space
  const root = slack.space.post({ channel: general, thread: null, user: alice, text: 'a lasting lion' }).ts
  const person = someone('alice', { id: `slack:${team}:${alice}`, workspace: admin.workspace })
  operation = (await ask(house, person, {}, `slack:${team}:${general}:${root}`)).operation.id
  await house.start()
  house.google.check = async () => done
  house.clock.time += 60_000
  await house.check()
  await tell()
})
afterEach(async () => {
  await slack.stop()
  await store.close()
})

const fakeFiles = ({ core: { files } }: House) => ({ saveVideo: files.saveVideo, remove: files.remove })

/** As another process, which knows only what the store and Slack know. */
function startAnew() {
  const client = new webApi.WebClient(tokens.bot, clientOptions(slack.apiUrl, silentLog))
  const link = () => 'https://videos.example.org/watch/a'
  messenger = new SlackMessenger(new SlackApi(client, new Pace(house.clock)), link, house.clock, silentLog)
  stop = new AbortController()
}

/** One round of telling what is due, after an hour. */
async function tell() {
  house.clock.time += hour
  const { time } = house.clock
  const lane = {
    owner: 'me',
    signal: stop.signal,
    messengers: new Map([['slack', messenger]]),
    card: house.commands.card,
  }
  const due = await store.claimAnnouncements({ owner: 'me', now: time, until: time + 9_000 }, 9)
  for (const each of due) await announce(house.core, each, lane)
}

async function again() {
  await house.commands.deliverAgain(operation, admin)
  await tell()
}

/** Names of the videos that hang in a channel. */
const hangingIn = (channel: string) =>
  slack.space.messages
    .filter((each) => each.channel === channel && each.byBot && !each.deleted)
    .flatMap(({ files }) => files.flatMap(({ id }) => (slack.space.files.has(id) ? [id] : [])))
const words = () =>
  slack.space.messages
    .filter((each) => each.byBot && !each.deleted)
    .map(textOf)
    .join('\n')
const refuse = (error: string) => slack.faults.add({ on: 'files.completeUploadExternal', kind: 'refused', error })
const direct = () => slack.space.directChannel(alice).id

it('hangs in its thread where Slack has no room for it to be posted again, and once there is room the new one does', async () => {
  const [first] = hangingIn(general)
  refuse('storage_limit_reached')
  await again()
  await tell()
  expect(hangingIn(general)).toEqual([first])
  slack.faults.clear()
  await tell()
  const [second, ...more] = hangingIn(general)
  expect([second === first, more]).toEqual([false, []])
  expect(await store.get(operation)).toMatchObject({ deliveredMessage: expect.stringContaining(`${second}`) })
})

it('hangs in its thread beside the link that is posted where the workspace takes no files any more, and goes for the next', async () => {
  const [first] = hangingIn(general)
  refuse('file_uploads_disabled')
  for (let times = 0; times < 2; times += 1) {
    await again()
    expect(hangingIn(general)).toEqual([first])
    expect(words().match(/so you get a link.*?watch\/a/gs)).toHaveLength(1)
  }
  slack.faults.clear()
  await again()
  const [second, ...more] = hangingIn(general)
  expect([second === first, more]).toEqual([false, []])
  expect(words()).not.toContain('so you get a link')
})

it('hangs in its thread where that was archived and its person is sent another, and both go for the next', async () => {
  const [first] = hangingIn(general)
  const place = slack.space.channels.get(general)
  if (!place) throw new Error('no channel')
  place.archived = true
  for (let times = 0; times < 2; times += 1) {
    await again()
    expect([hangingIn(general), hangingIn(direct()).length]).toEqual([[first], 1])
  }
  expect(await store.get(operation)).toMatchObject({ deliveryProblem: 'archived' })
  place.archived = false
  await again()
  const [second, ...more] = hangingIn(general)
  expect([second === first, more, hangingIn(direct())]).toEqual([false, [], []])
})

it('goes with what was posted of it in another place, where its person deletes it', async () => {
  const place = slack.space.channels.get(general)
  if (place) place.archived = true
  await again()
  const person = someone('alice', { id: `slack:${slack.space.team}:${alice}`, workspace: admin.workspace })
  await house.commands.remove(operation, person)
  await tell()
  expect([hangingIn(general), hangingIn(direct())]).toEqual([[], []])
})

it.each([['deliver'], ['withdraw']] as const)(
  'hangs there once where the process that posts it again dies after its %s of Slack',
  async (call) => {
    const [first] = hangingIn(general)
    const die = () => {
      stop.abort()
      throw stop.signal.reason
    }
    const dying = messenger
    messenger = {
      platform: 'slack',
      post: (...given) => dying.post(...given),
      edit: (...given) => dying.edit(...given),
      deliver: (...given) => (call === 'deliver' ? dying.deliver(...given).then(die) : dying.deliver(...given)),
      withdraw: async () => die(),
    }
    await again()
    const [, second] = hangingIn(general)
    expect(hangingIn(general)).toEqual([first, second])
    startAnew()
    await tell()
    expect(hangingIn(general)).toEqual([second])
  },
)

it('is not taken away where the thread cannot be read and no other may be posted', async () => {
  const [first] = hangingIn(general)
  slack.api.scopes.delete('channels:history')
  await again()
  expect(hangingIn(general)).toEqual([first])
})
