import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, vi } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { createLog } from '../../src/log.ts'
import { type Rehearsal, startRehearsal } from '../../src/rehearsal/server.ts'
import { type Service, startService } from '../../src/service.ts'
import { putDatabase } from '../db/migrated.ts'
import { mp4 } from '../files/mp4-fixture.ts'
import { placeFor } from '../place.ts'
import { type Mode, openSlack, slackEnvironment } from './open.ts'
import type { Slack, SlackOptions } from './stand-in/index.ts'
import { type FileRecord, latest, type Message, type OpenView } from './stand-in/workspace.ts'

const adminToken = 'who-sees-everything'

/** A whole service in this process, with Slack and Google stand-ins over real sockets. */
export interface House {
  readonly slack: Slack
  readonly google: Rehearsal
  readonly service: Service
  /** What was logged, for a failed test's reader. */
  readonly story: string[]
  /** Starts a second service on the same database and the same app; it ends with the house. */
  second(): Promise<Service>
  close(): Promise<void>
}

export async function openHouse(
  mode: Mode,
  options: { slack?: Partial<SlackOptions>; env?: Record<string, string>; seconds?: number } = {},
): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'dailies-slack-'))
  const slack = await openSlack(mode, options.slack)
  const google = await startRehearsal({
    folder: join(folder, 'google'),
    seconds: options.seconds ?? 0.2,
    video: mp4({ mediaBytes: 4096 }),
  })
  const place = await placeFor(folder)
  await putDatabase(place.databaseUrl)
  const config = readConfig({
    PORT: '0',
    ...place.env,
    MAX_IN_FLIGHT_PER_REQUESTER: 'unlimited',
    BUDGET_REQUESTER_DAILY_USD: 'unlimited',
    BUDGET_WORKSPACE_MONTHLY_USD: 'unlimited',
    BUDGET_TOTAL_MONTHLY_USD: 'unlimited',
    MAX_CONCURRENT: '50',
    GEMINI_API_KEY: 'a-key-that-nobody-may-see',
    GOOGLE_GEMINI_BASE_URL: google.url,
    POLL_INTERVAL_SECONDS: '0.1',
    ...slackEnvironment(slack, mode),
    WEB_ACCESS_TOKEN: 'who-sees-the-page',
    WEB_ADMIN_TOKEN: adminToken,
    ...options.env,
  })
  const story: string[] = []
  const out = { write: (line: string) => story.push(line.trim()) }
  const log = createLog({ level: 'debug', prompts: false, secrets: config.secrets, out })
  const service = await startService(config, log)
  const services = [service]
  if (slack.http) slack.http.url = `${service.url}/slack/events`
  return {
    slack,
    google,
    service,
    story,
    async second() {
      const other = await startService(config, log)
      services.push(other)
      return other
    },
    async close() {
      for (const each of services) await each.stop()
      await slack.stop()
      await google.close()
      await place.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** One house for one test: closed whatever happens, its story told if the test fails. */
export async function inHouse(
  act: (house: House) => Promise<void>,
  ...options: Parameters<typeof openHouse>
): Promise<void> {
  const house = await openHouse(...options)
  try {
    await act(house)
  } catch (thrown) {
    console.log(house.story.slice(-60).join('\n'), JSON.stringify(house.slack.requests.slice(-40)))
    throw thrown
  } finally {
    await house.close()
  }
}

/** Waits until what a person looks for is there. */
export function until<T>(look: () => T | Promise<T>, timeout = 15_000): Promise<T> {
  return vi.waitFor(look, { timeout, interval: 25 })
}

/** A picture that a person attaches. */
export async function picture(slack: Slack, user: string, more: Partial<FileRecord> = {}): Promise<FileRecord> {
  const background = { r: 200, g: slack.space.files.size * 10, b: 30 }
  const bytes = await sharp({ create: { width: 640, height: 360, channels: 3, background } })
    .png()
    .toBuffer()
  return slack.space.addFile({ user, bytes, ...more })
}

/** What the bot wrote into a thread, in order. */
export function answersIn(slack: Slack, channel: string, root: string): Message[] {
  return slack.space.thread(channel, root).filter((each) => each.byBot)
}

/** Everything that a message says now: its blocks, or its text where it has none. */
export function textOf(message: { blocks: readonly unknown[]; text: string } | Message | undefined): string {
  if (message === undefined) throw new Error('no such message')
  const { text, blocks } = 'history' in message ? latest(message) : message
  return blocks.length > 0 ? (JSON.stringify(blocks) ?? '') : text
}

/** The labels of a message's buttons. */
export function buttonsOf(message: Message | { blocks: readonly unknown[]; text: string } | undefined): string[] {
  if (message === undefined) throw new Error('no such message')
  const { blocks } = 'history' in message ? latest(message) : message
  return blocks.flatMap((block) => {
    const { elements = [] } = block as { elements?: { type: string; text?: { text: string } }[] }
    return elements.flatMap((each) => (each.type === 'button' && each.text ? [each.text.text] : []))
  })
}

/** Resolves with the status message and the delivered one, once the video stands in the thread. */
export function delivered(slack: Slack, channel: string, root: string): Promise<{ status: Message; video: Message }> {
  return until(() => {
    const [status, video] = answersIn(slack, channel, root)
    expect(video?.files).toHaveLength(1)
    if (!status || !video) throw new Error('not there')
    expect(textOf(status)).toContain('Your video is ready')
    return { status, video }
  })
}

/** The modal that a person sees. */
export function modalOf(slack: Slack, user: string): OpenView {
  const open = [...slack.space.views.values()].filter(
    (each) => each.kind === 'modal' && each.user === user && !each.closed,
  )
  const last = open.at(-1)
  if (!last) throw new Error(`${user} sees no form`)
  return last
}

let channels = 0

/** A channel of its own, so that tests beside each other stay out of each other's limits. */
export function newChannel(slack: Slack, more: Partial<Parameters<Slack['space']['addChannel']>[0]> = {}): string {
  channels += 1
  return slack.space.addChannel({ id: `C0ROOM${channels}`, ...more }).id
}

/** An Operation as the HTTP front end shows it to the host. */
export interface Row {
  readonly operation_id: string
  readonly status: string
  readonly prompt: string
  readonly error_code: string | null
}

/** Every Operation that the installation holds, newest first. */
export async function rowsOf(house: House): Promise<readonly Row[]> {
  const answer = await fetch(`${house.service.url}/api/video_chat/operations?limit=100`, {
    headers: { authorization: `Bearer ${adminToken}` },
  })
  const { operations } = (await answer.json()) as { operations: Row[] }
  return operations
}

/** The window that an admin sees after they opened that video on the home page. */
export async function openedFromHome(slack: Slack, user: string, prompt: string): Promise<OpenView> {
  await slack.people.openHome(user)?.outcome
  const home = await until(() => {
    const view = slack.space.views.get(`V0HOME${user}`)
    if (!view || !JSON.stringify(view.view).includes(prompt)) throw new Error('no home')
    return view
  })
  await slack.people.pressIn(home, 'v1:list:open')
  return until(() => {
    const found = modalOf(slack, user)
    if (!JSON.stringify(found.view).includes('History')) throw new Error('nothing opened')
    return found
  })
}

/** What Google was asked for under this prompt. */
export function startsOf(house: House, prompt: string) {
  return house.google.starts.filter((each) => each.prompt === prompt)
}

/** What one person alone was told, newest last. */
export function whispersTo(slack: Slack, user: string, channel: string) {
  return slack.space.ephemerals.filter((each) => each.user === user && each.channel === channel)
}
