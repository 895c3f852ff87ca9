import { setTimeout as wait } from 'node:timers/promises'
import { type Controls, type SeenMessage, startDiscord } from '../discord/stand-in/start.ts'
import { type RemoteStandIn, spawnStandIn } from '../stand-in/remote.ts'
import { serveControls } from '../stand-in/serve.ts'
import { quantile } from './figures.ts'

/** What is to be asked for with /video, all of it by one kind of people. */
export interface Flood {
  readonly perSecond: number
  readonly seconds: number
  readonly channels: readonly string[]
  readonly users: readonly string[]
}

/** What the stand-in has seen. Times in milliseconds. */
export interface Seen {
  readonly asked: number
  readonly answered: number
  /** Without an answer after three and a half seconds: Discord has told the person that the app does not respond. */
  readonly unanswered: number
  readonly answers: { readonly p50: number; readonly p99: number; readonly max: number }
  /** Messages with a video, and when the last of them was written, since 1970. */
  readonly videos: number
  readonly lastVideoAt: number
  /** Changes of messages. */
  readonly edits: number
  /** Of these, the one line that a status message ends as. */
  readonly summaries: number
  /** What was refused, by method, status and kind of route. */
  readonly refused: Readonly<Record<string, number>>
}

interface LoadControls extends Controls {
  /** Returns at once; the flood goes on. */
  flood(order: Flood): void
  seen(): Seen
}

export type Discord = RemoteStandIn<{ readonly url: string; readonly token: string }, LoadControls>

/** Starts the strict Discord of the tests in its own process, for more messages than memory would hold. */
export function spawnLoadedDiscord(): Promise<Discord> {
  return spawnStandIn(new URL(import.meta.url), {})
}

/** A server with so many channels and members. */
export async function furnish({ controls }: Discord, counts: { channels: number; users: number }) {
  const guild = await controls.addGuild('Film club')
  const many = <T>(count: number, make: (n: number) => Promise<T>) =>
    Promise.all(Array.from({ length: count }, (_, n) => make(n)))
  const channels = await many(counts.channels, () => controls.addChannel(guild))
  const users = await many(counts.users, (n) => controls.addUser(`member ${n}`))
  await Promise.all(users.map((user) => controls.addMember(guild, user)))
  return { channels, users }
}

const giveUpMilliseconds = 3_500
const lookEveryMilliseconds = 250

// Run as a program: a video is counted, and forgotten together with its status message as soon as that has become the line
// that it ends as.
if (import.meta.main) {
  const waiting: [status: string, video: string][] = []
  const standIn = await startDiscord({
    onMessage(message) {
      const video = (message.history.at(-1)?.attachments.length ?? 0) > 0
      if (!video) return
      seen.videos += 1
      seen.lastVideoAt = message.createdAt
      if (message.repliesTo !== null) waiting.push([message.repliesTo, message.id])
    },
  })
  const { controls } = standIn
  const open = new Map<string, number>()
  const answers: number[] = []
  const refused: Record<string, number> = {}
  const seen = { asked: 0, unanswered: 0, videos: 0, lastVideoAt: 0, edits: 0, summaries: 0 }

  const flood = async ({ perSecond, seconds, channels, users }: Flood) => {
    const from = performance.now()
    for (let count = 0; count < perSecond * seconds; count += 1) {
      const pause = from + (count * 1000) / perSecond - performance.now()
      if (pause > 1) await wait(pause)
      const act = { channel: channels[count % channels.length] ?? '', user: users[count % users.length] ?? '' }
      open.set(controls.slash(act, 'video', { prompt: `a lighthouse at dusk, number ${count}` }), Date.now())
      seen.asked += 1
    }
  }

  const hear = () => {
    for (const [id, at] of open) {
      const after = controls.interaction(id)?.answeredAfter ?? null
      if (after === null && Date.now() - at < giveUpMilliseconds) continue
      open.delete(id)
      if (after === null) seen.unanswered += 1
      else answers.push(after)
    }
    for (const { method, path, status } of controls.traffic().splice(0)) {
      if (method === 'PATCH' && status === 200) seen.edits += 1
      if (status < 400) continue
      const key = `${method} ${path.replace(/\/api\/v10|\d{5,}.*?(?=\/|$)/g, '')} ${status}`
      refused[key] = (refused[key] ?? 0) + 1
    }
    for (const [status, video] of waiting.splice(0)) {
      if (!isSummary(controls.message(status))) waiting.push([status, video])
      else {
        seen.summaries += 1
        controls.forget(status)
        controls.forget(video)
      }
    }
  }
  setInterval(hear, lookEveryMilliseconds)

  const seenNow = (): Seen => {
    hear()
    const max = answers.reduce((a, b) => Math.max(a, b), 0)
    return {
      ...seen,
      answered: answers.length,
      answers: { p50: quantile(answers, 0.5), p99: quantile(answers, 0.99), max },
      refused,
    }
  }
  const all: LoadControls = { ...controls, flood: (order) => void flood(order), seen: seenNow }
  serveControls(all, { url: standIn.url, token: standIn.token })
}

function isSummary(status: SeenMessage | null): boolean {
  return status?.now.embeds.length === 0
}
