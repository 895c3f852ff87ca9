import { ask, inFolder } from '../../bench/parts/children.ts'
import { startGoogle, startService } from '../../bench/parts/service.ts'
import { openSlack, slackEnvironment } from '../slack/open.ts'
import { furnish, spawnLoadedDiscord } from './discord.ts'
import type { Line } from './figures.ts'
import { startBeside, until } from './service.ts'

/** What became of Operations that were done at the same moment. */
export interface Burst {
  readonly asked: number
  readonly delivered: number
  /** From “done” at Google to the last video in its channel. */
  readonly seconds: number
  /** What the platform’s limits would take for it, from the first request to the last. */
  readonly allowedSeconds: number
  /** Requests that the platform refused because their bucket was empty. */
  readonly intoExhausted: number
}

/** How many are asked for, in how many channels. */
export interface Crowd {
  readonly videos: number
  readonly channels: number
}

const videoBytes = 64_000
const people = 20
const service = { GOOGLE_REQUESTS_PER_SECOND: '1000', POLL_INTERVAL_SECONDS: '1', MAX_CONCURRENT: '10000' }
/** The rest of what goes on: looks, downloads, commits, and the ends of windows. */
const spare = 1.15

/**
 * Discord takes five messages in five seconds into a channel, and fifty requests a second of a bot: no channel's last window
 * begins sooner, and what all send in it shares the limit of all.
 */
function discordSeconds({ videos, channels }: Crowd): number {
  const windows = Math.ceil(videos / channels / 5) - 1
  const inLast = videos - windows * 5 * channels
  return Math.max(windows * 5 + Math.ceil(inLast / 50), Math.ceil(videos / 50)) - 1
}

/** Slack takes a hundred uploads a minute, and as many at once where there were none before. */
function slackSeconds({ videos }: Crowd): number {
  return Math.max(0, videos - 100) * (60 / 100)
}

/** Asked for with /video, done at once, and each in its channel. */
export async function discordBurst(crowd: Crowd): Promise<Burst> {
  const { videos, channels } = crowd
  const google = await startGoogle({ videoBytes, takes: 'until told' })
  const discord = await spawnLoadedDiscord()
  const { controls } = discord
  try {
    return await inFolder(async (folder) => {
      const place = await furnish(discord, { channels, users: people })
      const child = await startBeside(discord, folder, google, service)
      const perSecond = Math.min(videos, 100)
      await controls.flood({ ...place, perSecond, seconds: videos / perSecond })
      await begun(google.said, videos)
      // Until the status messages say so, the limits are in use.
      await until(120, async () => (await controls.seen()).edits >= videos)
      const doneAt = await ask<number>(`${google.said}/control/finish`)
      const allowedSeconds = discordSeconds(crowd)
      await until(30 + 4 * allowedSeconds, async () => (await controls.seen()).videos >= videos)
      // What follows, the line that each status message ends as, must keep to the limits as well.
      await until(30 + 4 * allowedSeconds, async () => (await controls.seen()).summaries >= videos)
      const { videos: delivered, lastVideoAt } = await controls.seen()
      const { exhausted } = await controls.counts()
      await child.end('SIGKILL')
      const seconds = (lastVideoAt - doneAt) / 1000
      return { asked: videos, delivered, seconds, allowedSeconds, intoExhausted: exhausted }
    })
  } finally {
    await discord.close()
    await google.end('SIGKILL')
  }
}

/** The same in Slack: asked for by mentions, done at once. Slack’s limit for files makes it twenty minutes for 2,000. */
export async function slackBurst(crowd: Crowd): Promise<Burst> {
  const { videos, channels } = crowd
  const google = await startGoogle({ videoBytes, takes: 'until told' })
  const slack = await openSlack('socket')
  try {
    return await inFolder(async (folder) => {
      const places = Array.from({ length: channels }, (_, n) => slack.space.addChannel({ id: `C0BURST${n}` }).id)
      const members = Array.from({ length: people }, (_, n) => slack.space.addUser({ id: `U0BURST${n}` }).id)
      const child = await startService(folder, google.said, { ...slackEnvironment(slack, 'socket'), ...service })
      await until(30, () => slack.socket.connected > 0)
      for (let n = 0; n < videos; n += 1) {
        const [channel, user] = [places[n % channels] ?? '', members[n % people] ?? '']
        slack.people.mention({ channel, user, text: `a lighthouse at dusk, number ${n}` })
        if (n % 20 === 19) await until(1, () => false)
      }
      await begun(google.said, videos)
      const statuses = () => slack.space.messages.filter((each) => each.byBot).length
      await until(300, () => statuses() >= videos)
      const doneAt = await ask<number>(`${google.said}/control/finish`)
      const shared = () => slack.space.messages.filter((each) => each.byBot && each.files.length > 0)
      const allowedSeconds = slackSeconds(crowd)
      await until(60 + 2 * allowedSeconds, () => shared().length >= videos)
      const last = Number(shared().at(-1)?.ts ?? 0) * 1000
      const intoExhausted = slack.limits.refused.length
      await child.end('SIGKILL')
      return {
        asked: videos,
        delivered: shared().length,
        seconds: (last - doneAt) / 1000,
        allowedSeconds,
        intoExhausted,
      }
    })
  } finally {
    await slack.stop()
    await google.end('SIGKILL')
  }
}

function begun(google: string, videos: number): Promise<boolean> {
  return until(120, async () => (await ask<number[]>(`${google}/control/starts`)).length >= videos)
}

/** What a burst says of the promise. */
export function linesOf(platform: string, { videos, channels }: Crowd, burst: Burst): Line[] {
  const { asked, delivered, seconds, allowedSeconds, intoExhausted } = burst
  return [
    {
      promise: `${platform}: ${videos.toLocaleString('en')} done at once, in ${channels} channels, are delivered within ${spare} times what its limits take`,
      seen: `${delivered} of ${asked} in ${seconds.toFixed(1)} s; the limits alone take ${allowedSeconds} s`,
      holds: delivered === asked && seconds <= spare * allowedSeconds,
    },
    {
      promise: `${platform}: no request into an exhausted bucket`,
      seen: `${intoExhausted}`,
      holds: intoExhausted === 0,
    },
  ]
}
