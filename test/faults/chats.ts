import { createDiscord } from '../../src/bots/discord/index.ts'
import { createSlack } from '../../src/bots/slack/index.ts'
import { isFinal, type Operation } from '../../src/core/operation.ts'
import { startDiscord } from '../discord/stand-in/start.ts'
import { alice, openSlack } from '../slack/open.ts'
import { tokens } from '../slack/stand-in/index.ts'
import { divert, startBadAddresses } from './addresses.ts'
import { type FaultName, faults, isBeforeTheWire } from './faults.ts'
import { afterAll, openGround, openHouse, until } from './house.ts'
import { type Arrived, startProxy, startStranger } from './proxy.ts'
import { Spoiler } from './spoiler.ts'
import type { Row } from './table.ts'

export const discordSteps = ['answer', 'status message', 'edit', 'delivery'] as const
export const slackSteps = ['status message', 'edit', 'upload address', 'upload', 'delivery'] as const
interface Cell {
  readonly platform: 'Discord' | 'Slack'
  readonly step: string
  readonly fault: FaultName
  readonly prompt: string
}

const cellsOf = (platform: Cell['platform'], steps: readonly string[]): Cell[] =>
  steps.flatMap((step) => faults.map((fault) => ({ platform, step, fault, prompt: `${platform}, ${step}: ${fault}.` })))

interface Thread {
  readonly statuses: number
  readonly outcomes: number
  readonly videos: number
}

/** One chat platform, as far as the matrix goes. */
interface Chat {
  ask(cell: Cell): void
  thread(cell: Cell): Thread
}

/** What came of it all. */
export interface SpoiledChats {
  readonly rows: readonly Row[]
  /** What a stranger got to see: ought to be nothing. */
  readonly thief: readonly Arrived[]
  readonly fooled: readonly string[]
  /** Real milliseconds that each hung edit was waited for. */
  readonly hungEdits: readonly number[]
  readonly story: readonly string[]
}

/** Nobody waits for an edit that long: what is cut then was given up before. */
const longestHang = 20_000

