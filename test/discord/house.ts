import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, type TestContext, vi } from 'vitest'
import type { LargeVideos } from '../../src/bots/discord/delivery.ts'
import { systemClock } from '../../src/core/clock.ts'
import type { Operation } from '../../src/core/operation.ts'
import type { Policy } from '../../src/core/policy.ts'
import type { Rewriter } from '../../src/core/ports/google.ts'
import type { Log } from '../../src/core/ports/machine.ts'
import { type Rehearsal, startRehearsal } from '../../src/rehearsal/server.ts'
import { putDatabase } from '../db/migrated.ts'
import { mp4 } from '../files/mp4-fixture.ts'
import { placeFor } from '../place.ts'
import { assembleCrew, type Crew } from './crew.ts'
import type { Act, MemberFile } from './stand-in/member.ts'
import { type Controls, type SeenMessage, type StandIn, type StandInOptions, startDiscord } from './stand-in/start.ts'

/** The whole product with Discord as its front end, except that Google and Discord are stand-ins on this machine. */
export interface House extends Omit<Crew, 'close'> {
  readonly discord: StandIn
  readonly members: Controls
  readonly rehearsal: Rehearsal
  /** What was logged as a warning or error, as text. */
  readonly complaints: string[]
  /** Everything that was logged, for a look after a failure. */
  readonly story: string[]
  readonly guild: string
  readonly channel: string
  readonly alice: string
  readonly bob: string
  /** Has Manage Server. */
  readonly carol: string
  /** Moves Discord's clock and ours. */
  advance(milliseconds: number): void
  /** The one Operation of the newest submission. */
  newest(): Promise<Operation>
  /** Answers an interaction once the bot has. */
  answered(interaction: string): Promise<SeenMessage>
  /** A member in a place; Alice in the channel unless told. */
  act(user?: string, channel?: string): Act
  /** Alice asks for a video; the interaction. */
  video(prompt?: string, channel?: string): string
  /** Every thread agrees with its row; the rows, newest first. */
  settled(): Promise<readonly Operation[]>
  close(): Promise<void>
}

export interface HouseOptions {
  readonly standIn?: StandInOptions
  readonly policy?: Partial<Policy>
  readonly models?: readonly string[]
  readonly large?: Partial<LargeVideos>
  /** Who finds other words for a refused prompt; nobody unless told. */
  readonly rewriter?: Rewriter
  readonly videoBytes?: number
  readonly guildIds?: boolean
  readonly adminIds?: (userId: string) => readonly string[]
  /** Seconds that a video takes to make; 0.2 unless told. */
  readonly seconds?: number
  /** Renders real videos, so that last frames can be cut out; otherwise the boxes of an MP4 do. */
  readonly realVideos?: boolean
}

/** Waits until something has become so; only the other side of a socket knows when. */
export function until<T>(check: () => T | Promise<T>, timeout = 30_000): Promise<T> {
  return vi.waitFor(check, { timeout, interval: 15 })
}

