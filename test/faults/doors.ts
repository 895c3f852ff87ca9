import { createDiscord } from '../../src/bots/discord/index.ts'
import { createSlack } from '../../src/bots/slack/index.ts'
import { startDiscord } from '../discord/stand-in/start.ts'
import { alice, openSlack } from '../slack/open.ts'
import { tokens } from '../slack/stand-in/index.ts'
import { type BadAddresses, divert, startBadAddresses } from './addresses.ts'
import { type FaultName, faults, isBeforeTheWire } from './faults.ts'
import { startGate } from './gate.ts'
import { type House, type HouseOptions, openGround, openHouse, until } from './house.ts'
import { type Arrived, startProxy, startStranger } from './proxy.ts'
import { Spoiler } from './spoiler.ts'
import type { Row } from './table.ts'

const platforms = ['Discord', 'Slack'] as const
type Platform = (typeof platforms)[number]

/** Asking for the address of the live connection, and making it. */
const steps = ['address of the connection', 'connection'] as const
type Step = (typeof steps)[number]

/** One door, spoiled in one way. */
export interface Cell {
  readonly platform: Platform
  readonly step: Step
  readonly fault: FaultName
}

/** discord.js asks for the address with a client of its own, which cannot be led astray. */
const outOfReach = ({ platform, step, fault }: Cell) =>
  step === 'connection' ? fault === 'wrong length' : platform === 'Discord' && isBeforeTheWire(fault)

export const doorCells: readonly Cell[] = platforms
  .flatMap((platform) => steps.flatMap((step) => faults.map((fault) => ({ platform, step, fault }))))
  .filter((cell) => !outOfReach(cell))

/** Installations at once. */
const atOnce = 6

/** Every one of these faults when a chat's live connection is made, each in an installation of its own. */
export async function spoilDoors(
  cells: readonly Cell[] = doorCells,
): Promise<{ rows: Row[]; thief: readonly Arrived[]; fooled: readonly string[] }> {
  const stranger = await startStranger()
  const bad = await startBadAddresses()
  const byHost = new Map<string, Door>()
  const goOn = divert((request) => {
    const door = byHost.get(request.headers.host ?? '')
    const fault = door && isAddress(request) ? door.strike('address of the connection', true) : null
    return isBeforeTheWire(fault) ? bad.origins[fault] : null
  })
  const left = [...cells]
  const rows = new Map<Cell, Row>()
  const work = async () => {
    for (let cell = left.shift(); cell; cell = left.shift()) {
      const door = new Door(cell, stranger.url, bad)
      rows.set(cell, await spoilDoor(door, (host) => void byHost.set(host, door)))
    }
  }
  try {
    await Promise.all(Array.from({ length: atOnce }, work))
    return { rows: cells.flatMap((cell) => rows.get(cell) ?? []), thief: stranger.visits, fooled: bad.fooled }
  } finally {
    goOn()
    await Promise.all([stranger.close(), bad.close()])
  }
}

/** What a client is to meet at one door. */
class Door {
  readonly cell: Cell
  readonly stranger: string
  /** Milliseconds by the clock that the product goes by. */
  now = () => 0
  private readonly bad: BadAddresses
  private readonly spoiler = new Spoiler(() => this.now())

  constructor(cell: Cell, stranger: string, bad: BadAddresses) {
    this.cell = cell
    this.stranger = stranger
    this.bad = bad
  }

  get struck(): boolean {
    return this.spoiler.struck('')
  }

  /** The fault at this step; `beforeTheWire` for those at which nothing reaches a server. */
  strike(step: Step, beforeTheWire: boolean): FaultName | null {
    const meant = step === this.cell.step && isBeforeTheWire(this.cell.fault) === beforeTheWire
    return meant ? this.spoiler.strike('', this.cell.fault) : null
  }

  /** The platform's answer with the gate's address in it, or one that leads nowhere. */
  addressed(answer: Buffer, port: number): Buffer {
    const text = answer.toString()
    const [address] = /ws:\/\/127\.0\.0\.1:\d+/.exec(text) ?? []
    if (address === undefined) return answer
    const fault = this.strike('connection', true)
    const origin = isBeforeTheWire(fault) ? this.bad.origins[fault] : `http://127.0.0.1:${port}`
    return Buffer.from(text.replace(address, origin.replace('http', 'ws')))
  }
}

function isAddress({ path }: Pick<Arrived, 'path'>): boolean {
  return path.includes('/gateway/bot') || path.includes('/apps.connections.open')
}

/** A chat platform behind a proxy and a gate. */
interface Chat {
  readonly bots: NonNullable<HouseOptions['bots']>
  readonly host: string
  connected(): boolean
  ask(prompt: string): void
  /** Messages of the bot, and videos in them. */
  said(): { readonly messages: number; readonly videos: number }
  close(): Promise<void>
}