/** Every fault at every step towards Discord and Slack, all at once in one installation. */
export async function spoilChats(): Promise<SpoiledChats> {
  const ground = await openGround()
  const stranger = await startStranger()
  const bad = await startBadAddresses()
  const cells = [...cellsOf('Discord', discordSteps), ...cellsOf('Slack', slackSteps)]
  let now = () => 0
  const spoiler = new Spoiler(() => now())
  const discord = await startDiscord({ windowScale: 0.02 })
  const fast = { tier2: 6000, tier3: 6000, tier4: 6000, postPerSecond: 100, postBurst: 100 }
  const slack = await openSlack('socket', { tiers: fast })
  const byPlace = new Map<string, Cell>()
  const find = (text: string) => [...byPlace].find(([place]) => text.includes(place))?.[1]

  /** The fault for this request, if it is of the kind that strikes there. */
  const strike = (cell: Cell | undefined, step: string | null, beforeWire: boolean) => {
    if (cell === undefined || isBeforeTheWire(cell.fault) !== beforeWire) return null
    return spoiler.strike(cell.prompt, cell.step === step ? cell.fault : null)
  }
  const hangs = (step: string | null) => (step === 'edit' ? longestHang : 4_000)
  const discordProxy = await startProxy(
    new URL(discord.url).origin,
    stranger.url,
    (request) => strike(find(request.path), discordStep(request), false),
    // discord.js waits in real time, in which our clock goes on twenty times as far.
    { retryAfter: '0.05', hangs: (request) => hangs(discordStep(request)) },
  )
  const uploads = new Map<string, Cell>()
  const operations = new Map<string, Cell>()
  const slackCell = ({ path, body }: Arrived): Cell | undefined => {
    const text = decodeURIComponent(body.subarray(0, 20_000).toString('latin1').replaceAll('+', ' '))
    const file = /gen_video_([0-9a-f-]{36})/.exec(text)?.[1]
    return uploads.get(path) ?? operations.get(file ?? '') ?? find(text)
  }
  const slackProxy = await startProxy(
    slack.origin,
    stranger.url,
    (request) => strike(slackCell(request), slackStep(request), false),
    {
      hangs: (request) => hangs(slackStep(request)),
      learn(request, answer) {
        const cell = slackCell(request)
        const address = /"upload_url":"([^"]+)"/.exec(answer.toString())?.[1]
        if (!cell || !address) return answer
        uploads.set(new URL(address).pathname, cell)
        // Files have a host of their own, which is as good as the address that Slack gives.
        const fault = strike(cell, 'upload', true)
        return isBeforeTheWire(fault) ? withOrigin(answer, address, bad.origins[fault]) : answer
      },
    },
  )
  const hosts = { discord: new URL(discordProxy.url).host, slack: new URL(slackProxy.url).host }
  const goOn = divert((request) => {
    const { host } = request.headers
    // The proxies ask their upstreams in the same way.
    if (host !== hosts.discord && host !== hosts.slack) return null
    const fault =
      host === hosts.discord
        ? strike(find(request.path), discordStep(request), true)
        : strike(slackCell(request), slackStep(request), true)
    return isBeforeTheWire(fault) ? bad.origins[fault] : null
  })
  const house = await openHouse({
    folder: ground.folder,
    googleUrl: ground.google.url,
    patience: 30_000,
    bots: (parts) => [
      createDiscord(
        { token: discord.token, apiUrl: `${discordProxy.url}/api`, guildIds: [], adminIds: [] },
        { ...parts, large: { link: () => null, smaller: async () => null, discard: async () => {} } },
      ),
      createSlack(
        {
          botToken: tokens.bot,
          appToken: tokens.app,
          signingSecret: null,
          apiUrl: `${slackProxy.url}/api/`,
          adminIds: [],
        },
        { ...parts, player: () => null },
      ),
    ],
  })
  now = () => house.clock.now()
  const chats: Record<Cell['platform'], Chat> = {
    Discord: discordChat(discord, byPlace),
    Slack: slackChat(slack, byPlace),
  }
  /** What the store was last told of each cell: to search it for each of them at every look took most of the time. */
  const newest = new Map<Cell, Operation>()
  house.commands.subscribe((operation) => {
    const cell = operations.get(operation.id) ?? cells.find(({ prompt }) => prompt === operation.request.prompt)
    if (!cell) return
    operations.set(operation.id, cell)
    newest.set(cell, operation)
  })
  const stuck: string[] = []
  try {
    await house.begin()
    await until(() => {
      const ready = discord.controls.commands('').length > 0 && slack.socket.connected > 0
      if (!ready) throw new Error(`not ready: ${house.story.slice(-5).join('')}`)
    })
    const waits = ({ fault }: Cell) => fault === 'ten-minute outage'
    const hurry = afterAll(cells, waits, () => house.clock.hurry())
    await Promise.all(
      cells.map(async (cell) => {
        const chat = chats[cell.platform]
        chat.ask(cell)
        const looked = () => {
          const row = newest.get(cell)
          const done =
            row && isFinal(row.status) && row.deliveredMessage !== null && row.announcedVersion === row.version
          if (done && chat.thread(cell).outcomes > 0) return
          throw new Error(`${cell.prompt}: ${row?.status} ${row?.deliveryProblem}`)
        }
        await until(looked, 400_000).catch((reason) => stuck.push(`${reason} ${JSON.stringify(chat.thread(cell))}`))
        hurry(cell)
      }),
    )
    // Looked at when all is over: what is posted twice comes late.
    const rowOf = async (cell: Cell): Promise<Row> => {
      const row = await house.core.store.get(newest.get(cell)?.id ?? '')
      const thread = chats[cell.platform].thread(cell)
      return {
        upstream: cell.platform,
        step: cell.step,
        fault: cell.fault,
        starts: ground.google.starts.filter(({ prompt }) => prompt === cell.prompt).length,
        charge: row?.charge ?? 'none',
        outcome: row?.errorCode ?? row?.status ?? 'nothing',
        meanwhile: [],
        finally: `${count(thread.statuses, 'status message')}, ${count(thread.videos, 'video')} in ${count(thread.outcomes, 'message')}`,
        video: thread.videos === 1,
      }
    }
    const rows = await Promise.all(cells.map(rowOf))
    stuck.push(...cells.filter(({ prompt }) => !spoiler.struck(prompt)).map(({ prompt }) => `${prompt} never struck`))
    if (stuck.length > 0) throw new Error(stuck.join('\n'))
    const hungEdits = [
      ...discordProxy.hung.filter(({ request }) => discordStep(request) === 'edit'),
      ...slackProxy.hung.filter(({ request }) => slackStep(request) === 'edit'),
    ].map(({ milliseconds }) => milliseconds)
    return { rows, thief: stranger.visits, fooled: bad.fooled, hungEdits, story: house.story }
  } finally {
    await house.close()
    goOn()
    await Promise.all([discordProxy.close(), slackProxy.close(), discord.close(), slack.stop()])
    await Promise.all([stranger.close(), bad.close()])
    await ground.close()
  }
}