async function openHouse(options: HouseOptions = {}): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'dailies-discord-'))
  const discord = await startDiscord({ windowScale: 0.05, ...options.standIn })
  const members = discord.controls
  const guild = members.addGuild('Film club')
  const channel = members.addChannel(guild)
  const [alice, bob, carol] = ['Alice', 'Bob', 'Carol'].map((name) => members.addUser(name)) as [string, string, string]
  members.addMember(guild, alice)
  members.addMember(guild, bob)
  members.addMember(guild, carol, { admin: true })
  const rehearsal = await startRehearsal({
    folder: join(folder, 'rehearsal'),
    seconds: options.seconds ?? 0.2,
    ...(options.realVideos ? {} : { video: mp4({ mediaBytes: options.videoBytes ?? 4096 }) }),
  })
  let ahead = 0
  const complaints: string[] = []
  const story: string[] = []
  const tell = (fields: Record<string, unknown>, message: string) =>
    void story.push(`${message} ${JSON.stringify(fields)}`)
  const complain = (fields: Record<string, unknown>, message: string) => {
    tell(fields, message)
    complaints.push(`${message} ${JSON.stringify(fields)}`)
  }
  const log: Log = { debug: tell, info: tell, warn: complain, error: complain }
  const place = await placeFor(folder)
  await putDatabase(place.databaseUrl)
  const crew = await assembleCrew({
    place,
    discord,
    googleUrl: rehearsal.url,
    clock: { now: () => Date.now() + ahead, sleep: systemClock.sleep },
    log,
    policy: options.policy ?? {},
    models: options.models ?? [],
    large: options.large ?? {},
    ...(options.rewriter ? { rewriter: options.rewriter } : {}),
    guildIds: options.guildIds ? [guild] : [],
    adminIds: options.adminIds?.(carol) ?? [],
    withoutEncoder: !options.realVideos,
  })
  const act = (user = alice, where = channel): Act => ({ user, channel: where })

  await crew.begin()
  await until(() => {
    if (members.counts().connected === 0 || members.commands(options.guildIds ? guild : '').length === 0)
      throw new Error(`not ready: ${complaints.join('; ')} ${JSON.stringify(members.traffic())}`)
  })
  return {
    ...crew,
    discord,
    members,
    rehearsal,
    complaints,
    story,
    guild,
    channel,
    alice,
    bob,
    carol,
    advance(milliseconds) {
      ahead += milliseconds
      members.advance(milliseconds)
    },
    async newest() {
      const { operations } = await crew.store.list({}, null, 1)
      const [operation] = operations
      if (!operation) throw new Error('there is no Operation')
      return operation
    },
    answered: (interaction) =>
      until(() => {
        const id = members.interaction(interaction)?.messageId ?? null
        const message = id === null ? null : members.message(id)
        if (!message) throw new Error(`not answered: ${JSON.stringify(members.interaction(interaction))}`)
        return message
      }),
    act,
    video: (prompt = 'A lion', where = channel) => members.slash(act(alice, where), 'video', { prompt }),
    settled: () =>
      until(async () => {
        const { operations } = await crew.store.list({}, null, 100)
        for (const each of operations) expect(each.announcedVersion).toBe(each.version)
        return operations
      }),
    async close() {
      await crew.close()
      await rehearsal.close()
      await discord.close()
      await place.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A house for one test: closed after it, its story told if it fails. */
export async function openFor(context: TestContext, options: HouseOptions = {}): Promise<House> {
  const house = await openHouse(options)
  context.onTestFinished(() => house.close())
  context.onTestFailed(() => console.log(house.story.join('\n'), house.members.traffic()))
  return house
}

/** What a message says, all its parts in one text. */
export function textOf(message: SeenMessage | SeenMessage['now']): string {
  const now = 'now' in message ? message.now : message
  const embeds = now.embeds.flatMap((embed) => [
    embed.title,
    embed.description,
    ...(embed.fields ?? []).flatMap((field) => [field.name, field.value]),
  ])
  return [now.content, ...embeds].filter(Boolean).join('\n')
}

/** Every text that a message has had, in order: what a test that comes late can still say of its beginning. */
export function textsOf(message: SeenMessage): string[] {
  return message.history.map((each) => textOf({ ...each }))
}

/** The labels of a message's buttons. */
export function buttonsOf(message: SeenMessage): string[] {
  return message.now.components.flatMap((row) =>
    row.components.flatMap((part) => (part.type === 2 && part.label ? [part.label] : [])),
  )
}

/** The custom id behind a button's label, or of a select menu. */
export function idOf(message: SeenMessage, label: string): string {
  for (const row of message.now.components) {
    for (const part of row.components) {
      if (part.type === 2 ? part.label === label : part.placeholder === label) return part.custom_id ?? ''
    }
  }
  throw new Error(`no “${label}” among ${buttonsOf(message).join(', ')}`)
}

/** The messages in a channel that deliver something: they begin with the requester's mention. */
export function deliveries(house: House, channel = house.channel, count = 1): Promise<SeenMessage[]> {
  return until(() => {
    const ours = house.members.messages(channel).filter((each) => each.authorId === house.discord.applicationId)
    const found = ours.filter((each) => each.now.content.startsWith('<@'))
    if (found.length < count) throw new Error(`${found.length} deliveries of ${count}`)
    return found
  })
}

/** The private answer to an interaction, or the form it opened. */
export async function formOf(house: House, interaction: string): Promise<string[]> {
  const modal = await until(() => {
    const found = house.members.interaction(interaction)?.modal
    if (!found) throw new Error(`no form: ${JSON.stringify(house.members.interaction(interaction))}`)
    return found
  })
  return modal.components.map((part) => (part.type === 18 ? part.label : (part.components[0]?.label ?? '')))
}

/** A small picture as a member attaches it. */
export async function picture(name = 'cat.png'): Promise<MemberFile> {
  const bytes = await sharp({ create: { width: 320, height: 180, channels: 3, background: '#a33' } })
    .png()
    .toBuffer()
  return { name, type: 'image/png', base64: bytes.toString('base64') }
}