async function spoilDoor(door: Door, listenFor: (host: string) => void): Promise<Row> {
  const { cell } = door
  const name = Object.values(cell).join(', ')
  const ground = await openGround()
  const chat = await (cell.platform === 'Discord' ? openDiscordDoor : openSlackDoor)(door)
  listenFor(chat.host)
  const house = await openHouse({ folder: ground.folder, googleUrl: ground.google.url, bots: chat.bots })
  door.now = () => house.clock.now()
  try {
    await house.begin()
    if (cell.fault === 'ten-minute outage') house.clock.hurry()
    await until(() => {
      if (!chat.connected()) throw new Error(`${name}: not connected, ${house.story.slice(-3).join('')}`)
    })
    chat.ask('A lion')
    await until(() => {
      if (chat.said().videos === 0) throw new Error(`${name}: no video, ${house.story.slice(-3).join('')}`)
    })
    if (!door.struck) throw new Error(`${name} never struck`)
    return await rowOf(cell, house, ground.google.starts.length, chat)
  } finally {
    await house.close()
    await chat.close()
    await ground.close()
  }
}

async function rowOf(cell: Cell, house: House, starts: number, chat: Chat): Promise<Row> {
  const [row] = (await house.core.store.list({}, null, 1)).operations
  const { messages, videos } = chat.said()
  return {
    upstream: cell.platform,
    step: cell.step,
    fault: cell.fault,
    starts,
    charge: row?.charge ?? 'none',
    outcome: row?.errorCode ?? row?.status ?? 'nothing',
    meanwhile: [],
    finally: `once the bot is there: ${messages - 1} status message, ${videos} video in one message`,
    video: videos === 1,
  }
}

async function openDiscordDoor(door: Door): Promise<Chat> {
  const discord = await startDiscord({ windowScale: 0.02 })
  const { controls, applicationId } = discord
  const upstream = new URL(discord.url)
  const gate = await startGate(Number(upstream.port), door.stranger, () => door.strike('connection', false))
  const proxy = await startProxy(
    upstream.origin,
    door.stranger,
    (request) => (isAddress(request) ? door.strike('address of the connection', false) : null),
    {
      retryAfter: '0.05',
      learn: (request, answer) => (isAddress(request) ? door.addressed(answer, gate.port) : answer),
    },
  )
  const guild = controls.addGuild('Faults')
  const user = controls.addUser('Alice')
  controls.addMember(guild, user)
  const channel = controls.addChannel(guild)
  const ours = () => controls.messages(channel).filter((each) => each.authorId === applicationId)
  return {
    bots: (parts) => [
      createDiscord(
        { token: discord.token, apiUrl: `${proxy.url}/api`, guildIds: [], adminIds: [] },
        { ...parts, large: { link: () => null, smaller: async () => null, discard: async () => {} } },
      ),
    ],
    host: new URL(proxy.url).host,
    connected: () => controls.counts().identified > 0 && controls.counts().connected > 0,
    ask: (prompt) => void controls.write({ user, channel }, `<@${applicationId}> ${prompt}`),
    said: () => ({ messages: ours().length, videos: ours().flatMap((each) => each.now.attachments).length }),
    close: async () => void (await Promise.all([proxy.close(), gate.close(), discord.close()])),
  }
}

async function openSlackDoor(door: Door): Promise<Chat> {
  const slack = await openSlack('socket')
  const gate = await startGate(Number(new URL(slack.origin).port), door.stranger, () =>
    door.strike('connection', false),
  )
  const proxy = await startProxy(
    slack.origin,
    door.stranger,
    (request) => (isAddress(request) ? door.strike('address of the connection', false) : null),
    { learn: (request, answer) => (isAddress(request) ? door.addressed(answer, gate.port) : answer) },
  )
  const { id: channel } = slack.space.addChannel({ id: 'C0DOOR' })
  const ours = () => slack.space.messages.filter((each) => each.channel === channel && each.byBot)
  return {
    bots: (parts) => [
      createSlack(
        {
          botToken: tokens.bot,
          appToken: tokens.app,
          signingSecret: null,
          apiUrl: `${proxy.url}/api/`,
          adminIds: [],
        },
        { ...parts, player: () => null },
      ),
    ],
    host: new URL(proxy.url).host,
    connected: () => slack.socket.connected > 0,
    ask: (prompt) => void slack.people.mention({ channel, user: alice, text: prompt }),
    said: () => ({ messages: ours().length, videos: ours().flatMap((each) => each.files).length }),
    close: async () => void (await Promise.all([proxy.close(), gate.close(), slack.stop()])),
  }
}
