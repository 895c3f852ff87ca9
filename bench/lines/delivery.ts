import { join } from 'node:path'
import { Agent } from 'undici'
import { bareChain } from '../baselines/bare-chain.ts'
import { ask, eventually, inFolder } from '../parts/children.ts'
import { connected, furnish, type Posted, startDiscordChild } from '../parts/discord.ts'
import { median } from '../parts/figures.ts'
import type { Seen } from '../parts/google.ts'
import { atMost, type Outcome, type Scale } from '../parts/outcome.ts'
import { startGoogle, startService } from '../parts/service.ts'

const goal = 'from seen to posted, 8 MB, idle: at most 1.3x one download with fsync and one upload'

/** One video at a time through the whole idle service, and in turn through the bare chain, to the same stand-ins. */
export async function measure({ quick }: Scale): Promise<Outcome> {
  const videos = quick ? 4 : 20
  const google = await startGoogle({ videoBytes: 8_000_000, takes: 0.5 })
  const discord = await startDiscordChild({ windowScale: 0.05 })
  const agent = new Agent({ allowH2: false })
  const here: number[] = []
  const bare: number[] = []
  try {
    const { channels, users } = await furnish(discord, { channels: 2, users: 1 })
    const [channel = '', other = ''] = channels
    await inFolder(async (folder) => {
      const service = await startService(folder, google.said, {
        DISCORD_TOKEN: discord.token,
        DISCORD_API_URL: discord.url,
        POLL_INTERVAL_SECONDS: '0.2',
      })
      await connected(discord)
      for (let video = 0; video < videos + 2; video += 1) {
        await discord.call('slash', { channel, user: users[0] }, 'video', { prompt: `a lighthouse, number ${video}` })
        const posted = await eventually(() => nth(video, channel), 30_000, 20)
        const seen = (await ask<Seen[]>(`${google.said}/control/seen`)).at(-1)?.toldAt ?? Number.NaN
        const from = Date.now()
        const url = `${google.said}/v1beta/files/made1:download?alt=media`
        await bareChain(agent, url, join(folder, 'bare.mp4'), discord, other)
        const bareAt = (await nth(video, other)) ?? Number.NaN
        // The first two compile.
        if (video < 2) continue
        here.push(posted - seen)
        bare.push(bareAt - from)
      }
      await service.end('SIGKILL')
    })
  } finally {
    await google.end()
    await discord.end()
  }
  const row = atMost('delivery', goal, median(here) / median(bare), 'x the bare chain', 1.3)
  return {
    rows: [row],
    plots: [
      {
        name: 'delivery',
        title: 'One video of 8 MB from seen to posted',
        unit: 'ms',
        series: ['here', 'bare chain'],
        groups: [{ label: '', values: [median(here), median(bare)] }],
      },
    ],
    notes: [
      `${here.length} videos, one at a time and in turn with the bare chain. Here: from Google's answer “done” leaving Google to the message in Discord: an end on disk, download with hash and checks, fsync of file and folder, completed on disk, claimed for its thread, uploaded. Bare: undici's pipeline, fsync, one upload with fetch.`,
    ],
  }

  async function nth(video: number, channel: string): Promise<number | null> {
    const posted = await discord.call<Posted[]>('posted')
    return posted.filter((each) => each.channel === channel)[video]?.at ?? null
  }
}
