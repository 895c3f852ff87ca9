import { ask, eventually, inFolder } from '../parts/children.ts'
import { connected, furnish, type Posted, startDiscordChild } from '../parts/discord.ts'
import { atMost, type Outcome, type Row, type Scale, whole } from '../parts/outcome.ts'
import { atGoogle, fill } from '../parts/rows.ts'
import { databaseOf, startGoogle, startService } from '../parts/service.ts'

const goal =
  '2,000 done at once on 40 channels: within 1.15x of what the rate limits allow, no request into an exhausted bucket'
/** Discord's bucket for messages in one channel, and what all requests of a bot share. */
const bucket = { messages: 5, seconds: 5 }
const requestsPerSecond = 50

/** Everything that is in flight is done at the same moment; when does the last video stand in its channel? */
export async function measure({ quick }: Scale): Promise<Outcome> {
  const channels = quick ? 8 : 40
  const videos = channels * (quick ? 15 : 50)
  const google = await startGoogle({ videoBytes: 64_000, takes: 'until told' })
  const discord = await startDiscordChild()
  try {
    const place = await furnish(discord, { channels, users: 20 })
    const found = await inFolder(async (folder) => {
      await fill(databaseOf(folder), { rows: videos, columns: threads(videos, place) })
      const service = await startService(folder, google.said, {
        DISCORD_TOKEN: discord.token,
        DISCORD_API_URL: discord.url,
        GOOGLE_REQUESTS_PER_SECOND: '1000',
        POLL_INTERVAL_SECONDS: '1',
        MAX_CONCURRENT: '10000',
      })
      await connected(discord)
      const doneAt = await ask<number>(`${google.said}/control/finish`)
      const posted = await eventually(
        async () => {
          const all = await discord.call<Posted[]>('posted')
          return all.length >= videos ? all : null
        },
        180_000,
        500,
      )
      await service.end('SIGKILL')
      return { seconds: (Math.max(...posted.map((each) => each.at)) - doneAt) / 1000, posted: posted.length }
    })
    const windows = Math.ceil(videos / channels / bucket.messages) - 1
    const inBuckets = windows * bucket.seconds
    // No channel's last window begins sooner, and what all send in it shares the limit of all.
    const allowed = inBuckets + Math.ceil((channels * bucket.messages) / requestsPerSecond) - 1
    const { exhausted } = await discord.call<{ exhausted: number }>('counts')
    const rows: Row[] = [
      atMost('finishing together: time', 'at most 1.15x what the limits allow', found.seconds / allowed, 'x', 1.15),
      atMost('finishing together: into an exhausted bucket', 'none', exhausted, 'requests', 0),
      atMost('finishing together: posted twice', 'none', found.posted - videos, 'videos', 0),
    ]
    const [shown] = rows
    if (!shown) throw new Error('no rows')
    return {
      rows: [whole('finishing together', goal, shown, rows), ...rows],
      plots: [],
      notes: [
        `${videos} videos of 64 kB on ${channels} channels of a Discord with its real limits. ${bucket.messages} messages in ${bucket.seconds} s a channel allow the last one ${inBuckets} s after the first, and ${requestsPerSecond} requests a second of all channels together ${allowed} s. Measured ${found.seconds.toFixed(1)} s from “done” at Google to the last video in its channel, so with looks, downloads and commits; changes of the status messages have what this leaves, and follow.`,
      ],
    }
  } finally {
    await google.end()
    await discord.end()
  }
}

/** Everything at Google, its status message posted and up to date. */
function threads(rows: number, place: { guild: string; channels: readonly string[]; users: readonly string[] }) {
  const channel = `(case i % ${place.channels.length} ${place.channels.map((id, index) => `when ${index} then '${id}'`).join(' ')} end)`
  return {
    ...atGoogle(Date.now(), 1, rows),
    thread: `'discord:' || ${channel} || ':${place.guild}:::'`,
    requester: `'discord:${place.users[0]}'`,
    status_message: `${channel} || '/' || ${channel}`,
    announced_version: '1',
  }
}