function withOrigin(answer: Buffer, address: string, origin: string): Buffer {
  return Buffer.from(answer.toString().replace(address, address.replace(new URL(address).origin, origin)))
}

function count(many: number, what: string): string {
  return many === 1 ? `one ${what}` : `${many} ${what}s`
}

function discordStep({ method, path, headers }: Arrived): string | null {
  if (path.endsWith('/callback') || path.includes('/callback?')) return 'answer'
  if (method === 'PATCH') return 'edit'
  if (method !== 'POST') return null
  return String(headers['content-type']).startsWith('multipart') ? 'delivery' : 'status message'
}

function slackStep({ path }: Arrived): string | null {
  if (path.startsWith('/upload/')) return 'upload'
  return slackCalls[path.replace('/api/', '')] ?? null
}

const slackCalls: Readonly<Record<string, string>> = {
  'chat.postMessage': 'status message',
  'chat.update': 'edit',
  'files.getUploadURLExternal': 'upload address',
  'files.completeUploadExternal': 'delivery',
}

function discordChat(discord: Awaited<ReturnType<typeof startDiscord>>, byPlace: Map<string, Cell>): Chat {
  const { controls, applicationId } = discord
  const guild = controls.addGuild('Faults')
  const user = controls.addUser('Alice')
  controls.addMember(guild, user)
  const channels = new Map<Cell, string>()
  return {
    ask(cell) {
      const channel = controls.addChannel(guild)
      channels.set(cell, channel)
      byPlace.set(channel, cell)
      // Of a mention announce posts the status message, of a command the answer is it.
      if (cell.step === 'status message') controls.write({ user, channel }, `<@${applicationId}> ${cell.prompt}`)
      else byPlace.set(controls.slash({ user, channel }, 'video', { prompt: cell.prompt }), cell)
    },
    thread(cell) {
      const ours = controls.messages(channels.get(cell) ?? '').filter((each) => each.authorId === applicationId)
      const outcomes = ours.filter((each) => each.now.content.startsWith('<@'))
      return {
        statuses: ours.length - outcomes.length,
        outcomes: outcomes.length,
        videos: outcomes.flatMap((each) => each.now.attachments).length,
      }
    },
  }
}

function slackChat(slack: Awaited<ReturnType<typeof openSlack>>, byPlace: Map<string, Cell>): Chat {
  const channels = new Map<Cell, string>()
  return {
    ask(cell) {
      const channel = slack.space.addChannel({ id: `C0CELL${channels.size}X` }).id
      channels.set(cell, channel)
      byPlace.set(channel, cell)
      slack.people.mention({ channel, user: alice, text: cell.prompt })
    },
    thread(cell) {
      const ours = slack.space.messages.filter((each) => each.channel === channels.get(cell) && each.byBot)
      const statuses = ours.filter((each) => each.metadata?.event_type === 'dailies_status')
      return {
        statuses: statuses.length,
        outcomes: ours.length - statuses.length,
        videos: ours.flatMap((each) => each.files).length,
      }
    },
  }
}
